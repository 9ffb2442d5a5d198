"""Values of the compacted view topics, read by the wall and by other systems. CloudEvents in the headers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from streams.contract import record
from streams.facts.joint import Joint, Meeting, Whistle
from streams.facts.matters import MirroredState
from streams.facts.rules import Limit, Tier
from streams.facts.sources import Decision
from streams.facts.tellings import Telling
from streams.facts.vocabulary import ClockKind, CountedFrom, Demand, MoveCause, RequestKind, Result, Subject, Urgency

Hearing = Literal["live", "late", "silent", "not_heard_yet"]
Arrival = Literal["claimed", "confirmed"]
"""A unit's own word that it has arrived, or one that was checked."""


Relation = Literal["related", "parent", "child", "recurrence_of", "recurred_as"]


@dataclass(frozen=True, kw_only=True)
class Link:
    """How an incident is related to another one: `parent` says that it is the larger one, of which that is a part."""

    other_no: str
    relation: Relation


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason for taking two tellings for one happening, in natural logarithms of the odds."""

    name: str
    points: float


@record("views.report.v1")
@dataclass(frozen=True, kw_only=True)
class Report:
    """One telling of an incident, as its system has it, and why it is told of this one.

    `probability` is missing where it opened the incident or a person has said so. `settled`: taken in the order in
    which things happened, when all that may come late has come. `said_at`: when its system last spoke of it, where that
    was after `recorded_at`.
    """

    incident_no: str
    system: str
    record_no: str
    incident_class: str
    urgency: Urgency
    region: str
    place_code: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    uncertainty_metres: float | None = None
    confidence: float | None = None
    words: tuple[str, ...] = ()
    occurred_at: int
    recorded_at: int
    closed: bool = False
    case_no: str | None = None
    probability: float | None = None
    reasons: tuple[Reason, ...] = ()
    settled: bool = False
    said_at: int | None = None


ReviewState = Literal["open", "joined", "apart", "lapsed"]


@record("views.review.v1")
@dataclass(frozen=True, kw_only=True)
class Review:
    """疑似重复: two incidents that may be one; a person of the owner says until `due_at` whether they are.

    `lapsed`: there is nothing to decide any more, since one of them has ended or later reports have settled it. While
    it is open `told` has the last reports of each of the two, the newest first; of a confidential one there are none.
    """

    incident_no: str
    other_no: str
    state: ReviewState
    owner: str
    opened_at: int
    due_at: int
    decided_at: int | None = None
    actor_officer: str | None = None
    probability: float
    reasons: tuple[Reason, ...]
    told: tuple[Telling, ...] = ()


@record("views.incident.v1")
@dataclass(frozen=True, kw_only=True)
class Incident:
    """An incident as it stands; `spot_check`: settled on the spot by who found it, and somebody goes to see (抽查).

    `hand_over` is how it stands where 110 or 12345 has offered its record to the other: until that has taken it, the
    first platform stays responsible, also where the other goes on without a word (国办发〔2022〕12号). `reopened`
    is how often it was worked on again after it had been closed. `warning_no`: the warning that explains it (预警归并).
    """

    incident_no: str
    incident_class: str
    urgency: Urgency
    state: Literal["open", "assigned", "in_hand", "resolved", "closed", "replaced"]
    region: str
    longitude: float | None = None
    latitude: float | None = None
    opened_at: int
    last_report_at: int
    reports: int
    systems: tuple[str, ...]
    matter_no: str | None = None
    as_of: int
    confidence: float | None = None
    spot_check: bool = False
    hand_over: Literal["none", "offered", "taken", "refused", "lapsed"] = "none"
    confidential: bool = False
    replaced_by: str | None = None
    replaces: tuple[str, ...] = ()
    suspected: tuple[str, ...] = ()
    links: tuple[Link, ...] = ()
    reopened: int = 0
    warning_no: str | None = None


@dataclass(frozen=True, kw_only=True)
class Move:
    """A deadline was moved: what it was until then, and why."""

    moved_at: int
    was_due_at: int
    cause: MoveCause
    request_no: str | None = None
    measure_no: str | None = None


@dataclass(frozen=True, kw_only=True)
class SupervisionOrder:
    """督办单: proposed by rule or instruction, signed by a person, answered by its unit, signed off by one role.

    `late_at` is when the time to answer ran out.
    """

    supervision_no: str
    order_no: str
    unit: str
    unit_name: str
    origin: Literal["breach", "instruction", "repetition", "whistle"]
    state: Literal["proposed", "signed", "refused", "answered", "signed_off"]
    demand: Demand
    proposed_at: int
    signed_at: int | None = None
    signer_unit: str | None = None
    signer_post: str | None = None
    signer_role: str | None = None
    due_at: int | None = None
    late_at: int | None = None
    answered_at: int | None = None
    ended_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """催办: the unit was told that so much of a clock's own time is over."""

    percent: int
    reminded_at: int


