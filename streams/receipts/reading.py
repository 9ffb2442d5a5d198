"""Reads `hub.audit.v1`: the receipts of all chains, in the order of each partition."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from streams.codec import Codec, CodecError, Origin
from streams.facts.audit import Receipt
from streams.topic_reader import NotReadable, end_offsets, offsets_since, read_topic
from streams.topology import Topology

AUDIT = "hub.audit.v1"


class Placed(NamedTuple):
    """A receipt and where it lies."""

    partition: int
    offset: int
    receipt: Receipt


class ReceiptTopic:
    """The receipts of a hub on a cluster."""

    def __init__(self, bootstrap: str, topology: Topology, codec: Codec) -> None:
        self._bootstrap = bootstrap
        self._topic = topology.topic_name(AUDIT)
        self._partitions = range(topology.topics[AUDIT].partitions)
        self._codec = codec

    def read(self, starts: Mapping[int, int] | None = None) -> Iterator[Placed]:
        """Every receipt, of the partitions named from these offsets on; NotReadable, also for what is no receipt."""
        for message in read_topic(self._bootstrap, self._topic, starts):
            origin = Origin(AUDIT, message.partition() or 0, message.offset() or 0)
            try:
                receipt = self._codec.decode(message.value() or b"", origin)
            except CodecError as error:
                raise NotReadable(str(error)) from error
            if not isinstance(receipt, Receipt):
                raise NotReadable(f"{type(receipt).__name__} is no receipt ({origin})")
            yield Placed(origin.partition, origin.offset, receipt)

    def ends(self) -> dict[int, int]:
        """Where each partition ends; NotReadable."""
        return end_offsets(self._bootstrap, self._topic, self._partitions)

    def offsets_since(self, instant: int) -> dict[int, int]:
        """Where what was appended at an instant (milliseconds) or later begins, where there is any; NotReadable."""
        return offsets_since(self._bootstrap, self._topic, self._partitions, instant)
