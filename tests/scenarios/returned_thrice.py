"""退单三次: an open manhole that three units say is not theirs, until the district rules; then it is done and verified.

Pure description: who says what and when, on a working day in Hechuan, by the city's own rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from streams.contract import Fact
from streams.facts.deliveries import Attempted
from streams.facts.incidents import Reported
from streams.facts.matters import Answered, Decided, Judged, Requested
from streams.facts.views import Matter
from streams.rules.calendar import BEIJING

INCIDENTS, MATTERS, DELIVERIES = "hub.log.incidents.v1", "hub.log.matters.v1", "hub.log.deliveries.v1"
DISTRICT, GRID = "500117", "500117001001001"
STARTS_AT = round(datetime(2025, 7, 7, 9, 30, tzinfo=BEIJING).timestamp() * 1_000)
"""A Monday morning; simulated time lies in the past."""
MINUTE = 60_000
CENTRE = "500117-district_centre"
MANAGEMENT, HOUSING, WATER = "500117-city_management", "500117-housing", "500117-water_utility"
TOWN_CENTRE = "500117001-town_centre"
MATTER = "50011720250707M00001"


@dataclass(frozen=True)
class Told:
    """What is said so many minutes after the beginning, to which log."""

    minutes: int
    log: str
    fact: Fact

    @property
    def at(self) -> int:
        return STARTS_AT + self.minutes * MINUTE


def actor(unit: str, officer: str, role: str) -> dict[str, Any]:
    return {
        "actor_unit": unit, "actor_post": "值班岗", "actor_officer": officer, "actor_shift": "白班", "actor_role": role,
    }  # fmt: skip


def report() -> Reported:
    return Reported(
        key=DISTRICT, occurred_at=0, system="zz_community_e", record_no="S1", incident_class="manhole",
        urgency="routine", recorded_at=STARTS_AT, region=GRID, longitude=106.2628, latitude=29.993,
        located_by="point", self_resolved=False,
    )  # fmt: skip


def reached(order: int, unit: str) -> Attempted:
    """The call of an order came to its unit."""
    return Attempted(
        key=unit, occurred_at=0, delivery_no=f"{MATTER}-{order:02}-D1", attempt=1, channel="webhook",
        outcome="delivered", status_code=204, detail="",
    )  # fmt: skip


def returned(order: int, unit: str, reason: str) -> Requested:
    return Requested(
        key=DISTRICT, occurred_at=0, order_no=f"{MATTER}-{order:02}", request="return", reason=reason, words="",
        document="", **actor(unit, f"{unit}-01", "responder"),
    )  # fmt: skip


def decided(number: int, unit: str, role: str, officer: str) -> Decided:
    """A request is approved; its number is of the same day's sequence as the matter's."""
    return Decided(
        key=DISTRICT, occurred_at=0, request_no=f"50011720250707R{number:05}", decision="approve", words="",
        document="合综治裁〔2025〕1号" if role == "leader" else "", unit=unit, **actor(CENTRE, officer, role),
    )  # fmt: skip


def answered(order: int, unit: str, answer: Any, result: Any = None) -> Answered:
    said = actor(unit, f"{unit}-02", "")
    del said["actor_role"]
    return Answered(
        key=DISTRICT, occurred_at=0, order_no=f"{MATTER}-{order:02}", answer=answer, channel="api", result=result,
        **said,
    )  # fmt: skip


def verified(order: int, unit: str, result: Any, reason: Any = None) -> Judged:
    return Judged(
        key=DISTRICT, occurred_at=0, order_no=f"{MATTER}-{order:02}", word="verify", result=result, method="on_site",
        reason=reason, words="", **actor(unit, "verifier-1", "verifier"),
    )  # fmt: skip


SAID = (
    (0, INCIDENTS, report()),
    (1, DELIVERIES, reached(1, MANAGEMENT)),
    (10, MATTERS, answered(1, MANAGEMENT, "acknowledge")),
    (20, MATTERS, returned(1, MANAGEMENT, "not_our_area")),
    (30, MATTERS, decided(2, HOUSING, "shift_leader", "centre-2")),
    (31, DELIVERIES, reached(2, HOUSING)),
    (60, MATTERS, returned(2, HOUSING, "not_our_duty")),
    (65, MATTERS, decided(3, WATER, "responder", "centre-2")),  # not the decider's role
    (70, MATTERS, decided(3, WATER, "shift_leader", "centre-2")),
    (71, DELIVERIES, reached(3, WATER)),
    (80, MATTERS, returned(3, WATER, "not_our_duty")),
    (90, MATTERS, decided(4, HOUSING, "leader", "centre-1")),
    (91, DELIVERIES, reached(4, HOUSING)),
    (100, MATTERS, returned(4, HOUSING, "not_our_duty")),  # ruled: not again
    (105, MATTERS, answered(4, HOUSING, "accept")),
    (130, MATTERS, answered(4, HOUSING, "resolve", "solved")),
    (140, MATTERS, verified(4, HOUSING, "passed")),  # its own work: set aside
    (145, MATTERS, verified(4, TOWN_CENTRE, "failed", "not_as_said")),
    (200, MATTERS, answered(4, HOUSING, "reply", "solved")),
    (215, MATTERS, verified(4, TOWN_CENTRE, "passed")),
)
"""Minutes, log, fact. Requests have the day's numbers after the matter: 2, 3, 4, 5."""

SEGMENTS = (
    ("centre", None, 1),
    ("unit", MANAGEMENT, 29),
    ("centre", None, 1),
    ("unit", HOUSING, 39),
    ("centre", None, 1),
    ("unit", WATER, 19),
    ("centre", None, 1),
    ("unit", HOUSING, 39),
    ("verification", None, 15),
    ("unit", HOUSING, 55),
    ("verification", None, 15),
)
"""Whose time it was, in minutes: 215 in all."""

ENDS_AT = STARTS_AT + 240 * MINUTE


def told(story: Iterable[tuple[int, str, Fact]] = SAID) -> list[Told]:
    """What is said, each under an id of its own."""
    said = []
    for number, (minutes, log, fact) in enumerate(story):
        at = STARTS_AT + minutes * MINUTE
        named = replace(fact, id=f"story:{number}:1#1", trace=f"story:{number}", source="story", occurred_at=at)
        said.append(Told(minutes, log, named))
    return said


def in_minutes(matter: Matter) -> tuple[tuple[str, str | None, int], ...]:
    """Whose time a matter's was, in minutes."""
    return tuple(
        (one.holder, one.unit, ((one.to_at or matter.as_of) - one.from_at) // MINUTE) for one in matter.segments
    )
