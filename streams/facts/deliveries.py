"""Facts of the deliveries log: what has to reach a unit and what came of each attempt. Keyed by unit."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record
from streams.facts.joint import Joint
from streams.facts.rules import TimeUnit
from streams.facts.vocabulary import Channel, ClockKind, StartEvent, Subject, Urgency

DeliveryKind = Literal["order", "reminder", "overdue", "supervision", "hastened", "letter", "meeting", "folded"]
"""派单, 催办, 超时报告, 督办单, 时限提前, 协调函跟进, 会议通知, 并单通知: what a unit is brought; the first
starts clocks."""


@dataclass(frozen=True, kw_only=True)
class ToldLimit:
    """A time that a unit is told with its order; its clock counts it as the rules say.

    A stage's counts from the end of the one before it where that is named.
    """

    kind: ClockKind
    amount: int
    unit: TimeUnit
    after: StartEvent = "delivery"
    stage_name: str | None = None
    after_stage_name: str | None = None


@record("deliveries.requested.v1")
@dataclass(frozen=True, kw_only=True)
class Requested(Fact):
    """An order has to reach a unit, or something about one: `clock` and its `due_at` are then what it is about.

    `accountable` is the unit that answers for the order where another is told; `order_no` is empty where there is none.
    Where it was folded (并单), `into_order_no` is the one that goes on. What it is about where no incident is behind it
    is its `subject`, which the unit finds in its own `system` under `record_no`; `due_at` is then its last moment.
    """

    delivery_no: str
    unit: str
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


@record("deliveries.attempted.v1")
@dataclass(frozen=True, kw_only=True)
class Attempted(Fact):
    """What came of one attempt. `sent`: it went out, and nothing proves that anybody has it."""

    delivery_no: str
    attempt: int
    channel: Channel
    outcome: Literal["delivered", "sent", "refused", "failed", "timeout"]
    status_code: int | None = None
    detail: str


@record("deliveries.ended.v1")
@dataclass(frozen=True, kw_only=True)
class Ended(Fact):
    """Nothing has to be brought any more: the unit has answered by itself, or the order was withdrawn."""

    delivery_no: str
    reason: Literal["answered", "withdrawn"]
