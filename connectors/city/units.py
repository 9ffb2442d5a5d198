"""The units that answer: most take orders on a webhook and answer through the gateway; promptly, late or never.

How a unit behaves towards an order is drawn from the seed and the order's number; what it means to say, and when,
stands in the ledger first, so that a city that is started again goes on where it stopped.
"""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from random import Random
from typing import Any, Literal

import aiohttp
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from connectors.actors import Actor, issue_token
from connectors.city.ledger import GivenAnswer, Ledger, PlannedAnswer
from connectors.city.unit_media import NotSaid, UnitMedium, word_of
from connectors.signatures import SignatureRefused, check_signature
from connectors.times import to_rfc3339
from streams.facts.notices import OrderCall

LOG = logging.getLogger(__name__)

Manner = Literal["prompt", "at_once", "slow", "never"]
MANNERS: tuple[tuple[Manner, float], ...] = (("prompt", 0.6), ("at_once", 0.1), ("slow", 0.2), ("never", 0.1))
BUSY_SHARE = 0.05
"""Of the orders: first met with 503, so that they have to be called again."""

STEPS = (
    ("acknowledge", 1.0, 4.0),
    ("accept", 0.5, 2.0),
    ("arrive", 3.0, 10.0),
    ("resolve", 5.0, 20.0),
    ("reply", 1.0, 3.0),
    ("report", 1.0, 3.0),
)
"""What a prompt unit says, and how many seconds each step takes; whoever has to report does so when all is done."""
ASKED_FOR = {"arrive": "arrive", "report": "final_report"}
"""What is said only to an order that has a time for it."""
UNIT_SECONDS = {
    "minute": 60,
    "hour": 3_600,
    "office_hour": 3_600,
    "office_day": 86_400,
    "natural_day": 86_400,
    "month": 30 * 86_400,
}
LATE_SECONDS = (5.0, 60.0)
"""How long after the deadline a slow unit acknowledges."""

TOKEN_SECONDS, TOKEN_RENEWED_SECONDS = 8 * 3600, 7 * 3600
LOOK_SECONDS = 0.5
RETRY_SECONDS = 2.0
REQUEST_TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True)
class Order:
    """What a unit needs of an order that reached it."""

    delivery_no: str
    order_no: str
    unit: str
    acknowledge_seconds: int
    """The time it is told to acknowledge in, as if every hour were an office hour: units here never close.

    0 in a letter, which sets no times.
    """
    kinds: frozenset[str]
    """What it is told a time for."""

    @classmethod
    def read(cls, delivery_no: str, call: bytes | OrderCall) -> "Order | None":
        """From a call as a CloudEvent in JSON, or as a record; None where it is a reminder or another word on an order.

        ValueError, KeyError or TypeError where it is none of all that.
        """
        if isinstance(call, OrderCall):
            limits: dict[str, int] = {one.kind: one.amount * UNIT_SECONDS[one.unit] for one in call.limits}
            return cls._told(delivery_no, call.order_no, call.unit, limits) if call.kind == "order" else None
        event = json.loads(call)
        if event["type"] != "hub.order.requested.v1":
            return None
        data: Mapping[str, Any] = event["data"]
        limits = {one["kind"]: int(one["amount"]) * UNIT_SECONDS[one["unit"]] for one in data["limits"]}
        return cls._told(delivery_no, str(data["order_no"]), str(data["unit"]), limits)

    @classmethod
    def _told(cls, delivery_no: str, order_no: str, unit: str, limits: Mapping[str, int]) -> "Order":
        return cls(delivery_no, order_no, unit, limits.get("acknowledge", 0), frozenset(limits))


def manner_of(seed: int, order_no: str) -> Manner:
    """How the unit behaves towards one order."""
    weights = [weight for _, weight in MANNERS]
    return Random(f"{seed}/manner/{order_no}").choices(MANNERS, weights)[0][0]


def plan(seed: int, call: Order, called_at: int, *, in_response: bool = True) -> list[PlannedAnswer]:
    """What the unit is going to say to an order that reached it at `called_at` (milliseconds).

    `in_response`: who acknowledges at once does so in the response of the call.
    """
    manner = manner_of(seed, call.order_no)
    if manner == "never":
        return []
    random = Random(f"{seed}/answers/{call.order_no}")
    steps = [step for step in STEPS if ASKED_FOR.get(step[0]) in (None, *call.kinds)]
    answers, at_seconds = [], 0.0
    if manner == "slow":
        at_seconds = call.acknowledge_seconds + random.uniform(*LATE_SECONDS)
    for answer, low, high in steps:
        at_seconds += random.uniform(low, high)
        answers.append(
            PlannedAnswer(
                f"{call.order_no}/{answer}", call.order_no, call.unit, answer, called_at + round(at_seconds * 1000)
            )
        )
    return answers[1:] if manner == "at_once" and in_response else answers


class Tokens:
    """Signs a token for the officer on duty of each unit, anew before the old one expires."""

    def __init__(self, private_key: bytes) -> None:
        self._private_key = private_key
        self._issued: dict[str, tuple[int, str]] = {}

    def of(self, unit: str) -> str:
        now = int(time.time())
        issued_at, token = self._issued.get(unit, (0, ""))
        if now - issued_at > TOKEN_RENEWED_SECONDS:
            actor = Actor(
                unit=unit, post="值班岗", officer=f"{unit}-01", shift="白班", role="responder", purpose="dispatch"
            )
            token = issue_token(actor, self._private_key, issued_at_seconds=now, valid_seconds=TOKEN_SECONDS)
            self._issued[unit] = now, token
        return token


