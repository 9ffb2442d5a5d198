"""`latency`: what one event takes at 50 events a second, after 10 seconds of warm-up.

`hop_p99_ms`: from a record's append time in a log to the moment when a read_committed client has in hand what one
processor made of it. `tile_p99_ms`: from the receipt of a department's push to the tile on a screen of the wall,
through gateway, four processors, the wall's cache and its stream, on a whole hub.
"""

import time
from collections.abc import Iterator
from statistics import quantiles

from streams.codec import Codec
from streams.kafka import open_producer
from streams.schema_files import SCHEMAS
from tests.benchmarks import w1_wire
from tests.benchmarks.bench import BENCH_SCHEMAS, Bench, WrongResult
from tests.benchmarks.figures import Figure, median_of
from tests.benchmarks.hub_worker import HubWorker
from tests.benchmarks.jobs import fresh_job, fresh_topic, read_to_its_end
from tests.benchmarks.tile_latency import measure_tiles, secret_of
from tests.benchmarks.topic_reader import Follower
from tests.benchmarks.w1 import PROCESSOR
from tests.benchmarks.w1_readings import readings
from tests.benchmarks.whole_hub import whole_hub

CASE = "latency"
ENGINE = "hub"
EVENTS_A_SECOND = 50
WARM_UP_SECONDS = 10
MEASURED_SECONDS = 30
PARTITIONS = 4
PATIENCE_SECONDS = 60.0


def measure(bench: Bench) -> list[Figure]:
    """The median of `bench.rounds` rounds."""
    samples = []
    with bench.broker() as bootstrap:
        for number in range(bench.rounds):
            samples += measure_hop(bench, bootstrap, number)
    for number in range(bench.rounds):
        samples += measure_tile(bench, number)
    return median_of(samples)


def measure_hop(bench: Bench, bootstrap: str, number: int) -> list[Figure]:
    """One hop through one worker: p99 and median."""
    with (
        fresh_topic(bootstrap, "bench.log.readings", PARTITIONS) as log,
        fresh_job(bootstrap, log, PARTITIONS, bench.folder / f"hop-{number}") as job,
        HubWorker(PROCESSOR, job) as worker,
        Follower(bootstrap, job.views, PARTITIONS) as views,
    ):
        latencies = list(_latencies(bootstrap, log, views))
        worker.wait_until(read_to_its_end(job), PATIENCE_SECONDS)
    return _percentiles(bench, "hop", latencies)


def measure_tile(bench: Bench, number: int) -> list[Figure]:
    """From a push's receipt to its tile on the wall: p99 and median."""
    with whole_hub(bench, f"tile-{number}") as hub:
        pushes = EVENTS_A_SECOND * (WARM_UP_SECONDS + MEASURED_SECONDS)
        latencies = measure_tiles(hub.running, secret_of(hub.home), pushes, EVENTS_A_SECOND)
    return _percentiles(bench, "tile", latencies)


def _percentiles(bench: Bench, what: str, latencies: list[float]) -> list[Figure]:
    """Of what came after the warm-up."""
    measured = latencies[-EVENTS_A_SECOND * MEASURED_SECONDS :]
    percentiles = quantiles(measured, n=100)
    labels = {"events_a_second": str(EVENTS_A_SECOND), "events": str(len(measured))}
    figures = [
        Figure(CASE, ENGINE, f"{what}_p99_ms", round(percentiles[98], 1), "ms", labels),
        Figure(CASE, ENGINE, f"{what}_p50_ms", round(percentiles[49], 1), "ms", labels),
    ]
    bench.say(f"{CASE}: " + ", ".join(f"{one.metric} {one.value:g}" for one in figures))
    return figures


def _latencies(bootstrap: str, log: str, views: Follower) -> Iterator[float]:
    """Append readings at an even pace, whatever the answers; milliseconds each took, in the order of arrival."""
    codec, producer = Codec.load(SCHEMAS, BENCH_SCHEMAS), open_producer(bootstrap)
    events = EVENTS_A_SECOND * (WARM_UP_SECONDS + MEASURED_SECONDS)
    source = readings(events)
    sent = received = 0
    began = time.monotonic()
    give_up_at = began + WARM_UP_SECONDS + MEASURED_SECONDS + PATIENCE_SECONDS
    while received < events:
        if time.monotonic() > give_up_at:
            raise WrongResult(f"{CASE}: {events - received} of {events} views did not come")
        next_at = began + sent / EVENTS_A_SECOND
        if sent < events and time.monotonic() >= next_at:
            reading = next(source)
            producer.produce(log, codec.encode(reading), reading.key)
            producer.poll(0)
            sent += 1
            continue
        for view in views.read(max(0.0, next_at - time.monotonic()) if sent < events else PATIENCE_SECONDS):
            now = time.time() * 1000
            received += 1
            yield now - w1_wire.decode_profile(view.value() or b"")["as_of"]
    producer.flush(PATIENCE_SECONDS)
