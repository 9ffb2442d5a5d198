"""What somebody with the authority orders beside the everyday rules (措施): levels of alert, urgency, outages.

Rules say who may and what it does, facts that it was ordered, the view how it stands.
"""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record
from streams.facts.rules import Limit
from streams.facts.vocabulary import ClockKind, Urgency

Level = Literal["level_1", "level_2", "level_3", "level_4"]
"""一级 to 四级 of an alert (战时响应); none in force is everyday work (平时)."""

MeasureKind = Literal["level_1", "level_2", "level_3", "level_4", "raise_urgency", "lower_urgency", "outage", "seal"]
"""The levels; 升级 and 降级 of a matter's urgency; 停摆, a span in which the hub itself failed; 保密 of a matter."""


@dataclass(frozen=True, kw_only=True)
class Authority:
    """Who may: whoever has the role, in the unit where one is named."""

    role: str
    unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class HastenedTime:
    """A clock's time under a level: a share of its everyday time in percent, or a time of its own."""

    urgency: Urgency
    kind: ClockKind
    percent: int | None = None
    limit: Limit | None = None


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a level does to matters of some classes: office hours fall away, other kinds of units are called as well."""

    classes: tuple[str, ...]
    around_the_clock: bool
    also_called: tuple[str, ...]
    times: tuple[HastenedTime, ...]


@record("rules.measure.v1")
@dataclass(frozen=True, kw_only=True)
class MeasureRule(Fact):
    """Who may order a measure, and what it does.

    No clock is hastened to fall due earlier than `reaction_minutes` after the order. A level is to be reviewed every
    `review_hours`. An outage hits a clock whose deadline lies in it, or that lost `hit_percent` of its time to it.
    """

    version: str
    measure: MeasureKind
    name: str
    ordered_by: tuple[Authority, ...]
    reaction_minutes: int
    review_hours: int
    hit_percent: int
    effects: tuple[Effect, ...]
    document: str


@record("matters.mode_ordered.v1")
@dataclass(frozen=True, kw_only=True)
class ModeOrdered(Fact):
    """A level is ordered, goes on after a review, or ends; `measure_no` names the one that goes on or ends.

    Its scope: `regions` by prefix, and `classes`, all where none is named. It never ends but by an order.
    """

    order: Literal["begin", "review", "end"]
    measure_no: str | None = None
    level: Level | None = None
    regions: tuple[str, ...]
    classes: tuple[str, ...]
    cause: str
    document: str
    review_at: int | None = None
    exercise: bool
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@record("matters.urgency_set.v1")
@dataclass(frozen=True, kw_only=True)
class UrgencySet(Fact):
    """The urgency of a matter is set anew (定级、改级)."""

    matter_no: str
    urgency: Urgency
    cause: str
    document: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@record("matters.outage_declared.v1")
@dataclass(frozen=True, kw_only=True)
class OutageDeclared(Fact):
    """The hub itself failed from one instant to another, for matters whose region begins with one of `regions`."""

    from_at: int
    until_at: int
    regions: tuple[str, ...]
    cause: str
    document: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@record("views.measure.v1")
@dataclass(frozen=True, kw_only=True)
class Measure:
    """A level or an outage as it stands, since `from_at`; `until_at` is an outage's end, of a level None until it ends.

    `missed_reviews` counts the review moments that passed without an order. `clocks` is how many it has moved or
    exempted so far.
    """

    measure_no: str
    measure: MeasureKind
    name: str
    state: Literal["in_force", "ended"]
    exercise: bool
    regions: tuple[str, ...]
    classes: tuple[str, ...]
    cause: str
    document: str
    from_at: int
    until_at: int | None = None
    review_at: int | None = None
    missed_reviews: int
    ordered_unit: str
    ordered_post: str
    ordered_officer: str
    ended_unit: str | None = None
    ended_post: str | None = None
    ended_officer: str | None = None
    clocks: int
    as_of: int
