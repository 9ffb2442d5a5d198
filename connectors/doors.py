"""The gateway as one HTTP application: departments push rows, units answer orders, clients ask for schemas.

A receipt is given only when Kafka has acknowledged; where it does not in time, the answer is 503 and the sender comes
again with the same ids.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.answers import ANSWERS, AnswerDoor, AnswerRequest
from connectors.authorisation import OBSTACLES, Obstacle
from connectors.contract import CONFLICT, Contract, RawRow, Receipt
from connectors.openapi import AVRO, BATCH_JSON, STRUCTURED, openapi_of
from connectors.openapi_page import page_of
from connectors.problems import TITLES, Problem, on_problem
from connectors.pushed_events import (
    NotEvents,
    TooManyRows,
    avro_batch,
    binary_event,
    json_batch,
    structured_event,
)
from connectors.quotas import OverQuota, Quota
from connectors.readers.http_push import IntakeFailed, IntakeFull, PushIntake
from connectors.signatures import SignatureRefused, check_signature, keys_of
from streams.codec import Codec
from streams.metrics import CONTENT_TYPE_LATEST, DoorMetrics, count_receipts, exposition
from streams.secrecy.secret_store import SecretMissing, SecretStore

EVENT_BYTES = 1024 * 1024
BATCH_BYTES = 8 * 1024 * 1024
ANSWER_BYTES = 16 * 1024
BODY_SECONDS = 10.0
RECEIPT_SECONDS = 10.0
"""How long a sender waits for Kafka before it is told to come again."""
BUSY_RETRY_SECONDS, AWAY_RETRY_SECONDS = 1, 5

REGISTRY_TYPE = "application/vnd.schemaregistry.v1+json"


@dataclass(frozen=True)
class PushDoor:
    """One department's door: its contract, where its rows go, its keys by their secret, what and if it may push."""

    contract: Contract
    intake: PushIntake
    key_secret: str
    quota: Quota
    obstacle: Callable[[], Obstacle | None]


@dataclass(frozen=True)
class Doors:
    """What the gateway stands on. `not_ready` says why no receipt could be given now; nothing where one could."""

    pushes: Mapping[str, PushDoor]
    answers: AnswerDoor
    codec: Codec
    secrets: SecretStore
    not_ready: Callable[[], Awaitable[Sequence[str]]]


def create_gateway(doors: Doors) -> FastAPI:
    """The application. Its documents are at `/openapi.json`, a department's own at `/docs/{system}`."""
    app = FastAPI(title="城市治理数据中枢 前置入口 / hub gateway", docs_url=None, redoc_url=None)
    app.add_exception_handler(Problem, on_problem)
    for status in (404, 405):
        app.add_exception_handler(status, _on_status)
    app.add_exception_handler(500, _on_status)
    app.add_middleware(Measured)
    _add_pushes(app, doors)
    _add_documents(app, doors)
    _add_answers(app, doors)
    _add_schemas(app, doors)
    _add_operations(app, doors)
    return app


def _add_pushes(app: FastAPI, doors: Doors) -> None:
    @app.post("/v1/sources/{system}/events", responses=_documented(400, 401, 403, 404, 409, 413, 415, 422, 429, 503))
    async def push_event(system: str, request: Request) -> Response:
        """推送一条 CloudEvent(结构化或二进制模式),返回回执 / push one CloudEvent, a receipt comes back."""
        door, body = await _signed(system, request, EVENT_BYTES)
        row = _event(request, body)
        (receipt,) = await _receipts(system, door, [row])
        if receipt.reason == CONFLICT:
            raise Problem(409, CONFLICT, "this record and version were taken with other content: send a new version")
        return JSONResponse(receipt.told())

    @app.post("/v1/sources/{system}/batches", responses=_documented(400, 401, 403, 404, 413, 415, 422, 429, 503))
    async def push_batch(system: str, request: Request) -> Response:
        """推送一批(JSON数组或Avro文件),逐行返回回执 / push many rows, one receipt a row comes back."""
        door, body = await _signed(system, request, BATCH_BYTES)
        rows = await asyncio.to_thread(_batch, request, body)
        return JSONResponse([receipt.told() for receipt in await _receipts(system, door, rows)])

    async def _signed(system: str, request: Request, most_bytes: int) -> tuple[PushDoor, bytes]:
        door = _door(doors, system)
        body = await read_body(request, most_bytes)
        try:
            keys = keys_of(doors.secrets.read(door.key_secret))
        except SecretMissing as error:
            raise Problem(
                503, "no_key", "the hub has no key of this department", retry_after_seconds=AWAY_RETRY_SECONDS
            ) from error
        try:
            check_signature(keys, request.headers, body, time.time())
        except SignatureRefused as refused:
            raise Problem(401, refused.reason, str(refused)) from refused
        if obstacle := door.obstacle():
            raise not_permitted(obstacle)
        _within_quota(lambda: door.quota.take_request(time.monotonic()))
        return door, body


