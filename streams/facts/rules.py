"""Rules and city data as facts: versioned, one record an item, written to every partition of the logs they affect."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record
from streams.facts.vocabulary import (
    AnyComplexity,
    Channel,
    ClockKind,
    Complexity,
    CountedFrom,
    Medium,
    RequestKind,
    StartEvent,
    Urgency,
)

RULES_KEY = "rules"
"""The key of each of these facts, whichever partition it is written to."""

DayKind = Literal["holiday", "working_day"]
TimeUnit = Literal["minute", "hour", "office_hour", "office_day", "natural_day", "month"]
StartRule = Literal["at", "next_minute", "next_office_open", "next_day"]
Apart = Literal["unit", "officer"]
"""办核分离: who verifies is of another unit, or another officer."""

LeftOut = Literal["accept", "arrive", "first_contact"]
"""Kinds of clocks that a call may go without: an enquiry has no arrival. The others no order can lack."""

DayEnd = Literal["same_time", "office_close", "midnight"]
Tier = Literal["grid", "village", "town", "district", "leader"]
"""From the bottom up; a ladder never goes back."""


@record("rules.incident_class.v1")
@dataclass(frozen=True, kw_only=True)
class IncidentClass(Fact):
    """How reports of one class are recognised as one incident and who is called.

    Of what grid workers settle on the spot (自处) one in `sampled_one_in` is checked; 0: none. `confidential` (保密):
    every report of the class is, whether that is asked for or not. What happens at the same place within
    `recurrence_days` of a closed one recurs it (再次发生); 0: nothing does.
    """

    version: str
    incident_class: str
    name: str
    radius_metres: int
    window_seconds: int
    dispatched: bool
    sampled_one_in: int = 0
    confidential: bool = False
    recurrence_days: int = 0


@record("rules.call.v1")
@dataclass(frozen=True, kw_only=True)
class Call(Fact):
    """中心呼、我必应: which kind of unit is called for a class and urgency, and how complex that work is.

    Kinds that assist always, and those that assist once reports come from a second town; a `team` is known by name.
    Kinds of clocks that such an order goes `without`. Who leads `instead`, in turn, of a unit complained of (回避).
    """

    version: str
    incident_class: str
    urgency: Urgency
    unit_kind: str
    complexity: Complexity
    document: str
    team: str | None = None
    assisting: tuple[str, ...] = ()
    assisting_across: tuple[str, ...] = ()
    without: tuple[LeftOut, ...] = ()
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Limit:
    """How much time there is for one thing, and how it is counted (ops/decisions/0092)."""

    amount: int
    unit: TimeUnit
    start: StartRule
    day_end: DayEnd
    rolls_over: bool
    calendar: str
    document: str


@record("rules.clock_limit.v1")
@dataclass(frozen=True, kw_only=True)
class ClockLimit(Fact):
    """The time of one kind of clock, by urgency and, unless `any`, by complexity; one of a class goes before others.

    It runs from the proven delivery, or from what the unit does `after` that.
    """

    version: str
    urgency: Urgency
    complexity: AnyComplexity
    kind: ClockKind
    limit: Limit
    incident_class: str | None = None
    after: StartEvent = "delivery"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One stage of a case that is dealt with in stages, and its time."""

    stage: str
    name: str
    counted_from: CountedFrom
    limit: Limit


@record("rules.stages.v1")
@dataclass(frozen=True, kw_only=True)
class Stages(Fact):
    """分阶段时限: the stages of a class and urgency, one after the other, in place of one time to resolve.

    The requesters are replied to within `reply`, since the unit has the order (ops/decisions/0107).
    """

    version: str
    incident_class: str
    urgency: Urgency
    stages: tuple[Stage, ...]
    reply: Limit
    document: str


@dataclass(frozen=True, kw_only=True)
class Approver:
    """Who decides a request: whoever has the role in the unit, or where that is None in the order's own unit."""

    name: str
    role: str
    unit: str | None = None


@record("rules.request_rule.v1")
@dataclass(frozen=True, kw_only=True)
class RequestRule(Fact):
    """What may be asked for (请示) for a reason, how much of it, how often, and who decides within what time.

    `kinds` are the clocks that it concerns. An extension is by the unit that the clock is counted in: all of a clock's
    together add at most `most`, and with its time at most `most_in_all`. A suspension lasts at most `longest`.
    """

    version: str
    request: RequestKind
    urgency: Urgency
    reason: str
    name: str
    unit: TimeUnit | None = None
    kinds: tuple[ClockKind, ...]
    most: int
    most_in_all: int | None = None
    longest: Limit | None = None
    times: int
    approver: Approver
    decide_within: Limit
    tells_requester: bool
    document: str


@record("rules.ending.v1")
@dataclass(frozen=True, kw_only=True)
class Ending(Fact):
    """How orders of an urgency end and come back (ops/decisions/0097).

    Results of `verified_classes` are verified by a unit of a kind among `verifiers`: another `unit` than the one that
    resolved, or another `officer`. `centre` is the kind of unit that sends back, withdraws and decides on returns. A
    closed order may be sent back for `reopen_days`; one may be returned within `return_limit` (None: never), and after
    `most_returns` of a matter the district rules.
    """

    version: str
    urgency: Urgency
    verified_classes: tuple[str, ...]
    verifiers: tuple[str, ...]
    apart: Apart
    centre: str
    reopen_days: int
    return_limit: Limit | None
    most_returns: int
    document: str


