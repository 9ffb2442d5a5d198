"""One partition replayed beside the processor that owns it, and compared with what that one has published."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from streams.engine.cuts import Cut
from streams.engine.engine import Emission, Partition
from streams.engine.published import Published, digest
from streams.engine.unreadable import Unreadable
from streams.kafka import Message

DifferenceKind = Literal["missing", "changed"]
Place = tuple[str, str]
"""A compacted topic and a key of it."""


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
    """Records of one partition applied by one code and configuration version, and how their outputs compare.

    Of the records `unreadable` were in part: a person's key was destroyed. So many outputs that came of them, or may
    build on them, are `set_apart`: they can be held against nothing.
    """

    partition: int
    first_offset: int
    code: str
    configuration: str
    is_current: bool
    records: int = 0
    outputs: int = 0
    differences: tuple[Difference, ...] = ()
    unreadable: int = 0
    set_apart: int = 0


@dataclass(frozen=True)
class Owned:
    """A partition as its owner has it: how far it has come, by which versions, what it has published.

    `kept_since` says of topics that drop old records from which instant on they must have them all.
    """

    number: int
    offset: int
    spans: Sequence[Span]
    published: Published
    compacted: Collection[str]
    kept_since: Mapping[str, int]


class Written(NamedTuple):
    """The last output for a key of a compacted topic, the offset of what caused it, whether it is set apart."""

    emission: Emission
    offset: int
    is_apart: bool


class Shadow:
    """Applies the log to `partition`, which holds the tables to begin with; `read` gives the log from an offset on."""

    def __init__(
        self,
        owned: Owned,
        partition: Partition,
        unreadable: Unreadable,
        read: Callable[[int], Iterator[list[Message]]],
    ) -> None:
        self.missing: list[Emission] = []
        self._unreadable = unreadable
        self._owned = owned
        self._partition = partition
        self._read = read
        spans, begins_at = owned.spans, partition.committed_offset + 1
        self._spans = spans[max(bisect_right([span.first_offset for span in spans], begins_at) - 1, 0) :]
        self._firsts = [span.first_offset for span in self._spans]
        self._counts = [Count() for _ in self._spans]
        self._latest: dict[Place, Written] = {}
        self._end: Cut | None = None

    @property
    def is_of_one_version(self) -> bool:
        """Whether the code of today applied all that is replayed; else its tables may rightly be others."""
        return all(span.is_current for span in self._spans)

    @property
    def spans(self) -> list[Span]:
        """What was found."""
        return [
            replace(
                span,
                records=count.records,
                outputs=count.outputs,
                differences=tuple(count.differences),
                unreadable=count.unreadable,
                set_apart=count.set_apart,
            )
            for span, count in zip(self._spans, self._counts, strict=True)
        ]

    @property
    def is_readable(self) -> bool:
        """Whether all that was replayed could be read; else its tables may rightly be others."""
        return not any(count.unreadable for count in self._counts)

    def replay(self) -> Cut:
        """Apply the log and compare; returns the tables where the owner stands."""
        rewritten = self._read_on()
        for place, written in self._latest.items():
            if place not in rewritten:
                self._compare_latest(place, written)
        return self._end or self._cut()

    def repair(self, publish: Callable[[Iterable[Emission], int], None]) -> int:
        """Have what is missing published, stamped with the clock; returns how many outputs that were.

        The owner may meanwhile have written a newer record of a key, before ours: then that one follows again, until
        no record has come that the last one of a key could stand before.
        """
        places = {(emission.topic, emission.key) for emission in self.missing if self._is_compacted(emission)}
        outputs = self.missing
        while outputs:
            publish(outputs, self._partition.clock)
            rewritten = self._read_on() if places else set()
            outputs = [self._latest[place].emission for place in sorted(places & rewritten)]
        return len(self.missing)

    def _read_on(self) -> set[Place]:
        """Apply the log to its present end; returns which keys were written after where the owner stands."""
        rewritten: set[Place] = set()
        for messages in self._read(self._partition.committed_offset + 1):
            for message in messages:
                if message.offset() > self._owned.offset and self._end is None:
                    self._end = self._cut()
                self._apply(message, rewritten)
            self._settle()
        return rewritten

    def _cut(self) -> Cut:
        self._settle()
        return Cut(self._owned.number, self._partition.committed_offset, self._partition.all_rows())

    def _apply(self, message: Message, rewritten: set[Place]) -> None:
        offset, appended_at, key = message.offset(), message.timestamp()[1], message.key()
        self._unreadable.begin(key)
        while not self._partition.apply(offset, appended_at, key, message.value()):
            self._unreadable.end(None)
            self._take(offset, appended_at, rewritten)
            self._settle()
            self._unreadable.begin(key)
        self._unreadable.end(key)
        if offset <= self._owned.offset:
            count = self._count_of(offset)
            count.records += 1
            if self._unreadable.is_of_last:
                count.unreadable += 1
                count.set_apart += self._unreadable.published_of(message.value(), self._owned.published.digests.keys())
        self._take(offset, appended_at, rewritten)

    def _settle(self) -> None:
        if self._partition.is_changed:
            self._partition.changelog()
            self._partition.commit()

    def _take(self, offset: int, appended_at: int, rewritten: set[Place]) -> None:
        emissions, is_later = self._partition.emissions, offset > self._owned.offset
        for emission in emissions:
            if not is_later:
                self._count_of(offset).outputs += 1
            if self._is_compacted(emission):
                is_apart = self._unreadable.is_apart(emission.topic)
                self._latest[emission.topic, emission.key] = Written(emission, offset, is_apart)
                if is_later:
                    rewritten.add((emission.topic, emission.key))
            elif self._unreadable.is_apart(emission.topic):
                self._count_of(offset).set_apart += not (is_later or self._unreadable.is_of_last)
            elif not is_later and appended_at >= self._owned.kept_since.get(emission.topic, 0):
                identity = self._identity_of(emission)
                self._judge(emission, identity, self._owned.published.digests.get((emission.topic, identity)), offset)
        emissions.clear()

    def _compare_latest(self, place: Place, written: Written) -> None:
        """Of a compacted topic only the last value of a key has to be there; a deletion leaves none."""
        emission, offset, is_apart = written
        if is_apart:
            self._count_of(offset).set_apart += 1
            return
        found = self._owned.published.latest.get(place)
        if emission.value is None:
            if found is not None:
                self._miss(emission, found.identity, offset)
            return
        identity = self._identity_of(emission)
        self._judge(emission, identity, found.digest if found and found.identity == identity else None, offset)

    def _judge(self, emission: Emission, identity: str, found: bytes | None, offset: int) -> None:
        if found is None:
            self._miss(emission, identity, offset)
        elif found != digest(emission.value or b""):
            self._differ("changed", emission, identity, offset)

    def _miss(self, emission: Emission, identity: str, offset: int) -> None:
        self.missing.append(emission)
        self._differ("missing", emission, identity, offset)

    def _differ(self, kind: DifferenceKind, emission: Emission, identity: str, offset: int) -> None:
        difference = Difference(kind, emission.topic, emission.key, identity, self._owned.number, offset)
        self._count_of(offset).differences.append(difference)

    def _identity_of(self, emission: Emission) -> str:
        named = self._owned.published.identity_of(emission.value, emission.headers)
        return named[0] if named else ""

    def _is_compacted(self, emission: Emission) -> bool:
        return emission.topic in self._owned.compacted

    def _count_of(self, offset: int) -> "Count":
        """The count of the span that applied an offset."""
        return self._counts[max(bisect_right(self._firsts, offset) - 1, 0)]


@dataclass
class Count:
    """What is counted in a span while it is replayed."""

    records: int = 0
    outputs: int = 0
    differences: list[Difference] = field(default_factory=list)
    unreadable: int = 0
    set_apart: int = 0
