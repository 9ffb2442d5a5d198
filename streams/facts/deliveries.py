"""Facts of the deliveries log: what has to reach a unit and what came of each attempt. Keyed by unit."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record
from streams.facts.rules import TimeUnit
from streams.facts.vocabulary import ClockKind, Urgency


@dataclass(frozen=True, kw_only=True)
class ToldLimit:
    """A time that a unit is told with its order; its clock counts it as the rules say."""

    kind: ClockKind
    amount: int
    unit: TimeUnit


@record("deliveries.requested.v1")
@dataclass(frozen=True, kw_only=True)
class Requested(Fact):
    """An order has to reach a unit."""

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


@record("deliveries.attempted.v1")
@dataclass(frozen=True, kw_only=True)
class Attempted(Fact):
    """What came of one attempt."""

    delivery_no: str
    attempt: int
    outcome: Literal["delivered", "refused", "failed", "timeout"]
    status_code: int | None = None
    detail: str
