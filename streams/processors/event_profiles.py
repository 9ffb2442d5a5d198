"""Reports become incidents: one happening, however many departments tell of it.

A report joins the nearest incident of its class within the class's radius and time window, else it opens one. An
incident's place is the first point told of it, so that it cannot wander; a report or an incident without a point is
matched within its own grid only. An incident that was told of without a place gets the first that a later word or a
person says. An incident that needs work asks dispatch for a matter, once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from streams.contract import Entry, Fact, Output, TableName, Tables, record, replace
from streams.facts import incidents, matters, rules, situation, views
from streams.facts.fields import Fields, Question
from streams.facts.vocabulary import Urgency
from streams.processors.concealed_incidents import as_shown
from streams.processors.field_sources import FIELDS
from streams.processors.hand_over import OFFER_MILLISECONDS, first_record
from streams.processors.incident_acts import ACT_RULES
from streams.processors.on_the_spot import counted_on_the_spot, is_sampled
from streams.processors.recurrences import CLOSED
from streams.rules.calendar import MILLISECONDS
from streams.rules.geography import TIERS, cell_of, cells_around, distance_metres
from streams.rules.numbering import NUMBERS, next_number
from streams.rules.versions import IN_FORCE, RuleTables

URGENCIES: tuple[Urgency, ...] = ("routine", "urgent", "critical")
"""From the least to the most urgent."""

ENDED = ("resolved", "closed")
"""States of an incident that no report joins."""
STATE_OF_PROGRESS: dict[str, Any] = {"unassigned": "open", "reopened": "in_hand"}
"""Where dispatch's word for an incident's state is not the incident's own."""

KEPT_AFTER_CLOSING_MILLISECONDS = 30 * 86_400_000
EARLY_WORDS_MILLISECONDS = 86_400_000
"""How long a word on a report waits for the report itself."""
REPORTS_FORGOTTEN_A_STEP = 200


@record("event_profiles.profile.v1")
@dataclass(frozen=True, kw_only=True)
class Profile:
    """An incident, and what is kept of it beside what everybody sees.

    Reports find it until `found_until`. `open_reports` are those that their departments have not closed. Once
    `matter_asked`, dispatch alone says when the incident ends.
    """

    incident: views.Incident
    first_report_at: int
    found_until: int
    open_reports: int
    matter_asked: bool


@record("event_profiles.place.v1")
@dataclass(frozen=True, kw_only=True)
class Place:
    """Where an incident is found, under `<class>/<cell or grid>/<incident_no>`: its point's cell, grids that told."""

    incident_no: str


@record("event_profiles.report.v1")
@dataclass(frozen=True, kw_only=True)
class Report:
    """What a department has said on one record; `incident_no` is empty while only a later word has come.

    `offered_to` is the system that it is handed over to, until that one has taken it.
    """

    incident_no: str = ""
    urgency: Urgency | None = None
    closed: bool
    offered_to: str = ""


NOTHING_SAID = Report(closed=False)


class NoSuchClass(Exception):
    """The rules in force do not know the incident's class."""


class NotLocated(Exception):
    """An incident that does not exist cannot get a place, nor one a place in another district."""


Placed = incidents.Reported | incidents.Updated | incidents.Located
"""What says where."""

PROFILES = TableName("profiles", Profile)
PLACES = TableName("places", Place, ordered=True)
REPORTS = TableName("reports", Report)
TOLD = TableName("told", Report, ordered=True)
CLASSES = TableName("classes", rules.IncidentClass, ordered=True)
RULES = RuleTables({CLASSES: lambda fact: fact.incident_class, ACT_RULES: lambda fact: fact.act})


