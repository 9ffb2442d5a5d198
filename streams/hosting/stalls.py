"""The watchdog over Faust's consumer, which is known to fall silent without an error (faust-streaming #175, #532)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiokafka.errors import KafkaError
from mode import Service

Offsets = Mapping[Any, int | None]
LOOK_SECONDS = 30.0
LOOKS = 4
QUESTION_SECONDS = 20.0


class Stalled(Exception):
    """Records wait in Kafka, nothing is in hand, and yet nothing was read for minutes: the process must start anew."""


class StallWatch(Service):
    """Looks every 30 s; the fourth look in a row at which the same records wait unread ends the process.

    `positions` and `ends` give the offset to be read next and the end of each owned partition; `busy` says whether
    any record is in hand, for then waiting is intended.
    """

    def __init__(
        self,
        positions: Callable[[], Awaitable[Offsets]],
        ends: Callable[[], Awaitable[Offsets]],
        busy: Callable[[], bool],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._positions = positions
        self._ends = ends
        self._busy = busy
        self._waiting: dict[Any, int] = {}
        self._looks = 0

    @Service.task
    async def _watch(self) -> None:
        async for _ in self.itertimer(LOOK_SECONDS, name="stalls"):
            try:
                async with asyncio.timeout(QUESTION_SECONDS):
                    positions, ends = await self._positions(), await self._ends()
            except (KafkaError, TimeoutError):
                self._looks = 0
            else:
                await self._compare(positions, ends)

    async def _compare(self, positions: Offsets, ends: Offsets) -> None:
        waiting = {
            partition: position
            for partition, position in positions.items()
            if position is not None and position < (ends.get(partition) or 0)
        }
        same = {partition for partition, position in waiting.items() if self._waiting.get(partition) == position}
        self._looks = self._looks + 1 if same and not self._busy() else 0
        self._waiting = waiting
        if self._looks >= LOOKS:
            names = ", ".join(f"{partition.topic}[{partition.partition}]" for partition in sorted(same))
            await self.crash(Stalled(f"the agents' consumer stands still before unread records of {names}"))
