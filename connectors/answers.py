"""Answers of units, from HTTP into the matters' log: a fact, appended at once, and a receipt once Kafka has it.

Everything in the fact follows from the request, its token included, so that a request sent again is the same bytes and
dispatch drops it. Whether the order exists and is the unit's own, dispatch decides.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Literal, Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from connectors.actors import PUBLIC_KEY, ActorCheck, Identified, TokenRefused
from connectors.contract import Receipt
from connectors.evidence import Evidence
from connectors.idempotency import other_content
from connectors.kafka import Acknowledgement
from connectors.order_requests import AnswerRequest, district_of, identity_of, no_such_order, read_body
from connectors.phone_answers import PhoneCall, recorder, speaker
from connectors.problems import Problem
from streams.codec import Codec
from streams.contract import Fact
from streams.facts.matters import Answered
from streams.secrecy.secret_store import SecretMissing, SecretStore

Answer = Literal["acknowledge", "accept", "arrive", "first_contact", "resolve", "reply"]
ANSWERS: Mapping[str, Answer] = {
    "acknowledge": "acknowledge",
    "accept": "accept",
    "arrive": "arrive",
    "first-contact": "first_contact",
    "resolve": "resolve",
    "reply": "reply",
}
"""The last part of the address, and the answer it stands for."""

UnitsResult = Literal["solved", "partly_solved", "explained", "guided", "not_accepted", "duplicate"]
"""How a unit may say that an order ended: it does not withdraw one, and what is parked (挂账) needs an approval."""

ENDINGS: tuple[Answer, ...] = ("resolve", "reply")
"""Answers that may say how the order ended."""

DETAIL = "the body may hold claimed_at, a time with its offset, phone, evidence, result, and nothing else"
REMEMBERED = 10_000
BUSY_AT = 256
RETRY_SECONDS = 1


class Said(BaseModel):
    """The body of an answer: when the unit says it was, and how it ended.

    `phone` where it is written down for one that says it there; `evidence` shows an arrival. Empty is as good as `{}`.
    """

    model_config = ConfigDict(extra="forbid")

    claimed_at: AwareDatetime | None = None
    phone: PhoneCall | None = None
    evidence: Evidence | None = None
    result: UnitsResult | None = None


class Append(Protocol):
    """Appends a record and returns where it is once Kafka has acknowledged; Problem 503 where it does not in time."""

    async def __call__(self, topic: str, key: str, value: bytes) -> Acknowledgement: ...


Make = Callable[[AnswerRequest, Identified], Fact]
"""Makes a fact of a request; Problem where it is none."""


class AnswerDoor:
    """Takes answers. Belongs to one event loop."""

    def __init__(self, append: Append, codec: Codec, secrets: SecretStore, topic: str) -> None:
        self._append = append
        self._codec = codec
        self._secrets = secrets
        self._topic = topic
        self._known: OrderedDict[str, tuple[bytes, Receipt]] = OrderedDict()
        self._under_way = 0

    async def take(self, request: AnswerRequest, make: Make | None = None) -> Receipt:
        """The receipt of an answer, or of the fact that `make` makes of the request; Problem."""
        identified = self._identify(request.authorization)
        fact = (make or answered)(request, identified)
        value = self._codec.encode(fact)
        known = self._known.get(fact.id)
        if known is not None:
            if known[0] != value:
                raise other_content()
            return known[1]
        if self._under_way >= BUSY_AT:
            raise Problem(429, "busy", "too many answers wait for Kafka", retry_after_seconds=RETRY_SECONDS)
        self._under_way += 1
        try:
            where = await self._append(self._topic, fact.key, value)
        finally:
            self._under_way -= 1
        receipt = Receipt(fact.id, "accepted", *where)
        self._known[fact.id] = value, Receipt(fact.id, "duplicate", *where)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return receipt

    def _identify(self, authorization: str | None) -> Identified:
        try:
            return ActorCheck(self._secrets.read(PUBLIC_KEY)).identify(authorization)
        except TokenRefused as refused:
            raise Problem(401, refused.reason, str(refused)) from refused
        except (SecretMissing, ValueError, TypeError) as error:
            raise Problem(
                503, "no_actor_key", "the hub has no key to check tokens with", retry_after_seconds=60
            ) from error


def answered(request: AnswerRequest, identified: Identified) -> Answered:
    """The fact of an answer; Problem where the request is none.

    Without a time of its own an answer happened, for all the hub knows, no earlier than its token was signed.
    """
    answer = ANSWERS.get(request.word)
    if answer is None:
        raise no_such_order()
    district = district_of(request.order_no)
    said = read_body(Said, request.body, DETAIL)
    if said.evidence is not None and answer != "arrive":
        raise Problem(422, "wrong_answer", "evidence belongs to an arrival")
    if said.result is not None and answer not in ENDINGS:
        raise Problem(422, "wrong_answer", f"a result is said with {' or '.join(ENDINGS)}")
    claimed_at = None if said.claimed_at is None else round(said.claimed_at.timestamp() * 1000)
    written_by = recorder(identified.actor, said.phone, claimed_at)
    actor = speaker(identified.actor, said.phone)
    identity = identity_of(request, answer, identified.actor.unit)
    return Answered(
        id=identity,
        key=district,
        source="gateway",
        trace=identity,
        occurred_at=identified.issued_at if claimed_at is None else claimed_at,
        order_no=request.order_no,
        answer=answer,
        channel="api" if written_by is None else "phone",
        actor_unit=actor.unit,
        actor_post=actor.post,
        actor_officer=actor.officer,
        actor_shift=actor.shift,
        claimed_at=claimed_at,
        recorder=written_by,
        evidence="none" if said.evidence is None else said.evidence.kind,
        evidence_reference=None if said.evidence is None else said.evidence.reference,
        result=said.result,
    )
