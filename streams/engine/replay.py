"""Replays a processor's log into a shadow and compares with what was published, by id and bytes.

Without effect on the world, unless asked to repair: then outputs that are missing are published again, under their ids,
so that a consumer that has them drops them. Compared is per span of one code and configuration version; a span of
another version shows what the code of today would have done.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Literal, NamedTuple

from streams import cloudevents
from streams.codec import Codec, CodecError
from streams.contract import Fact, Processor
from streams.engine.cuts import Cut
from streams.engine.engine import POSITION, VERSION, Emission, LogPartition, Partition, Versions
from streams.engine.reading import batches_to_end
from streams.engine.restore import read_changelog
from streams.engine.tables import DUE_BYTES
from streams.facts.engine import Position
from streams.kafka import Message, open_producer
from streams.topology import Topology

BATCH_RECORDS = 2_000

DifferenceKind = Literal["missing", "changed"]


@dataclass(frozen=True)
class Difference:
    """One output that was not published, or not with these bytes; `offset` is that of the record that caused it."""

    kind: DifferenceKind
    topic: str
    key: str
    identity: str
    partition: int
    offset: int


@dataclass(frozen=True)
class Span:
    """Records of one partition applied by one code and configuration version, and how their outputs compare."""

    partition: int
    first_offset: int
    code: str
    configuration: str
    is_current: bool
    records: int = 0
    outputs: int = 0
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Report:
    """What a replay found. `repaired` outputs were published again."""

    processor: str
    spans: tuple[Span, ...]
    repaired: int
    cuts: tuple[Cut, ...] = field(repr=False)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Those in spans of the version of today: anything here is a fault."""
        return tuple(one for span in self.spans if span.is_current for one in span.differences)


class Published(NamedTuple):
    """What stands on the output topics: digests by topic and id, and of compacted topics the last id of each key."""

    digests: dict[tuple[str, str], bytes]
    latest: dict[tuple[str, str], tuple[str, bytes]]


class Replay:
    """One processor's log against what it has published."""

    def __init__(
        self, topology: Topology, processor: Processor, versions: Versions, codec: Codec, bootstrap: str
    ) -> None:
        self._topology = topology
        self._wiring = topology.processors[processor.name]
        self._processor = processor
        self._versions = versions
        self._codec = codec
        self._bootstrap = bootstrap

    def run(self, cuts: dict[int, Cut] | None = None, *, repair: bool = False) -> Report:
        """Replay every partition, from a cut where one is given, up to where the processor itself has come."""
        log = self._topology.topics[self._wiring.reads]
        changelog = self._topology.topic_name(self._wiring.changelog)
        rows = read_changelog(self._bootstrap, changelog, range(log.partitions))
        published = self._read_published()
        spans: list[Span] = []
        ends: list[Cut] = []
        missing: list[Emission] = []
        for number in range(log.partitions):
            shadow = Shadow(self, number, rows[number], published, (cuts or {}).get(number))
            spans += shadow.replay()
            missing += shadow.missing
            if shadow.end is not None:
                ends.append(shadow.end)
        if repair:
            self._publish(missing)
        return Report(self._processor.name, tuple(spans), len(missing) if repair else 0, tuple(ends))

    def shadow_partition(self, number: int) -> Partition:
        topic = self._wiring.reads
        log = LogPartition(topic, number, self._topology.topics[topic].partitions)
        return Partition(self._processor, self._wiring.ports, self._codec, log, self._versions)

    def log_records(self, number: int, start: int) -> Iterator[list[Message]]:
        return batches_to_end(self._bootstrap, self._topology.topic_name(self._wiring.reads), {number: start})

    def position(self, rows: dict[str, bytes]) -> Position | None:
        row = rows.get(POSITION)
        position: Position | None = self._codec.decode(row[DUE_BYTES:]) if row is not None else None
        return position

    def spans(self, number: int, rows: dict[str, bytes]) -> list[Span]:
        """The spans of a partition, empty of outputs, in order."""
        found = []
        for full_key in sorted(key for key in rows if key.startswith(VERSION)):
            at: Position = self._codec.decode(rows[full_key][DUE_BYTES:])
            current = (at.code_version, at.configuration_version) == (self._versions.code, self._versions.configuration)
            first = int(full_key.removeprefix(VERSION))
            found.append(Span(number, first, at.code_version, at.configuration_version, current))
        return found

    def is_compacted(self, topic: str) -> bool:
        return self._topology.topics[topic].compacted

    def identity_of(self, value: bytes | None, headers: list[tuple[str, bytes]] | None) -> tuple[str, str] | None:
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

    def _read_published(self) -> Published:
        published = Published({}, {})
        for topic in set(self._wiring.ports.values()):
            numbers = range(self._topology.topics[topic].partitions)
            name = self._topology.topic_name(topic)
            for messages in batches_to_end(self._bootstrap, name, dict.fromkeys(numbers, 0)):
                for message in messages:
                    self._note_published(topic, message, published)
        return published

    def _note_published(self, topic: str, message: Message, published: Published) -> None:
        key, value = (message.key() or b"").decode(), message.value()
        if value is None:
            published.latest.pop((topic, key), None)
            return
        named = self.identity_of(value, message.headers())
        if named is None or named[1] != self._processor.name:
            return
        if self.is_compacted(topic):
            published.latest[topic, key] = named[0], digest(value)
        else:
            published.digests[topic, named[0]] = digest(value)

    def _publish(self, missing: list[Emission]) -> None:
        producer = open_producer(self._bootstrap)
        for topic, key, value, headers in missing:
            producer.produce(self._topology.topic_name(topic), value, key, headers=headers)  # type: ignore[arg-type]
            producer.poll(0)
        producer.flush()


