"""The gateway as one HTTP application: departments push rows, units answer orders, clients ask for schemas.

A receipt is given only when Kafka has acknowledged; where it does not in time, the answer is 503 and the sender comes
again with the same ids.
"""

import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.confidentiality import add_sealing
from connectors.given_back import GivenBack
from connectors.handovers import add_handovers
from connectors.incident_doors import add_incidents
from connectors.joint_doors import add_joint
from connectors.measure_doors import add_measures
from connectors.openapi import DISPUTES, openapi_of, push_paths
from connectors.openapi_page import page_of
from connectors.order_doors import order_doors, order_paths
from connectors.person_doors import add_persons
from connectors.person_readings import Persons
from connectors.person_rights_doors import add_person_rights
from connectors.plain_doors import PlainDoors
from connectors.problems import Problem, documented, no_such_system, of_status, on_problem
from connectors.push_doors import PushDoor, PushDoors, check_sender, within_quota
from connectors.push_keys import PushKeys
from connectors.signed_facts import SignedFacts
from streams.codec import Codec
from streams.metrics import CONTENT_TYPE_LATEST, DoorMetrics, exposition
from streams.secrecy.secret_store import SecretStore

REGISTRY_TYPE = "application/vnd.schemaregistry.v1+json"


@dataclass(frozen=True)
class Doors:
    """What the gateway stands on. `not_ready` says why no receipt could be given now; nothing where one could."""

    pushes: Mapping[str, PushDoor]
    keys: PushKeys
    given_back: GivenBack
    matters: SignedFacts
    incidents: SignedFacts
    persons: Persons
    codec: Codec
    secrets: SecretStore
    not_ready: Callable[[], Awaitable[Sequence[str]]]


def create_gateway(doors: Doors) -> ASGIApp:
    """The application. Its documents are at `/openapi.json`, a department's own at `/docs/{system}`."""
    pushes = PushDoors(doors.pushes, doors.keys, doors.secrets)
    return PlainDoors({**pushes.takes, **order_doors(doors.matters)}, _other_doors(doors))


def _other_doors(doors: Doors) -> FastAPI:
    app = Documented(title="城市治理数据中枢 前置入口 / hub gateway", docs_url=None, redoc_url=None)
    app.add_exception_handler(Problem, on_problem)
    for status in (404, 405):
        app.add_exception_handler(status, _on_status)
    app.add_exception_handler(500, _on_status)
    app.add_middleware(Measured)
    _add_documents(app, doors)
    _add_disputes(app, doors)
    add_handovers(app, doors.matters)
    add_measures(app, doors.matters)
    add_joint(app, doors.matters)
    add_sealing(app, doors.matters)
    add_incidents(app, doors.incidents)
    add_persons(app, doors.persons.facts, doors.persons.readings)
    add_person_rights(app, doors.persons.facts)
    _add_schemas(app, doors)
    _add_operations(app, doors)
    return app


def _door(doors: Doors, system: str) -> PushDoor:
    door = doors.pushes.get(system)
    if door is None:
        raise no_such_system()
    return door


def _add_documents(app: FastAPI, doors: Doors) -> None:
    @app.get("/openapi/{system}.json")
    async def document(system: str) -> Response:
        """部门推送接口的 OpenAPI 文档 / the OpenAPI document of one department's doors."""
        return JSONResponse(openapi_of(_door(doors, system).contract))

    @app.get("/docs/{system}")
    async def page(system: str) -> Response:
        """部门推送接口的说明页 / the same as a page."""
        return HTMLResponse(page_of(_door(doors, system).contract))


def _add_disputes(app: FastAPI, doors: Doors) -> None:
    @app.get(DISPUTES, responses=documented(401, 404, 429, 503))
    async def disputes(system: str, request: Request) -> Response:
        """退回本部门核校、尚未答复的数据 / the values given back to a department; it signs an empty body.

        Also while its system is suspended: it has to answer all the same.
        """
        door = _door(doors, system)
        check_sender(door, doors.secrets, request.headers, b"")
        within_quota(door.quota.take_request)
        return JSONResponse(doors.given_back.told(door.contract))


def _add_schemas(app: FastAPI, doors: Doors) -> None:
    @app.get("/schemas/ids/{identity}")
    async def schema(identity: str) -> Response:
        """数据结构定义,供通用客户端解码 / a schema by id, as a Confluent registry answers."""
        found = doors.codec.schema_with_identity(int(identity)) if identity.isdecimal() and len(identity) < 10 else None
        if found is None:
            return JSONResponse({"error_code": 40403, "message": "Schema not found"}, 404, media_type=REGISTRY_TYPE)
        return JSONResponse({"schema": json.dumps(found.definition, ensure_ascii=False)}, media_type=REGISTRY_TYPE)


def _add_operations(app: FastAPI, doors: Doors) -> None:
    @app.get("/health/live")
    async def live() -> Response:
        return JSONResponse({"live": True})

    @app.get("/health/ready")
    async def ready() -> Response:
        reasons = await doors.not_ready()
        return JSONResponse({"ready": not reasons, "reasons": list(reasons)}, 503 if reasons else 200)

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(exposition(), media_type=CONTENT_TYPE_LATEST)


class Documented(FastAPI):
    """FastAPI's own document, and in it the doors that stand before FastAPI."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        return {**document, "paths": {**push_paths(), **order_paths(), **document["paths"]}}


class Measured:
    """Counts and times every request under the template of its route."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._metrics: dict[str, DoorMetrics] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.monotonic(), 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            door = getattr(scope.get("route"), "path", "other")
            metrics = self._metrics.get(door)
            if metrics is None:
                metrics = self._metrics[door] = DoorMetrics(door)
            metrics.answered(status, time.monotonic() - began)


async def _on_status(_: Request, error: Exception) -> Response:
    return of_status(getattr(error, "status_code", 500)).response()