class EventProfiles:
    """Owner of the incidents log."""

    name: ClassVar[str] = "event_profiles"
    tables: ClassVar[tuple[TableName[Any], ...]] = (
        PROFILES, PLACES, REPORTS, TOLD, FIELDS, CLOSED, NUMBERS, *RULES.tables,
    )  # fmt: skip
    reads: ClassVar[tuple[type[Fact], ...]] = (
        incidents.Reported,
        incidents.Updated,
        incidents.SourceClosed,
        incidents.Transferred,
        incidents.Progressed,
        incidents.Located,
        incidents.Merged,
        incidents.Split,
        incidents.Linked,
        incidents.Reviewed,
        *RULES.kinds,
    )
    ports: ClassVar[dict[str, tuple[type, ...]]] = {
        "matters": (matters.Opened, matters.Joined, matters.Located, matters.Folded, matters.Separated),
        "situation": (situation.Counted,),
        "view": (views.Incident,),
        "reports": (views.Report,),
        "reviews": (views.Review,),
        "fields": (Fields,),
        "questions": (Question,),
    }

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        match record:
            case incidents.Reported():
                return self._report(now, record, tables)
            case incidents.Updated() | incidents.SourceClosed():
                return self._say_more(now, record, tables)
            case incidents.Transferred():
                return self._offer(now, record, tables)
            case incidents.Progressed():
                return self._progress(now, record, tables)
            case incidents.Located():
                return self._locate(now, record, tables)
            case _:
                RULES.note(now, record, tables)
                return ()

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        if entry.table == IN_FORCE.name:
            RULES.due(now, entry.key, entry.value, tables)
        elif entry.table == PLACES.name:
            self._leave(now, entry.key, entry.value, tables)
        elif entry.table == REPORTS.name:
            yield from self._lapse(now, entry.key, entry.value, tables)
        elif entry.table == CLOSED.name:
            tables[CLOSED].delete(entry.key)
        elif entry.table == PROFILES.name:
            yield from self._forget(now, entry.value, tables)

    # What departments say.

    def _report(self, now: int, report: incidents.Reported, tables: Tables) -> Iterator[Output]:
        rule: rules.IncidentClass | None = RULES.find(CLASSES, report.incident_class, tables)
        if rule is None:
            raise NoSuchClass(f"class {report.incident_class} is not in the rules in force")
        key = f"{report.system}/{report.record_no}"
        said = Report(urgency=report.urgency, closed=report.self_resolved)
        known = tables[REPORTS].get(key) or NOTHING_SAID
        if known.incident_no:
            yield from self._update(now, key, said, tables, report)
            return
        said = both(said, known)
        taken_over = self._taken_over(report, tables)
        profile = taken_over or find(report, rule, tables) or self._open(now, report, tables)
        profile = with_report(now, profile, report, said, rule)
        self._keep_report(profile, report, said, tables)
        if said.offered_to:
            profile = handed_over(profile, "offered")
            self._keep_offer(now, key, replace(said, incident_no=profile.incident.incident_no), tables)
        if report.self_resolved:
            sampled = not profile.matter_asked and is_sampled(profile.incident.incident_no, rule)
            profile = replace(profile, incident=replace(profile.incident, spot_check=sampled))
            yield from counted_on_the_spot(report, sampled=sampled)
        if profile.matter_asked:
            yield Output("matters", report.key, joined(report, profile.incident))
        elif rule.dispatched and not said.closed:
            profile = replace(profile, matter_asked=True)
            yield Output("matters", report.key, opened(report, profile.incident))
        yield from self._settle(now, profile, tables)

    # Between 110 and 12345.

    def _offer(self, now: int, offered: incidents.Transferred, tables: Tables) -> Iterator[Output]:
        """The first platform stays responsible: its record is closed when the other has taken it, not now."""
        key = f"{offered.system}/{offered.record_no}"
        known = tables[REPORTS].get(key) or NOTHING_SAID
        if known.closed:
            return
        report = replace(known, offered_to=offered.to_system)
        profile = tables[PROFILES].get(known.incident_no) if known.incident_no else None
        if profile is None:
            tables[REPORTS].put(key, report, due_at=now + EARLY_WORDS_MILLISECONDS)
            return
        self._keep_offer(now, key, report, tables)
        yield from self._settle(now, handed_over(profile, "offered"), tables)

    def _keep_offer(self, now: int, key: str, report: Report, tables: Tables) -> None:
        tables[REPORTS].put(key, report, due_at=now + OFFER_MILLISECONDS)

    def _taken_over(self, report: incidents.Reported, tables: Tables) -> Profile | None:
        """The incident of the record that a report takes over from the other platform, whose part in it ends now."""
        first = first_record(report.system, report.transferred_from)
        known = tables[REPORTS].get(first) if first else None
        profile = tables[PROFILES].get(known.incident_no) if known else None
        if first is None or known is None or profile is None or profile.incident.state in ENDED:
            return None
        tables[REPORTS].put(first, replace(known, closed=True, offered_to=""))
        return handed_over(replace(profile, open_reports=profile.open_reports - int(not known.closed)), "taken")

    def _lapse(self, now: int, key: str, report: Report, tables: Tables) -> Iterator[Output]:
        """A word that no report followed is forgotten; an offer that nobody took falls back to who made it."""
        if not report.incident_no:
            tables[REPORTS].delete(key)
            return
        tables[REPORTS].put(key, replace(report, offered_to=""))
        profile = tables[PROFILES].get(report.incident_no)
        if profile is not None and report.offered_to:
            yield from self._settle(now, handed_over(profile, "lapsed"), tables)

    def _open(self, now: int, report: incidents.Reported, tables: Tables) -> Profile:
        """A profile that nothing has been told of yet."""
        incident = views.Incident(
            incident_no=next_number(now, report.key, "E", tables),
            incident_class=report.incident_class,
            urgency=report.urgency,
            state="open",
            region=report.region,
            opened_at=now,
            last_report_at=report.occurred_at,
            reports=0,
            systems=(),
            as_of=now,
            confidence=report.confidence,
        )
        return Profile(
            incident=incident, first_report_at=report.occurred_at, found_until=now, open_reports=0, matter_asked=False
        )

    def _keep_report(self, profile: Profile, report: incidents.Reported, said: Report, tables: Tables) -> None:
        """Keep whose report it is, and where reports to come will find the incident."""
        incident_no, key = profile.incident.incident_no, f"{report.system}/{report.record_no}"
        mine = replace(said, incident_no=incident_no)
        tables[REPORTS].put(key, mine)
        tables[TOLD].put(f"{incident_no}/{key}", mine)
        keep_places(profile, (*own_cell(profile.incident), *own_grid(report.region)), tables)

    def _say_more(self, now: int, word: incidents.Updated | incidents.SourceClosed, tables: Tables) -> Iterator[Output]:
        """A department speaks of its record again, or closes it."""
        key = f"{word.system}/{word.record_no}"
        if isinstance(word, incidents.SourceClosed):
            return self._update(now, key, Report(closed=True), tables)
        return self._update(now, key, Report(urgency=word.urgency, closed=False), tables, word)

    def _update(
        self, now: int, key: str, said: Report, tables: Tables, where: Placed | None = None
    ) -> Iterator[Output]:
        """A later word on a report, or one that came before it; `where` is what it says of its place."""
        known = tables[REPORTS].get(key) or NOTHING_SAID
        heard = both(said, known)
        if not known.incident_no:
            tables[REPORTS].put(key, heard, due_at=now + EARLY_WORDS_MILLISECONDS)
            return
        profile = tables[PROFILES].get(known.incident_no)
        if profile is None:
            return
        if where is not None and gains_place(profile.incident, where):
            profile = located(now, profile, where, tables)
            yield from tell_place(profile)
        tables[REPORTS].put(key, replace(heard, offered_to=""))
        if known.offered_to:
            profile = handed_over(profile, "refused")
        urgency = most_urgent(profile.incident.urgency, said.urgency)
        closed_now = heard.closed and not known.closed
        changed = replace(
            profile,
            incident=replace(profile.incident, urgency=urgency),
            open_reports=profile.open_reports - int(closed_now),
        )
        yield from self._settle(now, changed, tables)

    # How an incident goes on and ends.

    def _progress(self, now: int, progress: incidents.Progressed, tables: Tables) -> Iterator[Output]:
        profile = tables[PROFILES].get(progress.incident_no)
        if profile is None:
            return
        state = STATE_OF_PROGRESS.get(progress.state, progress.state)
        confidential = profile.incident.confidential or progress.confidential
        incident = replace(
            profile.incident,
            state=state,
            matter_no=progress.matter_no,
            confidential=confidential,
            reopened=profile.incident.reopened + int(is_reopened(profile.incident.state, state)),
        )
        yield from self._settle(now, replace(profile, incident=incident, matter_asked=True), tables)

    def _locate(self, now: int, found: incidents.Located, tables: Tables) -> Iterator[Output]:
        """A person says where it is; who has a place already keeps it."""
        profile = tables[PROFILES].get(found.incident_no)
        if profile is None or found.region[: TIERS["district"]] != found.incident_no[: TIERS["district"]]:
            raise NotLocated(f"incident {found.incident_no} is not there, or lies in another district")
        if gains_place(profile.incident, found):
            profile = located(now, profile, found, tables)
            yield from tell_place(profile)
            yield from self._settle(now, profile, tables)

    def _settle(self, now: int, profile: Profile, tables: Tables) -> Iterator[Output]:
        """Keep and show an incident; one that needs no matter is closed when its last department has closed it."""
        incident = replace(profile.incident, as_of=now)
        if incident.state == "open" and not profile.matter_asked and not profile.open_reports:
            incident = replace(incident, state="closed")
        due_at = now + KEPT_AFTER_CLOSING_MILLISECONDS if incident.state == "closed" else None
        tables[PROFILES].put(incident.incident_no, replace(profile, incident=incident), due_at)
        yield Output("view", incident.incident_no, as_shown(incident))

    def _leave(self, now: int, key: str, place: Place, tables: Tables) -> None:
        """A place is left when no report can belong to its incident any more; until then it waits on."""
        profile = tables[PROFILES].get(place.incident_no)
        if profile is not None and profile.found_until > now:
            tables[PLACES].put(key, place, due_at=profile.found_until)
        else:
            tables[PLACES].delete(key)

    def _forget(self, now: int, profile: Profile, tables: Tables) -> Iterator[Output]:
        """Long closed: the tables let go of it, a slice of its reports at a time; the log keeps everything."""
        incident_no = profile.incident.incident_no
        told = [key for key, _ in tables[TOLD].scan(f"{incident_no}/")]
        for key in told[:REPORTS_FORGOTTEN_A_STEP]:
            tables[TOLD].delete(key)
            tables[REPORTS].delete(key.partition("/")[2])
        if len(told) > REPORTS_FORGOTTEN_A_STEP:
            tables[PROFILES].put(incident_no, profile, due_at=now)
            return
        tables[PROFILES].delete(incident_no)
        yield Output("view", incident_no, None)


