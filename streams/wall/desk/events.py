"""Server-sent events of one desk: `desk` (all that waits for its officer), `heartbeat`, `signed_out`."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager

from streams.metrics import WallMetrics
from streams.secrecy.actors import LEEWAY_SECONDS, Identified
from streams.wall.desk.feed import DeskFeed
from streams.wall.desk.waiting import Shown
from streams.wall.events import HEARTBEAT_SECONDS, RETRY_MILLISECONDS, SentEvents, event

WAIT_SECONDS = 0.25


def desk_json(waiting: Shown, now: int) -> bytes:
    """What waits, and the gateway's time."""
    return _json({"now": now, **waiting})


class DeskStream(SentEvents):
    """Sends a page all that waits for its officer whenever that has changed, until its token is no longer good."""

    def __init__(self, feed: DeskFeed, metrics: WallMetrics, identified: Identified) -> None:
        super().__init__()
        self._feed = feed
        self._metrics = metrics
        self._actor = identified.actor
        self._good_until = identified.expires_at + LEEWAY_SECONDS * 1000

    @contextmanager
    def connected(self) -> Iterator[None]:
        with self._metrics.desk(), self._feed.desk():
            yield

    async def chunks(self) -> AsyncGenerator[bytes, None]:
        yield b"retry: %d\n\n" % RETRY_MILLISECONDS
        seen, sent, beat_at = -1, b"", 0.0
        while True:
            if time.time_ns() // 1_000_000 >= self._good_until:
                yield event("signed_out", b'{"reason":"token_expired"}')
                return
            if time.monotonic() >= beat_at:
                beat_at = time.monotonic() + HEARTBEAT_SECONDS
                yield event("heartbeat", self._feed.pulse())
            waiting = self._feed.waiting(self._actor) if self._feed.version != seen else None
            if waiting is not None:
                seen, shown = self._feed.version, _json(waiting)
                if shown != sent:
                    sent = shown
                    yield event("desk", desk_json(waiting, self._feed.now()))
            await asyncio.sleep(WAIT_SECONDS)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