@dataclass(frozen=True, kw_only=True)
class UnitChannel:
    """One way to reach a unit; numbers stand only as `secret:<name>`."""

    channel: Channel
    address: str


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A shift (班次), until the next one begins; who comes on duty signs within so many minutes (交接班)."""

    shift: str
    begins_minutes: int
    sign_within_minutes: int


@record("rules.unit.v1")
@dataclass(frozen=True, kw_only=True)
class Unit(Fact):
    """A unit that can be called, the region it answers for and how it is reached, the first way first.

    `shifts` are those of its duty room, by their beginning; none where it has no such room. One that the city cannot
    give orders to is asked by `letter` (协调函).
    """

    version: str
    unit: str
    name: str
    unit_kind: str
    region: str
    channels: tuple[UnitChannel, ...]
    shifts: tuple[Shift, ...] = ()
    letter: bool = False


@record("rules.recorder.v1")
@dataclass(frozen=True, kw_only=True)
class RecorderRole(Fact):
    """代录: who has this role in a unit of this kind may write down what another unit says on the phone."""

    version: str
    role: str
    unit_kind: str
    document: str


@dataclass(frozen=True, kw_only=True)
class ItemException:
    """Who leads and assists in an item, by kind, where a region's code begins with `region`."""

    region: str
    lead: str
    assisting: tuple[str, ...]


@record("rules.item.v1")
@dataclass(frozen=True, kw_only=True)
class Item(Fact):
    """事项清单: an item that may be reported, who leads and assists by kind, and how it climbs.

    `on_the_spot`: whoever finds it may settle it at once (自处). Of `exceptions` at most one holds for a region.
    """

    version: str
    item: str
    name: str
    item_class: str
    item_type: str
    incident_class: str | None = None
    urgency: Urgency
    complexity: Complexity
    lead: str
    assisting: tuple[str, ...]
    exceptions: tuple[ItemException, ...]
    on_the_spot: bool
    area_ladder: str
    line_ladder: str
    document: str


@dataclass(frozen=True, kw_only=True)
class LadderStep:
    """One step of a ladder: whose turn it is."""

    tier: Tier
    unit_kind: str


@record("rules.ladder.v1")
@dataclass(frozen=True, kw_only=True)
class Ladder(Fact):
    """How a matter climbs (提级): 块 through the tiers of the area, 条 through those of a line of business."""

    version: str
    ladder: str
    name: str
    steps: tuple[LadderStep, ...]


@record("rules.supervision.v1")
@dataclass(frozen=True, kw_only=True)
class Supervision(Fact):
    """When units are reminded, when lights change, how an overdue order climbs; by urgency (ops/decisions/0099).

    Percentages are of a clock's own time. The first supervisor is added at the breach, each further one `climb` later,
    and at the end of the ladders the leader is told again every `repeat`, at most `repeat_most` times a breach. The
    ladders are those of classes without items. A supervision order is proposed at step `proposed_at_step`, or at the
    `repetition_number`-th matter of one class at one place within `repetition_days`; `reply` is its unit's time to
    answer. Whoever has one of `signer_roles` signs supervision orders, and moves orders to higher units.
    """

    version: str
    urgency: Urgency
    reminders_percent: tuple[int, ...]
    reminders_from_hours: int
    yellow_percent: int
    area_ladder: str
    line_ladder: str
    climb: Limit
    repeat: Limit
    reply: Limit
    proposed_at_step: int
    repetition_number: int
    repetition_days: int
    signer_roles: tuple[str, ...]
    document: str
    repeat_most: int = 5


@record("rules.reply_route.v1")
@dataclass(frozen=True, kw_only=True)
class ReplyRoute(Fact):
    """回告途径: over what a system from which people ask is replied to, and its own orders written back (回传).

    Media as its contract names them; where the reply has none, the centre replies.
    """

    version: str
    system: str
    reply: Medium
    write_back: Medium
    address: str


@record("rules.day.v1")
@dataclass(frozen=True, kw_only=True)
class Day(Fact):
    """A date (YYYYMMDD) that is not what its weekday says: off, or worked for another day that is off."""

    version: str
    date: str
    kind: DayKind
    name: str
    document: str


@record("rules.year.v1")
@dataclass(frozen=True, kw_only=True)
class Year(Fact):
    """A year whose notice of days off is out: of every other year days are only judged by their weekday."""

    version: str
    year: int
    document: str


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A span of opening hours, in minutes of the day; it holds its first minute and not its last."""

    opens_minutes: int
    closes_minutes: int


@record("rules.office_hours.v1")
@dataclass(frozen=True, kw_only=True)
class OfficeHours(Fact):
    """The opening hours of a calendar, the same on every office day, in their order."""

    version: str
    calendar: str
    name: str
    openings: tuple[Opening, ...]
    document: str


@record("rules.in_force.v1")
@dataclass(frozen=True, kw_only=True)
class InForce(Fact):
    """All items of a version are written; it is in force from an instant."""

    version: str
    effective_at: int
    items: int