class Units:
    """Takes orders and gives answers."""

    def __init__(
        self, seed: int, ledger: Ledger, tokens: Tokens, key: bytes, gateway: str, media: Mapping[str, UnitMedium]
    ) -> None:
        """`media` of the units that are not called over HTTP and do not answer so."""
        self._seed = seed
        self._media = media
        self._ledger = ledger
        self._tokens = tokens
        self._key = key
        self._gateway = gateway
        self._refused_once: set[str] = set()
        self._under_way: set[str] = set()
        self.failures = 0
        """Answers that no gateway took; each was tried again."""

    @cached_property
    def _session(self) -> aiohttp.ClientSession:
        """Made where the event loop runs."""
        return aiohttp.ClientSession(self._gateway, timeout=aiohttp.ClientTimeout(total=REQUEST_TIMEOUT_SECONDS))

    def app(self) -> FastAPI:
        """The webhook that all units share; that it answers says that the city plays."""
        app = FastAPI(title="Simulated units", openapi_url=None)
        app.post("/orders")(self.take_order)
        app.get("/health/ready")(lambda: Response(status_code=HTTPStatus.OK))
        return app

    async def take_order(self, request: Request) -> Response:
        """One call: its signature is checked, the same key counts once, some are busy the first time."""
        body = await request.body()
        try:
            check_signature([self._key], request.headers, body, time.time())
            call = Order.read(request.headers["Idempotency-Key"], body)
            if call is None:
                return Response(status_code=HTTPStatus.NO_CONTENT)
        except SignatureRefused as refused:
            return JSONResponse({"reason": refused.reason}, HTTPStatus.UNAUTHORIZED)
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"reason": "malformed"}, HTTPStatus.BAD_REQUEST)
        if self.is_busy(call.order_no):
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE)
        self._note(call, in_response=True)
        if manner_of(self._seed, call.order_no) == "at_once":
            return JSONResponse({"answer": "acknowledge", "actor": self._tokens.of(call.unit)})
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def listen(self) -> None:
        """Take orders over the other media, until cancelled."""
        await asyncio.gather(*(medium.listen(self._hear) for medium in self._media.values()))

    def _hear(self, delivery_no: str, call: bytes | OrderCall) -> None:
        try:
            order = Order.read(delivery_no, call)
        except (ValueError, KeyError, TypeError):
            LOG.warning("%s is no order that a unit can read", delivery_no)
            return
        if order is not None:
            self._note(order, in_response=False)

    def _note(self, call: Order, *, in_response: bool) -> None:
        """The same delivery counts once."""
        now = time.time_ns() // 1_000_000
        if self._ledger.called(call.delivery_no, call.order_no, call.unit, now):
            self._ledger.plan(plan(self._seed, call, now, in_response=in_response))
        self._ledger.commit()

    async def answer_when_due(self) -> None:
        """Give each planned answer when its time has come, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                now = time.time_ns() // 1_000_000
                for answer in self._ledger.due(now):
                    if answer.idempotency_key not in self._under_way:
                        self._under_way.add(answer.idempotency_key)
                        tasks.create_task(self._give(answer))
                await asyncio.sleep(LOOK_SECONDS)

    async def close(self) -> None:
        await self._session.close()
        for medium in self._media.values():
            await medium.close()

    def is_busy(self, order_no: str) -> bool:
        """Whether the unit has no hand free for this call; so it is for a few orders, the first time."""
        if order_no in self._refused_once or Random(f"{self._seed}/busy/{order_no}").random() >= BUSY_SHARE:
            return False
        self._refused_once.add(order_no)
        return True

    async def _give(self, answer: PlannedAnswer) -> None:
        """Say it until there is a receipt or a refusal for good; the same request each time."""
        claimed_at = self._ledger.claim(answer, time.time_ns() // 1_000_000)
        self._ledger.commit()
        while True:
            status, receipt = await self._say(answer, claimed_at)
            if status in (200, 202, 400, 401, 403, 404, 409, 422):
                self._ledger.answered(answer, time.time_ns() // 1_000_000, status, receipt)
                self._ledger.commit()
                self._under_way.discard(answer.idempotency_key)
                return
            await asyncio.sleep(RETRY_SECONDS)

    async def _say(self, answer: PlannedAnswer, claimed_at: int) -> tuple[int, GivenAnswer | None]:
        medium = self._media.get(answer.unit)
        if medium is None:
            return await self._post(answer, claimed_at)
        try:
            is_taken = await medium.say(answer, claimed_at, self._tokens.of(answer.unit))
        except NotSaid:
            self.failures += 1
            return HTTPStatus.SERVICE_UNAVAILABLE, None
        return HTTPStatus.ACCEPTED if is_taken else HTTPStatus.UNPROCESSABLE_ENTITY, None

    async def _post(self, answer: PlannedAnswer, claimed_at: int) -> tuple[int, GivenAnswer | None]:
        path = f"/v1/orders/{answer.order_no}/{word_of(answer)}"
        headers = {"Authorization": f"Bearer {self._tokens.of(answer.unit)}", "Idempotency-Key": answer.idempotency_key}
        said = {"claimed_at": to_rfc3339(claimed_at)}
        try:
            async with self._session.post(path, headers=headers, json=said) as response:
                if response.status != HTTPStatus.OK:
                    return response.status, None
                receipt = await response.json()
        except (aiohttp.ClientError, TimeoutError):
            self.failures += 1
            return HTTPStatus.SERVICE_UNAVAILABLE, None
        return HTTPStatus.OK, GivenAnswer(
            answer.order_no, answer.answer, receipt["id"], receipt["partition"], receipt["offset"]
        )
