"""The doors that are asked all day, as one ASGI application before all others.

FastAPI's layers cost as much as all that is done for a push or an answer (`ops/decisions/0082`, `ops/decisions/0131`):
so these doors speak ASGI themselves, and everything else goes on to `others`.
"""

import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from connectors.faults import place_of
from connectors.problems import Problem, of_status
from streams.metrics import DoorMetrics

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

logger = logging.getLogger(__name__)


class PlainRequest(NamedTuple):
    """A POST before its body is read. `named` are the parts of the path that its door's template names, in order.

    Names of headers are lower case; where one stands twice the first counts.
    """

    path: str
    named: tuple[str, ...]
    headers: Mapping[str, str]
    receive: Receive


Take = Callable[[PlainRequest], Awaitable[bytes]]
"""What takes a request and gives its answer, a JSON document; Problem."""


class _Door:
    """One of them; its metrics go by its template."""

    def __init__(self, template: str, take: Take) -> None:
        self.template = template
        self.take = take
        self.metrics = DoorMetrics(template)
        self.names_last = template.endswith("}")


class PlainDoors:
    """Answers POSTs to `takes`, by templates `/v1/{what}/{name}/{last}`, of which the last part may be a name, too."""

    def __init__(self, takes: Mapping[str, Take], others: ASGIApp) -> None:
        self._others = others
        self._doors = {_key_of(template): _Door(template, take) for template, take in takes.items()}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        parts = scope["path"].split("/") if scope["type"] == "http" else []
        door = self._door_of(parts)
        if door is None:
            await self._others(scope, receive, send)
            return
        began = time.monotonic()
        try:
            if scope["method"] != "POST":
                raise of_status(405)
            headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in reversed(scope["headers"])}
            named = (parts[3], parts[4]) if door.names_last else (parts[3],)
            content = await door.take(PlainRequest(scope["path"], named, headers, receive))
            status = 200
            await _send(content, send)
        except Problem as problem:
            status = problem.status
            await problem.response()(scope, receive, send)
        except Exception as error:  # noqa: BLE001 - of no error the sender learns more than that there was one
            logger.error("%s: %s", door.template, place_of(error))  # noqa: TRY400 - its text may show what came
            status = 500
            await of_status(status).response()(scope, receive, send)
        door.metrics.answered(status, time.monotonic() - began)

    def _door_of(self, parts: list[str]) -> _Door | None:
        """The door that a path is for, if it is for one: `["", "v1", what, name, last]`, none but the first empty."""
        if len(parts) != 5 or parts[0] or parts[1] != "v1" or not (parts[3] and parts[4]):
            return None
        return self._doors.get((parts[2], parts[4])) or self._doors.get((parts[2], ""))


def _key_of(template: str) -> tuple[str, str]:
    """What a door's path must say in its second part, and in its last unless that is a name."""
    _, _, what, _, last = template.split("/")
    return what, "" if last.startswith("{") else last


async def _send(content: bytes, send: Send) -> None:
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(content))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})
