"""The logs on Kafka: what is written to them, and a worker of the hub that applies one in simulated time."""

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn

from streams.codec import Codec
from streams.engine.clock import SimulatedClock
from streams.engine.engine import Held
from streams.engine.worker import Surroundings, Worker, load_processor
from streams.facts.engine import Tick
from streams.kafka import open_producer
from tests.benchmarks.bench import WrongResult
from tests.benchmarks.year_place import Place
from tests.benchmarks.year_play import Written

FLUSH_SECONDS, LOOK_SECONDS, PATIENCE_SECONDS = 120.0, 0.02, 7_200.0


def append(place: Place, records: Iterable[Written]) -> None:
    """Append records to their logs, each stamped with its own time; all of them are of one district."""
    producer = open_producer(place.bootstrap, linger_ms=20)
    for log, at, key, value in records:
        topic = place.topology.topic_name(log)
        while True:
            try:
                producer.produce(topic, value, key, partition=place.number_in(log), timestamp=at)
                break
            except BufferError:
                producer.poll(0.05)
    if unsent := producer.flush(FLUSH_SECONDS):
        raise WrongResult(f"{unsent} records were not acknowledged within {FLUSH_SECONDS:.0f} s")


@contextmanager
def working(place: Place, clock: SimulatedClock) -> Iterator[Worker]:
    """A worker of the hub on the log, until the block ends."""
    processor = load_processor(place.wiring)
    shared = Surroundings(place.bootstrap, Codec.load(), _nothing_is_set_aside, clock)
    worker = Worker(place.topology, place.processor, shared, processor=processor)
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
