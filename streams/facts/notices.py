"""What the hub tells others: every transition of every matter, and the attempts to be made; in CloudEvents."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import record
from streams.facts.deliveries import DeliveryKind, ToldLimit
from streams.facts.joint import Joint
from streams.facts.vocabulary import Channel, ClockKind, GivenBackKind, MatterState, Result, Subject, Urgency

Transition = Literal[
    "opened",
    "assigned",
    "unassignable",
    "delivered",
    "undelivered",
    "acknowledged",
    "accepted",
    "arrived",
    "first_contacted",
    "resolved",
    "replied",
    "reported",
    "breached",
    "breach_withdrawn",
    "answered_late",
    "closed",
    "handover_due",
    "handed_over",
    "handover_unsigned",
    "verified",
    "sent_back",
    "reopened",
    "withdrawn",
    "return_refused",
    "returned",
    "ruled",
    "mirrored",
    "master_due_soon",
    "master_overdue",
    "unit_avoided",
    "assistants_awaited",
    "requester_replied",
    "reply_by_centre",
    "requested",
    "refused",
    "decision_refused",
    "decision_overdue",
    "suspended",
    "resumed",
    "extended",
    "deadline_set",
    "deadline_moved",
    "tell_requester",
    "reminded",
    "due_soon",
    "supervisor_added",
    "leader_told",
    "exempted",
    "urgency_raised",
    "urgency_lowered",
    "write_back_failed",
    "escalated",
    "supervision_proposed",
    "supervision_signed",
    "supervision_refused",
    "supervision_answered",
    "supervision_overdue",
    "supervision_signed_off",
    "parked",
    "review_due",
    "followed_up",
    "stage_done",
    "whistled",
    "whistle_refused",
    "whistle_signed",
    "whistle_ended",
    "meeting_called",
    "meeting_held",
    "meeting_decided",
    "joint_refused",
    "sealed",
    "content_read",
    "folded",
    "order_folded",
    "separated",
]
"""What can happen to a matter or to one of its orders."""


@record("notices.matter_changed.v1")
@dataclass(frozen=True, kw_only=True)
class MatterChanged:
    """One transition of a matter; kept for ever.

    `unit` is whoever is accountable: a unit's code or, for a department's own order, the unit as that names it.
    `system` and `record_no` name that order, or the record that a requester is replied to under. `supervisor` watches
    the unit; `step` is the percentage of a reminder, or the step of a supervisor; `stage` the one that is done or whose
    clock it is about. `into_no` is the matter or the order that goes on (并单), or the incident that reports belong to.
    """

    matter_no: str
    incident_no: str
    order_no: str | None = None
    unit: str | None = None
    change: Transition
    clock: ClockKind | None = None
    due_at: int | None = None
    request_no: str | None = None
    reason: str | None = None
    changed_at: int
    system: str | None = None
    record_no: str | None = None
    supervisor: str | None = None
    step: int | None = None
    exercise: bool = False
    measure_no: str | None = None
    supervision_no: str | None = None
    stage: str | None = None
    joint_no: str | None = None
    into_no: str | None = None


@record("notices.give_back.v1")
@dataclass(frozen=True, kw_only=True)
class GiveBack:
    """One bounded attempt to tell a department's system, under its own record, how a matter stands or has ended.

    `address` is where a `callback` goes. Systems that listen on a topic read this very record there.
    """

    give_back_no: str
    attempt: int
    kind: GivenBackKind
    district: str
    system: str
    record_no: str
    medium: Literal["callback", "topic"]
    address: str
    timeout_seconds: int
    matter_no: str
    incident_class: str
    state: MatterState
    result: Result | None = None
    unit_name: str | None = None
    changed_at: int


NoClockReason = Literal["department_clock", "assistants_awaited"]
"""Why no clock of the hub's own need run: a department's order leads (主单), or those who assist are waited for."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A unit with its order; of a department `system` where its own order leads; the centre where neither is named."""

    order_no: str | None = None
    unit: str | None = None
    system: str | None = None


@dataclass(frozen=True, kw_only=True)
class AccountableClock:
    """A clock that runs, or is overdue and not yet stopped; the centre's where no unit is named."""

    order_no: str | None = None
    unit: str | None = None
    kind: ClockKind
    due_at: int
    overdue: bool


@record("notices.accountable.v1")
@dataclass(frozen=True, kw_only=True)
class Accountable:
    """Who is accountable for a matter from this moment on, and on which clocks; kept for ever."""

    matter_no: str
    open: bool
    owners: tuple[Owner, ...]
    clocks: tuple[AccountableClock, ...]
    reason: NoClockReason | None = None
    changed_at: int


TOPIC_TO = "hub.notice.to_"
"""How the topics begin on which one listener alone is told something."""


def topic_to(system: str) -> str:
    """The topic on which a department's system reads what it is told, where it listens on one."""
    return f"{TOPIC_TO}{system}.v1"


@record("notices.attempt.v1")
@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One bounded delivery attempt to be made now."""

    delivery_no: str
    attempt: int
    unit: str
    channel: Channel
    address: str
    timeout_seconds: int
    district: str
    order_no: str
    matter_no: str
    incident_class: str
    urgency: Urgency
    region: str
    longitude: float | None = None
    latitude: float | None = None
    limits: tuple[ToldLimit, ...]
    kind: DeliveryKind = "order"
    clock: ClockKind | None = None
    due_at: int | None = None
    accountable: str | None = None
    exercise: bool = False
    supervision_no: str | None = None
    stage_name: str | None = None
    joint: Joint | None = None
    confidential: bool = False
    into_order_no: str | None = None
    subject: Subject | None = None
    system: str | None = None
    record_no: str | None = None


@record("notices.order_call.v1")
@dataclass(frozen=True, kw_only=True)
class OrderCall:
    """An order, or a word on one, as its unit is told it; `text` is the sentence for whoever reads it.

    What does not apply is None. `accountable` is whose the clock is that a word is about.
    """

    delivery_no: str
    kind: DeliveryKind
    district: str
    order_no: str
    matter_no: str
    unit: str
    unit_name: str
    incident_class: str
    incident_class_name: str
    urgency: Urgency
    urgency_name: str
    region: str
    region_name: str
    longitude: float | None = None
    latitude: float | None = None
    exercise: bool = False
    confidential: bool = False
    limits: tuple[ToldLimit, ...] = ()
    joint: Joint | None = None
    clock: ClockKind | None = None
    stage_name: str | None = None
    due_at: int | None = None
    accountable: str | None = None
    accountable_name: str | None = None
    supervision_no: str | None = None
    into_order_no: str | None = None
    subject: Subject | None = None
    system: str | None = None
    record_no: str | None = None
    text: str


@record("notices.erasure.v1")
@dataclass(frozen=True, kw_only=True)
class Erasure:
    """A person's key is to be destroyed, as was asked for under `request_no` and approved."""

    token: str
    request_no: str
