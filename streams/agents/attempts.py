"""The agent `attempts`: one bounded delivery attempt for each notice, its result as a fact.

It plans nothing and decides nothing: the processor `delivery` says what is tried when, and plans an attempt again for
which no result came. The idempotency key is the delivery's number, so a call that a kill swallowed may be repeated.
"""

import asyncio
import logging
import time
from typing import Literal
from zlib import crc32

from streams.agents.channel import ChannelAdapter, Result
from streams.agents.contract import READY, Done, Health, Host, Received
from streams.agents.http import Http
from streams.agents.order_call import Names
from streams.agents.provider import ProviderChannel
from streams.agents.sms import SMS
from streams.agents.unit_answer import AnswerRefused, UnitAnswers, notice_id
from streams.agents.unit_folder import UnitFolders
from streams.agents.voice import VOICE
from streams.agents.webhook import Webhooks
from streams.city import CITIES, read_city
from streams.codec import Codec, CodecError, UnknownSchema
from streams.facts.deliveries import Attempted
from streams.facts.notices import Attempt
from streams.facts.vocabulary import Channel
from streams.hosting.surroundings import Surroundings
from streams.metrics import AttemptMetrics, count_quarantined
from streams.secrecy.sealing import HeldBytes, Sealer
from streams.secrecy.secret_store import SecretMissing, SecretStore
from streams.topology import Topology

LOG = logging.getLogger(__name__)
NAME = "attempts"
DELIVERIES = "hub.log.deliveries.v1"
MATTERS = "hub.log.matters.v1"
QUARANTINE = "hub.quarantine.v1"

CALLS_AT_ONCE = 4
WAITING_AT_MOST = 200
"""Both for one channel of one unit: what waits for a dead one takes nobody else's place."""
IN_HAND_AT_MOST = 10_000
CLOSE_SECONDS = 3.0


class Lane:
    """The calls over one channel of one unit: a few at once, the others wait in their order."""

    def __init__(self) -> None:
        self.places = asyncio.Semaphore(CALLS_AT_ONCE)
        self.in_hand = 0

    @property
    def full(self) -> bool:
        return self.in_hand >= CALLS_AT_ONCE + WAITING_AT_MOST


class Attempts:
    """Takes notices as fast as they come; each becomes a task that waits in the lane of its unit's channel."""

    def __init__(self, codec: Codec, secrets: SecretStore, names: Names, sealer: Sealer) -> None:
        self._codec = codec
        self._secrets = secrets
        self._names = names
        self._answers = UnitAnswers(secrets)
        self._sealer = sealer
        self._metrics = AttemptMetrics()
        self._lanes: dict[tuple[str, Channel], Lane] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._places = asyncio.Semaphore(IN_HAND_AT_MOST)
        self._trouble = ""

    async def open(self, host: Host) -> None:
        self._append = host.append
        self._http = Http()
        self._channels: dict[Channel, ChannelAdapter] = {
            "webhook": Webhooks(self._http, self._secrets, self._names),
            "file": UnitFolders(self._secrets, self._names),
            "sms": ProviderChannel(SMS, self._http, self._secrets, self._names),
            "voice": ProviderChannel(VOICE, self._http, self._secrets, self._names),
            "leader": ProviderChannel(VOICE, self._http, self._secrets, self._names),
        }

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
                await self._attempt(received)
            except CodecError as error:
                await self._hold(received, "decode", error.reason, str(error))
            except Exception as error:
                LOG.exception("the attempt of %s failed unexpectedly", received.origin)
                await self._hold(received, "apply", "unexpected", type(error).__name__)
        except Exception as error:
            LOG.critical("%s can be neither attempted nor quarantined", received.origin, exc_info=True)
            self._trouble = f"cannot quarantine {received.origin}: {type(error).__name__}: {error}"
        else:
            done()

    async def _hold(self, received: Received, stage: Literal["decode", "apply"], reason: str, detail: str) -> None:
        held_bytes = HeldBytes(NAME, received.origin, received.value or b"", received.key)
        held = self._sealer.hold(stage, reason, detail, held_bytes, received.appended_at)
        await self._append(QUARANTINE, NAME, self._codec.encode(held), received.appended_at)
        count_quarantined(stage, reason)

    async def _attempt(self, received: Received) -> None:
        notice = self._codec.decode(received.value or b"", received.origin)
        if not isinstance(notice, Attempt):
            raise UnknownSchema(f"{type(notice).__name__} is no delivery attempt", received.origin)
        result = await self._in_lane(notice)
        refusal = ""
        if result.body:
            refusal = await self._append_answer(notice, result.body, received)
        attempted = attempted_fact(notice, result, refusal, received)
        await self._append(DELIVERIES, attempted.key, self._codec.encode(attempted), received.appended_at)

    async def _in_lane(self, notice: Attempt) -> Result:
        name = notice.unit, notice.channel
        lane = self._lanes.setdefault(name, Lane())
        if lane.full:
            return Result("failed", None, f"not called: {WAITING_AT_MOST} attempts wait for this unit")
        lane.in_hand += 1
        self._metrics.waiting.inc()
        try:
            async with lane.places:
                return await self._call(notice)
        finally:
            self._metrics.waiting.dec()
            lane.in_hand -= 1
            if not lane.in_hand:
                self._lanes.pop(name, None)

    async def _call(self, notice: Attempt) -> Result:
        adapter = self._channels.get(notice.channel)
        if adapter is None:
            return Result("failed", None, f"no adapter for the channel {notice.channel}")
        began = time.monotonic()
        try:
            result = await adapter.attempt(notice)
        except SecretMissing as error:
            return Result("failed", None, str(error))
        self._metrics.ended(result.outcome, time.monotonic() - began)
        return result

    async def _append_answer(self, notice: Attempt, body: bytes, received: Received) -> str:
        """Append what the unit answered at once; returns why not, '' where nothing is wrong."""
        try:
            answered = self._answers.read(notice, body, received)
        except AnswerRefused as refusal:
            return str(refusal)
        if answered is not None:
            await self._append(MATTERS, answered.key, self._codec.encode(answered), received.appended_at)
        return ""


def attempted_fact(notice: Attempt, result: Result, refusal: str, received: Received) -> Attempted:
    """The fact of one attempt. A notice taken twice whose attempts end alike gives the same bytes: one is dropped."""
    detail = f"{result.detail}; answer refused: {refusal}".removeprefix("; ") if refusal else result.detail
    ending = result.outcome if result.status_code is None else f"{result.outcome}-{result.status_code}"
    return Attempted(
        id=f"{notice_id(notice, received)}:{ending}:{crc32(detail.encode()):08x}",
        key=notice.unit,
        source=NAME,
        trace=received.trace,
        occurred_at=received.appended_at,
        delivery_no=notice.delivery_no,
        attempt=notice.attempt,
        channel=notice.channel,
        outcome=result.outcome,
        status_code=result.status_code,
        detail=detail,
    )


def attempts(topology: Topology, surroundings: Surroundings, sealer: Sealer) -> Attempts:
    """The agent as `topology.yaml` names it."""
    names = Names.of(read_city(CITIES / topology.city))
    return Attempts(Codec.load(), SecretStore(surroundings.secrets), names, sealer)