@dataclass(frozen=True, kw_only=True)
class Supervisor:
    """Who watches an overdue order, or the centre where `order_no` is None. Responsibility stays with the order's unit.

    `step` counts from the breach on; `times` is how often it was told of this, last at `told_at`.
    """

    order_no: str | None = None
    step: int
    tier: Tier
    unit: str
    unit_name: str
    since_at: int
    told_at: int
    times: int


@dataclass(frozen=True, kw_only=True)
class Hastened:
    """The time that a clock has instead of its everyday one, under a level of alert or since its matter was raised.

    It falls due no earlier than `reaction_until_at`, and never later than the everyday time has it.
    """

    measure_no: str | None
    name: str
    limit: Limit
    counted_from_at: int
    reaction_until_at: int


@dataclass(frozen=True, kw_only=True)
class Clock:
    """One clock of an order, or of the centre on a matter; `stopped`: neither met nor breached.

    `extended` is how much was added to its time, in the time's own unit; `set_due_at` a deadline that a leader has set
    (批示) at `set_at`. `moves` has what `due_at` was before, the oldest first. A clock of kind `stage` names its stage;
    its time counts from `counted_from_at` where that is not when it started.
    """

    kind: ClockKind
    state: Literal["running", "met", "breached", "withdrawn", "stopped", "exempted"]
    started_at: int
    due_at: int
    ended_at: int | None = None
    limit: Limit
    extended: int = 0
    set_due_at: int | None = None
    set_at: int | None = None
    moves: tuple[Move, ...] = ()
    light: Literal["green", "yellow", "red"] = "green"
    reminders: tuple[Reminder, ...] = ()
    hastened: Hastened | None = None
    outage_no: str | None = None
    stage: str | None = None
    stage_name: str | None = None
    counted_from_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage of an order as its unit was told it, and when the unit had done it."""

    stage: str
    name: str
    counted_from: CountedFrom
    limit: Limit
    done_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Suspension:
    """A span in which clocks of an order do not count; `until_at` is when they run again."""

    request_no: str
    kinds: tuple[ClockKind, ...]
    from_at: int
    until_at: int


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked for on an order, who has to decide by when, and how it was decided (请示).

    `inadmissible` is what the rules leave no room for, `lapsed` what was decided too late to mean anything; `why` says
    which rule. `overdue_at` is when the time to decide ran out, which counts against who had to.
    """

    request_no: str
    request: RequestKind
    reason: str
    reason_name: str
    kinds: tuple[ClockKind, ...]
    until_at: int | None = None
    amount: int | None = None
    document: str
    state: Literal["waiting", "approved", "refused", "inadmissible", "lapsed"]
    why: str | None = None
    requested_at: int
    requested_unit: str
    requested_post: str
    requested_officer: str
    approver_name: str
    approver_role: str
    approver_unit: str
    tells_requester: bool
    decide_until_at: int | None = None
    overdue_at: int | None = None
    decided_at: int | None = None
    decided_post: str | None = None
    decided_officer: str | None = None
    decision_document: str
    rests_on: str
    to_unit: str | None = None


@dataclass(frozen=True, kw_only=True)
class Handover:
    """Whose shift has begun, and until when somebody of it has to sign for what is open."""

    shift: str
    sign_until_at: int


