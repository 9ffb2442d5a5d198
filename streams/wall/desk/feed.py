"""What waits at the centre as it changes, for all desks of a gateway: one reader of the wall's feed and its reviews."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from redis.exceptions import RedisError

from streams.hosting.ending import end
from streams.secrecy.actors import Actor
from streams.wall.desk.competence import Competence
from streams.wall.desk.reviews import OpenReviews
from streams.wall.desk.waiting import Shown, Waiting
from streams.wall.feed import Changes, Feed, NotWhole, Screen

AWAY = (RedisError, OSError, TimeoutError, NotWhole)
LOOK_SECONDS = 1.0
"""How soon a suspected duplicate is on the desk: there are dozens at most, so they are read anew, not followed."""
PAUSE_SECONDS = 0.5
MATTERS = "matters"


class Reviews(Protocol):
    """Where the reviews that wait are read from."""

    async def read(self) -> OpenReviews: ...

    async def close(self) -> None: ...


class DeskFeed:
    """`run` must be running, and that of the wall's feed, for anything else to mean something."""

    def __init__(self, feed: Feed, reviews: Reviews, competence: Competence) -> None:
        self._feed = feed
        self._reviews = reviews
        self._waiting = Waiting(competence)
        self._has_matters = False
        self._found: OpenReviews | None = None
        self.competence = competence
        self.desks = 0
        self.version = 0
        """Another number each time that anything has changed."""

    @contextmanager
    def desk(self) -> Iterator[None]:
        """A page is connected for as long as this lasts."""
        self.desks += 1
        try:
            yield
        finally:
            self.desks -= 1

    def waiting(self, actor: Actor) -> Shown | None:
        """What waits for an officer; None while not everything was read."""
        return self._waiting.of(actor) if self._has_matters and self._found is not None else None

    def now(self) -> int:
        """The gateway's time in milliseconds."""
        return self._feed.now()

    def pulse(self) -> bytes:
        """The gateway's time, up to when the cache is known to be current, whether it can be read now."""
        return self._feed.pulse()

    async def run(self) -> None:
        """Follow until cancelled."""
        looking = asyncio.create_task(self._look())
        try:
            while True:
                async with self._feed.screen() as screen:
                    await self._follow(screen)
        finally:
            await end(looking)
            await self._reviews.close()

    async def _look(self) -> None:
        while True:
            try:
                found = await self._reviews.read()
            except AWAY:
                # The wall's feed says so, and the page by the age of what it shows.
                found = None
            if found is not None and found != self._found:
                self._found = found
                self._waiting.reviews, self._waiting.incidents = found.reviews, found.incidents
                self.version += 1
            await asyncio.sleep(LOOK_SECONDS)

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
        """Read every matter as soon as they can be read."""
        while True:
            try:
                snapshot = await self._feed.snapshot()
                missed = await self._feed.since(snapshot.event_id)
            except AWAY:
                missed = None
            if missed is not None and self._feed.following:
                break
            await asyncio.sleep(PAUSE_SECONDS)
        self._at = snapshot.event_id
        self._waiting.matters.clear()
        for matter_no, matter in json.loads(snapshot.data)[MATTERS].items():
            self._waiting.take(matter_no, matter)
        for entry in missed:
            self._apply(entry)
        self._has_matters = True
        self.version += 1

    def _apply(self, entry: Changes) -> None:
        if entry.event_id.generation != self._at.generation or entry.event_id.position <= self._at.position:
            return
        self._at = entry.event_id
        changed = [
            self._waiting.take(change["key"], change["value"])
            for change in json.loads(entry.data)
            if change["kind"] == MATTERS
        ]
        self.version += any(changed)
