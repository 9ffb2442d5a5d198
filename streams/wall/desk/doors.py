"""The doors of the desk: what waits for an officer, as it is and as it changes, and his word on its way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Literal

from fastapi import FastAPI, Request, Response

from streams.hosting.ending import end
from streams.metrics import WallMetrics
from streams.secrecy.actors import Identified
from streams.wall.desk.events import DeskStream, desk_json
from streams.wall.desk.feed import DeskFeed
from streams.wall.duty.front_door import FrontDoor
from streams.wall.duty.handing_on import handed_on
from streams.wall.duty.readers import NotReadable, Readers

JSON = "application/json"
MOST_DESKS = 200


@dataclass(frozen=True)
class Desk:
    """What the desk stands on; without a front door the centre reads, and decides elsewhere."""

    feed: DeskFeed
    readers: Readers
    front_door: FrontDoor | None

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """What waits is followed for as long as this lasts."""
        reader = asyncio.create_task(self.feed.run())
        yield
        await end(reader)

    def check(self, authorization: str | None) -> Identified:
        """Who reads; NotReadable for whoever is not of a centre and decides nothing for his unit."""
        identified = self.readers.identify(authorization)
        if not self.feed.competence.may_come(identified.actor):
            raise NotReadable(403, "no_desk", "a desk is for units that are centres, and for who approves in his unit")
        return identified


def add_desk(app: FastAPI, desk: Desk) -> None:
    """Add the doors to the wall's gateway."""
    _add_reading(app, desk)
    _add_deciding(app, desk)


def _add_reading(app: FastAPI, desk: Desk) -> None:
    metrics = WallMetrics()

    @app.get("/v1/desk")
    async def waiting(request: Request) -> Response:
        """What waits for the officer of the token, by section; null where his role has no say."""
        identified = desk.check(request.headers.get("authorization"))
        found = desk.feed.waiting(identified.actor)
        if found is None:
            raise NotReadable(503, "not_whole", "what waits cannot be read yet: come again")
        return Response(desk_json(found, desk.feed.now()), media_type=JSON, headers={"Cache-Control": "no-store"})

    @app.get("/v1/desk/stream")
    async def stream(request: Request) -> Response:
        """Server-sent events: `desk` whenever anything has changed, `heartbeat`, `signed_out`."""
        identified = desk.check(request.headers.get("authorization"))
        if desk.feed.desks >= MOST_DESKS:
            raise NotReadable(503, "too_many_desks", f"{MOST_DESKS} desks are connected")
        return DeskStream(desk.feed, metrics, identified)


def _add_deciding(app: FastAPI, desk: Desk) -> None:
    @app.post("/v1/incidents/{incident_no}/{decision}")
    async def decide(incident_no: str, decision: Literal["join", "apart"], request: Request) -> Response:
        """What somebody says of a suspected duplicate, handed on to the front door."""
        return await handed_on(desk.front_door, request, "incidents", incident_no, decision)

    @app.post("/v1/supervisions/{supervision_no}/{act}")
    async def supervise(supervision_no: str, act: str, request: Request) -> Response:
        """A word on a supervision order, handed on to the front door."""
        return await handed_on(desk.front_door, request, "supervisions", supervision_no, act)

    @app.post("/v1/meetings/{meeting_no}/{word}")
    async def meet(meeting_no: str, word: str, request: Request) -> Response:
        """That a meeting was held, or what it has decided, handed on to the front door."""
        return await handed_on(desk.front_door, request, "meetings", meeting_no, word)
