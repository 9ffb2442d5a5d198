"""Screens that are slow or gone, told to the stream itself over a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import redis

from streams.embedded.redis import RedisServer
from streams.hosting.ending import end
from streams.metrics import WallMetrics
from streams.topology import load_topology
from streams.wall import events
from streams.wall.cache import KINDS, Keys
from streams.wall.events import EventStream
from streams.wall.feed import WAITING_AT_MOST, Changes, EventId, Feed, Screen

GENERATION = b"0123456789ab"
DEADLINE_SECONDS = 60.0


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis with a whole, empty cache."""
    server = RedisServer(tmp_path)
    server.start()
    keys = Keys(load_topology().namespace)
    with redis.Redis.from_url(server.url) as client:
        for kind in KINDS.values():
            client.hset(keys(kind), "", GENERATION)
        client.xadd(keys("changes"), {"generation": GENERATION, "data": "[]"})
        client.set(keys("generation"), GENERATION)
    yield server
    server.kill()


async def never(_: Any = None) -> Any:
    await asyncio.Event().wait()


def test_a_screen_that_takes_nothing_is_let_go(cache: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "SEND_SECONDS", 0.1)

    async def connect() -> int:
        async with _following(cache) as feed:
            await EventStream(feed, WallMetrics(), "")({"type": "http"}, never, _after_the_start(never))
            return feed.screens

    assert asyncio.run(connect()) == 0


def test_a_screen_that_goes_away_is_forgotten(cache: RedisServer) -> None:
    async def connect() -> tuple[int, int]:
        gone = asyncio.Event()

        async def receive() -> Any:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(_: Any) -> None:
            """Takes everything."""

        async with _following(cache) as feed:
            connection = asyncio.create_task(EventStream(feed, WallMetrics(), "")({"type": "http"}, receive, send))
            while not feed.screens:
                await asyncio.sleep(0.01)
            connected = feed.screens
            gone.set()
            await connection
            return connected, feed.screens

    assert asyncio.run(connect()) == (1, 0)


def test_a_screen_that_falls_behind_is_dropped_and_costs_no_more_memory() -> None:
    async def overflow() -> tuple[bool, int]:
        screen = Screen()
        for number in range(WAITING_AT_MOST + 10):
            screen.offer(Changes(EventId("0123456789ab", (number, 0)), b"[]"))
        return screen.dropped, screen.entries.qsize()

    assert asyncio.run(overflow()) == (True, WAITING_AT_MOST)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("0123456789ab-1795305600000-7", (1_795_305_600_000, 7)),
        ("0123456789ab-0-0", (0, 0)),
    ],
)
def test_an_event_id_is_read_as_it_is_written(text: str, position: tuple[int, int]) -> None:
    event_id = EventId.parse(text)

    assert event_id == EventId("0123456789ab", position)
    assert str(event_id) == text


@pytest.mark.parametrize("text", ["", "-", "0123", "0123-5", "0123-5-x", "0123-5-6-7", "0123--5", "0123-五-6"])
def test_what_is_no_event_id_is_not_read_as_one(text: str) -> None:
    assert EventId.parse(text) is None


@asynccontextmanager
async def _following(cache: RedisServer) -> AsyncIterator[Feed]:
    """A feed with its reader at work, for at most so long."""
    feed = Feed(cache.url, load_topology())
    reader = asyncio.create_task(feed.run())
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not feed.following:
            await asyncio.sleep(0.01)
        yield feed
    await end(reader)
    await feed.close()


def _after_the_start(then: Any) -> Any:
    """Takes the start of the response, and does `then` at its first byte."""

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            await then(message)

    return send
