"""What is kept of an incident and of the reports that it was told of by, and pure steps, each about one thing."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf
from typing import Literal

from streams.contract import Output, TableName, Tables, record, replace
from streams.durations import DAY_MILLISECONDS, MINUTE_MILLISECONDS
from streams.facts import incidents, matters, views
from streams.facts.vocabulary import Urgency
from streams.processors.concealed_incidents import as_shown
from streams.processors.hazard_warnings import warning_of
from streams.rules.geography import TIERS

URGENCIES: tuple[Urgency, ...] = ("routine", "urgent", "critical")
"""From the least to the most urgent."""

ENDED = ("resolved", "closed", "replaced")
"""States of an incident in which nothing is open any more."""
KEPT_AFTER_CLOSING_MILLISECONDS = 30 * DAY_MILLISECONDS
TOLD_LATE_MILLISECONDS = 20 * MINUTE_MILLISECONDS
"""So late departments may tell: the lateness that is promised."""
MOST_REPLACED = 1_000
"""No chain of replaced incidents is longer, or somebody has tied a knot."""

Placed = incidents.Reported | incidents.Updated | incidents.Located
"""What says where."""


@record("event_profiles.profile.v1")
@dataclass(frozen=True, kw_only=True)
class Profile:
    """An incident, and what is kept of it beside what everybody sees.

    `open_reports` are those that their departments have not closed, `closed_at` is when the last of them closed its own
    (as it says, but see `with_closing`); nothing that happened at `ended_at` or after it joins. Once `matter_asked`,
    dispatch alone says when the incident ends. `bound`: a person has said which reports are its own, and the matcher
    takes none of them out.
    """

    incident: views.Incident
    first_report_at: int
    open_reports: int
    closed_at: int | None = None
    ended_at: int | None = None
    matter_asked: bool
    placed_by_person: bool = False
    bound: bool = False


@record("event_profiles.report.v1")
@dataclass(frozen=True, kw_only=True)
class Report:
    """What a department has said on one record; `incident_no` is empty while only a later word has come.

    `offered_to` is the system that it is handed over to, until that one has taken it.
    """

    incident_no: str = ""
    urgency: Urgency | None = None
    closed: bool
    closed_at: int | None = None
    offered_to: str = ""


NOTHING_SAID = Report(closed=False)

PROFILES = TableName("profiles", Profile)
REPORTS = TableName("reports", Report)
TOLD = TableName("told", views.Report, ordered=True)
"""An incident's reports as everybody sees them, under `<incident_no>/<system>/<record_no>`."""


def unreported(now: int, incident_no: str, first: incidents.Reported | views.Report) -> Profile:
    """The profile of a new incident, of which nothing has been told yet: its first report comes next."""
    incident = views.Incident(
        incident_no=incident_no,
        incident_class=first.incident_class,
        urgency=first.urgency,
        state="open",
        region=first.region,
        longitude=first.longitude,
        latitude=first.latitude,
        opened_at=now,
        last_report_at=first.occurred_at,
        reports=0,
        systems=(),
        as_of=now,
        confidence=first.confidence,
    )
    return Profile(incident=incident, first_report_at=first.occurred_at, open_reports=0, matter_asked=False)


def live_number(incident_no: str, tables: Tables) -> str:
    """The incident that an incident has gone into, itself where it stands."""
    for _ in range(MOST_REPLACED):
        profile = tables[PROFILES].get(incident_no)
        if profile is None or profile.incident.replaced_by is None:
            return incident_no
        incident_no = profile.incident.replaced_by
    raise ValueError(f"incident {incident_no} is replaced by one that it replaces")


def live_profile(incident_no: str, tables: Tables) -> Profile | None:
    """The profile of the incident that an incident has gone into, or its own."""
    return tables[PROFILES].get(live_number(incident_no, tables))


def own_told(incident_no: str, tables: Tables) -> list[views.Report]:
    """The reports that an incident was told of by under its own number."""
    return [report for _, report in tables[TOLD].scan(f"{incident_no}/")]


def all_told(incident: views.Incident, tables: Tables) -> Iterator[views.Report]:
    """Its reports and those of all incidents that went into it."""
    yield from own_told(incident.incident_no, tables)
    for number in incident.replaces:
        profile = tables[PROFILES].get(number)
        if profile is not None:
            yield from all_told(profile.incident, tables)


