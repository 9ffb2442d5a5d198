"""Simulated providers of messages (短信) and calls (语音电话): the other side of `streams/agents/provider.py`.

What becomes of each is drawn from the seed and its idempotency key; the same key is one message or one call.
"""

import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from random import Random
from typing import Literal

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from connectors.signatures import SignatureRefused, check_signature

Kind = Literal["sms", "voice"]
Fate = tuple[tuple[float, str], ...]
"""Each state and how many seconds after it was handed over it comes, the first at once."""
FateOf = Callable[[Kind, str], Fate]

READ_SHARE, CONFIRMED_SHARE = 0.5, 0.7


def drawn(seed: int) -> FateOf:
    """What becomes of a message or a call, by its key."""

    def fate(kind: Kind, key: str) -> Fate:
        random = Random(f"{seed}/{kind}/{key}")
        if kind == "sms":
            arrived = random.uniform(0.5, 3.0)
            gone = ((0.0, "accepted"), (0.2, "sent"), (arrived, "arrived"))
            return (*gone, (arrived + random.uniform(2, 12), "read")) if random.random() < READ_SHARE else gone
        rang = random.uniform(3.0, 15.0)
        if random.random() < CONFIRMED_SHARE:
            return (0.0, "accepted"), (1.0, "ringing"), (rang, "talking"), (rang + 9.0, "confirmed")
        return (0.0, "accepted"), (1.0, "ringing"), (35.0, "unanswered")

    return fate


class Providers:
    """Takes messages and calls of the hub; `taken` holds what was handed over, by id."""

    def __init__(self, keys: Mapping[Kind, bytes], fate: FateOf) -> None:
        self._keys = keys
        self._fate = fate
        self._begun: dict[str, tuple[Kind, str, float]] = {}
        self.taken: dict[str, dict[str, str]] = {}

    def add_to(self, app: FastAPI) -> None:
        """The doors of both providers: `/sms`, `/voice`, and below them each message and call by its id."""
        app.post("/{kind}")(self.take)
        app.get("/{kind}/{identity}")(self.tell)

    async def take(self, kind: Kind, request: Request) -> Response:
        """One message or call."""
        body = await request.body()
        if (refused := self._refusal(kind, request, body)) is not None:
            return refused
        key = request.headers.get("Idempotency-Key", "")
        identity = f"{kind}-{key.replace('/', '-')}"
        if identity not in self._begun:
            self._begun[identity] = kind, key, time.monotonic()
            self.taken[identity] = await request.json()
        return self._standing(identity)

    async def tell(self, kind: Kind, identity: str, request: Request) -> Response:
        """How one stands."""
        if (refused := self._refusal(kind, request, b"")) is not None:
            return refused
        if identity not in self._begun:
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return self._standing(identity)

    def _refusal(self, kind: Kind, request: Request, body: bytes) -> Response | None:
        try:
            check_signature([self._keys[kind]], request.headers, body, time.time())
        except SignatureRefused as refused:
            return JSONResponse({"reason": refused.reason}, HTTPStatus.UNAUTHORIZED)
        return None

    def _standing(self, identity: str) -> Response:
        kind, key, began = self._begun[identity]
        past = time.monotonic() - began
        state = [state for after, state in self._fate(kind, key) if after <= past][-1]
        return JSONResponse({"id": identity, "state": state})