@dataclass(frozen=True, kw_only=True)
class Order:
    """One unit’s part of a matter.

    `resolved_by` is the officer whose work is verified by somebody else. `earlier_clocks` are those of the rounds
    before the order was sent back, `reworks` times, and of stages before the one that it is in. `parked_until_at` is
    when a parked order (挂账) is taken up again. A `letter` (协调函) goes to a unit that is asked and not ordered: the
    centre follows it up, so many times by now. `phone` names where the number stands under which it is phoned. Until
    the shift that came on duty has signed for it there is a `handover`. A folded order (并单) is `continued_by` another
    one of its unit. `role_before` is the part that it had before its matter went into another one, or another one into
    its own; `done_before`: its work was done by then.
    """

    order_no: str
    unit: str
    unit_name: str
    state: Literal[
        "sent", "delivered", "undelivered", "acknowledged", "accepted", "arrived", "resolved", "replied", "returned",
        "withdrawn", "folded",
    ]  # fmt: skip
    first_contact_at: int | None = None
    reported_at: int | None = None
    parked_until_at: int | None = None
    clocks: tuple[Clock, ...]
    delivered_at: int | None = None
    result: Result | None = None
    resolved_by: str | None = None
    verification: Literal["pending", "passed", "failed"] | None = None
    reworks: int = 0
    earlier_clocks: tuple[Clock, ...] = ()
    role: Literal["lead", "assist"] = "lead"
    suspensions: tuple[Suspension, ...] = ()
    requests: tuple[Request, ...] = ()
    phone: str = ""
    arrival: Arrival | None = None
    ruled: bool = False
    escalated_to: str | None = None
    letter: bool = False
    followed_up: int = 0
    stages: tuple[Stage, ...] = ()
    handover: Handover | None = None
    joint: Joint | None = None
    continued_by: str | None = None
    role_before: Literal["lead", "assist"] | None = None
    done_before: bool = False


@dataclass(frozen=True, kw_only=True)
class Segment:
    """Whose time it is from an instant on; the last one of a matter has no end while it is open."""

    holder: Literal["centre", "unit", "verification", "suspended", "nobody"]
    unit: str | None = None
    from_at: int
    to_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class MirroredOrder:
    """A department's own order (主单) on a matter, as the department says; the hub only watches its deadline."""

    system: str
    order_no: str
    unit: str | None = None
    state: MirroredState
    due_at: int | None = None
    watch: Literal["none", "running", "due_soon", "overdue"] = "none"


@dataclass(frozen=True, kw_only=True)
class Repair:
    """What was done under a wrong picture, for people to see to: two matters were one, or one was taken for two.

    Of the `orders` that were called meanwhile the `breaches`, `<order_no>/<kind>`, were missed; so many reports were
    `told` an outcome. `urgency_before` is the matter's own, where the other one raised it.
    """

    cause: Literal["folded", "separated"]
    found_at: int
    other_no: str
    orders: tuple[str, ...]
    breaches: tuple[str, ...]
    told: int
    urgency_before: Urgency | None = None


