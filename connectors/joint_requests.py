"""Whistles (吹哨报到), meetings (联席会议) and inspections (联合检查) over HTTP, as facts for the matters' log.

Who may say what, dispatch decides by the rules; no words of one's own are taken: a reason, a rating, a task is one of
a few.
"""

import re
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from connectors.approval_requests import DocumentNumber
from connectors.measures import MATTER_NO
from connectors.order_requests import OrderRequest, district_of
from connectors.problems import Problem
from connectors.signed_envelope import district_in, signed
from connectors.signed_facts import SignedRequest
from connectors.supervision_requests import UnitCode
from connectors.times import of_moment
from streams.facts.joint import Convened, MeetingKind, Rating, RefusalReason, Resolution, Task, Whistled
from streams.secrecy.actors import Identified

WHISTLE_NO = re.compile(r"(\d{6})\d{8}W\d{5,}", re.ASCII)
MEETING_NO = re.compile(r"(\d{6})\d{8}C\d{5,}", re.ASCII)
MOST_UNITS, MOST_MATTERS, MOST_DECISIONS = 20, 20, 20

MatterNo = Annotated[str, StringConstraints(pattern=r"^\d{14}M\d{5,}$")]
Units = Annotated[tuple[UnitCode, ...], Field(min_length=1, max_length=MOST_UNITS)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Blow(_Body):
    """The body of `POST /v1/matters/{matter_no}/whistle`: the units that must come."""

    units: Units


class Refusal(_Body):
    """The body of `POST /v1/whistles/{whistle_no}/refuse`."""

    reason: RefusalReason


class Declination(Refusal):
    """The body of `POST /v1/orders/{order_no}/decline`, and when the unit said it."""

    claimed_at: AwareDatetime | None = None


class Signature(_Body):
    """The body of `POST /v1/whistles/{whistle_no}/sign`: for which unit, and how it came."""

    unit: UnitCode
    rating: Rating


class Summons(_Body):
    """The body of `POST /v1/meetings`."""

    kind: MeetingKind
    matters: Annotated[tuple[MatterNo, ...], Field(min_length=1, max_length=MOST_MATTERS)]
    units: Units
    begins_at: AwareDatetime


class Held(_Body):
    """The body of `POST /v1/meetings/{meeting_no}/hold`: the units that came."""

    units: Units


class Decided(_Body):
    """One decision: who does what on which matter."""

    matter_no: MatterNo
    unit: UnitCode
    task: Task


class Decisions(_Body):
    """The body of `POST /v1/meetings/{meeting_no}/decide`; `document` is the number of the minutes (纪要)."""

    decisions: Annotated[tuple[Decided, ...], Field(min_length=1, max_length=MOST_DECISIONS)]
    document: DocumentNumber = ""


WHISTLE_DETAIL = {
    Blow: f"the body has units, 1 to {MOST_UNITS} codes, each once",
    Refusal: "the body has reason (not_our_duty, no_hands, cannot_come), and nothing else",
    Declination: "the body has reason (not_our_duty, no_hands, cannot_come), and may have claimed_at with its offset",
    Signature: "the body has unit and rating (in_time, late, unsolved, absent), and nothing else",
}
SUMMONS_DETAIL = (
    f"the body has kind (meeting, inspection), matters of one district (1 to {MOST_MATTERS}), units (1 to {MOST_UNITS})"
    " and begins_at with its offset; nothing is named twice"
)
HELD_DETAIL = f"the body has units, the 1 to {MOST_UNITS} codes of those that came, each once"
DECISIONS_DETAIL = (
    f"the body has decisions (1 to {MOST_DECISIONS}), each with matter_no, unit and task (act, inspect, correct, "
    "explain, watch), and may have document"
)


def blown(matter_no: str, request: SignedRequest, identified: Identified) -> Whistled:
    """The fact that a town whistles on a matter; Problem where the request is none."""
    district = district_in(matter_no, MATTER_NO, Problem(404, "no_such_matter", "no matter can have this number"))
    said = request.read(Blow, "wrong_request", WHISTLE_DETAIL[Blow])
    _check_once(said.units, WHISTLE_DETAIL[Blow])
    envelope = signed(_identity(request, identified, "whistle", matter_no), district, identified)
    return Whistled(**envelope, act="blow", matter_no=matter_no, units=said.units)


def whistled(whistle_no: str, word: str, request: SignedRequest, identified: Identified) -> Whistled:
    """The fact of a refusal or of the town's signature; Problem where the request is none."""
    no_such = Problem(404, "no_such_whistle", "no whistle can have this number or be told this")
    district = district_in(whistle_no, WHISTLE_NO, no_such)
    envelope = signed(_identity(request, identified, f"whistle_{word}", whistle_no), district, identified)
    if word == "refuse":
        refusal = request.read(Refusal, "wrong_request", WHISTLE_DETAIL[Refusal])
        return Whistled(**envelope, act="refuse", whistle_no=whistle_no, reason=refusal.reason)
    if word == "sign":
        signature = request.read(Signature, "wrong_request", WHISTLE_DETAIL[Signature])
        return Whistled(**envelope, act="sign", whistle_no=whistle_no, unit=signature.unit, rating=signature.rating)
    raise no_such


def declined(request: OrderRequest, identified: Identified) -> Whistled:
    """The fact that a unit refuses to come, said of its own order; Problem where the request is none."""
    district = district_of(request.order_no)
    said = request.read(Declination, "wrong_request", WHISTLE_DETAIL[Declination])
    claimed_at = None if said.claimed_at is None else of_moment(said.claimed_at)
    envelope = signed(_identity(request, identified, "decline", request.order_no), district, identified, claimed_at)
    return Whistled(**envelope, act="refuse", order_no=request.order_no, reason=said.reason)


def called(request: SignedRequest, identified: Identified) -> Convened:
    """The fact that a meeting is called; Problem where the request is none."""
    said = request.read(Summons, "wrong_request", SUMMONS_DETAIL)
    _check_once(said.units, SUMMONS_DETAIL)
    _check_once(said.matters, SUMMONS_DETAIL)
    districts = {matter_no[:6] for matter_no in said.matters}
    if len(districts) > 1:
        raise Problem(422, "wrong_request", SUMMONS_DETAIL)
    district = districts.pop()
    return Convened(
        **signed(_identity(request, identified, "meeting", district), district, identified),
        act="call",
        kind=said.kind,
        matters=said.matters,
        units=said.units,
        begins_at=of_moment(said.begins_at),
    )


def convened(meeting_no: str, word: str, request: SignedRequest, identified: Identified) -> Convened:
    """The fact that a meeting was held, or what it has decided; Problem where the request is none."""
    no_such = Problem(404, "no_such_meeting", "no meeting can have this number or be told this")
    district = district_in(meeting_no, MEETING_NO, no_such)
    envelope = signed(_identity(request, identified, f"meeting_{word}", meeting_no), district, identified)
    if word == "hold":
        held = request.read(Held, "wrong_request", HELD_DETAIL)
        _check_once(held.units, HELD_DETAIL)
        return Convened(**envelope, act="hold", meeting_no=meeting_no, units=held.units)
    if word == "decide":
        said = request.read(Decisions, "wrong_request", DECISIONS_DETAIL)
        decisions = tuple(Resolution(**one.model_dump()) for one in said.decisions)
        return Convened(**envelope, act="decide", meeting_no=meeting_no, decisions=decisions, document=said.document)
    raise no_such


def _check_once(names: tuple[str, ...], detail: str) -> None:
    if len(set(names)) < len(names):
        raise Problem(422, "wrong_request", detail)


def _identity(request: SignedRequest, identified: Identified, kind: str, *about: str) -> str:
    """The same for the same request of an officer: under his own key, else for the same body under the same token."""
    actor, token = identified.actor, str(identified.issued_at)
    return request.identity(kind, *about, kind, actor.unit, actor.officer, token=token)
