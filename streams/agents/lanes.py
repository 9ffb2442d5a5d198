"""Calls in lanes, one lane for each destination: what waits for a dead one takes nobody else's turn."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)

CALLS_AT_ONCE = 4
"""In one lane."""


class _Lane:
    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(CALLS_AT_ONCE)
        self.in_hand = 0


class Lanes(Generic[Name]):
    """A few calls of a lane are made at once, the others wait in their order; a lane that is empty costs nothing."""

    def __init__(self) -> None:
        self._lanes: dict[Name, _Lane] = {}

    def in_hand(self, name: Name) -> int:
        """The calls of a lane, made or waiting."""
        lane = self._lanes.get(name)
        return lane.in_hand if lane else 0

    @asynccontextmanager
    async def turn(self, name: Name) -> AsyncIterator[None]:
        """Waits for a turn in the lane, which lasts as long as this does."""
        lane = self._lanes.setdefault(name, _Lane())
        lane.in_hand += 1
        try:
            async with lane.turns:
                yield
        finally:
            lane.in_hand -= 1
            if not lane.in_hand:
                del self._lanes[name]
