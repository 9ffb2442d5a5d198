"""Answers of units, from HTTP into the matters' log: a fact, appended at once, and a receipt once Kafka has it.

Whether the order exists and is the unit's own, dispatch decides.
"""

from collections.abc import Mapping
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from connectors.actors import Identified
from connectors.evidence import Evidence
from connectors.order_requests import OrderRequest, district_of, no_such_order
from connectors.phone_answers import PhoneCall, recorder, speaker
from connectors.problems import Problem
from connectors.publisher import wall_clock
from connectors.signed_envelope import begun, on_duty
from connectors.times import of_moment
from streams.facts.matters import Answered

Answer = Literal[
    "receive", "acknowledge", "accept", "arrive", "first_contact", "resolve", "reply", "report", "stage"
]  # fmt: skip
ANSWERS: Mapping[str, Answer] = {
    "receive": "receive",
    "acknowledge": "acknowledge",
    "accept": "accept",
    "arrive": "arrive",
    "first-contact": "first_contact",
    "resolve": "resolve",
    "reply": "reply",
    "report": "report",
    "stage": "stage",
}
"""The last part of the address, and the answer it stands for."""

UnitsResult = Literal["solved", "partly_solved", "explained", "guided", "not_accepted", "duplicate"]
"""How a unit may say that an order ended: it does not withdraw one, and what is parked (挂账) needs an approval."""

ENDINGS: tuple[Answer, ...] = ("resolve", "reply")
"""Answers that may say how the order ended."""

DETAIL = "the body may hold claimed_at, a time with its offset, phone, evidence, result, stage, and nothing else"


class Said(BaseModel):
    """The body of an answer: when the unit says it was, and how it ended.

    `phone` where it is written down for one that says it there; `evidence` shows an arrival; `stage` is the code of the
    one that is done. Empty is as good as `{}`.
    """

    model_config = ConfigDict(extra="forbid")

    claimed_at: AwareDatetime | None = None
    phone: PhoneCall | None = None
    evidence: Evidence | None = None
    result: UnitsResult | None = None
    stage: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{0,31}$")


def answered(request: OrderRequest, identified: Identified) -> Answered:
    """The fact of an answer; Problem where the request is none."""
    answer = ANSWERS.get(request.word)
    if answer is None:
        raise no_such_order()
    district = district_of(request.order_no)
    said = request.read(Said, "wrong_answer", DETAIL)
    if said.evidence is not None and answer != "arrive":
        raise Problem(422, "wrong_answer", "evidence belongs to an arrival")
    if said.result is not None and answer not in ENDINGS:
        raise Problem(422, "wrong_answer", f"a result is said with {' or '.join(ENDINGS)}")
    claimed_at = None if said.claimed_at is None else of_moment(said.claimed_at)
    if (said.stage is None) == (answer == "stage"):
        raise Problem(
            422, "wrong_answer", "the word 'stage' says in its body which one is done, and no other word does"
        )
    written_by = recorder(identified.actor, said.phone, claimed_at, wall_clock())
    what = answer if said.stage is None else f"{answer}.{said.stage}"
    identity = request.identity("answer", request.order_no, what, identified.actor.unit, anew=True)
    return Answered(
        **begun(identity, district, identified, claimed_at),
        **on_duty(speaker(identified.actor, said.phone)),
        order_no=request.order_no,
        answer=answer,
        channel=request.channel if written_by is None else "phone",
        claimed_at=claimed_at,
        recorder=written_by,
        evidence="none" if said.evidence is None else said.evidence.kind,
        evidence_reference=None if said.evidence is None else said.evidence.reference,
        result=said.result,
        stage=said.stage,
    )
