"""The agent `give_back`: one bounded attempt to tell a department's system of a matter, its result as a fact.

It plans nothing and decides nothing: dispatch says what is tried when. A system that listens on a topic gets the notice
itself on a topic of its own, as the CloudEvent that it is; a callback gets it as JSON, signed. The idempotency key is
the number of what is told, so that whatever a kill has swallowed may be told twice.
"""

import asyncio
import json
import logging
import time
from dataclasses import asdict
from typing import Any, Literal

from streams.agents.contract import READY, Done, Health, Host, Received
from streams.agents.http import Http
from streams.agents.webhook import outcome_of, signing_secret
from streams.codec import Codec, CodecError, UnknownSchema
from streams.facts.matters import GivenBack
from streams.facts.notices import GiveBack, topic_to
from streams.hosting.surroundings import Surroundings
from streams.metrics import count_quarantined
from streams.secrecy.sealing import HeldBytes, Sealer
from streams.secrecy.secret_store import SecretMissing, SecretStore
from streams.secrecy.signing import signature_headers
from streams.topology import Topology

LOG = logging.getLogger(__name__)
NAME = "give_back"
MATTERS = "hub.log.matters.v1"
QUARANTINE = "hub.quarantine.v1"
CONTENT_TYPE = "application/cloudevents+json"
EVENT_TYPE = "notices.give_back.v1"

CALLS_AT_ONCE = 4
"""For one system: what waits for a dead one takes nobody else's place."""
IN_HAND_AT_MOST = 2_000
CLOSE_SECONDS = 3.0

Outcome = Literal["delivered", "refused", "failed", "timeout"]
Result = tuple[Outcome, int | None, str]


class GiveBacks:
    """Takes notices as fast as they come; each becomes a task that waits for a place at its system."""

    def __init__(self, codec: Codec, secrets: SecretStore, sealer: Sealer, topics: frozenset[str]) -> None:
        """`topics` are those that this agent may publish to."""
        self._codec = codec
        self._secrets = secrets
        self._sealer = sealer
        self._topics = topics
        self._lanes: dict[str, asyncio.Semaphore] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(IN_HAND_AT_MOST)
        self._trouble = ""

    async def open(self, host: Host) -> None:
        self._append = host.append
        self._http = Http()

    async def close(self) -> None:
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_SECONDS)
        for task in self._tasks:
            task.cancel()
        await self._http.close()

    def health(self) -> Health:
        return Health(live=False, ready=False, reasons=(self._trouble,)) if self._trouble else READY

    async def take(self, received: Received, done: Done) -> None:
        await self._places.acquire()
        task = asyncio.create_task(self._finish(received, done))
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._places.release()

    async def _finish(self, received: Received, done: Done) -> None:
        """Whatever happens, the notice ends as a fact or in the quarantine, or stays uncommitted and comes again."""
        try:
            try:
                await self._tell(received)
            except CodecError as error:
                await self._hold(received, "decode", error.reason, str(error))
            except Exception as error:
                LOG.exception("%s could not be given back", received.origin)
                await self._hold(received, "apply", "unexpected", type(error).__name__)
        except Exception as error:
            LOG.critical("%s can be neither given back nor quarantined", received.origin, exc_info=True)
            self._trouble = f"cannot quarantine {received.origin}: {type(error).__name__}: {error}"
        else:
            done()

    async def _hold(self, received: Received, stage: Literal["decode", "apply"], reason: str, detail: str) -> None:
        held_bytes = HeldBytes(NAME, received.origin, received.value or b"", received.key)
        held = self._sealer.hold(stage, reason, detail, held_bytes, received.appended_at)
        await self._append(QUARANTINE, NAME, self._codec.encode(held), received.appended_at)
        count_quarantined(stage, reason)

    async def _tell(self, received: Received) -> None:
        notice = self._codec.decode(received.value or b"", received.origin)
        if not isinstance(notice, GiveBack):
            raise UnknownSchema(f"{type(notice).__name__} is nothing to give back", received.origin)
        async with self._lanes.setdefault(notice.system, asyncio.Semaphore(CALLS_AT_ONCE)):
            try:
                result = await (self._write(notice, received) if notice.medium == "topic" else self._call(notice))
            except SecretMissing as error:
                result = ("failed", None, str(error))
        fact = given_back(notice, result, received)
        await self._append(MATTERS, fact.key, self._codec.encode(fact), received.appended_at)

    async def _write(self, notice: GiveBack, received: Received) -> Result:
        """On the system's own topic; Kafka's acknowledgement is the proof."""
        topic = topic_to(notice.system)
        if topic not in self._topics:
            return "failed", None, f"no topic {topic} is wired"
        headers = [(name, value) for name, value in received.headers.items()]
        await self._append(topic, notice.system, received.value or b"", received.appended_at, headers)
        return "delivered", None, ""

    async def _call(self, notice: GiveBack) -> Result:
        body = event_of(notice)
        url = f"{self._secrets.resolve(notice.address)}/{notice.system}"
        headers = {
            "Content-Type": CONTENT_TYPE,
            "Idempotency-Key": notice.give_back_no,
            **signature_headers(self._secrets.read(signing_secret(notice.address)), int(time.time()), body),
        }
        answer = await self._http.call("POST", url, headers, body, notice.timeout_seconds)
        if answer.status_code is None:
            return answer.failure, None, answer.detail
        return outcome_of(answer.status_code), answer.status_code, answer.detail


def event_of(notice: GiveBack) -> bytes:
    """The body of a callback: a CloudEvent in JSON, without what is the hub's own business."""
    inner = {"attempt", "medium", "address", "timeout_seconds"}
    data: dict[str, Any] = {name: value for name, value in asdict(notice).items() if name not in inner}
    event = {
        "specversion": "1.0",
        "id": notice.give_back_no,
        "source": "hub/give_back",
        "type": EVENT_TYPE,
        "datacontenttype": "application/json",
        "data": data,
    }
    return json.dumps(event, ensure_ascii=False).encode()


def given_back(notice: GiveBack, result: Result, received: Received) -> GivenBack:
    """The fact of one attempt. A notice taken twice whose attempts end alike gives the same bytes: one is dropped."""
    outcome, status_code, detail = result
    return GivenBack(
        id=f"{NAME}:{received.partition}.{received.offset}:{outcome}:{status_code or 0}",
        key=notice.district,
        source=NAME,
        trace=received.trace,
        occurred_at=received.appended_at,
        give_back_no=notice.give_back_no,
        attempt=notice.attempt,
        outcome=outcome,
        status_code=status_code,
        detail=detail,
    )


def give_back(topology: Topology, surroundings: Surroundings, sealer: Sealer) -> GiveBacks:
    """The agent as `topology.yaml` names it."""
    topics = frozenset(topology.agents[NAME].publishes)
    return GiveBacks(Codec.load(), SecretStore(surroundings.secrets), sealer, topics)
