"""One reader of the wall's cache for all screens of a gateway.

The reader follows the stream of changes and hands each entry to every screen's queue; a screen that does not keep up is
let go. A snapshot is read once for all who ask within a second.
"""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from streams.topology import Topology
from streams.wall.cache import CONTENTS, KINDS, SHOWN, Keys

LOG = logging.getLogger(__name__)

BLOCK_SECONDS = LOOK_SECONDS = 1.0
"""How soon a cache that is lost or built anew is noticed."""
ANSWER_SECONDS = 10.0
CONNECT_SECONDS = 2.0
PAUSE_SECONDS = 0.5
SNAPSHOT_SECONDS = 1.0
ENTRIES_AT_ONCE = 200
WAITING_AT_MOST = 500
FIRST = (0, 0)

StreamId = tuple[int, int]


class NotWhole(Exception):
    """There is no whole cache to read now."""


AWAY = (RedisError, OSError, TimeoutError, NotWhole)
"""The cache cannot be read now."""


@dataclass(frozen=True)
class EventId:
    """`<generation>-<milliseconds>-<sequence>`: what a browser sends back as Last-Event-ID."""

    generation: str
    position: StreamId

    def __str__(self) -> str:
        return f"{self.generation}-{self.position[0]}-{self.position[1]}"

    @classmethod
    def parse(cls, text: str) -> "EventId | None":
        """None where it is no id of any wall."""
        generation, *numbers = text.split("-")
        if len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
            return None
        return cls(generation, (int(numbers[0]), int(numbers[1])))


@dataclass(frozen=True)
class Changes:
    """One entry of the stream: a JSON list of changes and its id."""

    event_id: EventId
    data: bytes


@dataclass(frozen=True)
class Snapshot:
    """Everything the cache holds, as JSON, and the id from which changes go on."""

    event_id: EventId
    data: bytes


@dataclass(eq=False)
class Screen:
    """One connected screen. `None` in its queue means: begin again from a snapshot."""

    entries: asyncio.Queue[Changes | None] = field(default_factory=lambda: asyncio.Queue(WAITING_AT_MOST))
    dropped: bool = False

    def offer(self, entry: Changes | None) -> None:
        try:
            self.entries.put_nowait(entry)
        except asyncio.QueueFull:
            self.dropped = True


