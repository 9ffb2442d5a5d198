"""Of `dispatch`: the hub's own share of an order, at ten times the rate of the catalogue's city.

`order_p99_ms`: from a report's append time in the incidents' log to the moment when a read_committed client, as the
agent is, has the order's first delivery attempt in hand: three processors, three logs. The departments and units of
`hub up` play beside it at that rate; what is measured is a request of a resident each second, which comes on top. What
a unit's own server takes is not counted.
"""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from statistics import quantiles

import aiohttp

from streams.cloudevents import attributes
from streams.codec import Codec
from streams.facts.incidents import Reported
from streams.facts.notices import Attempt
from streams.topology import load_topology
from tests.benchmarks.bench import Bench, WrongResult
from tests.benchmarks.dispatch_case import CASE, ENGINE
from tests.benchmarks.figures import Figure, median_of
from tests.benchmarks.tile_latency import push_request, read_grids, secret_of
from tests.benchmarks.topic_reader import Follower, read_topic
from tests.benchmarks.whole_hub import WholeHub, settle, whole_hub

INCIDENTS, ATTEMPTS = "hub.log.incidents.v1", "hub.notice.attempts.v1"
TIMES_THE_CATALOGUE = 10
WARM_UP_SECONDS = 20.0
REQUESTS = 180
SECONDS_A_REQUEST = 1.0
LAST_SECONDS = 20.0


def measure_orders(bench: Bench) -> list[Figure]:
    """The median of `bench.rounds` rounds. Raises WrongResult where a request leads to no order."""
    samples: list[Figure] = []
    for number in range(bench.rounds):
        samples += _measure(bench, number)
    return median_of(samples)


def _measure(bench: Bench, number: int) -> list[Figure]:
    with whole_hub(bench, f"orders-{number}", TIMES_THE_CATALOGUE) as hub, ThreadPoolExecutor(1) as beside:
        settle(WARM_UP_SECONDS)
        pushing = beside.submit(lambda: asyncio.run(_push(hub)))
        in_hand = dict(_first_attempts(hub.running.kafka, REQUESTS * SECONDS_A_REQUEST + LAST_SECONDS))
        pushing.result()
        reported = dict(_reports(hub.running.kafka))
    latencies = [at - reported[trace] for trace, at in in_hand.items() if trace in reported]
    if len(latencies) < REQUESTS:
        raise WrongResult(f"only {len(latencies)} orders came, {REQUESTS} requests were pushed")
    percentiles = quantiles(latencies, n=100, method="inclusive")
    labels = {"times_the_catalogue": str(TIMES_THE_CATALOGUE), "orders": str(len(latencies))}
    figures = [
        Figure(CASE, ENGINE, "order_p99_ms", round(percentiles[98], 1), "ms", labels),
        Figure(CASE, ENGINE, "order_p50_ms", round(percentiles[49], 1), "ms", labels),
    ]
    bench.say(f"{CASE}: " + ", ".join(f"{one.metric} {one.value:g}" for one in figures))
    return figures


async def _push(hub: WholeHub) -> None:
    """Requests at an even pace, each in a grid of its own, so that each is an incident of its own."""
    secret = secret_of(hub.home)
    async with aiohttp.ClientSession() as client:
        began = time.monotonic()
        for number, grid in enumerate(read_grids()[:REQUESTS]):
            await asyncio.sleep(max(0.0, began + number * SECONDS_A_REQUEST - time.monotonic()))
            await push_request(client, hub.running.gateway, secret, grid)


def _first_attempts(bootstrap: str, for_seconds: float) -> Iterator[tuple[str, float]]:
    """Trace and moment (milliseconds) of each order's first attempt that comes from now on."""
    codec, ends_at = Codec.load(), time.monotonic() + for_seconds
    with Follower(bootstrap, ATTEMPTS, _partitions(ATTEMPTS)) as attempts:
        while (left_seconds := ends_at - time.monotonic()) > 0:
            for message in attempts.read(left_seconds):
                in_hand_at = time.time() * 1000
                attempt = codec.decode(message.value() or b"")
                if isinstance(attempt, Attempt) and attempt.attempt == 1:
                    yield attributes(message.headers())["trace"], in_hand_at


def _reports(bootstrap: str) -> Iterator[tuple[str, int]]:
    """Trace and append time (milliseconds) of each report."""
    codec = Codec.load()
    for message in read_topic(bootstrap, INCIDENTS, _partitions(INCIDENTS)):
        fact = codec.decode(message.value() or b"")
        if isinstance(fact, Reported):
            yield fact.trace or fact.id, message.timestamp()[1]


def _partitions(topic: str) -> int:
    return load_topology().topics[topic].partitions