def keep(now: int, profile: Profile, tables: Tables) -> Iterator[Output]:
    """Keep and show an incident; one that needs no matter is closed when its last department has closed it."""
    warning_no = warning_of(profile.incident, profile.first_report_at, tables)
    incident = replace(profile.incident, as_of=now, warning_no=warning_no)
    if not profile.matter_asked and incident.state in ("open", "closed"):
        incident = replace(incident, state="open" if profile.open_reports else "closed")
    due_at = now + KEPT_AFTER_CLOSING_MILLISECONDS if incident.state == "closed" else None
    ended_at = _ended_at(now, replace(profile, incident=incident))
    tables[PROFILES].put(incident.incident_no, replace(profile, incident=incident, ended_at=ended_at), due_at)
    yield Output("view", incident.incident_no, as_shown(incident, _concealed_beside(incident, tables)))


def _ended_at(now: int, profile: Profile) -> int | None:
    """When it ended first; where no matter says so, when its last department says to have closed it."""
    if profile.incident.state not in ENDED:
        return None
    return profile.ended_at or (profile.closed_at if not profile.matter_asked else None) or now


def with_closing(profile: Profile, closed_at: int | None, *, on_the_spot: bool = False) -> Profile:
    """The profile after a department has closed its record, as it says.

    A closing may come before its report, or before the others have told: what was not settled on the spot is not over
    as long as they still may.
    """
    if closed_at is None:
        return profile
    over_at = closed_at if on_the_spot else max(closed_at, profile.first_report_at + TOLD_LATE_MILLISECONDS)
    return replace(profile, closed_at=later(profile.closed_at, over_at))


def ended_at(incident_no: str, tables: Tables) -> float:
    """When an incident ended, so that what happens then or later is not of it; infinity where it has not."""
    profile = tables[PROFILES].get(incident_no)
    return inf if profile is None or profile.ended_at is None else profile.ended_at


def _concealed_beside(incident: views.Incident, tables: Tables) -> list[str]:
    """The confidential ones of the incidents that it is suspected of or linked with."""
    others = dict.fromkeys((*incident.suspected, *(link.other_no for link in incident.links)))
    return [number for number in others if is_confidential(number, tables)]


def is_confidential(incident_no: str, tables: Tables) -> bool:
    """Whether an incident is confidential (保密); one that is not known is not."""
    profile = tables[PROFILES].get(incident_no)
    return profile is not None and profile.incident.confidential


def show_report(report: views.Report, profile: Profile, tables: Tables) -> Iterator[Output]:
    """Keep a report and show it, if its incident is not confidential."""
    key = f"{report.incident_no}/{report.system}/{report.record_no}"
    tables[TOLD].put(key, report)
    if not profile.incident.confidential:
        yield Output("reports", key, report)


def hide_reports(profile: Profile, tables: Tables) -> Iterator[Output]:
    """Show the reports of an incident no longer, which has become confidential."""
    for report in all_told(profile.incident, tables):
        yield Output("reports", f"{report.incident_no}/{report.system}/{report.record_no}", None)


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
    closed_at = later(said.closed_at, known.closed_at)
    return replace(known, urgency=urgency, closed=said.closed or known.closed, closed_at=closed_at)


def later(one: int | None, other: int | None) -> int | None:
    """The later of two instants of which each may be missing."""
    return max((at for at in (one, other) if at is not None), default=None)


def point_of(placed: Placed | views.Incident | views.Report) -> tuple[float, float] | None:
    """Longitude and latitude, where both are known."""
    if placed.longitude is None or placed.latitude is None:
        return None
    return placed.longitude, placed.latitude


def gains_place(incident: views.Incident, where: Placed) -> bool:
    """Whether an incident of which only the district is known gets a place by what is said."""
    district = TIERS["district"]
    is_unlocated = point_of(incident) is None and len(incident.region) <= district
    return is_unlocated and where.region is not None and len(where.region) > district


def located(profile: Profile, where: Placed) -> Profile:
    """The profile at its place."""
    region = where.region or profile.incident.region
    confidence = None if isinstance(where, incidents.Located) else where.confidence
    incident = replace(
        profile.incident, region=region, longitude=where.longitude, latitude=where.latitude, confidence=confidence
    )
    return replace(profile, incident=incident)


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
        reporter=None if incident.confidential else report.reporter,
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
        reporter=None if incident.confidential else report.reporter,
    )
