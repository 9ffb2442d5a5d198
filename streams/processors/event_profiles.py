"""Reports become incidents: one happening, however many departments tell of it.

A report joins the nearest incident of its class within the class's radius and time window, else it opens one. Reports
without a point join only within the same grid. An incident that needs work asks dispatch for a matter.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables, record
from streams.facts import incidents, matters, rules, views
from streams.facts.vocabulary import Urgency
from streams.rules.calendar import MILLISECONDS
from streams.rules.geography import TIERS, cell_of, cells_around, distance_metres
from streams.rules.numbering import NUMBERS, next_number
from streams.rules.versions import IN_FORCE, RuleTables

URGENCIES: tuple[Urgency, ...] = ("routine", "urgent", "critical")
"""From the least to the most urgent."""

KEPT_AFTER_CLOSING_MILLISECONDS = 30 * 86_400_000
EARLY_WORDS_MILLISECONDS = 86_400_000
"""How long a word on a report waits for the report itself."""
REPORTS_FORGOTTEN_A_STEP = 200


@record("event_profiles.place.v1")
@dataclass(frozen=True, kw_only=True)
class Place:
    """Where and when an open incident was last told of, under `<class>/<cell or grid>/<incident_no>`."""

    incident_no: str
    region: str
    longitude: float | None = None
    latitude: float | None = None
    last_report_at: int


@record("event_profiles.report.v1")
@dataclass(frozen=True, kw_only=True)
class Report:
    """Which incident a department's record belongs to; `incident_no` is empty while only a later word has come."""

    incident_no: str
    urgency: Urgency | None = None
    closed: bool


class NoSuchClass(Exception):
    """The rules in force do not know the incident's class."""


INCIDENTS = TableName("incidents", views.Incident)
PLACES = TableName("places", Place, ordered=True)
REPORTS = TableName("reports", Report)
TOLD = TableName("told", Report, ordered=True)
CLASSES = TableName("classes", rules.IncidentClass, ordered=True)
RULES = RuleTables({CLASSES: lambda fact: fact.incident_class})


