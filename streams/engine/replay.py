"""Replays a processor's log into a shadow and compares with what was published, by id and bytes.

Without effect on the world, unless asked to repair: then outputs that are missing are published again, under their ids,
so that a consumer that has them drops them. Compared is per span of one code and configuration version; a span of
another version shows what the code of today would have done. The tables on the changelog are compared too, where both
stand at the same moment.

The processor may be at work meanwhile. What it has published is read after its position, so all outputs up to there
must have been found; what the log holds beyond shows which keys of a compacted topic were written again since.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from streams.codec import Codec
from streams.contract import Processor
from streams.durations import DAY_MILLISECONDS, HOUR_MILLISECONDS
from streams.engine.cuts import Cut
from streams.engine.engine import POSITION, VERSION, Emission, LogPartition, Partition, Versions, is_own
from streams.engine.entries import (
    Corrections,
    TableDifference,
    check_nobody_works,
    corrections_of,
    table_differences,
    write_corrections,
)
from streams.engine.published import Published
from streams.engine.reading import batches_to_end
from streams.engine.restore import read_settled_rows
from streams.engine.shadow import Difference, Owned, Shadow, Span
from streams.engine.tables import DUE_BYTES
from streams.engine.unreadable import CHAINED_SCHEMAS, Unreadable
from streams.facts.engine import Position
from streams.kafka import UNSTAMPED, KafkaError, Message, TopicDescription, Topics, open_producer
from streams.topology import Topology

WRITE_SECONDS = 60.0
MOST_WAITING, ROOM_SECONDS = 10_000, 0.05
DELETION_MILLISECONDS = HOUR_MILLISECONDS
"""Kafka may drop what is older than a topic's retention; nothing so near to it is missed."""


class NotReplayable(Exception):
    """There is nothing that a replay could begin at; the text says why."""


class NotRepaired(Exception):
    """Kafka did not acknowledge what was to be published again."""


