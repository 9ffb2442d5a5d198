"""The first pass of the year: its facts are appended, and a worker of the hub applies and publishes."""

import threading
import time
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NoReturn

from streams.city import CITIES, read_city
from streams.codec import Codec
from streams.contract import Fact
from streams.engine.clock import SimulatedClock
from streams.engine.engine import Held
from streams.engine.worker import Surroundings, Worker, load_processor
from streams.facts.rules import InForce
from streams.kafka import open_producer
from streams.processors.dispatch_rules import find_called
from streams.rules_publication import facts_for, logs_of_rules
from streams.rules_trial import ruled
from tests.benchmarks.bench import WrongResult
from tests.benchmarks.year_facts import STARTS_AT, Said, UnitOf, year_of
from tests.benchmarks.year_place import PROCESSOR, Place

FLUSH_SECONDS, LOOK_SECONDS, PATIENCE_SECONDS = 120.0, 0.5, 7_200.0


def year_at(place: Place, matters: int) -> Iterator[Said]:
    """The city's rules and so many matters' facts."""
    topology = place.topology
    rules = facts_for(read_city(CITIES / topology.city), "1-year", logs_of_rules(topology)[place.wiring.reads])
    return rules_and_year(rules, matters, Codec.load())


def rules_and_year(rules: Iterable[Fact], matters: int, codec: Codec) -> Iterator[Said]:
    """The rules of a city, then the facts of so many matters that these rules call units for."""
    kept = [*rules]
    for rule in kept:
        yield STARTS_AT - 1, rule
    yield from year_of(matters, _unit_of(kept, codec))


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


def apply_until(place: Place, until_at: int) -> float:
    """Let a worker apply what is in the log and fire what is due until then; seconds from its start to its end."""
    processor = load_processor(place.wiring)
    shared = Surroundings(place.bootstrap, Codec.load(), _nothing_is_set_aside, SimulatedClock(until_at))
    worker = Worker(place.topology, PROCESSOR, shared, processor=processor)
    thread = threading.Thread(target=worker.run, daemon=True)
    end = place.log_end()
    began = time.monotonic()
    thread.start()
    while not _has_done(worker, place.number, end, until_at):
        if not thread.is_alive() or time.monotonic() - began > PATIENCE_SECONDS:
            raise WrongResult(f"the worker did not come to the end of the year: {worker.status()}")
        time.sleep(LOOK_SECONDS)
    seconds = time.monotonic() - began
    worker.stop()
    thread.join()
    return seconds


def _nothing_is_set_aside(held: Held, held_at: int) -> NoReturn:
    raise WrongResult(f"not applied: {held.reason} at {held_at}, {held.origin}: {held.detail}")


def _has_done(worker: Worker, number: int, end: int, until_at: int) -> bool:
    progress = worker.progress.get(number)
    if progress is None or progress.end is None or progress.end < end:
        return False
    return progress.next_due_at is None or progress.next_due_at > until_at
