"""The agent `attempts`: one bounded delivery attempt for each notice, its result as a fact.

It plans nothing and decides nothing: the processor `delivery` says what is tried when, and plans an attempt again for
which no result came. The idempotency key is the delivery's number, so a call that a kill swallowed may be repeated.
"""

import asyncio
import time
from typing import Final
from zlib import crc32

from streams.agents.bounded_tasks import BoundedTasks
from streams.agents.channel import ChannelAdapter, Result
from streams.agents.contract import Host, Received
from streams.agents.duty_page import DutyPages
from streams.agents.holding import Holding
from streams.agents.http import Http
from streams.agents.lanes import CALLS_AT_ONCE, Lanes
from streams.agents.order_call import Names
from streams.agents.provider import ProviderChannel
from streams.agents.sms import SMS
from streams.agents.unit_answer import AnswerRefused, UnitAnswers, notice_id
from streams.agents.unit_folder import UnitFolders
from streams.agents.unit_topic import UnitTopics
from streams.agents.voice import VOICE
from streams.agents.webhook import Webhooks
from streams.cities.city import CITIES, read_city
from streams.codec import Codec, UnknownSchema
from streams.facts.deliveries import Attempted
from streams.facts.notices import TOPIC_TO, Attempt
from streams.facts.vocabulary import Channel
from streams.hosting.surroundings import Surroundings
from streams.kafka import GroupOffsets
from streams.metrics import AttemptMetrics
from streams.secrecy.sealing import Sealer
from streams.secrecy.secret_store import SecretMissing, SecretStore
from streams.topology import Topology

NAME: Final = "attempts"
DELIVERIES = "hub.log.deliveries.v1"
MATTERS = "hub.log.matters.v1"

WAITING_AT_MOST = 200
"""For one channel of one unit: what waits for a dead one takes nobody else's place."""
IN_HAND_AT_MOST = 10_000


class Attempts(BoundedTasks):
    """Each notice becomes a task that waits in the lane of its unit's channel."""

    def __init__(
        self, topology: Topology, bootstrap: str, codec: Codec, secrets: SecretStore, names: Names, sealer: Sealer
    ) -> None:
        super().__init__(Holding(NAME, codec, sealer), IN_HAND_AT_MOST)
        self._topology = topology
        self._groups = GroupOffsets(bootstrap)
        self._codec = codec
        self._secrets = secrets
        self._names = names
        self._answers = UnitAnswers(secrets)
        self._metrics = AttemptMetrics(NAME)
        self._lanes: Lanes[tuple[str, Channel]] = Lanes()

    async def open(self, host: Host) -> None:
        await super().open(host)
        self._http = Http()
        topics = [name for name in self._topology.agents[NAME].publishes if name.startswith(TOPIC_TO)]
        self._channels: dict[Channel, ChannelAdapter] = {
            "webhook": Webhooks(self._http, self._secrets, self._names),
            "topic": UnitTopics(host, self._topology, topics, self._groups, self._codec, self._names),
            "file": UnitFolders(self._secrets, self._names),
            "app": DutyPages(),
            "sms": ProviderChannel(SMS, self._http, self._secrets, self._names),
            "voice": ProviderChannel(VOICE, self._http, self._secrets, self._names),
            "leader": ProviderChannel(VOICE, self._http, self._secrets, self._names),
        }

    async def close(self) -> None:
        await super().close()
        await self._http.close()
        await asyncio.to_thread(self._groups.close)

    async def _work(self, received: Received) -> None:
        notice = self._codec.decode(received.value or b"", received.origin)
        if not isinstance(notice, Attempt):
            raise UnknownSchema(f"{type(notice).__name__} is no delivery attempt", received.origin)
        result = await self._in_lane(notice)
        refusal = ""
        if result.body:
            refusal = await self._append_answer(notice, result.body, received)
        attempted = attempted_fact(notice, result, refusal, received)
        await self._host.append(DELIVERIES, attempted.key, self._codec.encode(attempted), received.appended_at)

    async def _in_lane(self, notice: Attempt) -> Result:
        lane = notice.unit, notice.channel
        if self._lanes.in_hand(lane) >= CALLS_AT_ONCE + WAITING_AT_MOST:
            return Result("failed", None, f"not called: {WAITING_AT_MOST} attempts wait for this unit")
        with self._metrics.waiting.track_inprogress():
            async with self._lanes.turn(lane):
                return await self._call(notice)

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
            await self._host.append(MATTERS, answered.key, self._codec.encode(answered), received.appended_at)
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
    names, secrets = Names.of(read_city(CITIES / topology.city)), SecretStore(surroundings.secrets)
    return Attempts(topology, surroundings.bootstrap, Codec.load(), secrets, names, sealer)