class Feed:
    """Reads the cache at `address`; `run` must be running for `screen` and `pulse` to mean anything."""

    def __init__(self, address: str, topology: Topology) -> None:
        self._keys = Keys(topology.namespace)
        self._places = sum(topology.topics[topic].partitions for topic in KINDS)
        self._screens: set[Screen] = set()
        self._redis = redis.asyncio.from_url(
            address, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=CONNECT_SECONDS, retry=Retry(NoBackoff(), 0)
        )
        self._generation = ""
        self._position: StreamId | None = None
        self._current_until: int | None = None
        self._reason = "has not looked at Redis yet"
        self._snapshot: Snapshot | None = None
        self._snapshot_at = 0.0
        self._snapshot_lock = asyncio.Lock()

    @property
    def screens(self) -> int:
        """How many are connected."""
        return len(self._screens)

    @property
    def following(self) -> bool:
        """Does the reader know where the stream stands? Before that a screen would miss what comes."""
        return self._position is not None

    @property
    def reason(self) -> str:
        """Why there is nothing whole to serve, '' where there is."""
        return self._reason

    def now(self) -> int:
        """The gateway's time in milliseconds."""
        return time.time_ns() // 1_000_000

    def pulse(self) -> bytes:
        """For screens: the gateway's time, up to when the cache is known to be current, whether it is whole now."""
        return json.dumps({"now": self.now(), "current_until": self._current_until, "whole": not self._reason}).encode()

    @asynccontextmanager
    async def screen(self) -> AsyncIterator[Screen]:
        """A screen that is given every entry from now on."""
        screen = Screen()
        self._screens.add(screen)
        try:
            yield screen
        finally:
            self._screens.discard(screen)

    async def run(self) -> None:
        """Follow the stream until cancelled."""
        while True:
            try:
                position = await self._look()
                look_at = time.monotonic() + LOOK_SECONDS
                while position is not None and time.monotonic() < look_at:
                    position = await self._follow(position)
            except (RedisError, OSError, TimeoutError) as error:
                self._say(f"Redis does not answer: {type(error).__name__}")
                await asyncio.sleep(PAUSE_SECONDS)

    async def close(self) -> None:
        await self._redis.aclose()

    async def _look(self) -> StreamId | None:
        """See whether the cache is still the one that is followed; returns where to go on."""
        generation, instants, last = await self._state()
        self._current_until = self._oldest(instants)
        if self._position is None or generation != self._generation:
            self._generation, self._position, self._snapshot = generation, last, None
            for screen in self._screens:
                screen.offer(None)
        self._say("" if generation else "the cache is not whole: it is being built")
        return self._position

    async def _state(self) -> tuple[str, list[bytes], StreamId]:
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.get(self._keys("generation"))
        pipeline.hvals(self._keys("current_until"))
        pipeline.xrevrange(self._keys("changes"), count=1)
        generation, instants, last = await pipeline.execute()
        return (generation or b"").decode(), instants, _position(last[0][0]) if last else FIRST

    def _oldest(self, instants: list[bytes]) -> int | None:
        """Up to when all of the views are in the cache; None while nothing is known of some partition."""
        return min(map(int, instants)) if len(instants) >= self._places else None

    async def _follow(self, position: StreamId) -> StreamId | None:
        """Wait a while for new entries; returns where to go on, None where the cache is of another generation."""
        streams: Any = {self._keys("changes"): _text(position)}
        found: Any = await self._redis.xread(streams, count=ENTRIES_AT_ONCE, block=int(BLOCK_SECONDS * 1000))
        for entry in _entries(found):
            if entry.event_id.generation != self._generation:
                return None
            position = self._position = entry.event_id.position
            for screen in self._screens:
                screen.offer(entry)
        return position

    def _say(self, reason: str) -> None:
        if reason and reason != self._reason:
            LOG.warning("the wall is not served: %s", reason)
        self._reason = reason

    async def snapshot(self) -> Snapshot:
        """The cache as it is, or as it was less than a second ago; NotWhole, RedisError."""
        async with self._snapshot_lock:
            fresh = time.monotonic() - self._snapshot_at < SNAPSHOT_SECONDS
            if self._snapshot is None or not fresh:
                self._snapshot = await self._read_snapshot()
                self._snapshot_at = time.monotonic()
            return self._snapshot

    async def _read_snapshot(self) -> Snapshot:
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.get(self._keys("generation"))
        pipeline.hvals(self._keys("current_until"))
        pipeline.xrevrange(self._keys("changes"), count=1)
        for kind in SHOWN:
            pipeline.hgetall(self._keys(kind))
        generation, instants, last, *hashes = await pipeline.execute()
        if not generation or not last or any(values.pop(b"", None) != generation for values in hashes):
            raise NotWhole("the cache is not whole: it is being built")
        event_id = EventId(generation.decode(), _position(last[0][0]))
        kinds = dict(zip(SHOWN, hashes, strict=True))
        return Snapshot(event_id, _snapshot_json(event_id, self._oldest(instants), kinds))

    async def content(self, matter_no: str) -> bytes | None:
        """What is shown of a confidential matter under a receipt, as JSON; None where there is nothing; RedisError."""
        found: Any = await self._redis.hget(self._keys(CONTENTS), matter_no)
        return None if found is None else bytes(found)

    async def whole(self) -> tuple[Snapshot, list[Changes]] | None:
        """A snapshot and what came after it; None while there is no such thing, or it cannot be read."""
        try:
            snapshot = await self.snapshot()
            missed = await self.since(snapshot.event_id)
        except AWAY:
            return None
        return None if missed is None else (snapshot, missed)

    async def since(self, event_id: EventId) -> list[Changes] | None:
        """What came after an entry; None where the stream no longer goes back so far, or never had it."""
        name = self._keys("changes")
        pipeline = self._redis.pipeline(transaction=True)
        pipeline.get(self._keys("generation"))
        pipeline.xrange(name, _text(event_id.position), "+")
        generation, found = await pipeline.execute()
        known = bool(found) and _position(found[0][0]) == event_id.position
        if not known or generation != event_id.generation.encode():
            return None
        return _entries([(name, found[1:])])


def _position(stream_id: bytes) -> StreamId:
    milliseconds, _, sequence = stream_id.decode().partition("-")
    return int(milliseconds), int(sequence)


def _text(position: StreamId) -> str:
    return f"{position[0]}-{position[1]}"


def _entries(found: Any) -> list[Changes]:
    return [
        Changes(EventId(fields[b"generation"].decode(), _position(stream_id)), fields[b"data"])
        for _, entries in found
        for stream_id, fields in entries
    ]


def _snapshot_json(event_id: EventId, current_until: int | None, kinds: dict[str, dict[bytes, bytes]]) -> bytes:
    head = json.dumps(
        {
            "last_event_id": str(event_id),
            "now": time.time_ns() // 1_000_000,
            "current_until": current_until,
        }
    ).encode()
    parts = [b'"%s":{%s}' % (kind.encode(), _members(values)) for kind, values in kinds.items()]
    return head[:-1] + b"," + b",".join(parts) + b"}"


def _members(values: dict[bytes, bytes]) -> bytes:
    return b",".join(json.dumps(key.decode()).encode() + b":" + values[key] for key in sorted(values))
