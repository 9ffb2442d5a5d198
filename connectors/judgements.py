"""What the centre and verifiers say of an order over HTTP: verified, sent back, withdrawn. Dispatch decides who may."""

from collections.abc import Mapping
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict

from connectors.approval_requests import Words
from connectors.order_requests import OrderRequest, district_of, no_such_order
from connectors.problems import Problem
from connectors.signed_envelope import signed
from streams.facts.matters import Judged, JudgementReason, VerificationMethod
from streams.secrecy.actors import Identified

Word = Literal["verify", "rework", "withdraw"]
WITHDRAWAL_REASONS: tuple[JudgementReason, ...] = ("by_requester", "duplicate", "mistaken", "not_needed")
WORK_REASONS: tuple[JudgementReason, ...] = tuple(
    reason for reason in get_args(JudgementReason) if reason not in WITHDRAWAL_REASONS
)
JUDGEMENTS: Mapping[str, tuple[JudgementReason, ...]] = {
    "verify": WORK_REASONS,
    "rework": WORK_REASONS,
    "withdraw": WITHDRAWAL_REASONS,
}
"""The last part of the address, and the reasons that it may have."""


class Said(BaseModel):
    """The body of a judgement; `words` name nobody."""

    model_config = ConfigDict(extra="forbid")

    result: Literal["passed", "failed"] | None = None
    method: VerificationMethod | None = None
    reason: JudgementReason | None = None
    words: Words = ""


def judged(request: OrderRequest, identified: Identified) -> Judged:
    """The fact of a judgement; Problem where the request is none."""
    word = next((one for one in get_args(Word) if one == request.word), None)
    if word is None:
        raise no_such_order()
    district = district_of(request.order_no)
    said = request.read(Said, "wrong_answer", "the body may hold result, method, reason and words, and nothing else")
    _check(word, said)
    identity = request.identity("answer", request.order_no, word, identified.actor.unit, anew=True)
    return Judged(
        **signed(identity, district, identified),
        order_no=request.order_no,
        word=word,
        result=said.result,
        method=said.method,
        reason=said.reason,
        words=said.words,
    )


def _check(word: Word, said: Said) -> None:
    """What goes with which word; Problem 422 says what is missing."""
    reasons = ", ".join(JUDGEMENTS[word])
    if word == "verify" and (said.result is None or said.method is None):
        raise Problem(422, "wrong_answer", "a verification has a result (passed, failed) and a method")
    if word != "verify" and (said.result is not None or said.method is not None):
        raise Problem(422, "wrong_answer", f"only a verification has a result and a method, {word} has a reason")
    if said.result == "passed":
        if said.reason is not None:
            raise Problem(422, "wrong_answer", "what is passed needs no reason")
    elif said.reason not in JUDGEMENTS[word]:
        raise Problem(422, "wrong_answer", f"a reason is needed, one of {reasons}")