# Placing.


def gains_place(incident: views.Incident, where: Placed) -> bool:
    """Whether an incident of which only the district is known gets a place by what is said."""
    district = TIERS["district"]
    is_unlocated = point_of(incident) is None and len(incident.region) <= district
    return is_unlocated and where.region is not None and len(where.region) > district


def located(now: int, profile: Profile, where: Placed, tables: Tables) -> Profile:
    """The profile at its place, where reports to come will find it."""
    region = where.region or profile.incident.region
    confidence = None if isinstance(where, incidents.Located) else where.confidence
    incident = replace(
        profile.incident, region=region, longitude=where.longitude, latitude=where.latitude, confidence=confidence
    )
    profile = replace(profile, incident=incident)
    if profile.found_until > now:
        keep_places(profile, (*own_cell(incident), *own_grid(region)), tables)
    return profile


def tell_place(profile: Profile) -> Iterator[Output]:
    """Dispatch counts and calls by the place of an incident, once it has a matter of it."""
    incident = profile.incident
    if profile.matter_asked:
        district = incident.incident_no[: TIERS["district"]]
        yield Output(
            "matters",
            district,
            matters.Located(
                key=district,
                occurred_at=profile.first_report_at,
                incident_no=incident.incident_no,
                region=incident.region,
                longitude=incident.longitude,
                latitude=incident.latitude,
            ),
        )