class EventProfiles:
    """Owner of the incidents log."""

    name: ClassVar[str] = "event_profiles"
    tables: ClassVar[tuple[TableName[Any], ...]] = (INCIDENTS, PLACES, REPORTS, TOLD, NUMBERS, *RULES.tables)
    reads: ClassVar[tuple[type[Fact], ...]] = (
        incidents.Reported,
        incidents.Updated,
        incidents.SourceClosed,
        incidents.Progressed,
        *RULES.kinds,
    )
    ports: ClassVar[dict[str, tuple[type, ...]]] = {
        "matters": (matters.Opened, matters.Joined),
        "view": (views.Incident,),
    }

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        match record:
            case incidents.Reported():
                return self._report(now, record, tables)
            case incidents.Updated():
                return self._update(now, record.system, record.record_no, record.urgency, tables)
            case incidents.SourceClosed():
                return self._update(now, record.system, record.record_no, None, tables, closed=True)
            case incidents.Progressed():
                return self._progress(now, record, tables)
            case _:
                RULES.note(now, record, tables)
                return ()

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        if entry.table == IN_FORCE.name:
            RULES.due(now, entry.key, entry.value, tables)
        elif entry.table == PLACES.name:
            tables[PLACES].delete(entry.key)
        elif entry.table == REPORTS.name:
            tables[REPORTS].delete(entry.key)
        elif entry.table == INCIDENTS.name:
            yield from self._forget(now, entry.value, tables)

    def _report(self, now: int, report: incidents.Reported, tables: Tables) -> Iterator[Output]:
        rule: rules.IncidentClass | None = RULES.find(CLASSES, report.incident_class, tables)
        if rule is None:
            raise NoSuchClass(f"class {report.incident_class} is not in the rules in force")
        key = f"{report.system}/{report.record_no}"
        known = tables[REPORTS].get(key)
        if known is not None and known.incident_no:
            yield from self._update(now, report.system, report.record_no, report.urgency, tables)
            return
        urgency = most_urgent(report.urgency, known.urgency if known else None)
        closed = report.self_resolved or (known is not None and known.closed)
        found = self._find(report, rule, tables)
        incident = join(found, report, urgency, now) if found else self._open(now, report, urgency, tables)
        entry = Report(incident_no=incident.incident_no, urgency=urgency, closed=closed)
        tables[REPORTS].put(key, entry)
        tables[TOLD].put(f"{incident.incident_no}/{key}", entry)
        self._place(now, incident, report, rule, tables)
        if found is None and rule.dispatched and not closed:
            yield Output("matters", report.key, opened(report, incident))
        elif found is not None and found.matter_no is not None:
            yield Output("matters", report.key, joined(report, incident))
        yield from self._settle(now, incident, tables, has_matter=rule.dispatched and not closed)

    def _open(self, now: int, report: incidents.Reported, urgency: Urgency, tables: Tables) -> views.Incident:
        return views.Incident(
            incident_no=next_number(now, report.key, "E", tables),
            incident_class=report.incident_class,
            urgency=urgency,
            state="open",
            region=report.region,
            longitude=report.longitude,
            latitude=report.latitude,
            opened_at=now,
            last_report_at=report.occurred_at,
            reports=1,
            systems=(report.system,),
            as_of=now,
        )

    def _find(self, report: incidents.Reported, rule: rules.IncidentClass, tables: Tables) -> views.Incident | None:
        """The open incident this report tells of: the nearest, then the latest, then the first numbered."""
        window = rule.window_seconds * MILLISECONDS
        found = [
            (distance, abs(report.occurred_at - place.last_report_at), place.incident_no)
            for distance, place in candidates(report, rule, tables)
            if abs(report.occurred_at - place.last_report_at) <= window
        ]
        for _, _, incident_no in sorted(found):
            incident = tables[INCIDENTS].get(incident_no)
            if incident is not None and incident.state not in ("resolved", "closed"):
                return incident
        return None

    def _place(
        self, now: int, incident: views.Incident, report: incidents.Reported, rule: rules.IncidentClass, tables: Tables
    ) -> None:
        """Keep where the incident was told of, until no report can belong to it any more."""
        place = Place(
            incident_no=incident.incident_no,
            region=report.region,
            longitude=report.longitude,
            latitude=report.latitude,
            last_report_at=max(incident.last_report_at, report.occurred_at),
        )
        due_at = now + 2 * rule.window_seconds * MILLISECONDS
        for where in whereabouts(report):
            tables[PLACES].put(f"{incident.incident_class}/{where}/{incident.incident_no}", place, due_at)

    def _update(
        self, now: int, system: str, record_no: str, urgency: Urgency | None, tables: Tables, *, closed: bool = False
    ) -> Iterator[Output]:
        key = f"{system}/{record_no}"
        known = tables[REPORTS].get(key)
        if known is None or not known.incident_no:
            early = Report(
                incident_no="",
                urgency=most_urgent(urgency, known.urgency if known else None) if urgency else None,
                closed=closed or (known is not None and known.closed),
            )
            tables[REPORTS].put(key, early, due_at=now + EARLY_WORDS_MILLISECONDS)
            return
        incident = tables[INCIDENTS].get(known.incident_no)
        if incident is None:
            return
        if closed:
            tables[REPORTS].put(key, replace(known, closed=True))
            tables[TOLD].put(f"{incident.incident_no}/{key}", replace(known, closed=True))
        changed = replace(incident, urgency=most_urgent(incident.urgency, urgency), as_of=now)
        yield from self._settle(now, changed, tables, has_matter=incident.matter_no is not None)

    def _progress(self, now: int, progress: incidents.Progressed, tables: Tables) -> Iterator[Output]:
        incident = tables[INCIDENTS].get(progress.incident_no)
        if incident is not None:
            state = "assigned" if progress.state == "reopened" else progress.state
            changed = replace(incident, state=state, matter_no=progress.matter_no, as_of=now)
            yield from self._settle(now, changed, tables, has_matter=True)

    def _settle(self, now: int, incident: views.Incident, tables: Tables, *, has_matter: bool) -> Iterator[Output]:
        """Keep and show an incident; one without a matter is closed when its last department has closed it."""
        if not has_matter and incident.state == "open":
            told = tables[TOLD].scan(f"{incident.incident_no}/")
            if all(report.closed for _, report in told):
                incident = replace(incident, state="closed", as_of=now)
        due_at = now + KEPT_AFTER_CLOSING_MILLISECONDS if incident.state == "closed" else None
        tables[INCIDENTS].put(incident.incident_no, incident, due_at)
        yield Output("view", incident.incident_no, incident)

    def _forget(self, now: int, incident: views.Incident, tables: Tables) -> Iterator[Output]:
        """Long closed: the tables let go of it, a slice of its reports at a time; the log keeps everything."""
        told = [key for key, _ in tables[TOLD].scan(f"{incident.incident_no}/")]
        for key in told[:REPORTS_FORGOTTEN_A_STEP]:
            tables[TOLD].delete(key)
            tables[REPORTS].delete(key.partition("/")[2])
        if len(told) > REPORTS_FORGOTTEN_A_STEP:
            tables[INCIDENTS].put(incident.incident_no, incident, due_at=now)
            return
        tables[INCIDENTS].delete(incident.incident_no)
        yield Output("view", incident.incident_no, None)


