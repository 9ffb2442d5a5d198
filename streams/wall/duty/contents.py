"""The door to the content of a confidential order (保密工单): shown to one reader, once its receipt is in Kafka."""

import json
from typing import Any

from fastapi import FastAPI, Request, Response
from redis.exceptions import RedisError

from streams.facts.vocabulary import CENTRE_ROLES
from streams.secrecy.actors import Identified
from streams.wall.duty.feed import UnitFeed
from streams.wall.duty.front_door import DoorAway, FrontDoor, Said
from streams.wall.duty.readers import NotReadable, Readers

JSON = "application/json"
SHOWN = ("matter_no", "region", "longitude", "latitude")
"""Of the content; who else has read it is the centre's business (`hub matter readings`)."""
TAKEN = 200
NOT_WHOLE = NotReadable(503, "not_whole", "the orders cannot be read yet: come again")


def add_contents(app: FastAPI, feed: UnitFeed, readers: Readers, front_door: FrontDoor | None) -> None:
    """Add the door."""

    @app.get("/v1/orders/{order_no}/content")
    async def content(order_no: str, request: Request) -> Response:
        """Where a confidential order is, for the order's unit and the centre; each reading leaves a receipt."""
        authorization = request.headers.get("authorization")
        identified = readers.identify(authorization)
        _check_open(feed, identified, order_no)
        found = await _found(feed, order_no)
        said = await _receipt(front_door, order_no, str(authorization))
        if said.status != TAKEN:
            return Response(said.body, said.status, headers=said.headers)
        shown = {name: found[name] for name in SHOWN}
        body = json.dumps({"order_no": order_no, **shown, "receipt": json.loads(said.body)})
        return Response(body, media_type=JSON, headers={"Cache-Control": "no-store"})


def _check_open(feed: UnitFeed, identified: Identified, order_no: str) -> None:
    """A unit reads what is open in its own inbox; of any other order it is not told whether there is one."""
    if identified.actor.role in CENTRE_ROLES:
        return
    inbox = feed.inbox(identified.actor.unit)
    if inbox is None:
        raise NOT_WHOLE
    if order_no not in inbox.orders:
        raise _no_content()


async def _found(feed: UnitFeed, order_no: str) -> dict[str, Any]:
    try:
        kept = await feed.content(order_no)
    except (RedisError, OSError, TimeoutError) as error:
        raise NOT_WHOLE from error
    if kept is None:
        raise _no_content()
    found: dict[str, Any] = json.loads(kept)
    return found


async def _receipt(front_door: FrontDoor | None, order_no: str, authorization: str) -> Said:
    """What the front door says to the receipt. Without the reader's key: each reading is one of its own."""
    if front_door is None:
        raise NotReadable(503, "front_door_unknown", "HUB_GATEWAY names no front door that could take the receipt")
    try:
        return await front_door.post(f"/v1/orders/{order_no}/read", {"authorization": authorization}, b"")
    except DoorAway as away:
        raise NotReadable(503, "front_door_away", "no receipt could be left, so nothing is shown: come again") from away


def _no_content() -> NotReadable:
    return NotReadable(404, "no_content", "there is no confidential order of this number for this reader")
