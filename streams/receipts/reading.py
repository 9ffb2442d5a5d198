"""Reads `hub.audit.v1`: the receipts of all chains, in the order of each partition."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from streams.codec import Codec, CodecError, Origin, UnknownSchema
from streams.facts.audit import Receipt
from streams.rules.chain_check import ChainFault
from streams.topic_reader import end_offsets, offsets_since, read_topic
from streams.topology import Topology

AUDIT = "hub.audit.v1"


class Placed(NamedTuple):
    """A receipt and where it lies; or what lies there instead of one."""

    partition: int
    offset: int
    receipt: Receipt | None
    strange: ChainFault | None = None


class ReceiptTopic:
    """The receipts of a hub on a cluster."""

    def __init__(self, bootstrap: str, topology: Topology, codec: Codec) -> None:
        self._bootstrap = bootstrap
        self._topic = topology.topic_name(AUDIT)
        self._partitions = range(topology.topics[AUDIT].partitions)
        self._codec = codec

    def read(self, starts: Mapping[int, int] | None = None) -> Iterator[Placed]:
        """Every receipt, of the partitions named from these offsets on; NotReadable."""
        for message in read_topic(self._bootstrap, self._topic, starts):
            yield self._placed(message.partition() or 0, message.offset() or 0, message.value() or b"")

    def _placed(self, partition: int, offset: int, data: bytes) -> Placed:
        origin = Origin(AUDIT, partition, offset)
        try:
            receipt = self._codec.decode(data, origin)
            if not isinstance(receipt, Receipt):
                raise UnknownSchema(f"{type(receipt).__name__} is no receipt", origin)
        except CodecError as error:
            strange = ChainFault(f"{AUDIT}[{partition}]", offset, "strange", str(error))
            return Placed(partition, offset, None, strange)
        return Placed(partition, offset, receipt)

    def ends(self) -> dict[int, int]:
        """Where each partition ends; NotReadable."""
        return end_offsets(self._bootstrap, self._topic, self._partitions)

    def offsets_since(self, instant: int) -> dict[int, int]:
        """Where what was appended at an instant (milliseconds) or later begins, where there is any; NotReadable."""
        return offsets_since(self._bootstrap, self._topic, self._partitions, instant)
