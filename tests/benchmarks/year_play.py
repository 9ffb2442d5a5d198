"""Plays what happens against the processors themselves, since units answer what they are called for, and processors
write to each other's logs: the logs that come of it.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import NamedTuple

from streams.cities.city import CITIES, read_city
from streams.codec import Codec
from streams.contract import Fact
from streams.engine.engine import Emission, LogPartition, Partition
from streams.engine.versions import versions_of
from streams.engine.worker import load_processor
from streams.facts.deliveries import Requested
from streams.facts.notices import GiveBack
from streams.facts.rules import Ending
from streams.rules_publication import facts_for, logs_of_rules
from tests.benchmarks.bench import WrongResult
from tests.benchmarks.year_digest import Digest
from tests.benchmarks.year_facts import STARTS_AT, Said
from tests.benchmarks.year_place import Place

ASKING = ("hub.log.deliveries.v1", "hub.notice.give_backs.v1")
"""The topics on which dispatch asks for something."""
RECORDS_A_BATCH = 2_000

Asked = Requested | GiveBack
Respond = Callable[[int, Asked], Iterable[Said]]
"""What comes of what was asked for at an instant: a call, a word to a requester."""


class Written(NamedTuple):
    """A record of a log (bare name): append time, key, value."""

    log: str
    at: int
    key: bytes
    value: bytes


class Moment(NamedTuple):
    """A processor between two transactions: the records it has applied, its tables, a digest of what it has put out
    since the moment before.
    """

    records: int
    rows: dict[str, bytes]
    outputs: str


def rules_at(place: Place) -> Iterator[Fact]:
    """The rules of the topology's city for the place's log."""
    return facts_for(
        read_city(CITIES / place.topology.city), "1-year", logs_of_rules(place.topology)[place.wiring.reads]
    )


def verified_classes(place: Place) -> frozenset[str]:
    """The classes whose results the city wants verified."""
    endings = [rule for rule in read_city(CITIES / place.topology.city).rules if isinstance(rule, Ending)]
    return frozenset(name for ending in endings for name in ending.verified_classes)


def new_partition(place: Place) -> tuple[Partition, Codec]:
    """The processor's engine over the district's partition, with empty tables."""
    processor = load_processor(place.wiring)
    codec = Codec.load()  # once the processor's own records are known
    log = LogPartition(place.wiring.reads, place.number, place.partitions(place.wiring.reads))
    partition = Partition(processor, place.wiring.ports, codec, log, versions_of(processor, place.wiring))
    partition.load({})
    return partition, codec


class PlayedLog:
    """A log as it is written: its processor applies every record at once."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.partition, self.codec = new_partition(place)
        self.records = 0
        self._digest = Digest()

    def take(self, written: Written) -> list[Emission]:
        """Apply a record; what came of it."""
        partition, seen = self.partition, len(self.partition.emissions)
        found: list[Emission] = []
        while not partition.apply(self.records, written.at, written.key, written.value):
            found += partition.emissions[seen:]
            self.settle()
            seen = 0
        found += partition.emissions[seen:]
        self.records += 1
        if self.records % RECORDS_A_BATCH == 0:
            self.settle()
        return found

    def settle(self) -> None:
        settle(self.partition, self._digest)

    def take_moment(self) -> Moment:
        """Once all that was written has been committed; the next one's digest begins here."""
        self.settle()
        outputs, self._digest = self._digest.found(), Digest()
        return Moment(self.records, self.partition.all_rows(), outputs)


class Play:
    """The first pass: every record is applied as it is written, and what its processor says to another log of the play
    is written there; units respond to what they are asked for.
    """

    def __init__(self, places: Iterable[Place], respond: Respond) -> None:
        self.logs = {place.wiring.reads: PlayedLog(place) for place in places}
        self._codec = Codec.load()  # once all processors' own records are known
        self._log_of = {
            kind: log
            for log, played in self.logs.items()
            for kind in load_processor(played.place.wiring).reads
            if not self._codec.schema_of(kind).definition.get("broadcast")
        }
        self._respond = respond
        self._waiting: list[tuple[int, int, Written]] = []
        self._order = count()

    def written(self, said: Iterable[Said]) -> Iterator[Written]:
        """The logs of what is said, with what comes of it, in the order of append times; rules come before the year."""
        for log, played in self.logs.items():
            for rule in rules_at(played.place):
                yield self._write(self._encoded(log, STARTS_AT - 1, rule))
        for at, fact in said:
            yield from self._written_until(at)
            yield self._write(self._encoded(self._log_of[type(fact)], at, fact))
        yield from self._written_until(None)

    def _written_until(self, at: int | None) -> Iterator[Written]:
        """What waits to be written until an instant; None: all of it."""
        while self._waiting and (at is None or self._waiting[0][0] <= at):
            _, _, written = heapq.heappop(self._waiting)
            yield self._write(written)

    def _write(self, written: Written) -> Written:
        for topic, key, value, _ in self.logs[written.log].take(written):
            if topic in self.logs and value is not None:
                self._wait(Written(topic, written.at, key.encode(), value))
            asked = self._codec.decode(value or b"") if topic in ASKING else None
            if isinstance(asked, Asked):
                for answer_at, answer in self._respond(written.at, asked):
                    self._wait(self._encoded(self._log_of[type(answer)], max(answer_at, written.at), answer))
        return written

    def _wait(self, written: Written) -> None:
        heapq.heappush(self._waiting, (written.at, next(self._order), written))

    def _encoded(self, log: str, at: int, fact: Fact) -> Written:
        return Written(log, at, fact.key.encode(), self._codec.encode(fact))


def settle(partition: Partition, digest: Digest) -> None:
    """Commit what was applied. Raises WrongResult where a record could not be."""
    for held in partition.held:
        raise WrongResult(f"not applied: {held.reason}, {held.origin}: {held.detail}")
    for topic, key, value, _ in partition.emissions:
        digest.take(topic, key, value)
    partition.changelog()
    partition.commit()
