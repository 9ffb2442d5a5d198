"""The agent `give_back`: one bounded attempt to tell a department's system of a matter, its result as a fact.

It plans nothing and decides nothing: dispatch says what is tried when. A system that listens on a topic gets the notice
itself on a topic of its own, as the CloudEvent that it is; a callback gets it as JSON, signed. The idempotency key is
the number of what is told, so that whatever a kill has swallowed may be told twice.
"""

import json
import time
from dataclasses import asdict
from typing import Any, Final, Literal

from streams.agents.bounded_tasks import BoundedTasks
from streams.agents.contract import Host, Received
from streams.agents.holding import Holding
from streams.agents.http import Http
from streams.agents.lanes import Lanes
from streams.agents.webhook import outcome_of, signing_secret
from streams.codec import Codec, UnknownSchema
from streams.facts.matters import GivenBack
from streams.facts.notices import GiveBack, topic_to
from streams.hosting.surroundings import Surroundings
from streams.metrics import AttemptMetrics
from streams.secrecy.sealing import Sealer
from streams.secrecy.secret_store import SecretMissing, SecretStore
from streams.secrecy.signing import signature_headers
from streams.topology import Topology

NAME: Final = "give_back"
MATTERS = "hub.log.matters.v1"
CONTENT_TYPE = "application/cloudevents+json"
EVENT_TYPE = "notices.give_back.v1"

IN_HAND_AT_MOST = 2_000

Outcome = Literal["delivered", "refused", "failed", "timeout"]
Result = tuple[Outcome, int | None, str]


class GiveBacks(BoundedTasks):
    """Each notice becomes a task that waits in the lane of its system."""

    def __init__(self, codec: Codec, secrets: SecretStore, sealer: Sealer, topics: frozenset[str]) -> None:
        """`topics` are those that this agent may publish to."""
        super().__init__(Holding(NAME, codec, sealer), IN_HAND_AT_MOST)
        self._codec = codec
        self._secrets = secrets
        self._topics = topics
        self._metrics = AttemptMetrics(NAME)
        self._lanes: Lanes[str] = Lanes()

    async def open(self, host: Host) -> None:
        await super().open(host)
        self._http = Http()

    async def close(self) -> None:
        await super().close()
        await self._http.close()

    async def _work(self, received: Received) -> None:
        notice = self._codec.decode(received.value or b"", received.origin)
        if not isinstance(notice, GiveBack):
            raise UnknownSchema(f"{type(notice).__name__} is nothing to give back", received.origin)
        with self._metrics.waiting.track_inprogress():
            async with self._lanes.turn(notice.system):
                result = await self._tell(notice, received)
        fact = given_back(notice, result, received)
        await self._host.append(MATTERS, fact.key, self._codec.encode(fact), received.appended_at)

    async def _tell(self, notice: GiveBack, received: Received) -> Result:
        began = time.monotonic()
        try:
            result = await (self._write(notice, received) if notice.medium == "topic" else self._call(notice))
        except SecretMissing as error:
            return "failed", None, str(error)
        self._metrics.ended(result[0], time.monotonic() - began)
        return result

    async def _write(self, notice: GiveBack, received: Received) -> Result:
        """On the system's own topic; Kafka's acknowledgement is the proof."""
        topic = topic_to(notice.system)
        if topic not in self._topics:
            return "failed", None, f"no topic {topic} is wired"
        headers = [(name, value) for name, value in received.headers.items()]
        await self._host.append(topic, notice.system, received.value or b"", received.appended_at, headers)
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
