"""What the centre orders over HTTP beside the everyday rules: levels of alert, urgency, outages, drills, late entries.

Whether somebody may order it, dispatch decides by the rules in force.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from connectors.approval_requests import Words
from connectors.problems import Problem
from connectors.signed_envelope import begun, district_in, signed
from connectors.signed_facts import SignedRequest
from connectors.times import SHANGHAI, of_moment
from streams.facts.matters import Opened
from streams.facts.measures import Level, ModeOrdered, OutageDeclared, UrgencySet
from streams.facts.vocabulary import Urgency
from streams.secrecy.actors import Identified

Region = Annotated[str, StringConstraints(pattern=r"^\d{6,15}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_0-9]{1,63}$")]
Said = Annotated[Words, Field(min_length=1)]
MeasureNo = Annotated[str, StringConstraints(pattern=r"^\d{14}[LX]\d{5,}$")]

MATTER_NO = re.compile(r"(\d{6})\d{8}M\d{5,}", re.ASCII)
DISTRICT_DIGITS = 6
MODE_DETAIL = (
    "the body has order (begin, review, end), cause and document; begin has level (level_1 to level_4), regions and "
    "review_at, and may have classes and exercise; review has measure_no and review_at, end has measure_no"
)
URGENCY_DETAIL = "the body has urgency (critical, urgent, routine), cause and document, and nothing else"
OUTAGE_DETAIL = "the body has from_at and until_at (with their offsets), regions, cause and document, and nothing else"
DRILL_DETAIL = "the body has incident_class, urgency and region, may have longitude and latitude, and has nothing else"


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Mode(_Body):
    """The body of `POST /v1/modes`."""

    order: Literal["begin", "review", "end"]
    level: Level | None = None
    measure_no: MeasureNo | None = None
    regions: tuple[Region, ...] = ()
    classes: tuple[Code, ...] = ()
    review_at: AwareDatetime | None = None
    exercise: bool = False
    cause: Said
    document: Said


class Grade(_Body):
    """The body of `POST /v1/matters/{matter_no}/urgency`."""

    urgency: Urgency
    cause: Said
    document: Said


class Outage(_Body):
    """The body of `POST /v1/outages`."""

    from_at: AwareDatetime
    until_at: AwareDatetime
    regions: tuple[Region, ...]
    cause: Said
    document: Said


class Drill(_Body):
    """The body of `POST /v1/exercises`: a happening that is made up."""

    incident_class: Code
    urgency: Urgency
    region: Region
    longitude: float | None = None
    latitude: float | None = None


def mode_ordered(request: SignedRequest, identified: Identified) -> ModeOrdered:
    """The fact of an order of a level; Problem where the request is none."""
    said = request.read(Mode, "wrong_order", MODE_DETAIL)
    begins = said.order == "begin"
    if begins is (said.level is None) or begins is (said.measure_no is not None) or begins is not bool(said.regions):
        raise Problem(422, "wrong_order", MODE_DETAIL)
    if (said.order == "end") is not (said.review_at is None):
        raise Problem(422, "wrong_order", MODE_DETAIL)
    district = _district(said.regions) if begins else str(said.measure_no)[:DISTRICT_DIGITS]
    return ModeOrdered(
        **signed(_identity(request, identified, "mode", district), district, identified),
        order=said.order,
        measure_no=said.measure_no,
        level=said.level,
        regions=said.regions,
        classes=said.classes,
        cause=said.cause,
        document=said.document,
        review_at=None if said.review_at is None else of_moment(said.review_at),
        exercise=said.exercise,
    )


def urgency_set(matter_no: str, request: SignedRequest, identified: Identified) -> UrgencySet:
    """The fact of a matter's new urgency; Problem where the request is none."""
    district = district_in(matter_no, MATTER_NO, Problem(404, "no_such_matter", "no matter can have this number"))
    said = request.read(Grade, "wrong_order", URGENCY_DETAIL)
    return UrgencySet(
        **signed(_identity(request, identified, "urgency", district, matter_no), district, identified),
        matter_no=matter_no,
        urgency=said.urgency,
        cause=said.cause,
        document=said.document,
    )


def outage_declared(request: SignedRequest, identified: Identified) -> OutageDeclared:
    """The fact of an outage; Problem where the request is none."""
    said = request.read(Outage, "wrong_order", OUTAGE_DETAIL)
    if said.from_at >= said.until_at:
        raise Problem(422, "wrong_order", "until_at must come after from_at")
    district = _district(said.regions)
    return OutageDeclared(
        **signed(_identity(request, identified, "outage", district), district, identified),
        from_at=of_moment(said.from_at),
        until_at=of_moment(said.until_at),
        regions=said.regions,
        cause=said.cause,
        document=said.document,
    )


def drilled(request: SignedRequest, identified: Identified) -> Opened:
    """A happening that is made up, as the matter it opens; dispatch takes it only under a level that is an exercise."""
    said = request.read(Drill, "wrong_order", DRILL_DETAIL)
    district = said.region[:DISTRICT_DIGITS]
    identity = _identity(request, identified, "exercise", district)
    digest = identity.partition(":")[2]
    return Opened(
        **begun(identity, district, identified),
        incident_no=f"{district}{_date(identified.issued_at)}D{int(digest[:12], 16)}",
        incident_class=said.incident_class,
        urgency=said.urgency,
        region=said.region,
        longitude=said.longitude,
        latitude=said.latitude,
        system="exercise",
        record_no=digest,
        exercise=True,
    )


def _identity(request: SignedRequest, identified: Identified, kind: str, district: str, *about: str) -> str:
    return request.identity(kind, district, *about, identified.actor.unit, identified.actor.officer)


def _district(regions: tuple[str, ...]) -> str:
    """The one district that all regions lie in; Problem."""
    districts = {region[:DISTRICT_DIGITS] for region in regions}
    if len(districts) != 1:
        raise Problem(422, "wrong_order", "regions must be there and all lie in one district")
    return districts.pop()


def _date(instant: int) -> str:
    return datetime.fromtimestamp(instant / 1000, SHANGHAI).strftime("%Y%m%d")
