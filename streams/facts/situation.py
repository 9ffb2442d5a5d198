"""Facts of the situation log: what counts in the tiles and figures. Keyed by district. None of them is on a person."""

from dataclasses import dataclass

from streams.contract import Fact, record


@record("situation.matter_moved.v1")
@dataclass(frozen=True, kw_only=True)
class MatterMoved(Fact):
    """How one matter counts in every tile above it from now on."""

    matter_no: str
    incident_class: str
    region: str
    open: bool
    acknowledged: bool
    overdue: bool


@record("situation.condition.v1")
@dataclass(frozen=True, kw_only=True)
class Condition(Fact):
    """Something holds of a facility, an organisation, an area or a topic from now on, or no longer."""

    system: str
    kind: str
    subject: str
    holds: bool
    level: int
    region: str
    until: int | None = None
    recorded_at: int


@record("situation.counted.v1")
@dataclass(frozen=True, kw_only=True)
class Counted(Fact):
    """So many of a kind happened, on the day of `occurred_at`."""

    system: str
    kind: str
    count: int
    region: str


@record("situation.measured.v1")
@dataclass(frozen=True, kw_only=True)
class Measured(Fact):
    """A reading of a facility that was worth telling."""

    system: str
    facility: str
    metric: str
    value: float
    alarm_level: int
    region: str
    recorded_at: int


@record("situation.services_counted.v1")
@dataclass(frozen=True, kw_only=True)
class ServicesCounted(Fact):
    """At least so many services are owed, are late, at least so many calls wait in a region: in whole steps alone."""

    region: str
    due: int
    overdue: int
    calls: int
