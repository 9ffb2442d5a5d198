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
    """The consumer stands still for no reason that would pass: the process must start anew."""


class Progress(Service):
    """Every 2 s: is everything done that Kafka had at an earlier look?

    `ends` gives the end of each owned partition for committed readers, `frontiers` the offset below which everything
    is done; both raise KafkaError where Kafka does not answer. `assigned` says whether the group has settled who owns
    what, `busy` whether any record is in hand: then waiting is intended, and no stall.
    """

    def __init__(
        self,
        ends: Callable[[], Awaitable[Offsets]],
        frontiers: Callable[[], Awaitable[Offsets]],
        assigned: Callable[[], bool],
        busy: Callable[[], bool],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.current_until: dict[Any, int] = {}
        """For each owned partition an instant (milliseconds): all that was in it then is done."""
        self._ends = ends
        self._frontiers = frontiers
        self._assigned = assigned
        self._busy = busy
        self._goal: tuple[int, Offsets] | None = None
        self._before: Offsets = {}
        self._still_since: float | None = None

    @Service.task
    async def _watch(self) -> None:
        async for _ in self.itertimer(LOOK_SECONDS, name="progress"):
            try:
                async with asyncio.timeout(QUESTION_SECONDS):
                    stands = await self._stands_still()
            except (KafkaError, TimeoutError):
                stands = ""
            await self._bear(stands)

    async def _stands_still(self) -> str:
        """What does not move, '' where it does or need not."""
        if not self._assigned():
            self.current_until, self._goal = {}, None
            return "its group does not settle"
        if self._goal is None:
            looked_at = time.time_ns() // 1_000_000
            self._goal = looked_at, await self._ends()
        looked_at, goal = self._goal
        before, self._before = self._before, await self._frontiers()
        behind = [partition for partition, done in self._before.items() if done < goal.get(partition, 0)]
        if not behind:
            self.current_until, self._goal = dict.fromkeys(self._before, looked_at), None
            return ""
        if self._busy() or before != self._before:
            return ""
        names = sorted(f"{partition.topic}[{partition.partition}]" for partition in behind)
        return f"it does not read the records that wait in {', '.join(names)}"

    async def _bear(self, stands: str) -> None:
        now = time.monotonic()
        if not stands:
            self._still_since = None
        elif self._still_since is None:
            self._still_since = now
        elif now - self._still_since > STALLED_SECONDS:
            await self.crash(Stalled(f"the agents' consumer stands still: {stands}"))