def _door(doors: Doors, system: str) -> PushDoor:
    door = doors.pushes.get(system)
    if door is None:
        raise Problem(404, "no_such_system", "no department pushes under this code")
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


def _event(request: Request, body: bytes) -> RawRow:
    door, kind = request.url.path, _content_type(request)
    try:
        if kind == STRUCTURED:
            return structured_event(body, door)
        if "ce-specversion" in request.headers:
            return binary_event(request.headers, body, door)
    except NotEvents as error:
        raise _problem_of(error) from error
    raise Problem(415, "content_type", f"send {STRUCTURED}, or JSON with ce- headers")


def _batch(request: Request, body: bytes) -> list[RawRow]:
    door, kind = request.url.path, _content_type(request)
    try:
        if kind in BATCH_JSON:
            return json_batch(body, door)
        if kind in AVRO:
            return avro_batch(body, door)
    except NotEvents as error:
        raise _problem_of(error) from error
    raise Problem(415, "content_type", f"send {BATCH_JSON[0]}, or {AVRO[0]}")


def _problem_of(error: NotEvents) -> Problem:
    if isinstance(error, TooManyRows):
        return Problem(413, error.reason, str(error))
    return Problem(400 if error.reason in ("not_json", "not_avro") else 422, error.reason, str(error))


def _within_quota(take: Callable[[], None]) -> None:
    """After the signature: nobody else uses up what a department may push."""
    try:
        take()
    except OverQuota as error:
        raise Problem(429, "over_quota", str(error), retry_after_seconds=error.retry_after_seconds) from error


async def _receipts(system: str, door: PushDoor, rows: Sequence[RawRow]) -> list[Receipt]:
    _within_quota(lambda: door.quota.take_rows(len(rows), time.monotonic()))
    try:
        async with asyncio.timeout(RECEIPT_SECONDS):
            receipts = await door.intake.accept(rows)
    except IntakeFull as error:
        raise Problem(
            429,
            "intake_full",
            "too many rows of this department wait for Kafka",
            retry_after_seconds=BUSY_RETRY_SECONDS,
        ) from error
    except IntakeFailed as error:
        obstacle = door.obstacle()
        raise (not_permitted(obstacle) if obstacle else kafka_away()) from error
    except TimeoutError as error:
        raise kafka_away() from error
    count_receipts(system, len(receipts))
    return receipts


def not_permitted(obstacle: Obstacle) -> Problem:
    """The department is known, but may not push now: no receipt, and the same ids when it may again."""
    return Problem(403, obstacle, OBSTACLES[obstacle])


def kafka_away() -> Problem:
    """Nothing was acknowledged: what was sent has to be sent again, under the same ids."""
    return Problem(
        503,
        "kafka_away",
        "Kafka does not acknowledge: send again, with the same ids",
        retry_after_seconds=AWAY_RETRY_SECONDS,
    )


def _add_answers(app: FastAPI, doors: Doors) -> None:
    @app.post("/v1/orders/{order_no}/{answer}", responses=_documented(400, 401, 404, 409, 413, 422, 429, 503))
    async def answer_order(order_no: str, answer: str, request: Request) -> Response:
        """单位应答派单(签收、受理、到场、首次联系、办结、答复) / a unit answers an order."""
        said = AnswerRequest(
            order_no,
            answer,
            request.headers.get("authorization"),
            request.headers.get("idempotency-key"),
            await read_body(request, ANSWER_BYTES),
        )
        return JSONResponse((await doors.answers.take(said)).told())

    answer_order.__doc__ = f"{answer_order.__doc__}\n\n{', '.join(ANSWERS)}"


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


async def read_body(request: Request, most_bytes: int) -> bytes:
    """The whole body; Problem where it is too large, compressed, or too slow in coming."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Problem(415, "content_encoding", "the body must not be compressed")
    too_large = Problem(413, "too_large", f"at most {most_bytes} bytes")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most_bytes:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.stream():
                body += part
                if len(body) > most_bytes:
                    raise too_large
    except TimeoutError as error:
        raise Problem(408, "slow_body", f"the body must arrive within {BODY_SECONDS:g} s") from error
    except ClientDisconnect as error:
        raise Problem(400, "disconnected", "the sender left before the body had arrived") from error
    return bytes(body)


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
    status = getattr(error, "status_code", 500)
    return Problem(status, f"http_{status}", TITLES[status]).response()


def _content_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def _documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {status: {"description": TITLES[status]} for status in statuses}
