"""Facts of the incidents log: what departments report and how an incident goes on. Keyed by district."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record
from streams.facts.vocabulary import Urgency


@dataclass(frozen=True, kw_only=True)
class MasterOrder:
    """The department's own order for what it reports (主单); its deadline is the department's.

    Not `assigned`: the department has only noted it, and gives it to nobody. `assisting` are those it called to assist.
    """

    order_no: str
    unit: str | None = None
    due_at: int | None = None
    assigned: bool = True
    assisting: tuple[str, ...] = ()


@record("incidents.reported.v1")
@dataclass(frozen=True, kw_only=True)
class Reported(Fact):
    """One telling of a happening by a department system. Whoever it complains of (`complained_unit`) never leads.

    `confidential`: who tells it has asked for that (保密).
    """

    system: str
    record_no: str
    incident_class: str
    urgency: Urgency
    recorded_at: int
    region: str
    place_code: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    located_by: Literal["point", "place", "grid", "system"]
    self_resolved: bool
    order: MasterOrder | None = None
    transferred_from: str | None = None
    confidence: float | None = None
    complained_unit: str | None = None
    confidential: bool = False


@record("incidents.updated.v1")
@dataclass(frozen=True, kw_only=True)
class Updated(Fact):
    """A later word of the same department on its own record; with its place where the row says one."""

    system: str
    record_no: str
    urgency: Urgency | None = None
    recorded_at: int
    region: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    confidence: float | None = None


@record("incidents.located.v1")
@dataclass(frozen=True, kw_only=True)
class Located(Fact):
    """Somebody has found out where an incident is that no report could place."""

    incident_no: str
    region: str
    place_code: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    by: str


@record("incidents.transferred.v1")
@dataclass(frozen=True, kw_only=True)
class Transferred(Fact):
    """The department handed its own record over to another system, which goes on with it."""

    system: str
    record_no: str
    to_system: str
    recorded_at: int


@record("incidents.source_closed.v1")
@dataclass(frozen=True, kw_only=True)
class SourceClosed(Fact):
    """The department closed its own record; the incident is judged by its matter, not by this."""

    system: str
    record_no: str
    recorded_at: int


@record("incidents.progressed.v1")
@dataclass(frozen=True, kw_only=True)
class Progressed(Fact):
    """What dispatch says of an incident."""

    incident_no: str
    matter_no: str
    state: Literal["unassigned", "assigned", "in_hand", "resolved", "closed", "reopened"]
    confidential: bool = False
