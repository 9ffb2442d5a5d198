"""The agent `wall_cache`: keeps the wall's cache in Redis as new as the views (design 2.8).

It decides nothing and loses nothing: what is in Redis is all in Kafka. While Redis is away it waits; when the cache is
not whole (a new Redis, FLUSHALL, an eviction) its writer reads the views again from their beginning.
"""

import asyncio
import logging
import time

from redis.exceptions import RedisError

from streams.agents.contract import READY, Done, Health, Host, Received
from streams.agents.holding import Holding
from streams.codec import Codec, CodecError
from streams.hosting.ending import end
from streams.hosting.surroundings import Surroundings, WrongSurroundings
from streams.kafka import KafkaException
from streams.metrics import WallMetrics
from streams.secrecy.sealing import Sealer
from streams.topology import Topology
from streams.wall.reading import ViewsUnreadable
from streams.wall.values import WallChange, newest, wall_change
from streams.wall.writer import CacheWriter, LockLost, NotWhole

LOG = logging.getLogger(__name__)
NAME = "wall_cache"

BATCH_RECORDS = 400
WAITING_AT_MOST = 1_000
TOUCH_SECONDS = 2.0
"""How often the cache is looked at while nothing changes."""
GATHER_SECONDS = 0.005
"""What comes so soon after the first is written with it: a burst costs a third, a single change comes 5 ms later."""
PACE_SECONDS = 0.025
"""No sooner after the last batch another one is written: a steady rate fills fewer and larger ones (decision 0088)."""
PAUSE_SECONDS = (0.1, 0.2, 0.5, 1.0)
AWAY = (RedisError, KafkaException, OSError, TimeoutError, ViewsUnreadable, LockLost, NotWhole)

Item = tuple[WallChange, Done]


class WallCache:
    """One writer behind one queue; `take` waits while the queue is full."""

    def __init__(self, topology: Topology, surroundings: Surroundings, sealer: Sealer) -> None:
        self._topology = topology
        self._surroundings = surroundings
        self._codec = Codec.load()
        self._holding = Holding(NAME, self._codec, sealer)
        self._metrics = WallMetrics()
        self._waiting: asyncio.Queue[Item] = asyncio.Queue(WAITING_AT_MOST)
        self._reason = "has not looked at Redis yet"
        self._next_at = 0.0

    async def open(self, host: Host) -> None:
        self._host = host
        self._writer = CacheWriter(
            self._surroundings.redis, self._surroundings.bootstrap, self._topology, self._codec, self._metrics
        )
        self._writing = asyncio.create_task(self._write_for_ever())

    async def close(self) -> None:
        await end(self._writing)
        await self._writer.close()

    def health(self) -> Health:
        if self._writing.done():
            return Health(live=False, ready=False, reasons=(f"the writer has ended: {self._reason}",))
        return Health(live=True, ready=False, reasons=(self._reason,)) if self._reason else READY

    async def take(self, received: Received, done: Done) -> None:
        try:
            change = wall_change(self._codec, received.origin, received.key, received.value, received.trace)
        except CodecError as error:
            await self._holding.hold(self._host, received, "decode", error.reason, str(error))
            done()
        else:
            await self._waiting.put((change, done))

    async def _write_for_ever(self) -> None:
        try:
            while True:
                batch = await self._next_batch()
                changes = newest(change for change, _ in batch)
                await self._write_until_it_is_there(changes)
                for _, done in batch:
                    done()
                for change in changes:
                    if change.as_of is not None:
                        self._metrics.age_seconds.observe(max(0.0, time.time() - change.as_of / 1000))
        except Exception as error:
            LOG.critical("the wall's cache is written no more", exc_info=True)
            self._reason = f"{type(error).__name__}: {error}"

    async def _next_batch(self) -> list[Item]:
        """What waits, or nothing after a while: then the cache is only looked at."""
        try:
            batch = [await asyncio.wait_for(self._waiting.get(), TOUCH_SECONDS)]
        except TimeoutError:
            return []
        await asyncio.sleep(max(GATHER_SECONDS, self._next_at - time.monotonic()))
        self._next_at = time.monotonic() + PACE_SECONDS
        while len(batch) < BATCH_RECORDS and not self._waiting.empty():
            batch.append(self._waiting.get_nowait())
        return batch

    async def _write_until_it_is_there(self, changes: list[WallChange]) -> None:
        """However long Redis or Kafka is away: events and clocks do not depend on it, only the wall grows older."""
        tries = 0
        while True:
            try:
                await self._writer.write(changes, self._host.current_until())
            except AWAY as error:
                self._say(f"{type(error).__name__}: {error}")
                await asyncio.sleep(PAUSE_SECONDS[min(tries, len(PAUSE_SECONDS) - 1)])
                tries += 1
            else:
                self._say("")
                return

    def _say(self, reason: str) -> None:
        if reason and not self._reason:
            LOG.warning("the wall's cache waits: %s", reason)
        elif self._reason and not reason:
            LOG.info("the wall's cache is current")
        self._reason = reason


def wall_cache(topology: Topology, surroundings: Surroundings, sealer: Sealer) -> WallCache:
    """The agent as `topology.yaml` names it."""
    if not surroundings.redis:
        raise WrongSurroundings("HUB_REDIS is missing: it takes the address of Redis, redis://host:port/0")
    return WallCache(topology, surroundings, sealer)
