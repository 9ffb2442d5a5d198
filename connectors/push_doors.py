"""The doors that departments push through."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from starlette.types import Receive

from connectors import idempotency
from connectors.authorisation import OBSTACLES, Obstacle
from connectors.bodies import read_body
from connectors.contract import CONFLICT, Contract, RawRow, Receipt
from connectors.openapi import AVRO, BATCH_JSON, BATCHES, EVENTS, STRUCTURED
from connectors.plain_doors import ENCODER, PlainRequest, Take
from connectors.problems import AWAY_RETRY_SECONDS, Problem, kafka_away, no_such_system
from connectors.push_keys import KeyedPush, PushKeys
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
from streams.metrics import ReceiptMetrics
from streams.secrecy.secret_store import SecretMissing, SecretStore

EVENT_BYTES = 1024 * 1024
BATCH_BYTES = 8 * 1024 * 1024
BUSY_RETRY_SECONDS = 1


@dataclass(frozen=True)
class PushDoor:
    """One department's door: its contract, where its rows go, its keys by their secret, what and if it may push."""

    contract: Contract
    intake: PushIntake
    key_secret: str
    quota: Quota
    obstacle: Callable[[], Obstacle | None]


class Push(NamedTuple):
    """One request to a department's door, before its body is read."""

    door: PushDoor
    path: str
    headers: Mapping[str, str]
    receive: Receive

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def said(self, body: bytes) -> bytes:
        """All that makes one request another: where it goes, as what, the attributes in its headers, its body."""
        attributes = sorted(f"{name}:{value}" for name, value in self.headers.items() if name.startswith("ce-"))
        return "\n".join([self.path, self.content_type, *attributes, ""]).encode() + body


class PushDoors:
    """Takes pushes; `takes` are its doors by template. Belongs to one event loop."""

    def __init__(self, doors: Mapping[str, PushDoor], keys: PushKeys, secrets: SecretStore) -> None:
        self._doors = doors
        self._keys = keys
        self._secrets = secrets
        self._receipts = {system: ReceiptMetrics(system) for system in doors}
        self.takes: Mapping[str, Take] = {EVENTS: self._take_event, BATCHES: self._take_batch}

    def _push(self, request: PlainRequest) -> Push:
        (system,) = request.named
        department = self._doors.get(system)
        if department is None:
            raise no_such_system()
        return Push(department, request.path, request.headers, request.receive)

    async def _take_event(self, request: PlainRequest) -> bytes:
        push = self._push(request)
        body = await self._signed(push, EVENT_BYTES)
        (receipt,) = await self._once(push, body, [_event(push, body)])
        if receipt.reason == CONFLICT:
            raise Problem(409, CONFLICT, "this record and version were taken with other content: send a new version")
        return ENCODER.encode(receipt.told()).encode()

    async def _take_batch(self, request: PlainRequest) -> bytes:
        push = self._push(request)
        body = await self._signed(push, BATCH_BYTES)
        rows = await asyncio.to_thread(_batch, push, body)
        return ENCODER.encode([receipt.told() for receipt in await self._once(push, body, rows)]).encode()

    async def _signed(self, push: Push, most_bytes: int) -> bytes:
        """The body, if it may be taken from this sender now."""
        door = push.door
        body = await read_body(push.headers, push.receive, most_bytes)
        check_sender(door, self._secrets, push.headers, body)
        if obstacle := door.obstacle():
            raise not_permitted(obstacle)
        within_quota(door.quota.take_request)
        return body

    async def _once(self, push: Push, body: bytes, rows: Sequence[RawRow]) -> Sequence[Receipt]:
        """The receipts of rows, the first ones where the sender names a key that it has used before."""
        carry = partial(self._carry, push.door, rows)
        key = push.headers.get(idempotency.NAME)
        if key is None:
            return await carry()
        return await self._keys.once(KeyedPush(push.door.contract.system, key, push.said(body), rows), carry)

    async def _carry(self, door: PushDoor, rows: Sequence[RawRow]) -> list[Receipt]:
        """The receipts of rows that Kafka has acknowledged."""
        within_quota(partial(door.quota.take_rows, len(rows)))
        try:
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
        self._receipts[door.contract.system].given(len(receipts))
        return receipts


def _event(push: Push, body: bytes) -> RawRow:
    try:
        if push.content_type == STRUCTURED:
            return structured_event(body, push.path)
        if "ce-specversion" in push.headers:
            return binary_event(push.headers, body, push.path)
    except NotEvents as error:
        raise _problem_of(error) from error
    raise Problem(415, "content_type", f"send {STRUCTURED}, or JSON with ce- headers")


def _batch(push: Push, body: bytes) -> list[RawRow]:
    try:
        if push.content_type in BATCH_JSON:
            return json_batch(body, push.path)
        if push.content_type in AVRO:
            return avro_batch(body, push.path)
    except NotEvents as error:
        raise _problem_of(error) from error
    raise Problem(415, "content_type", f"send {BATCH_JSON[0]}, or {AVRO[0]}")


def _problem_of(error: NotEvents) -> Problem:
    if isinstance(error, TooManyRows):
        return Problem(413, error.reason, str(error))
    return Problem(400 if error.reason in ("not_json", "not_avro") else 422, error.reason, str(error))


def check_sender(door: PushDoor, secrets: SecretStore, headers: Mapping[str, str], body: bytes) -> None:
    """Return where the door's department signed the body now; Problem. Names of headers are lower case."""
    now = time.time()
    try:
        keys = keys_of(secrets.read(door.key_secret), now)
    except SecretMissing as error:
        raise Problem(
            503, "no_key", "the hub has no key of this department", retry_after_seconds=AWAY_RETRY_SECONDS
        ) from error
    try:
        check_signature(keys, headers, body, now)
    except SignatureRefused as refused:
        raise Problem(401, refused.reason, str(refused)) from refused


def within_quota(take: Callable[[float], None]) -> None:
    """After the signature: nobody else uses up what a department may push."""
    try:
        take(time.monotonic())
    except OverQuota as error:
        raise Problem(429, "over_quota", str(error), retry_after_seconds=error.retry_after_seconds) from error


def not_permitted(obstacle: Obstacle) -> Problem:
    """The department is known, but may not push now: no receipt, and the same ids when it may again."""
    return Problem(403, obstacle, OBSTACLES[obstacle])
