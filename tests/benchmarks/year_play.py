"""Plays what happens against dispatch itself, since units answer what they are called for: the log that comes of it."""

import heapq
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, count
from typing import NamedTuple

from streams.city import CITIES, read_city
from streams.codec import Codec
from streams.contract import Fact
from streams.engine.engine import LogPartition, Partition
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
    """A record of the log: append time, key, value."""

    at: int
    key: bytes
    value: bytes


def rules_at(place: Place) -> Iterator[Said]:
    """The rules of the topology's city for the log, before the year begins."""
    city = read_city(CITIES / place.topology.city)
    for rule in facts_for(city, "1-year", logs_of_rules(place.topology)[place.wiring.reads]):
        yield STARTS_AT - 1, rule


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


class Play:
    """The first pass: every record is applied as it is written. `digest` is of all outputs since it was taken last."""

    def __init__(self, place: Place, respond: Respond) -> None:
        self.partition, self._codec = new_partition(place)
        self._respond = respond
        self._digest = Digest()
        self._waiting: list[tuple[int, int, Fact]] = []
        self._order = count()
        self.records = 0

    def written(self, said: Iterator[Said]) -> Iterator[Written]:
        """The log of what is said, with what units say to it, in the order of its append times."""
        for at, fact in chain(said, ((None, None),)):
            while self._waiting and (at is None or self._waiting[0][0] <= at):
                answer_at, _, answer = heapq.heappop(self._waiting)
                yield self._write(answer_at, answer)
            if at is not None and fact is not None:
                yield self._write(at, fact)

    def take_digest(self) -> str:
        """Of the outputs until now, once all that was written has been committed."""
        self._settle()
        taken, self._digest = self._digest.found(), Digest()
        return taken

    def _write(self, at: int, fact: Fact) -> Written:
        written = Written(at, fact.key.encode(), self._codec.encode(fact))
        seen = len(self.partition.emissions)
        while not self.partition.apply(self.records, *written):
            self._settle()
            seen = 0
        self.records += 1
        for topic, _, value, _ in self.partition.emissions[seen:]:
            asked = self._codec.decode(value or b"") if topic in ASKING else None
            if isinstance(asked, Asked):
                for answer_at, answer in self._respond(at, asked):
                    heapq.heappush(self._waiting, (max(answer_at, at), next(self._order), answer))
        if self.records % RECORDS_A_BATCH == 0:
            self._settle()
        return written

    def _settle(self) -> None:
        settle(self.partition, self._digest)


def settle(partition: Partition, digest: Digest) -> None:
    """Commit what was applied. Raises WrongResult where a record could not be."""
    for held in partition.held:
        raise WrongResult(f"not applied: {held.reason}, {held.origin}: {held.detail}")
    for topic, key, value, _ in partition.emissions:
        digest.take(topic, key, value)
    partition.changelog()
    partition.commit()
