"""What waits at the centre as it changes, for all desks of a gateway: one reader of the wall's feed and its reviews."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Protocol

from streams.hosting.ending import end
from streams.secrecy.actors import Actor
from streams.wall.desk.competence import Competence
from streams.wall.desk.reviews import OpenReviews
from streams.wall.desk.waiting import Shown, Waiting
from streams.wall.feed import AWAY, EventId, Feed
from streams.wall.matters_feed import Matter, MattersFeed

LOOK_SECONDS = 1.0
"""How soon a suspected duplicate is on the desk: there are dozens at most, so they are read anew, not followed."""


class Reviews(Protocol):
    """Where the reviews that wait are read from."""

    async def read(self) -> OpenReviews: ...

    async def close(self) -> None: ...


class DeskFeed(MattersFeed):
    """What waits for each officer."""

    def __init__(self, feed: Feed, reviews: Reviews, competence: Competence) -> None:
        super().__init__(feed)
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

    async def run(self) -> None:
        """Follow until cancelled."""
        looking = asyncio.create_task(self._look())
        try:
            await super().run()
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

    def begin(self, at: EventId, matters: Mapping[str, Matter]) -> None:
        self._waiting.matters.clear()
        for matter_no, matter in matters.items():
            self._waiting.take(matter_no, matter)

    def take(self, at: EventId, changed: Sequence[tuple[str, Matter | None]]) -> None:
        taken = [self._waiting.take(matter_no, matter) for matter_no, matter in changed]
        self.version += any(taken)

    def has_begun(self) -> None:
        self._has_matters = True
        self.version += 1
