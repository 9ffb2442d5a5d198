"""Server-sent events: how they are sent to any client, and those of the wall, for one screen."""

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from streams.hosting.ending import end
from streams.metrics import WallMetrics
from streams.wall.feed import AWAY, Changes, EventId, Feed, Screen

HEARTBEAT_SECONDS = 5.0
SEND_SECONDS = 10.0
"""A screen that takes nothing for so long is let go; it comes back with the id of what it has."""
RETRY_MILLISECONDS = 2_000
WAIT_SECONDS = 1.0


def event(name: str, data: bytes, event_id: EventId | None = None) -> bytes:
    """One event on the wire; `data` holds no line break."""
    identity = f"id: {event_id}\n" if event_id is not None else ""
    return f"event: {name}\n{identity}data: ".encode() + data + b"\n\n"


class SentEvents(Response, ABC):
    """Sends what `chunks` yields until the client is gone or takes nothing."""

    media_type = "text/event-stream"

    def __init__(self) -> None:
        super().__init__(headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
        del self.headers["content-length"]

    @abstractmethod
    def chunks(self) -> AsyncGenerator[bytes, None]:
        """The events, one after the other."""

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Lasts for as long as the client is connected."""
        yield

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope
        pump = asyncio.create_task(self._pump(send))
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait((pump, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(pump, gone)

    async def _pump(self, send: Send) -> None:
        start: Any = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        with self.connected():
            # Closed here and now, not by the garbage collector: it holds the client's place in the feed.
            async with aclosing(self.chunks()) as chunks:
                async for chunk in chunks:
                    async with asyncio.timeout(SEND_SECONDS):
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


class EventStream(SentEvents):
    """Sends a screen what it lacks, then what changes, and a heartbeat when nothing does."""

    def __init__(self, feed: Feed, metrics: WallMetrics, last_event_id: str) -> None:
        super().__init__()
        self._feed = feed
        self._metrics = metrics
        self._last_event_id = last_event_id

    @contextmanager
    def connected(self) -> Iterator[None]:
        with self._metrics.client():
            yield

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        yield b"retry: %d\n\n" % RETRY_MILLISECONDS
        while not self._feed.following:
            yield event("heartbeat", self._feed.pulse())
            await asyncio.sleep(WAIT_SECONDS)
        async with self._feed.screen() as screen:
            missed = await self._missed()
            if missed is None:
                async for chunk in self._begin("unknown" if self._last_event_id else ""):
                    yield chunk
            else:
                yield event("heartbeat", self._feed.pulse())
                for changes in missed:
                    yield event("changes", changes.data, changes.event_id)
            async for chunk in self._go_on(screen):
                yield chunk

    async def _missed(self) -> list[Changes] | None:
        """What came after the screen's last event; None where it has to begin from a snapshot."""
        last = EventId.parse(self._last_event_id)
        if last is None:
            return None
        try:
            missed = await self._feed.since(last)
        except AWAY:
            return None
        self._at = missed[-1].event_id if missed else last
        return missed

    async def _begin(self, reason: str) -> AsyncIterator[bytes]:
        """A snapshot as soon as there is one, and what came after it; before that `reset` with a reason, if any."""
        if reason:
            self._metrics.resets.inc()
            yield event("reset", json.dumps({"reason": reason}).encode())
        yield event("heartbeat", self._feed.pulse())
        while (whole := await self._feed.whole()) is None:
            await asyncio.sleep(WAIT_SECONDS)
            yield event("heartbeat", self._feed.pulse())
        snapshot, missed = whole
        yield event("snapshot", snapshot.data, snapshot.event_id)
        for changes in missed:
            yield event("changes", changes.data, changes.event_id)
        self._at = missed[-1].event_id if missed else snapshot.event_id

    async def _go_on(self, screen: Screen) -> AsyncIterator[bytes]:
        beat_at = time.monotonic() + HEARTBEAT_SECONDS
        while not screen.dropped:
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + HEARTBEAT_SECONDS
                yield event("heartbeat", self._feed.pulse())
            try:
                entry = await asyncio.wait_for(screen.entries.get(), max(0.0, beat_at - time.monotonic()))
            except TimeoutError:
                continue
            if entry is None:
                async for chunk in self._begin("rebuilt"):
                    yield chunk
            elif entry.event_id.generation == self._at.generation and entry.event_id.position > self._at.position:
                self._at = entry.event_id
                yield event("changes", entry.data, entry.event_id)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
