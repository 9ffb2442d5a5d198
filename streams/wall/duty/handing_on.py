"""A request on its way through the wall's gateway to the front door, in bounds."""

from urllib.parse import quote

from fastapi import Request, Response

from streams.wall.duty.front_door import MOST_BYTES, DoorAway, FrontDoor
from streams.wall.duty.readers import NotReadable


async def handed_on(front_door: FrontDoor | None, request: Request, *parts: str) -> Response:
    """What the front door says at `/v1/` and these parts of an address; NotReadable where it cannot be asked."""
    if front_door is None:
        raise NotReadable(503, "front_door_unknown", "HUB_GATEWAY names no front door to hand answers on to")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise NotReadable(413, "too_large", f"at most {MOST_BYTES} bytes")
    path = "/".join(quote(part, safe="") for part in parts)
    try:
        said = await front_door.post(f"/v1/{path}", request.headers, bytes(body))
    except DoorAway as away:
        detail = "the front door does not answer: send again, with the same Idempotency-Key"
        raise NotReadable(503, "front_door_away", detail) from away
    return Response(said.body, said.status, headers=said.headers)
