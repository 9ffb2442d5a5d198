"""Facts of the incidents log: what departments report and how an incident goes on. Keyed by district."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record
from streams.facts.measures import Authority
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

    `confidential`: who tells it has asked for that (保密). `reporter` is a token of the purpose `requests`. Two places
    of three lie within `uncertainty_metres`. `words` are those that name places, houses and what is seen, no others.
    Where there is no point, the centre of the region stands in `centre_longitude` and `centre_latitude`.
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
    reporter: str | None = None
    uncertainty_metres: float | None = None
    words: tuple[str, ...] = ()
    centre_longitude: float | None = None
    centre_latitude: float | None = None


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
    uncertainty_metres: float | None = None


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


IncidentAct = Literal["merge", "split", "link", "review"]
"""并案, 拆分, 关联 of incidents; what is said of a suspected duplicate (疑似重复)."""


@record("rules.incident_act.v1")
@dataclass(frozen=True, kw_only=True)
class IncidentActRule(Fact):
    """Who may decide this about incidents."""

    version: str
    act: IncidentAct
    name: str
    ordered_by: tuple[Authority, ...]
    document: str


@dataclass(frozen=True, kw_only=True)
class ActOnIncidents(Fact):
    """What an officer decides about incidents, and why (`words`, without personal data)."""

    words: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@record("incidents.merged.v1")
@dataclass(frozen=True, kw_only=True)
class Merged(ActOnIncidents):
    """Two incidents are one: reports and links of the replaced one go over (NENA EIDO: REPLACED, REPLACING)."""

    replaced_no: str
    replacing_no: str


@record("incidents.split.v1")
@dataclass(frozen=True, kw_only=True)
class Split(ActOnIncidents):
    """Some reports of an incident (`<system>/<record_no>`) tell of another one; a merge is undone so, too."""

    incident_no: str
    records: tuple[str, ...]


@record("incidents.linked.v1")
@dataclass(frozen=True, kw_only=True)
class Linked(ActOnIncidents):
    """Two incidents stay two and are related; `parent`: the first is the larger one, of which the other is a part."""

    incident_no: str
    other_no: str
    relation: Literal["related", "parent"]
    undone: bool = False


@record("incidents.reviewed.v1")
@dataclass(frozen=True, kw_only=True)
class Reviewed(ActOnIncidents):
    """What somebody says of a suspected duplicate (疑似重复): that it is one incident with the other, or not."""

    incident_no: str
    other_no: str
    decision: Literal["join", "apart"]
