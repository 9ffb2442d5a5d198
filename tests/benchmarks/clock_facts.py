"""The facts of `clocks` and `restore`, and how they come into the log."""

import time
from collections.abc import Iterable, Iterator

from streams.codec import Codec
from streams.kafka import open_producer
from streams.schema_files import SCHEMAS
from tests.benchmarks.bench import BENCH_SCHEMAS
from tests.benchmarks.clock_records import Armed, Cancelled

DISTRICTS = 40
OUTSTANDING = 5_000
"""So many clocks run while pairs are armed and cancelled."""
FLUSH_SECONDS = 60.0


def now() -> int:
    """Milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def armed(series: str, number: int, due_at: int) -> Armed:
    """Clock `number` of a series of its own name."""
    district = f"5001{number % DISTRICTS:02}"
    order_no = f"{district}20261122M{number:07}-01{series}"
    return Armed(
        id=f"{order_no}#armed",
        key=district,
        source="bench",
        trace=order_no,
        occurred_at=due_at,
        order_no=order_no,
        unit=f"{district}U{number % 30:03}",
        due_at=due_at,
    )


def cancelled(series: str, number: int) -> Cancelled:
    """The same clock is met."""
    clock = armed(series, number, 0)
    return Cancelled(
        id=f"{clock.order_no}#cancelled",
        key=clock.key,
        source="bench",
        trace=clock.order_no,
        occurred_at=0,
        order_no=clock.order_no,
    )


def pairs(series: str, count: int, due_at: int) -> Iterator[Armed | Cancelled]:
    """Each clock is armed and, `OUTSTANDING` clocks later, cancelled."""
    for number in range(count + OUTSTANDING):
        if number < count:
            yield armed(series, number, due_at)
        if number >= OUTSTANDING:
            yield cancelled(series, number - OUTSTANDING)


def append(bootstrap: str, log: str, facts: Iterable[Armed | Cancelled]) -> None:
    """Append the facts and wait until Kafka has them all."""
    codec = Codec.load(SCHEMAS, BENCH_SCHEMAS)
    producer = open_producer(bootstrap, linger_ms=20)
    for number, fact in enumerate(facts):
        while True:
            try:
                producer.produce(log, codec.encode(fact), fact.key)
                break
            except BufferError:
                producer.poll(0.05)
        if number % 1_000 == 0:
            producer.poll(0)
    if unsent := producer.flush(FLUSH_SECONDS):
        raise RuntimeError(f"{unsent} facts were not acknowledged within {FLUSH_SECONDS:.0f} s")
