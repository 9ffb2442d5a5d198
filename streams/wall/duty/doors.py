"""The doors of the duty page: a unit's open orders as they are and as they change, and its answers on their way."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import FastAPI, Header, Request, Response

from streams.hosting.ending import end
from streams.metrics import WallMetrics, count_refusal
from streams.wall.duty.contents import add_contents
from streams.wall.duty.events import UnitStream, inbox_json
from streams.wall.duty.feed import UnitFeed
from streams.wall.duty.front_door import FrontDoor
from streams.wall.duty.handing_on import handed_on
from streams.wall.duty.readers import NotReadable, Readers

JSON, PROBLEM = "application/json", "application/problem+json"
MOST_PHONES = 1_000


@dataclass(frozen=True)
class Duty:
    """What the duty page stands on; without a front door units read, and answer elsewhere."""

    feed: UnitFeed
    readers: Readers
    front_door: FrontDoor | None

    @asynccontextmanager
    async def following(self) -> AsyncIterator[None]:
        """The orders are followed for as long as this lasts."""
        reader = asyncio.create_task(self.feed.run())
        yield
        await end(reader)
        if self.front_door is not None:
            await self.front_door.close()


def add_duty(app: FastAPI, duty: Duty) -> None:
    """Add the doors to the wall's gateway."""
    app.add_exception_handler(NotReadable, _refused)
    _add_reading(app, duty)
    _add_answering(app, duty)
    add_contents(app, duty.feed, duty.readers, duty.front_door)


def _add_reading(app: FastAPI, duty: Duty) -> None:
    metrics = WallMetrics()

    @app.get("/v1/units/{unit}/orders")
    async def orders(unit: str, request: Request) -> Response:
        """The unit's open orders by number, and the id from which the stream goes on."""
        duty.readers.check(request.headers.get("authorization"), unit)
        inbox = duty.feed.inbox(unit)
        if inbox is None:
            raise NotReadable(503, "not_whole", "the orders cannot be read yet: come again")
        return Response(inbox_json(inbox, duty.feed.now()), media_type=JSON, headers={"Cache-Control": "no-store"})

    @app.get("/v1/units/{unit}/orders/stream")
    async def stream(unit: str, request: Request, last_event_id: Annotated[str, Header()] = "") -> Response:
        """Server-sent events: `orders`, `changes`, `heartbeat`, `signed_out`; goes on after Last-Event-ID."""
        identified = duty.readers.check(request.headers.get("authorization"), unit)
        if duty.feed.phones >= MOST_PHONES:
            raise NotReadable(503, "too_many_phones", f"{MOST_PHONES} duty pages are connected")
        return UnitStream(duty.feed, metrics, unit, last_event_id, identified.expires_at)


def _add_answering(app: FastAPI, duty: Duty) -> None:
    @app.post("/v1/orders/{order_no}/{answer}")
    async def answer(order_no: str, answer: str, request: Request) -> Response:
        """An answer, handed on to the front door."""
        return await handed_on(duty.front_door, request, "orders", order_no, answer)

    @app.post("/v1/approvals/{request_no}/{decision}")
    async def decide(request_no: str, decision: str, request: Request) -> Response:
        """A decision about a request, handed on to the front door."""
        return await handed_on(duty.front_door, request, "approvals", request_no, decision)

    @app.post("/v1/matters/{matter_no}/whistle")
    async def whistle(matter_no: str, request: Request) -> Response:
        """A town's whistle, handed on to the front door."""
        return await handed_on(duty.front_door, request, "matters", matter_no, "whistle")

    @app.post("/v1/whistles/{whistle_no}/sign")
    async def sign(whistle_no: str, request: Request) -> Response:
        """A town's signature for a unit that it whistled for, handed on to the front door."""
        return await handed_on(duty.front_door, request, "whistles", whistle_no, "sign")

    @app.post("/v1/units/{unit}/handover")
    async def hand_over(unit: str, request: Request) -> Response:
        """The signature of whoever comes on duty, handed on to the front door."""
        return await handed_on(duty.front_door, request, "units", unit, "handover")


async def _refused(_: Request, error: Exception) -> Response:
    assert isinstance(error, NotReadable)  # noqa: S101 - registered for this class only
    count_refusal(error.reason)
    body: dict[str, Any] = {
        "type": f"urn:hub:problem:{error.reason}",
        "status": error.status,
        "detail": str(error),
    }
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    return Response(json.dumps(body), error.status, headers, PROBLEM)
