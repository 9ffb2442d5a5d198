"""The readings that all engines of `w1` are given: the same bytes in the same topic."""

from collections.abc import Iterator
from random import Random
from typing import get_args

from streams.codec import Codec
from streams.facts.vocabulary import Urgency
from streams.kafka import open_producer
from streams.schema_files import SCHEMAS
from tests.benchmarks.bench import BENCH_SCHEMAS
from tests.benchmarks.w1_records import Reading

FACILITIES = 20_000
CATEGORIES = (
    "fire",
    "burst_main",
    "flooding",
    "gas_leak",
    "traffic",
    "public_security",
    "hazardous_goods",
    "manhole",
    "streetlight",
    "environment",
    "service_request",
)
METRICS = ("pressure", "water_level", "tilt", "voltage")
FIRST_AT = 1_790_000_000_000
SEED = 20_261_122
SYSTEM = "cg_municipal_iot"
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)


def readings(events: int) -> Iterator[Reading]:
    """The first `events` readings of one fixed sequence."""
    random = Random(SEED)
    for number in range(events):
        facility = random.randrange(FACILITIES)
        trace = f"{SYSTEM}:{number:09}:1"
        yield Reading(
            id=f"{trace}#1",
            key=f"F{facility:06}",
            source=SYSTEM,
            trace=trace,
            occurred_at=FIRST_AT + number,
            category=random.choice(CATEGORIES),
            region=f"500117{facility % 30:03}{facility % 400:06}",
            longitude=106.2 + facility / 100_000,
            latitude=29.9 + facility / 100_000,
            metric=random.choice(METRICS),
            value=random.randrange(10_000),
            urgency=random.choice(URGENCIES),
            content=f"设施 F{facility:06} 定时上报读数.",
        )


def publish(bootstrap: str, topic: str, events: int) -> None:
    """Append the readings to the topic, each in the partition of its key."""
    codec = Codec.load(SCHEMAS, BENCH_SCHEMAS)
    producer = open_producer(bootstrap, linger_ms=20)
    for number, reading in enumerate(readings(events)):
        while True:
            try:
                producer.produce(topic, codec.encode(reading), reading.key)
                break
            except BufferError:
                producer.poll(0.05)
        if number % 1_000 == 0:
            producer.poll(0)
    unsent = producer.flush(60)
    if unsent:
        raise RuntimeError(f"{unsent} of {events} readings were not acknowledged within 60 s")
