"""Reads the logs of a district from Kafka, each time anew, up to an instant."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from streams.after_action.logged import DELIVERIES, Logged
from streams.cloudevents import PREFIX
from streams.codec import Codec, CodecError
from streams.contract import Fact
from streams.engine.partitioner import partition_of
from streams.facts.notices import MatterChanged
from streams.kafka import OFFSET_BEGINNING, Message
from streams.topic_reader import read_topic
from streams.topology import Topology

Messages = Callable[[str, Mapping[int, int]], Iterable[Message]]
"""Reads a topic (name on the cluster) from the given first offset of each partition."""


class DistrictLogs:
    """What was appended until `until_at` (milliseconds, included; None: until now) in the partitions of a district."""

    def __init__(
        self, topology: Topology, codec: Codec, district: str, until_at: int | None, messages: Messages
    ) -> None:
        self._topology = topology
        self._codec = codec
        self._district = district
        self._until_at = until_at
        self._messages = messages

    def __call__(self, topic: str) -> Iterator[Logged]:
        """The facts and notices of a topic; what is no record of ours lies in the quarantine. Raises NotReadable."""
        for message in self._messages(self._topology.topic_name(topic), self._starts(topic)):
            record = self._record(topic, message)
            if record is not None and (self._until_at is None or record.appended_at <= self._until_at):
                yield record

    def _starts(self, topic: str) -> dict[int, int]:
        """All partitions of what units are brought, which is keyed by unit; of all else that of the district."""
        partitions = self._topology.topics[topic].partitions
        mine = range(partitions) if topic == DELIVERIES else [partition_of(self._district, partitions)]
        return dict.fromkeys(mine, OFFSET_BEGINNING)

    def _record(self, topic: str, message: Message) -> Logged | None:
        data = message.value()
        if data is None:
            return None
        try:
            fact = self._codec.decode(data)
        except CodecError:
            return None
        identity = identity_of(fact, message)
        if identity is None:
            return None
        place = message.partition(), message.offset(), message.timestamp()[1]
        return Logged(topic, *place, identity, data, fact)


def identity_of(fact: object, message: Message) -> str | None:
    """A fact's key and id, a notice's id from its header; None for ticks and what else tells of nothing."""
    if isinstance(fact, Fact):
        return f"{fact.key}/{fact.id}"
    if isinstance(fact, MatterChanged):
        return _header(message, f"{PREFIX}id")
    return None


def messages_from(bootstrap: str) -> Messages:
    """Every committed record up to the present end."""
    return lambda topic, starts: read_topic(bootstrap, topic, starts)


def _header(message: Message, wanted: str) -> str:
    found = (value for name, value in message.headers() or () if name == wanted and value is not None)
    return next(found, b"").decode()