def keep_places(profile: Profile, wheres: Iterable[str], tables: Tables) -> None:
    """Let reports find the incident in these cells and grids for as long as it can be joined."""
    incident = profile.incident
    for where in wheres:
        place = f"{incident.incident_class}/{where}/{incident.incident_no}"
        if tables[PLACES].get(place) is None:
            tables[PLACES].put(place, Place(incident_no=incident.incident_no), due_at=profile.found_until)


# Finding.


def find(report: incidents.Reported, rule: rules.IncidentClass, tables: Tables) -> Profile | None:
    """The incident a report tells of: the nearest, then the one told of nearest in time, then the first numbered."""
    found = min(candidates(report, rule, tables), default=None)
    return tables[PROFILES].get(found[2]) if found else None


def candidates(
    report: incidents.Reported, rule: rules.IncidentClass, tables: Tables
) -> Iterator[tuple[float, int, str]]:
    """Metres, milliseconds and number of each incident that is near enough in place and time and has not ended."""
    for where in (*cells_searched(report, rule), *own_grid(report.region)):
        for _, place in tables[PLACES].scan(f"{report.incident_class}/{where}/"):
            profile = tables[PROFILES].get(place.incident_no)
            if profile is None or profile.incident.state in ENDED:
                continue
            metres = metres_apart(report, profile.incident, rule)
            waited = milliseconds_apart(report.occurred_at, profile)
            if metres <= rule.radius_metres and waited <= rule.window_seconds * MILLISECONDS:
                yield metres, waited, place.incident_no