def candidates(report: incidents.Reported, rule: rules.IncidentClass, tables: Tables) -> Iterator[tuple[float, Place]]:
    """Places of the same class within the radius, or in the same grid where one side has no point, with distances."""
    for where in (*searched_cells(report, rule), *own_grid(report)):
        for _, place in tables[PLACES].scan(f"{report.incident_class}/{where}/"):
            if None in (report.longitude, report.latitude, place.longitude, place.latitude):
                if place.region == report.region and len(place.region) == TIERS["grid"]:
                    yield float(rule.radius_metres), place
                continue
            metres = distance_metres(report.longitude, report.latitude, place.longitude, place.latitude)  # type: ignore[arg-type]
            if metres <= rule.radius_metres:
                yield metres, place


def searched_cells(report: incidents.Reported, rule: rules.IncidentClass) -> list[str]:
    """The cells within the class's radius of a report that has a point."""
    if report.longitude is None or report.latitude is None:
        return []
    return cells_around(report.longitude, report.latitude, rule.radius_metres)


def own_grid(report: incidents.Reported) -> list[str]:
    """The grid of a report, where it is known."""
    return [report.region] if len(report.region) == TIERS["grid"] else []


def whereabouts(report: incidents.Reported) -> list[str]:
    """Under what an incident can be found: its cell and its grid, where they are known."""
    if report.longitude is None or report.latitude is None:
        return own_grid(report)
    return [cell_of(report.longitude, report.latitude), *own_grid(report)]


def most_urgent(urgency: Urgency, other: Urgency | None) -> Urgency:
    """The more urgent of two."""
    return urgency if other is None else max(urgency, other, key=URGENCIES.index)


def join(incident: views.Incident, report: incidents.Reported, urgency: Urgency, now: int) -> views.Incident:
    """The incident with one more report."""
    systems = incident.systems if report.system in incident.systems else (*incident.systems, report.system)
    return replace(
        incident,
        urgency=most_urgent(incident.urgency, urgency),
        last_report_at=max(incident.last_report_at, report.occurred_at),
        reports=incident.reports + 1,
        systems=systems,
        as_of=now,
    )


def opened(report: incidents.Reported, incident: views.Incident) -> matters.Opened:
    """What dispatch is asked for."""
    return matters.Opened(
        key=report.key,
        occurred_at=report.occurred_at,
        incident_no=incident.incident_no,
        incident_class=incident.incident_class,
        urgency=incident.urgency,
        region=incident.region,
        longitude=incident.longitude,
        latitude=incident.latitude,
        system=report.system,
        record_no=report.record_no,
    )


def joined(report: incidents.Reported, incident: views.Incident) -> matters.Joined:
    """What dispatch is told of one more report."""
    return matters.Joined(
        key=report.key,
        occurred_at=report.occurred_at,
        incident_no=incident.incident_no,
        system=report.system,
        record_no=report.record_no,
        reports=incident.reports,
    )
