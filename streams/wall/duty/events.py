"""Server-sent events of one duty page: `orders` (all that are open), `changes`, `heartbeat`, `signed_out`."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from streams.metrics import WallMetrics
from streams.secrecy.actors import LEEWAY_SECONDS
from streams.wall.duty.feed import Inbox, Phone, UnitFeed
from streams.wall.events import HEARTBEAT_SECONDS, RETRY_MILLISECONDS, SentEvents, event
from streams.wall.feed import EventId

WAIT_SECONDS = 1.0


def inbox_json(inbox: Inbox, now: int) -> bytes:
    """The orders of a unit by number, and the gateway's time."""
    return _json({"last_event_id": str(inbox.event_id), "now": now, "orders": inbox.orders})


class UnitStream(SentEvents):
    """Sends a page the orders of its unit, then what changes, until its token is no longer good.

    A page that comes back with the id of its last event is sent nothing it has.
    """

    def __init__(self, feed: UnitFeed, metrics: WallMetrics, unit: str, last_event_id: str, good_until: int) -> None:
        super().__init__()
        self._feed = feed
        self._metrics = metrics
        self._unit = unit
        self._last = EventId.parse(last_event_id)
        self._good_until = good_until + LEEWAY_SECONDS * 1000

    @contextmanager
    def connected(self) -> Iterator[None]:
        with self._metrics.duty_page():
            yield

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        yield b"retry: %d\n\n" % RETRY_MILLISECONDS
        yield self._heartbeat()
        with self._feed.phone(self._unit) as phone:
            if self._feed.has_missed(self._unit, self._last):
                for chunk in self._all():
                    yield chunk
            beat_at = time.monotonic() + HEARTBEAT_SECONDS
            while not phone.dropped:
                if time.time_ns() // 1_000_000 >= self._good_until:
                    yield event("signed_out", b'{"reason":"token_expired"}')
                    return
                if time.monotonic() >= beat_at:
                    beat_at = time.monotonic() + HEARTBEAT_SECONDS
                    yield self._heartbeat()
                for chunk in await self._next(phone, beat_at):
                    yield chunk

    async def _next(self, phone: Phone, beat_at: float) -> list[bytes]:
        """What comes next, nothing if nothing comes for a while."""
        wait_seconds = min(WAIT_SECONDS, max(0.0, beat_at - time.monotonic()))
        try:
            entry = await asyncio.wait_for(phone.entries.get(), wait_seconds)
        except TimeoutError:
            return []
        if entry is None:
            return list(self._all())
        if self._last is not None and not _is_later(entry.event_id, self._last):
            return []
        self._last = entry.event_id
        return [event("changes", _json(entry.changes), entry.event_id)]

    def _all(self) -> Iterator[bytes]:
        """All orders, unless they cannot be read yet: then they come as soon as they can."""
        inbox = self._feed.inbox(self._unit)
        if inbox is not None:
            self._last = inbox.event_id
            yield event("orders", inbox_json(inbox, self._feed.now()), inbox.event_id)

    def _heartbeat(self) -> bytes:
        return event("heartbeat", self._feed.pulse())


def _is_later(one: EventId, other: EventId) -> bool:
    return one.generation == other.generation and one.position > other.position


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