def metres_apart(report: incidents.Reported, incident: views.Incident, rule: rules.IncidentClass) -> float:
    """The distance; where one has no point, they were found in one grid, and that counts as far as a point may be."""
    here, there = point_of(report), point_of(incident)
    return distance_metres(*here, *there) if here and there else rule.radius_metres


def milliseconds_apart(occurred_at: int, profile: Profile) -> int:
    """How long before the first or after the last report of an incident; 0 between them."""
    return max(profile.first_report_at - occurred_at, occurred_at - profile.incident.last_report_at, 0)


def cells_searched(report: incidents.Reported, rule: rules.IncidentClass) -> list[str]:
    """The cells in which an incident can be near a report that has a point."""
    point = point_of(report)
    return cells_around(*point, rule.radius_metres) if point else []


def own_cell(incident: views.Incident) -> list[str]:
    """The cell of an incident's point, where it has one."""
    point = point_of(incident)
    return [cell_of(*point)] if point else []


def own_grid(region: str) -> list[str]:
    """The grid that a region is, if it is one."""
    return [region] if len(region) == TIERS["grid"] else []


def point_of(placed: Placed | views.Incident) -> tuple[float, float] | None:
    """Longitude and latitude, where both are known."""
    if placed.longitude is None or placed.latitude is None:
        return None
    return placed.longitude, placed.latitude


# Pure steps, each about one thing.


def with_report(
    now: int, profile: Profile, report: incidents.Reported, said: Report, rule: rules.IncidentClass
) -> Profile:
    """The profile with one more report."""
    incident = profile.incident
    longitude, latitude = point_of(incident) or point_of(report) or (None, None)
    told = replace(
        incident,
        urgency=most_urgent(incident.urgency, said.urgency),
        longitude=longitude,
        latitude=latitude,
        last_report_at=max(incident.last_report_at, report.occurred_at),
        reports=incident.reports + 1,
        confidential=incident.confidential or report.confidential or rule.confidential,
        systems=incident.systems if report.system in incident.systems else (*incident.systems, report.system),
    )
    return replace(
        profile,
        incident=told,
        first_report_at=min(profile.first_report_at, report.occurred_at),
        found_until=now + 2 * rule.window_seconds * MILLISECONDS,
        open_reports=profile.open_reports + int(not said.closed),
    )


def handed_over(profile: Profile, how: Literal["offered", "taken", "refused", "lapsed"]) -> Profile:
    """The profile as a hand-over between 110 and 12345 stands."""
    return replace(profile, incident=replace(profile.incident, hand_over=how))


def is_reopened(before: str, state: str) -> bool:
    """Whether what was closed is worked on again: by whoever sent it back, or by the department whose order leads."""
    return before == "closed" and state in ("open", "assigned", "in_hand")


def most_urgent(urgency: Urgency, other: Urgency | None) -> Urgency:
    """The more urgent of two."""
    return urgency if other is None else max(urgency, other, key=URGENCIES.index)


def both(said: Report, known: Report) -> Report:
    """What is known of a report after one more word: the most urgent, and closed once it is."""
    urgency = known.urgency if said.urgency is None else most_urgent(said.urgency, known.urgency)
    return replace(known, urgency=urgency, closed=said.closed or known.closed)


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
        order=report.order,
        complained_unit=report.complained_unit,
        confidential=incident.confidential,
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
        region=report.region,
        longitude=report.longitude,
        latitude=report.latitude,
        order=report.order,
        confidential=incident.confidential,
    )
