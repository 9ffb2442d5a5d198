"""What the departments are told by the hub: outcomes and how orders stand, over callbacks and their own topics.

Each department notes what it was told, under its own record number, in the city's ledger, so that the hub's word that
it told somebody can be contradicted.
"""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from connectors.city.kafka import KafkaAway, read_since
from connectors.city.ledger import Ledger, Told
from connectors.signatures import SignatureRefused, check_signature
from streams.codec import Codec, CodecError
from streams.facts.notices import GiveBack

LOG = logging.getLogger(__name__)
LOOK_SECONDS = 5.0
OVERLAP_MILLISECONDS = 1_000


class Listeners:
    """The departments' ears: a door for callbacks, and their topics on the hub's cluster."""

    def __init__(self, ledger: Ledger, key: bytes) -> None:
        self._ledger = ledger
        self._key = key
        self._codec = Codec.load()

    def add_to(self, app: FastAPI) -> None:
        """The door of every department that is called back: `/replies/<system>`."""
        app.post("/replies/{system}")(self.take)

    async def take(self, system: str, request: Request) -> Response:
        """One callback; the same again only counts."""
        body = await request.body()
        try:
            check_signature([self._key], request.headers, body, time.time())
            told = _of_event(system, json.loads(body))
        except SignatureRefused as refused:
            return JSONResponse({"reason": refused.reason}, HTTPStatus.UNAUTHORIZED)
        except (ValueError, KeyError, TypeError):
            return JSONResponse({"reason": "malformed"}, HTTPStatus.BAD_REQUEST)
        self._ledger.told(told, _now())
        self._ledger.commit()
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def listen(self, bootstrap: str, topics: Mapping[str, str]) -> None:
        """Read the departments' topics (system by topic) again and again, until cancelled."""
        since = _now() - OVERLAP_MILLISECONDS
        while True:
            began = _now()
            try:
                for told in await asyncio.to_thread(self._read, bootstrap, topics, since):
                    self._ledger.told(told, began)
            except KafkaAway as away:
                LOG.warning("departments cannot hear the hub yet: %s", away)
            else:
                since = began - OVERLAP_MILLISECONDS
            self._ledger.commit()
            await asyncio.sleep(LOOK_SECONDS)

    def _read(self, bootstrap: str, topics: Mapping[str, str], since: int) -> list[Told]:
        found = []
        for message in read_since(bootstrap, topics, since):
            try:
                notice = self._codec.decode(message.value() or b"")
            except CodecError as error:
                LOG.warning("a department cannot read what it was told: %s", error)
                continue
            if isinstance(notice, GiveBack):
                found.append(Told(notice.give_back_no, notice.system, notice.record_no, notice.kind, notice.state))
        return found


def _of_event(system: str, event: Mapping[str, Any]) -> Told:
    data = event["data"]
    if data["system"] != system:
        raise ValueError("it is for another system")
    return Told(str(event["id"]), system, str(data["record_no"]), str(data["kind"]), str(data["state"]))


def _now() -> int:
    return time.time_ns() // 1_000_000
