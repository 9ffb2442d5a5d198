"""What the gateway carries, alone beside Kafka: single pushes, as fast as receipts come and evenly, answers.

The gateway, Kafka, the departments that push and the units that answer share the machine, so that what goes through in
a second is a lower bound; `gateway_us` and `gateway_answer_us` are what one costs in the gateway's own process.
"""

import asyncio
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import quantiles
from urllib.parse import urlsplit

from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure
from tests.benchmarks.push_client import Pushed, push_all, push_evenly
from tests.benchmarks.service_requests import STRUCTURED, SYSTEM, service_request
from tests.benchmarks.whole_hub import cpu_seconds
from tests.running_gateway import Hub, make_hub

CASE = "connectors"
ENGINE = "gateway"
WARM_UP_PUSHES = 2_000
PUSHES = 20_000
CONNECTIONS = 32
GRID = "500117001001001"
ANSWERS = 10_000
OFFICERS = 100
ORDER_NO = "50011720261122M00001-01"
WORDS = ("receive", "acknowledge", "accept", "arrive", "resolve")
AS_MANY_AS_COME = 1_000_000
"""The department's quota in a second."""
EVEN_A_SECOND, EVEN_SECONDS = 500, 20


def measure_pushes(bench: Bench) -> list[Figure]:
    """One gateway, warmed up; then all its rounds on it."""
    figures: list[Figure] = []
    with bench.broker() as bootstrap, _gateway(bench, bootstrap) as hub:
        _push_all(hub, WARM_UP_PUSHES)
        for _ in range(bench.rounds):
            figures += _measure_most(hub)
            figures += _measure_even(hub)
            figures += _measure_answers(hub)
            bench.say(f"{CASE}: " + ", ".join(f"{one.metric} {one.value:g}" for one in figures[-5:]))
    return figures


@contextmanager
def _gateway(bench: Bench, bootstrap: str) -> Iterator[Hub]:
    hub = make_hub(bootstrap, "bench-", bench.folder / "gateway")
    hub.variables = {f"HUB_{SYSTEM.upper()}_{what}_PER_SECOND": str(AS_MANY_AS_COME) for what in ("REQUESTS", "ROWS")}
    try:
        hub.start()
        yield hub
    finally:
        hub.kill()


def _measure_most(hub: Hub) -> list[Figure]:
    assert hub.process is not None
    before = cpu_seconds(hub.process.pid)
    pushed = _push_all(hub, PUSHES)
    used = cpu_seconds(hub.process.pid) - before
    labels = {"pushes": str(PUSHES), "connections": str(CONNECTIONS)}
    return [
        Figure(CASE, ENGINE, "pushes_a_second", round(PUSHES / pushed.seconds), "1/s", labels),
        Figure(CASE, ENGINE, "gateway_us", round(used / PUSHES * 1e6), "µs", labels),
    ]


def _measure_even(hub: Hub) -> list[Figure]:
    host, port = _address(hub)
    pushes = list(requests(hub, EVEN_A_SECOND * EVEN_SECONDS))
    pushed = asyncio.run(push_evenly(host, port, pushes, EVEN_A_SECOND, CONNECTIONS))
    p99 = quantiles(pushed.latencies_ms, n=100)[98]
    labels = {"pushes_a_second": str(EVEN_A_SECOND), "pushes": str(len(pushes))}
    return [Figure(CASE, ENGINE, "push_p99_ms", round(p99, 1), "ms", labels)]


def _measure_answers(hub: Hub) -> list[Figure]:
    assert hub.process is not None
    host, port = _address(hub)
    asked = list(answers(hub, ANSWERS))
    before = cpu_seconds(hub.process.pid)
    answered = asyncio.run(push_all(host, port, asked, CONNECTIONS))
    used = cpu_seconds(hub.process.pid) - before
    labels = {"answers": str(ANSWERS), "connections": str(CONNECTIONS)}
    return [
        Figure(CASE, ENGINE, "answers_a_second", round(ANSWERS / answered.seconds), "1/s", labels),
        Figure(CASE, ENGINE, "gateway_answer_us", round(used / ANSWERS * 1e6), "µs", labels),
    ]


def _push_all(hub: Hub, pushes: int) -> Pushed:
    host, port = _address(hub)
    return asyncio.run(push_all(host, port, list(requests(hub, pushes)), CONNECTIONS))


def _address(hub: Hub) -> tuple[str, int]:
    parts = urlsplit(hub.url)
    return parts.hostname or "", parts.port or 0


def answers(hub: Hub, count: int) -> Iterator[bytes]:
    """Whole HTTP requests of a shift's officers, each a word of its own on an order."""
    host, port = _address(hub)
    tokens = [hub.token(officer=f"{officer:04}") for officer in range(OFFICERS)]
    body = json.dumps({"claimed_at": datetime.now(UTC).isoformat(timespec="seconds")}).encode()
    for number in range(count):
        headers = {
            "Host": f"{host}:{port}",
            "Authorization": f"Bearer {tokens[number % OFFICERS]}",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            "Idempotency-Key": f"{random.getrandbits(63)}-{number}",
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        yield f"POST /v1/orders/{ORDER_NO}/{WORDS[number % len(WORDS)]} HTTP/1.1\r\n{head}\r\n".encode() + body


def requests(hub: Hub, count: int) -> Iterator[bytes]:
    """Whole HTTP requests, signed now, each of a row of its own."""
    host, port = _address(hub)
    for number in range(count):
        request_no = f"BENCH{random.getrandbits(63)}-{number}"
        body = json.dumps(service_request(request_no, GRID), ensure_ascii=False).encode()
        headers = {
            "Host": f"{host}:{port}",
            "Content-Type": STRUCTURED,
            "Content-Length": str(len(body)),
            **hub.signed(body),
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        yield f"POST /v1/sources/{SYSTEM}/events HTTP/1.1\r\n{head}\r\n".encode() + body