class Shadow:
    """One partition replayed."""

    def __init__(
        self, replay: Replay, number: int, rows: dict[str, bytes], published: Published, cut: Cut | None
    ) -> None:
        self.missing: list[Emission] = []
        self.end: Cut | None = None
        self._replay = replay
        self._number = number
        self._position = replay.position(rows)
        self._spans = replay.spans(number, rows)
        self._firsts = [span.first_offset for span in self._spans]
        self._counts = [Count() for _ in self._spans]
        self._published = published
        self._partition = replay.shadow_partition(number)
        self._latest: dict[tuple[str, str], tuple[Emission, int]] = {}
        if cut is not None:
            self._partition.load(dict(cut.rows))

    def replay(self) -> list[Span]:
        """Apply the log and compare; returns the spans with what was found."""
        if self._position is None:
            return []
        for messages in self._replay.log_records(self._number, self._partition.committed_offset + 1):
            for message in messages:
                if message.offset() <= self._position.offset:
                    self._apply(message)
            self._settle()
        self._compare_latest()
        self.end = Cut(self._number, self._partition.committed_offset, self._partition.all_rows())
        return [
            replace(span, records=count.records, outputs=count.outputs, differences=tuple(count.differences))
            for span, count in zip(self._spans, self._counts, strict=True)
        ]

    def _apply(self, message: Message) -> None:
        offset = message.offset()
        while not self._partition.apply(offset, message.timestamp()[1], message.key(), message.value()):
            self._compare(offset)
            self._settle()
        self._compare(offset)
        self._count_of(offset).records += 1

    def _settle(self) -> None:
        if self._partition.is_changed:
            self._partition.changelog()
            self._partition.commit()

    def _compare(self, offset: int) -> None:
        emissions = self._partition.emissions
        for emission in emissions:
            self._count_of(offset).outputs += 1
            if self._replay.is_compacted(emission.topic):
                self._latest[emission.topic, emission.key] = emission, offset
                continue
            named = self._replay.identity_of(emission.value, emission.headers)
            identity = named[0] if named else ""
            self._judge(emission, identity, self._published.digests.get((emission.topic, identity)), offset)
        emissions.clear()

    def _compare_latest(self) -> None:
        """Of a compacted topic only the last value of a key has to be there; a deletion leaves none."""
        for (topic, key), (emission, offset) in self._latest.items():
            identity, found = self._published.latest.get((topic, key), ("", None))
            if emission.value is None:
                if found is not None:
                    self._differ("changed", emission, identity, offset)
                continue
            named = self._replay.identity_of(emission.value, emission.headers)
            expected = named[0] if named else ""
            self._judge(emission, expected, found if identity == expected else None, offset)

    def _judge(self, emission: Emission, identity: str, found: bytes | None, offset: int) -> None:
        if found is None:
            self.missing.append(emission)
            self._differ("missing", emission, identity, offset)
        elif found != digest(emission.value or b""):
            self._differ("changed", emission, identity, offset)

    def _differ(self, kind: DifferenceKind, emission: Emission, identity: str, offset: int) -> None:
        difference = Difference(kind, emission.topic, emission.key, identity, self._number, offset)
        self._count_of(offset).differences.append(difference)

    def _count_of(self, offset: int) -> "Count":
        """The count of the span that applied an offset."""
        return self._counts[max(bisect_right(self._firsts, offset) - 1, 0)]


@dataclass
class Count:
    """What is counted in a span while it is replayed."""

    records: int = 0
    outputs: int = 0
    differences: list[Difference] = field(default_factory=list)


def digest(value: bytes) -> bytes:
    """A short digest of a record's bytes."""
    return blake2b(value, digest_size=16).digest()
