"""How far the agents of a process are, and the watchdog over Faust's consumer, which is known to fall silent without
an error (faust-streaming #175, #532).
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiokafka.errors import KafkaError
from mode import Service

Offsets = Mapping[Any, int]
LOOK_SECONDS = 2.0
QUESTION_SECONDS = 20.0
STALLED_SECONDS = 120.0


class Stalled(Exception):
    """Records wait in Kafka, nothing is in hand, and yet nothing was read for minutes: the process must start anew."""


class Progress(Service):
    """Every 2 s: is everything done that Kafka had at an earlier look?

    `ends` gives the end of each owned partition for committed readers, `frontiers` the offset below which everything
    is done; both raise KafkaError where Kafka does not answer. `busy` says whether any record is in hand: then waiting
    is intended, and no stall.
    """

    def __init__(
        self,
        ends: Callable[[], Awaitable[Offsets]],
        frontiers: Callable[[], Awaitable[Offsets]],
        busy: Callable[[], bool],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.current_until: int | None = None
        """Everything that was in the topics at this instant (milliseconds) is done."""
        self._ends = ends
        self._frontiers = frontiers
        self._busy = busy
        self._goal: tuple[int, Offsets] | None = None
        self._before: Offsets = {}
        self._still_since: float | None = None

    @Service.task
    async def _watch(self) -> None:
        async for _ in self.itertimer(LOOK_SECONDS, name="progress"):
            try:
                async with asyncio.timeout(QUESTION_SECONDS):
                    await self._look()
            except (KafkaError, TimeoutError):
                self._still_since = None

    async def _look(self) -> None:
        if self._goal is None:
            looked_at = time.time_ns() // 1_000_000
            self._goal = looked_at, await self._ends()
        looked_at, goal = self._goal
        frontiers = await self._frontiers()
        if all(frontiers[partition] >= goal.get(partition, 0) for partition in frontiers):
            self.current_until, self._goal = looked_at, None
            self._still_since = None
        elif frontiers != self._before or self._busy():
            self._still_since = None
        else:
            await self._stand_still(frontiers, goal)
        self._before = frontiers

    async def _stand_still(self, frontiers: Offsets, goal: Offsets) -> None:
        now = time.monotonic()
        self._still_since = self._still_since or now
        if now - self._still_since > STALLED_SECONDS:
            names = sorted(f"{partition.topic}[{partition.partition}]" for partition, end in goal.items()
                           if frontiers.get(partition, 0) < end)
            await self.crash(Stalled(f"the agents' consumer stands still before unread records of {', '.join(names)}"))
