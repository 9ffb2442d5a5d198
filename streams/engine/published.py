"""What a processor has published: what stands on its output topics, by id and digest."""

from collections.abc import Mapping
from hashlib import blake2b
from typing import NamedTuple

from streams import cloudevents
from streams.codec import Codec, CodecError
from streams.contract import Fact
from streams.engine.reading import batches_to_end
from streams.kafka import Headers, Message, Topics
from streams.topology import ProcessorWiring, Topology

BROKER_CLOCKS_MILLISECONDS = 600_000
"""An output stands after its cause, but its broker's clock may be behind by so much."""


class Latest(NamedTuple):
    """The last record of a key: its id and its digest."""

    identity: str
    digest: bytes


class Published:
    """Digests by topic and id, and of compacted topics the last record of each key."""

    def __init__(self, topology: Topology, wiring: ProcessorWiring, codec: Codec) -> None:
        self.digests: dict[tuple[str, str], bytes] = {}
        self.latest: dict[tuple[str, str], Latest] = {}
        self._topology = topology
        self._wiring = wiring
        self._codec = codec

    def read(self, bootstrap: str, since: int | None) -> None:
        """Everything committed whose cause was appended at `since` or later; all there is if that is None."""
        topics = Topics(bootstrap)
        for topic in sorted(set(self._wiring.ports.values())):
            name = self._topology.topic_name(topic)
            starts: Mapping[int, int] = dict.fromkeys(range(self._topology.topics[topic].partitions), 0)
            if since is not None:
                starts = topics.offsets_since(name, starts, since - BROKER_CLOCKS_MILLISECONDS)
            for messages in batches_to_end(bootstrap, name, starts) if starts else ():
                for message in messages:
                    self._note(topic, message)

    def identity_of(self, value: bytes | None, headers: Headers | None) -> tuple[str, str] | None:
        """Id and source of an output as it stands on its topic; None for what is nobody's."""
        if headers:
            try:
                attributes = cloudevents.attributes(headers)
            except cloudevents.NotACloudEvent:
                return None
            return attributes["id"], attributes["source"]
        try:
            fact = self._codec.decode(value or b"")
        except CodecError:
            return None
        return (fact.id, fact.source) if isinstance(fact, Fact) else None

    def _note(self, topic: str, message: Message) -> None:
        key, value = (message.key() or b"").decode(), message.value()
        if value is None:
            self.latest.pop((topic, key), None)
            return
        named = self.identity_of(value, message.headers())
        if named is None or named[1] != self._wiring.name:
            return
        if self._topology.topics[topic].compacted:
            self.latest[topic, key] = Latest(named[0], digest(value))
        else:
            self.digests[topic, named[0]] = digest(value)


def digest(value: bytes) -> bytes:
    """A short digest of a record's bytes."""
    return blake2b(value, digest_size=16).digest()
