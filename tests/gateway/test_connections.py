"""Connections in bounds, in one process with an application that answers at once: how many, how slow, how unread."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from connectors import connections
from connectors.bodies import read_body
from connectors.connections import BoundedConnection

SECONDS = 1.5
LONGEST_SECONDS = 30.0
LARGE = b"x" * 4_000_000
GET = b"GET / HTTP/1.1\r\nHost: hub\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: hub\r\nContent-Length: 100\r\n\r\n"

Open = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answers a GET with four megabytes, anything else once its body has come."""
    content = LARGE
    if scope["method"] != "GET":
        content = await read_body({}, receive, 1_000_000)
    headers = [(b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})


@asynccontextmanager
async def serving() -> AsyncIterator[Open]:
    """The application behind bounded connections; yields what opens one."""
    settings = uvicorn.Config(
        application, http=BoundedConnection, ws="none", lifespan="off", log_config=None, port=0, limit_concurrency=None
    )
    server = uvicorn.Server(settings)
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0)
    port = server.servers[0].sockets[0].getsockname()[1]
    opened: list[asyncio.StreamWriter] = []

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        opened.append(writer)
        return reader, writer

    try:
        yield connect
    finally:
        for writer in opened:
            writer.close()
        server.should_exit = True
        await task


def run(story: Callable[[Open], Awaitable[None]]) -> None:
    async def told() -> None:
        async with asyncio.timeout(LONGEST_SECONDS), serving() as connect:
            await story(connect)

    asyncio.run(told())


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEAD_SECONDS", "BODY_SECONDS", "READ_SECONDS"):
        monkeypatch.setattr(connections, name, SECONDS)


def test_a_body_that_comes_byte_by_byte_is_given_up_after_the_whole_time() -> None:
    async def trickle(connect: Open) -> None:
        reader, writer = await connect()
        writer.write(POST)
        answer = asyncio.create_task(reader.read())
        with suppress(ConnectionError):
            while not answer.done():
                writer.write(b"a")
                await asyncio.wait({answer}, timeout=SECONDS / 10)
        said = await answer
        assert said.startswith(b"HTTP/1.1 408 ")
        assert b"urn:hub:problem:slow_body" in said

    run(trickle)


def test_a_body_that_comes_in_time_is_taken_and_the_next_request_has_its_whole_time() -> None:
    async def push_twice(connect: Open) -> None:
        reader, writer = await connect()
        for _ in range(3):
            writer.write(POST)
            await asyncio.sleep(SECONDS * 0.6)  # two of these are longer than one wait
            writer.write(b"b" * 100)
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
            assert await reader.readexactly(100) == b"b" * 100

    run(push_twice)


def test_who_does_not_read_what_was_asked_for_is_cut_off() -> None:
    async def leave_unread(connect: Open) -> None:
        reader, writer = await connect()
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        for _ in range(5):
            writer.write(GET)
        other, speaking = await connect()
        speaking.write(GET)
        await other.readuntil(b"\r\n\r\n")
        assert len(await other.readexactly(len(LARGE))) == len(LARGE)
        await asyncio.sleep(SECONDS * 2)
        writer.transport.resume_reading()  # type: ignore[attr-defined]
        received = 0
        with suppress(ConnectionError):
            while part := await reader.read(1_000_000):
                received += len(part)
        assert received < 5 * len(LARGE)

    run(leave_unread)


def test_one_connection_too_many_is_told_so_and_taken_once_another_has_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 3)

    async def crowd(connect: Open) -> None:
        held = []
        for _ in range(3):
            reader, writer = await connect()
            writer.write(POST + b"c" * 100)
            await reader.readuntil(b"\r\n\r\n")
            held.append(writer)
        reader, writer = await connect()
        writer.write(POST)
        said = await reader.read()
        assert said.startswith(b"HTTP/1.1 503 ")
        assert b"retry-after: 1\r\n" in said.lower()
        assert b"urn:hub:problem:too_many_connections" in said

        held[0].close()
        await held[0].wait_closed()
        answered = b""
        while b" 200 " not in answered:
            reader, writer = await connect()
            writer.write(POST + b"d" * 100)
            answered = await reader.readuntil(b"\r\n\r\n")

    run(crowd)


def test_far_too_many_are_not_even_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST_CONNECTIONS", 2)

    async def flood(connect: Open) -> None:
        for _ in range(4):
            await connect()
        reader, _ = await connect()
        with suppress(ConnectionError):
            assert await reader.read() == b""

    run(flood)


def test_an_answer_leaves_whole_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[bytes] = []
    send = connections.GatheringTransport._send

    def noted(transport: connections.GatheringTransport) -> None:
        pieces.append(b"".join(transport._written))
        send(transport)

    monkeypatch.setattr(connections.GatheringTransport, "_send", noted)

    async def push(connect: Open) -> None:
        reader, writer = await connect()
        writer.write(POST + b"e" * 100)
        await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(100)

    run(push)
    (piece,) = filter(None, pieces)
    assert piece.startswith(b"HTTP/1.1 200 ")
    assert piece.endswith(b"e" * 100)
