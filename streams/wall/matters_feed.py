"""The wall's matters as they change, for pages that are read under a token: each has a reader of the wall's feed."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from streams.wall.feed import Changes, EventId, Feed, Screen

PAUSE_SECONDS = 0.5
MATTERS = "matters"

Matter = Mapping[str, Any]


class MattersFeed(ABC):
    """`run` must be running, and that of the wall's feed, for anything else to mean something."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._at: EventId | None = None
        """The last entry that was taken; None while no whole cache was read."""

    def now(self) -> int:
        """The gateway's time in milliseconds."""
        return self._feed.now()

    def pulse(self) -> bytes:
        """The gateway's time, up to when the cache is known to be current, whether it can be read now."""
        return self._feed.pulse()

    async def run(self) -> None:
        """Follow the wall's feed until cancelled."""
        while True:
            async with self._feed.screen() as screen:
                await self._follow(screen)

    @abstractmethod
    def begin(self, at: EventId, matters: Mapping[str, Matter]) -> None:
        """Begin anew with all matters, by number."""

    @abstractmethod
    def take(self, at: EventId, changed: Sequence[tuple[str, Matter | None]]) -> None:
        """Take the matters that one entry changes, None for one that has left the wall."""

    @abstractmethod
    def has_begun(self) -> None:
        """What had come since all were read was taken, too."""

    async def _follow(self, screen: Screen) -> None:
        """Until the screen did not keep up."""
        await self._begin()
        while not screen.dropped:
            entry = await screen.entries.get()
            if entry is None:
                await self._begin()
            else:
                self._apply(entry)

    async def _begin(self) -> None:
        """Read everything as soon as it can be read."""
        while (whole := await self._feed.whole()) is None or not self._feed.following:
            await asyncio.sleep(PAUSE_SECONDS)
        snapshot, missed = whole
        self.begin(snapshot.event_id, json.loads(snapshot.data)[MATTERS])
        self._at = snapshot.event_id
        for entry in missed:
            self._apply(entry)
        self.has_begun()

    def _apply(self, entry: Changes) -> None:
        at = self._at
        if at is None or entry.event_id.generation != at.generation or entry.event_id.position <= at.position:
            return
        self._at = entry.event_id
        changes = json.loads(entry.data)
        self.take(entry.event_id, [(one["key"], one["value"]) for one in changes if one["kind"] == MATTERS])
