"""The first pass of the year: its facts are appended, and a worker of the hub applies and publishes."""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import NoReturn

from streams.city import CITIES, read_city
from streams.codec import Codec
from streams.contract import Fact
from streams.engine.clock import SimulatedClock
from streams.engine.engine import Held
from streams.engine.worker import Surroundings, Worker, load_processor
from streams.facts.engine import Tick
from streams.facts.rules import InForce
from streams.kafka import open_producer
from streams.processors.dispatch_rules import find_called
from streams.rules_publication import facts_for, logs_of_rules
from streams.rules_trial import ruled
from tests.benchmarks.bench import WrongResult
from tests.benchmarks.year_facts import STARTS_AT, Said, UnitOf, year_of
from tests.benchmarks.year_place import PROCESSOR, Place

FLUSH_SECONDS, LOOK_SECONDS, PATIENCE_SECONDS = 120.0, 0.02, 7_200.0


def rules_at(place: Place) -> list[Fact]:
    """The rules of the topology's city for the log."""
    topology = place.topology
    city = read_city(CITIES / topology.city)
    return [*facts_for(city, "1-year", logs_of_rules(topology)[place.wiring.reads])]


def rules_and_year(rules: Sequence[Fact], matters: int, codec: Codec) -> Iterator[Said]:
    """The rules of a city, then the facts of so many matters that these rules call units for."""
    yield from ((STARTS_AT - 1, rule) for rule in rules)
    yield from year_of(matters, _unit_of(rules, codec))


def _unit_of(rules: Iterable[Fact], codec: Codec) -> UnitOf:
    tables = ruled((rule for rule in rules if not isinstance(rule, InForce)), codec)

    @cache
    def unit_of(incident_class: str, urgency: str, region: str) -> str | None:
        called = find_called(incident_class, urgency, region, tables)  # type: ignore[arg-type]
        return called.unit.unit if called else None

    return unit_of


def append(place: Place, said: Iterable[Said]) -> int:
    """Append facts, each stamped with its own time; how many they were."""
    codec, producer = Codec.load(), open_producer(place.bootstrap, linger_ms=20)
    appended = 0
    for at, fact in said:
        while True:
            try:
                producer.produce(place.log, codec.encode(fact), fact.key, partition=place.number, timestamp=at)
                break
            except BufferError:
                producer.poll(0.05)
        appended += 1
    if unsent := producer.flush(FLUSH_SECONDS):
        raise WrongResult(f"{unsent} records were not acknowledged within {FLUSH_SECONDS:.0f} s")
    return appended


@contextmanager
def working(place: Place, clock: SimulatedClock) -> Iterator[Worker]:
    """A worker of the hub on the log, until the block ends."""
    processor = load_processor(place.wiring)
    shared = Surroundings(place.bootstrap, Codec.load(), _nothing_is_set_aside, clock)
    worker = Worker(place.topology, PROCESSOR, shared, processor=processor)
    thread = threading.Thread(target=_quietly, args=(worker,), daemon=True)
    thread.start()
    yield worker
    worker.stop()
    thread.join()


def _quietly(worker: Worker) -> None:
    """Run it; one that fails has logged why and is found through its status."""
    with suppress(Exception):
        worker.run()


def wait_until_done(place: Place, worker: Worker, until_at: int) -> float:
    """Wait until it has applied what is in the log and fired what is due until then; the seconds that took."""
    ticks, tick = open_producer(place.bootstrap), Codec.load().encode(Tick(sent_at=until_at))
    end, began = place.log_end(), time.monotonic()
    while not _has_done(worker, place.number, end, until_at):
        if not worker.status()[0] or time.monotonic() - began > PATIENCE_SECONDS:
            raise WrongResult(f"the worker did not come to the end of its log: {worker.status()}")
        if _has_read(worker, place.number, end):
            # The owner ticks too, but paced by a clock that stands still here.
            ticks.produce(place.log, tick, partition=place.number, timestamp=until_at)
            ticks.flush(FLUSH_SECONDS)
            end = place.log_end()
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - began


def _nothing_is_set_aside(held: Held, held_at: int) -> NoReturn:
    raise WrongResult(f"not applied: {held.reason} at {held_at}, {held.origin}: {held.detail}")


def _has_read(worker: Worker, number: int, end: int) -> bool:
    progress = worker.progress.get(number)
    return progress is not None and progress.end is not None and progress.end >= end


def _has_done(worker: Worker, number: int, end: int, until_at: int) -> bool:
    if not _has_read(worker, number, end):
        return False
    due_at = worker.progress[number].next_due_at
    return due_at is None or due_at > until_at
