"""The one writer of the wall's cache: applies what is newer, and builds the cache anew where it is not whole."""

import asyncio
import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from streams.codec import Codec
from streams.metrics import WallMetrics
from streams.topology import Topology
from streams.wall.cache import APPLY, BUILD_SECONDS, CHANGES_KEPT, KINDS, PUBLISH, RELEASE, Keys
from streams.wall.reading import identity_of_views, read_views
from streams.wall.values import WallChange

LOG = logging.getLogger(__name__)

ANSWER_SECONDS = 10.0
CONNECT_SECONDS = 2.0
FILL_ENTRIES = 500
IDENTITY = "#topics"
"""The field of `positions` that says which topics these are: those created anew count from 0 again."""
KIND_INDEX = {kind: index for index, kind in enumerate(KINDS.values(), start=5)}
"""Where APPLY finds the hash of a kind among its keys, counted from 1."""


class NotWhole(Exception):
    """The cache is not there, not complete, or of another generation than expected."""


class LockLost(Exception):
    """Another worker rebuilds the cache."""


class CacheWriter:
    """Writes to the Redis at `address`. What is raised by Redis or Kafka being away passes through to the caller."""

    def __init__(self, address: str, bootstrap: str, topology: Topology, codec: Codec, metrics: WallMetrics) -> None:
        self._bootstrap = bootstrap
        self._topology = topology
        self._codec = codec
        self._metrics = metrics
        self._keys = Keys(topology.namespace)
        self._generation = ""
        self._redis = redis.asyncio.from_url(
            address, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=CONNECT_SECONDS, retry=Retry(NoBackoff(), 0)
        )
        self._apply = self._redis.register_script(APPLY)
        self._publish = self._redis.register_script(PUBLISH)
        self._release = self._redis.register_script(RELEASE)

    async def close(self) -> None:
        await self._redis.aclose()

    async def write(self, changes: Sequence[WallChange], current_until: Mapping[tuple[str, int], int]) -> None:
        """Apply what is newer than the cache, all or nothing; NotWhole, and then the next call builds it first.

        `current_until` says of topics and partitions up to which instant (milliseconds) the cache has all of them.
        """
        if not self._generation:
            await self._make_whole()
        arguments: list[str | bytes | int] = [self._generation, CHANGES_KEPT, len(current_until)]
        for (topic, partition), instant in current_until.items():
            arguments += [f"{topic}/{partition}", instant]
        for change in changes:
            place = f"{change.origin.topic}/{change.origin.partition}"
            arguments += [KIND_INDEX[change.kind], place, change.origin.offset, change.key, change.json()]
        if await self._apply(keys=self._keys.whole, args=arguments) < 0:
            self._generation = ""
            raise NotWhole("the cache is not whole and is built anew")

    async def _make_whole(self) -> None:
        """Adopt the cache that is there, or build it; LockLost."""
        identity = await asyncio.to_thread(identity_of_views, self._bootstrap, self._topology)
        found: Any = await self._redis.get(self._keys("generation"))
        if found is not None and await self._is_whole(found, identity):
            self._generation = found.decode()
            return
        generation = secrets.token_hex(6)
        if not await self._redis.set(self._keys("lock"), generation, nx=True, ex=BUILD_SECONDS):
            raise LockLost("another worker rebuilds the cache")
        try:
            await self._rebuild(generation, identity)
        finally:
            await self._release(keys=[self._keys("lock")], args=[generation])

    async def _is_whole(self, generation: bytes, identity: str) -> bool:
        """Is everything of this generation, and of the topics that there are now?"""
        marks = [await self._redis.hget(self._keys(name), "") for name in self._keys.hashes]
        built_from: Any = await self._redis.hget(self._keys("positions"), IDENTITY)
        has_changes = await self._redis.exists(self._keys("changes"))
        return bool(has_changes) and all(mark == generation for mark in marks) and built_from == identity.encode()

    async def _rebuild(self, generation: str, identity: str) -> None:
        LOG.info("the wall's cache is built from the views")
        # From here on nobody writes to the old cache: whatever was written to it is in the views that are read next.
        await self._redis.delete(self._keys("generation"))
        views = await asyncio.to_thread(read_views, self._bootstrap, self._topology, self._codec)
        await self._fill(generation, {"positions": views.positions | {IDENTITY: identity.encode()}, **views.values})
        keys = [self._keys("lock"), self._keys("generation"), self._keys("changes")]
        for name in self._keys.hashes:
            keys += [self._keys.building(generation, name), self._keys(name)]
        if not await self._publish(keys=keys, args=[generation]):
            raise LockLost("another worker took the rebuild over")
        self._generation = generation
        self._metrics.rebuilds.inc()
        LOG.info("the wall's cache is whole: %d values", sum(map(len, views.values.values())))

    async def _fill(self, generation: str, hashes: Mapping[str, Mapping[str, bytes]]) -> None:
        for kind, values in hashes.items():
            name, entries = self._keys.building(generation, kind), [("", generation.encode()), *values.items()]
            for first in range(0, len(entries), FILL_ENTRIES):
                pipeline = self._redis.pipeline(transaction=False)
                pipeline.hset(name, mapping=dict(entries[first : first + FILL_ENTRIES]))
                pipeline.expire(name, BUILD_SECONDS)
                await pipeline.execute()
