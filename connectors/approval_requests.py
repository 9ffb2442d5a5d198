"""Requests for approval and their decisions (请示与审批), from HTTP into facts for the matters' log.

As with answers, everything in a fact follows from the request and its token. What the rules leave room for, and who may
decide, dispatch says; here only what no rule could allow is refused, and words that hold a person's numbers.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from connectors.order_requests import ORDER_NO, OrderRequest
from connectors.personal import masked, squeezed
from connectors.problems import Problem
from connectors.signed_envelope import district_in, signed
from connectors.times import of_moment
from streams.contract import Fact
from streams.facts.matters import Decided, Requested, Resumed
from streams.facts.vocabulary import ClockKind, RequestKind
from streams.secrecy.actors import Identified

REQUESTS: Mapping[str, RequestKind] = {
    "suspend": "suspend",
    "extend": "extend",
    "deadline": "set_deadline",
    "late-entry": "late_entry",
    "return": "return",
    "park": "park",
}
"""The last part of an order's address, and what is requested there."""

DECISIONS = ("approve", "refuse")
REQUEST_NO = re.compile(r"(\d{6})\d{8}R\d{5,}", re.ASCII)
PERSONAL = re.compile(r"(?<!\d)(?:1\d{10}|\d{15}|\d{17}[\dXx])(?!\d)", re.ASCII)
"""A mobile phone's number or a certificate's, right or wrong."""


def _naming_nobody(text: str) -> str:
    if PERSONAL.search(squeezed(text)) or masked(text) != text:
        raise ValueError("names a person")
    return text


Words = Annotated[str, Field(max_length=200), AfterValidator(_naming_nobody)]
DocumentNumber = Annotated[str, Field(max_length=60), AfterValidator(_naming_nobody)]
UnitCode = Annotated[str, StringConstraints(min_length=1, max_length=64)]
ReasonCode = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class Resumption(BaseModel):
    """The body that says nothing but when it was."""

    model_config = ConfigDict(extra="forbid")

    claimed_at: AwareDatetime | None = None


class Stated(Resumption):
    """`words` and `document` never name a person."""

    words: Words = ""
    document: DocumentNumber = ""


class Decision(Stated):
    """Who gets an order that is returned stands in `unit`."""

    unit: UnitCode | None = None


class Asked(Stated):
    """What every request says: a reason of the city's list."""

    reason: ReasonCode


class Spell(Asked):
    """Until when the clocks are not to count, or when an order that is put by is looked at again."""

    until_at: AwareDatetime


class Extension(Asked):
    """How much longer a clock is to run, in its own unit."""

    clock: ClockKind
    amount: Annotated[int, Field(ge=1, le=10_000)]


class Deadline(Asked):
    """The deadline that a leader is to sign for a clock."""

    clock: ClockKind
    until_at: AwareDatetime


class LateEntry(Asked):
    """When the unit said it, while the hub had failed."""

    clock: ClockKind
    said_at: AwareDatetime


BODIES: Mapping[str, type[Asked]] = {
    "suspend": Spell,
    "extend": Extension,
    "deadline": Deadline,
    "late-entry": LateEntry,
    "return": Asked,
    "park": Spell,
}
S = TypeVar("S", bound=Resumption)


def requested(request: OrderRequest, identified: Identified) -> Requested:
    """The fact of a request; Problem where it is none."""
    district = district_in(request.order_no, ORDER_NO, _no_such_number())
    said = _read(request, BODIES[request.word])
    return Requested(
        **_envelope(request, identified, district, said),
        order_no=request.order_no,
        request=REQUESTS[request.word],
        reason=said.reason,
        clock=getattr(said, "clock", None),
        until_at=_instant(getattr(said, "until_at", getattr(said, "said_at", None))),
        amount=getattr(said, "amount", None),
        words=said.words,
        document=said.document,
    )


def resumed(request: OrderRequest, identified: Identified) -> Resumed:
    """The fact that an order's clocks are to run again; Problem where the request is none."""
    district = district_in(request.order_no, ORDER_NO, _no_such_number())
    said = _read(request, Resumption)
    return Resumed(**_envelope(request, identified, district, said), order_no=request.order_no)


def decided(request: OrderRequest, identified: Identified) -> Decided:
    """The fact of a decision on the request whose number stands in the place of an order's; Problem."""
    district = district_in(request.order_no, REQUEST_NO, _no_such_number())
    if request.word not in DECISIONS:
        raise Problem(404, "no_such_decision", "a request is approved or refused")
    said = _read(request, Decision)
    return Decided(
        **_envelope(request, identified, district, said),
        request_no=request.order_no,
        decision="approve" if request.word == "approve" else "refuse",
        words=said.words,
        document=said.document,
        unit=said.unit,
    )


MAKERS: Mapping[str, Callable[[OrderRequest, Identified], Fact]] = {
    **dict.fromkeys(REQUESTS, requested),
    "resume": resumed,
}
"""What makes a fact of a request to an order's address, by its last part."""


def _no_such_number() -> Problem:
    return Problem(404, "no_such_number", "nothing can have this number")


def _read(request: OrderRequest, body: type[S]) -> S:
    def detail(error: ValidationError) -> str:
        said = (
            f"the body may hold {', '.join(body.model_fields)} and nothing else; no words may hold a person's numbers"
        )
        wrong = {str(part["loc"][0]) for part in error.errors() if part["loc"]} & {*body.model_fields}
        return f"{said}; wrong or missing: {', '.join(sorted(wrong))}" if wrong else said

    return request.read(body, "wrong_request", detail)


def _instant(moment: datetime | None) -> int | None:
    return None if moment is None else of_moment(moment)


def _envelope(request: OrderRequest, identified: Identified, district: str, said: Resumption) -> dict[str, Any]:
    """What these facts have in common."""
    claimed_at = _instant(said.claimed_at)
    identity = officers_identity(request, identified)
    return {**signed(identity, district, identified, claimed_at), "claimed_at": claimed_at}


def officers_identity(request: OrderRequest, identified: Identified) -> str:
    """The same for the same request of an officer: under his own key, else for the same body under the same token.

    Without the token a request that was refused could not be made again in the same words.
    """
    actor, token = identified.actor, str(identified.issued_at)
    return request.identity(request.word, request.order_no, request.word, actor.unit, actor.officer, token=token)