@dataclass(frozen=True)
class Report:
    """What a replay found. `repaired` outputs were published again.

    `cuts` are the tables of each partition where its owner stands. Those of `adopted` partitions are the owner's own:
    nothing older could be trusted, so nothing was compared. `corrections` would put right what of the owner's tables is
    wrong on the changelog, by partition; `tables` counts them, and `rewritten` of them were written anew. Of the
    partitions that are `not_judged` the tables could not be compared. Where a record could not be read any more, as a
    person's key was destroyed, the tables are adopted too, so that the next replay begins after it.
    """

    processor: str
    spans: tuple[Span, ...]
    repaired: int
    cuts: tuple[Cut, ...] = field(repr=False)
    adopted: frozenset[int] = frozenset()
    corrections: Mapping[int, Corrections] = field(default_factory=dict, repr=False)
    tables: tuple[TableDifference, ...] = ()
    not_judged: frozenset[int] = frozenset()
    rewritten: int = 0

    @property
    def is_of_one_version(self) -> bool:
        """Whether the code of today applied all that was replayed; else its cuts may rightly hold other tables."""
        return all(span.is_current for span in self.spans)

    @property
    def is_equal(self) -> bool:
        """Whether outputs and tables of the version of today are what the log makes them."""
        return not self.differences and not self.tables

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Those in spans of the version of today: anything here is a fault."""
        return tuple(one for span in self.spans if span.is_current for one in span.differences)


class Live(NamedTuple):
    """A partition as its owner has it on the changelog."""

    rows: dict[str, bytes]
    position: Position
    spans: list[Span]


class Compared(NamedTuple):
    """A partition after its replay: the tables it made, what would put the changelog right; None: not to be judged."""

    spans: list[Span]
    made: Cut
    corrections: Corrections | None
    repaired: int
    is_readable: bool


class Replay:
    """One processor's log against what it has published."""

    def __init__(
        self, topology: Topology, processor: Processor, versions: Versions, codec: Codec, bootstrap: str
    ) -> None:
        self._topology = topology
        self._wiring = topology.processors[processor.name]
        self._log = topology.topics[self._wiring.reads]
        self._log_name = topology.topic_name(self._wiring.reads)
        self._processor = processor
        self._versions = versions
        self._codec = codec
        self._bootstrap = bootstrap
        topics = {name: topology.topics[name] for name in self._wiring.ports.values()}
        self._compacted = frozenset(name for name, topic in topics.items() if topic.compacted)
        self._chained = frozenset(name for name, topic in topics.items() if CHAINED_SCHEMAS.intersection(topic.schemas))
        self._retention_days = {name: topic.retention_days for name, topic in topics.items() if topic.retention_days}

    def run(
        self, cuts: Mapping[int, Cut] | None = None, *, repair: bool = False, repair_tables: bool = False
    ) -> Report:
        """Replay every partition, from a cut where one is given, up to where the processor itself has come.

        Repaired is only what the code of today alone has applied; tables only while nobody owns them. Raises
        NotReplayable, NotRepaired and WorkersAtWork.
        """
        if not repair_tables:
            return self._run(cuts or {}, repair=repair)
        group = self._topology.processor_group(self._processor.name)
        changelog = self._topology.topic_name(self._wiring.changelog)
        check_nobody_works(self._bootstrap, group)
        ends = Topics(self._bootstrap).end_offsets(changelog, range(self._log.partitions), committed=False)
        report = self._run(cuts or {}, repair=repair)
        if any(report.corrections.values()):
            write_corrections(self._bootstrap, group, changelog, report.corrections, ends)
        return replace(report, rewritten=sum(difference.entries for difference in report.tables))

    def _run(self, cuts: Mapping[int, Cut], *, repair: bool) -> Report:
        log = self._described()
        starts = {
            number: self._checked(number, cuts.get(number), log.identity, beginning)
            for number, beginning in self._beginnings().items()
        }
        return self._report(log, self._live(), starts, repair=repair)

    def audit(self, cuts: Mapping[int, Cut]) -> Report:
        """Replay what can be judged for certain, and publish again what is missing.

        A partition begins at its cut if the code of today wrote it, else at the log's beginning if that is still there
        and no other code has applied any of it. Where neither will do, the tables are adopted as they stand, for a
        later audit to begin at. Partitions that other code works on are left out. Raises NotRepaired.
        """
        log, live, beginnings = self._described(), self._live(), self._beginnings()
        judged = {number: one for number, one in live.items() if one.spans[-1].is_current}
        starts: dict[int, Cut | None] = {}
        adopted: list[Cut] = []
        for number, one in judged.items():
            cut = cuts.get(number)
            if cut is not None and self._fits(cut, one, log.identity, beginnings[number]):
                starts[number] = cut
            elif beginnings[number] == 0 and all(span.is_current for span in one.spans):
                starts[number] = None
            else:
                adopted.append(Cut(number, one.position.offset, one.rows))
        return self._report(log, judged, starts, adopted, repair=True)

    def _report(
        self,
        log: TopicDescription,
        live: Mapping[int, Live],
        starts: Mapping[int, Cut | None],
        adopted: Iterable[Cut] = (),
        *,
        repair: bool,
    ) -> Report:
        published = Published(self._topology, self._wiring, self._codec)
        replayed = {number: cut for number, cut in starts.items() if number in live}
        if replayed:
            published.read(self._bootstrap, self._since(replayed.values()))
        found = {
            number: self._compare(self._shadow(log, number, live[number], published, cut), live[number], repair=repair)
            for number, cut in replayed.items()
        }
        unreadable = {number: live[number] for number, one in found.items() if not one.is_readable}
        taken_over = [*adopted, *(Cut(number, one.position.offset, one.rows) for number, one in unreadable.items())]
        return Report(
            processor=self._processor.name,
            spans=tuple(span for one in found.values() for span in one.spans),
            repaired=sum(one.repaired for one in found.values()),
            cuts=(*taken_over, *(one.made for one in found.values() if one.is_readable)),
            adopted=frozenset(cut.partition for cut in taken_over),
            corrections={number: one.corrections for number, one in found.items() if one.corrections is not None},
            tables=tuple(
                difference
                for number, one in found.items()
                for difference in table_differences(number, one.corrections or {}, live[number].rows)
            ),
            not_judged=frozenset(number for number, one in found.items() if one.corrections is None),
        )

    def _compare(self, shadow: Shadow, live: Live, *, repair: bool) -> Compared:
        """Replay one partition and hold against it what its owner has published and what its changelog holds."""
        made = shadow.replay()
        corrections = None
        if shadow.is_of_one_version and shadow.is_readable and self._is_of_one_moment(made, live):
            corrections = corrections_of(made.rows, live.rows)
        repaired = shadow.repair(self._publish) if repair and shadow.is_of_one_version else 0
        return Compared(shadow.spans, made, corrections, repaired, shadow.is_readable)

    def _is_of_one_moment(self, made: Cut, live: Live) -> bool:
        """Whether a replay's tables must be the owner's: not while the owner is at the due moments before a record."""
        clock = self._position(made.rows).clock
        dues = (int.from_bytes(row[:DUE_BYTES], "big") for key, row in made.rows.items() if not is_own(key))
        return (made.offset, clock) == (live.position.offset, live.position.clock) and not any(
            0 < due_at <= clock for due_at in dues
        )

    def _shadow(self, log: TopicDescription, number: int, live: Live, published: Published, cut: Cut | None) -> Shadow:
        place = LogPartition(self._wiring.reads, number, self._log.partitions, log.identity)
        partition = Partition(self._processor, self._wiring.ports, self._codec, place, self._versions)
        if cut is not None:
            partition.load(dict(cut.rows))
        owned = Owned(number, live.position.offset, live.spans, published, self._compacted, self._kept_since())
        unreadable = Unreadable(self._codec, self._chained, partition.output_ids)
        return Shadow(owned, partition, unreadable, lambda start: self._read(number, start))

    def _read(self, number: int, start: int) -> Iterator[list[Message]]:
        return batches_to_end(self._bootstrap, self._log_name, {number: start})

    # Where to begin.

    def _described(self) -> TopicDescription:
        found = Topics(self._bootstrap).describe([self._log_name])
        if self._log_name not in found:
            raise NotReplayable(f"topic {self._log_name} does not exist: `hub topics` creates what is missing")
        return found[self._log_name]

    def _live(self) -> dict[int, Live]:
        """The partitions of which anything was applied."""
        changelog = self._topology.topic_name(self._wiring.changelog)
        rows = read_settled_rows(self._bootstrap, changelog, range(self._log.partitions))
        return {
            number: Live(found, self._position(found), self._spans(number, found))
            for number, found in rows.items()
            if POSITION in found
        }

    def _beginnings(self) -> dict[int, int]:
        return Topics(self._bootstrap).beginnings(self._log_name, range(self._log.partitions))

    def _checked(self, number: int, cut: Cut | None, identity: str, beginning: int) -> Cut | None:
        """The cut, if the log still goes on from there; without one the log must be whole."""
        if cut is not None and self._position(cut.rows).topic_id != identity:
            raise NotReplayable(f"{self._log_name} was created anew, and the cut at {cut.offset} is of the one before")
        if (cut.offset + 1 if cut else 0) >= beginning:
            return cut
        where = f"the cut at {cut.offset} is too old" if cut else "there is no cut to begin at"
        raise NotReplayable(f"{self._log_name}[{number}] has dropped what lay before {beginning}, and {where}")

    def _fits(self, cut: Cut, live: Live, identity: str, beginning: int) -> bool:
        at = self._position(cut.rows)
        return (
            self._is_current(at)
            and at.topic_id == identity
            and beginning <= cut.offset + 1
            and cut.offset <= live.position.offset
        )

    def _since(self, cuts: Iterable[Cut | None]) -> int | None:
        """The earliest clock that a replay begins at; None where one begins at the beginning."""
        clocks = [self._position(cut.rows).clock if cut else None for cut in cuts]
        known = [clock for clock in clocks if clock is not None]
        return min(known) if len(known) == len(clocks) else None

    def _position(self, rows: Mapping[str, bytes]) -> Position:
        position: Position = self._codec.decode(rows[POSITION][DUE_BYTES:])
        return position

    def _is_current(self, at: Position) -> bool:
        return Versions(at.code_version, at.configuration_version) == self._versions

    def _spans(self, number: int, rows: Mapping[str, bytes]) -> list[Span]:
        """The spans of a partition, empty of outputs, in order."""
        found = []
        for full_key in sorted(key for key in rows if key.startswith(VERSION)):
            at: Position = self._codec.decode(rows[full_key][DUE_BYTES:])
            first = int(full_key.removeprefix(VERSION))
            found.append(Span(number, first, at.code_version, at.configuration_version, self._is_current(at)))
        return found

    # What is written, and what must be there.

    def _kept_since(self) -> dict[str, int]:
        """The instant since when topics that drop old records have them all."""
        if self._topology.clock == "simulated":
            return {}
        now = time.time_ns() // 1_000_000
        return {
            name: now - round(days * DAY_MILLISECONDS) + DELETION_MILLISECONDS
            for name, days in self._retention_days.items()
        }

    def _publish(self, outputs: Iterable[Emission], clock: int) -> None:
        failures: list[str] = []

        def acknowledged(error: KafkaError | None, _: object) -> None:
            if error is not None:
                failures.append(error.str())

        producer = open_producer(self._bootstrap, message_timeout_ms=int(WRITE_SECONDS * 1000))
        stamp = clock if self._topology.clock == "simulated" else UNSTAMPED
        for topic, key, value, headers in outputs:
            while len(producer) >= MOST_WAITING:
                producer.poll(ROOM_SECONDS)
            producer.produce(
                self._topology.topic_name(topic),
                value,
                key,
                headers=headers,  # type: ignore[arg-type]
                timestamp=stamp,
                on_delivery=acknowledged,
            )
        left = producer.flush(WRITE_SECONDS)
        if failures or left:
            raise NotRepaired("; ".join(failures[:3]) or f"{left} outputs were not acknowledged")
