"""Departments that push too much, and clients that take their time: told so, and nobody else waits for them."""

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import httpx
import pytest

from connectors.connections import MOST_HEAD_BYTES
from connectors.doors import create_gateway
from connectors.quotas import BURST_SECONDS, Quota, Rates
from connectors.readers.http_push import PushIntake
from streams.codec import Codec
from streams.secrecy.secret_store import SecretStore
from tests.gateway.test_faults import doors_of
from tests.gateway.test_pushes import BATCH, STRUCTURED, body, event, request_data
from tests.running_gateway import SYSTEM, Hub

LONGEST_SECONDS = 60
BATCHES = f"/v1/sources/{SYSTEM}/batches"


@pytest.fixture
def connect(hub: Hub) -> Iterator[Callable[[], socket.socket]]:
    """Opens raw connections to the gateway."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(
            closing(socket.create_connection(("127.0.0.1", int(hub.port)), LONGEST_SECONDS))
        )


def all_that_comes(connection: socket.socket) -> bytes:
    """Everything until the gateway closes the connection."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_a_client_that_never_ends_its_head_or_its_body_is_closed_and_others_are_served(
    hub: Hub, connect: Callable[[], socket.socket]
) -> None:
    silent, slow_head, slow_second, slow_body = (connect() for _ in range(4))
    slow_head.sendall(f"POST /v1/sources/{SYSTEM}/events HTTP/1.1\r\nHost: hub\r\nX-Slow: a".encode())
    slow_second.sendall(b"GET /health/live HTTP/1.1\r\nHost: hub\r\n\r\n")
    answered = b""
    while not answered.endswith(b"}"):
        answered += slow_second.recv(65536)
    slow_second.sendall(b"GET /health")
    slow_body.sendall(
        f"POST /v1/sources/{SYSTEM}/events HTTP/1.1\r\nHost: hub\r\nContent-Length: 100\r\n\r\n{{".encode()
    )

    assert hub.push("events", body(event(request_data())), STRUCTURED).status_code == 200
    for connection in (silent, slow_head, slow_second, slow_body):
        assert all_that_comes(connection).startswith(b"HTTP/1.1 408 ")


def test_a_head_without_end_is_refused(connect: Callable[[], socket.socket]) -> None:
    connection = connect()
    connection.sendall(b"GET /health/live HTTP/1.1\r\nX-Long: " + b"a" * (MOST_HEAD_BYTES + 1))
    assert all_that_comes(connection).startswith(b"HTTP/1.1 431 ")


def test_a_body_that_is_too_large_ends_the_connection(connect: Callable[[], socket.socket]) -> None:
    connection = connect()
    head = f"POST /v1/sources/{SYSTEM}/events HTTP/1.1\r\nHost: hub\r\nContent-Length: 99999999\r\n\r\n"
    connection.sendall(head.encode())
    answer = all_that_comes(connection)
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"connection: close" in answer.lower()


@pytest.mark.parametrize(("rates", "each"), [(Rates(0.5, 1e6), 0), (Rates(1e6, 0.5), 1)], ids=["requests", "rows"])
def test_a_department_over_its_quota_is_told_when_to_come_again(
    hub: Hub, codec: Codec, rates: Rates, each: int
) -> None:
    quota = Quota(rates)
    quota.take_rows(each * BURST_SECONDS, time.monotonic())
    doors = doors_of(PushIntake(), SecretStore(hub.secrets), codec)
    app = create_gateway(replace(doors, pushes={SYSTEM: replace(doors.pushes[SYSTEM], quota=quota)}))
    content = body([event(request_data())] * each)
    headers = {**hub.signed(content), "Content-Type": BATCH}

    async def push() -> list[httpx.Response]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway") as client:
            unsigned = [await client.post(BATCHES, content=content) for _ in range(50)]
            signed = [await client.post(BATCHES, content=content, headers=headers) for _ in range(30)]
            return [*unsigned, *signed]

    answers = asyncio.run(push())
    assert {answer.status_code for answer in answers[:50]} == {401}
    assert {answer.status_code for answer in answers[50:]} == ({200, 429} if each == 0 else {429})
    refused = answers[-1]
    assert refused.json()["type"] == "urn:hub:problem:over_quota"
    assert 1 <= int(refused.headers["Retry-After"]) <= 2