@record("views.matter.v1")
@dataclass(frozen=True, kw_only=True)
class Matter:
    """A matter as it stands: its orders with the units' clocks, departments' own orders, and the centre's own clocks.

    `segments` follow each other without a gap from the opening on: whose time it was (ops/decisions/0097).
    `towns` are those that its reports lie in. Of the `requesters`, one a report, `replied_to` have been told the
    outcome. The unit that is complained of is `avoided`: it neither leads nor assists (回避).
    Of a `confidential` one everybody sees the district, and no number of a report (ops/decisions/0111). One that is
    `folded_into` another (并单) keeps its number alone: orders and requesters are the other's (ops/decisions/0116).
    That of a `subject` has no incident behind it, and its number in that place; a `restricted` one reaches its unit
    alone (ops/decisions/0123).
    """

    matter_no: str
    incident_no: str
    incident_class: str
    urgency: Urgency
    region: str
    state: Literal["unassigned", "assigned", "in_hand", "resolved", "closed"]
    opened_at: int
    orders: tuple[Order, ...]
    clocks: tuple[Clock, ...]
    as_of: int
    earlier_clocks: tuple[Clock, ...] = ()
    reopened: int = 0
    closed_at: int | None = None
    segments: tuple[Segment, ...] = ()
    mirrored: tuple[MirroredOrder, ...] = ()
    towns: tuple[str, ...] = ()
    requesters: int = 0
    replied_to: int = 0
    supervisors: tuple[Supervisor, ...] = ()
    exercise: bool = False
    avoided: str | None = None
    supervisions: tuple[SupervisionOrder, ...] = ()
    whistles: tuple[Whistle, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    confidential: bool = False
    folded_into: str | None = None
    repairs: tuple[Repair, ...] = ()
    subject: Subject | None = None
    restricted: bool = False


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Somebody was shown the content of a confidential order."""

    order_no: str
    unit: str
    post: str
    officer: str
    shift: str
    read_at: int


@record("views.content.v1")
@dataclass(frozen=True, kw_only=True)
class Content:
    """Where a confidential matter is, and who was shown it; the last of many readings, the log has all of them."""

    matter_no: str
    region: str
    longitude: float | None = None
    latitude: float | None = None
    readings: tuple[Reading, ...] = ()
    as_of: int


def clocks_of(matter: Matter) -> list[Clock]:
    """The centre's clocks on a matter and those of all its orders, those of earlier rounds too."""
    orders = (clock for order in matter.orders for clock in clocks_of_order(order))
    return [*matter.earlier_clocks, *matter.clocks, *orders]


def clocks_of_order(order: Order) -> list[Clock]:
    """The clocks of an order, those of earlier rounds and reports first."""
    return [*order.earlier_clocks, *order.clocks]


def counted_from(clock: Clock) -> int:
    """From when the time of a clock counts."""
    return clock.started_at if clock.counted_from_at is None else clock.counted_from_at


def next_stage(order: Order) -> Stage | None:
    """The stage that is to be done next, None where none is left."""
    return next((stage for stage in order.stages if stage.done_at is None), None)


@record("views.ruling.v1")
@dataclass(frozen=True, kw_only=True)
class Ruling:
    """Whose a matter is, ruled by the district (裁定) after units had returned it; the call list is mended by it."""

    matter_no: str
    incident_class: str
    urgency: Urgency
    region: str
    returned_by: tuple[str, ...]
    reasons: tuple[str, ...]
    unit: str
    post: str
    officer: str
    document: str
    ruled_at: int
    as_of: int


@record("views.tile.v1")
@dataclass(frozen=True, kw_only=True)
class Tile:
    """One figure set of the wall: a region, a class, how many; `at_least` so many where it is of persons."""

    region: str
    tier: Literal["district", "town", "village", "grid"]
    incident_class: str
    open: int
    acknowledged: int
    overdue: int
    as_of: int
    caused_by: str
    at_least: bool = False


@record("views.figure.v1")
@dataclass(frozen=True, kw_only=True)
class Figure:
    """How many of a kind there are in a region: conditions that hold now, or what happened on a `day` (YYYYMMDD)."""

    region: str
    tier: Literal["district", "town", "village", "grid"]
    kind: str
    day: str | None = None
    count: int
    as_of: int
    caused_by: str


@dataclass(frozen=True, kw_only=True)
class Approval:
    """The contract with this digest may be run from an instant on."""

    digest: str
    effective_at: int


@record("views.source.v1")
@dataclass(frozen=True, kw_only=True)
class Source:
    """How one department system is doing; `last_seen_at` is 0 where it never was seen.

    `state` is the age of its data against the objective; `hearing` whether it is heard as its period or rhythm has it:
    late after `late_at`, silent after `silent_at`, unless it is heard before. `authorisation` is what was decided last,
    None while its contract's own word holds. `contract` is the digest of the contract that its last rows were taken
    under, since `contract_since`; `approvals` are those approved beyond the released ones, by digest. What was
    collected under the form `deleted_contract` was deleted at `deleted_at`. `missing` are the items that no longer come
    with the system's rows. The key that it pushes with was replaced at `key_rotated_at` by a decision of
    `key_rotated_by`, and the old one is refused from `old_key_until` on.
    """

    system: str
    state: Literal["fresh", "stale"]
    last_seen_at: int
    newest_at: int
    rows: int
    facts: int
    wrong: int
    late: int
    items: Mapping[str, int]
    fresh_seconds: int
    as_of: int
    authorisation: Decision | None = None
    unlocated: int = 0
    suspected_datum: str | None = None
    skewed_devices: int = 0
    hearing: Hearing = "not_heard_yet"
    hearing_since: int = 0
    calls: int = 0
    late_at: int = 0
    silent_at: int = 0
    contract: str = ""
    contract_since: int = 0
    approvals: tuple[Approval, ...] = ()
    deleted_contract: str = ""
    deleted_at: int = 0
    deleted_rows: int = 0
    missing: tuple[str, ...] = ()
    key_rotated_at: int = 0
    key_rotated_by: str = ""
    old_key_until: int = 0

    def judged(self, now: int) -> "Source":
        """As it stands at `now` by its own moments, if nothing was heard of it since its last batch."""
        if self.silent_at and now >= self.silent_at:
            return replace(self, hearing="silent", hearing_since=self.silent_at)
        if self.late_at and now >= self.late_at:
            return replace(self, hearing="late", hearing_since=self.late_at)
        return self

    def shown_at(self, now: int) -> "Source":
        """As it is to be shown at `now`, should whoever judges stand still: that must not look well."""
        return self if self.hearing == "not_heard_yet" else self.judged(now)

    def fresh_items(self, now: int) -> frozenset[str]:
        """Items that the hub sees at `now`: they have come, aren't missing, and their system is heard."""
        is_live = self.shown_at(now).hearing == "live"
        return frozenset(self.items) - frozenset(self.missing) if is_live else frozenset()
