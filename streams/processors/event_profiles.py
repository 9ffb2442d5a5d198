"""Reports become incidents: one happening, however many departments tell of it (ops/decisions/0120).

A report joins the incident that it most likely tells of, if that is likely enough, else it opens one; dispatch never
waits. Twenty minutes after it happened it is looked at again in the order in which things happened, and may move. An
incident that needs work asks dispatch for a matter, once.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables, replace
from streams.durations import DAY_MILLISECONDS
from streams.facts import incidents, matters, rules, situation, views
from streams.facts.fields import Fields, Question
from streams.facts.warnings import HazardWarning, Warned
from streams.processors import incident_warnings
from streams.processors.field_sources import FIELDS, forget_fields
from streams.processors.hand_over import OFFER_MILLISECONDS, first_record
from streams.processors.hazard_warnings import WARNING_RULES, WARNINGS
from streams.processors.incident_acts import ACT_OF, ACT_RULES
from streams.processors.incident_decisions import IncidentDecisions
from streams.processors.incident_fields import CHANGES, note_change, show_fields
from streams.processors.incident_matcher import (
    CLASSES,
    CURRENT,
    HAPPENINGS,
    MATCHING,
    MATCHING_KEY,
    SETTLED,
    SIGHTINGS,
    SUCCESSORS,
    Found,
    IncidentMatcher,
    Successor,
)
from streams.processors.incident_moves import PARTINGS, IncidentMoves, with_told
from streams.processors.incident_profiles import (
    ENDED,
    NOTHING_SAID,
    PROFILES,
    REPORTS,
    TOLD,
    Placed,
    Profile,
    Report,
    both,
    gains_place,
    handed_over,
    hide_reports,
    is_reopened,
    joined,
    keep,
    live_profile,
    located,
    most_urgent,
    opened,
    show_report,
    tell_place,
    unreported,
    with_closing,
)
from streams.processors.incident_recurrences import find_recurrence, note_closed, note_reopened
from streams.processors.incident_reviews import REVIEWS, ask, forget_reviews, lapse_reviews, show_reviews
from streams.processors.incident_settling import IncidentSettling
from streams.processors.on_the_spot import counted_on_the_spot, is_sampled
from streams.processors.recurrences import CLOSED
from streams.rules.evidence import Sighting
from streams.rules.geography import TIERS
from streams.rules.numbering import NUMBERS, next_number
from streams.rules.versions import IN_FORCE, RuleTables

STATE_OF_PROGRESS: dict[str, Any] = {"unassigned": "open", "reopened": "in_hand"}
"""Where dispatch's word for an incident's state is not the incident's own."""

BOOKS = {book.evidence.name: book for book in (CURRENT, SETTLED)}

EARLY_WORDS_MILLISECONDS = DAY_MILLISECONDS
"""How long a word on a report waits for the report itself."""
REPORTS_FORGOTTEN_A_STEP = 100


class NoSuchClass(Exception):
    """The rules in force do not know the incident's class."""


class NotLocated(Exception):
    """An incident that does not exist cannot get a place, nor one a place in another district."""


RULES = RuleTables(
    {
        CLASSES: lambda fact: fact.incident_class,
        MATCHING: lambda _: MATCHING_KEY,
        HAPPENINGS: lambda fact: fact.happening,
        ACT_RULES: lambda fact: fact.act,
        WARNING_RULES: lambda fact: fact.event_code,
    }
)


@dataclass(frozen=True)
class Arrival:
    """A report that has come: what is kept of it, the rule of its class, and what it was found to tell of."""

    report: incidents.Reported
    said: Report
    rule: rules.IncidentClass
    sighting: Sighting
    found: Found | None


class EventProfiles:
    """Owner of the incidents log."""

    name: ClassVar[str] = "event_profiles"
    tables: ClassVar[tuple[TableName[Any], ...]] = (
        PROFILES, REPORTS, TOLD, SIGHTINGS, SUCCESSORS, REVIEWS, FIELDS, CHANGES, PARTINGS, CLOSED, WARNINGS, NUMBERS,
        *CURRENT.tables, *SETTLED.tables, *RULES.tables,
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
        Warned,
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
        "warnings": (HazardWarning,),
    }

    def __init__(self) -> None:
        self._matcher = IncidentMatcher(RULES)
        self._moves = IncidentMoves(self._matcher, RULES)
        self._settling = IncidentSettling(self._matcher, self._moves)
        self._decisions = IncidentDecisions(self._moves, RULES)
        self._heard: dict[type[Fact], Callable[[int, Any, Tables], Iterable[Output]]] = {
            incidents.Reported: self._report,
            incidents.Updated: self._say_more,
            incidents.SourceClosed: self._say_more,
            incidents.Transferred: self._offer,
            incidents.Progressed: self._progress,
            incidents.Located: self._locate,
            Warned: lambda now, warned, tables: incident_warnings.hear(now, warned, RULES, tables),
            **dict.fromkeys(ACT_OF, self._decisions.hear),
        }

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        heard = self._heard.get(type(record))
        if heard is None:
            RULES.note(now, record, tables)
            return ()
        return heard(now, record, tables)

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        match entry.table:
            case IN_FORCE.name:
                RULES.due(now, entry.key, entry.value, tables)
            case SIGHTINGS.name:
                yield from self._settling.look(now, entry.value, tables)
            case CHANGES.name:
                yield from self._show_changes(now, entry.value.incident_no, tables)
            case PARTINGS.name:
                yield from self._moves.go_on(now, entry.value, tables)
            case REPORTS.name:
                yield from self._lapse(now, entry.key, entry.value, tables)
            case PROFILES.name:
                yield from self._forget(now, entry.value, tables)
            case CLOSED.name:
                tables[CLOSED].delete(entry.key)
            case WARNINGS.name:
                yield from incident_warnings.forget(entry.value, tables)
            case table if table in BOOKS:
                BOOKS[table].forget(entry.value, tables)

    # What departments say.

    def _report(self, now: int, report: incidents.Reported, tables: Tables) -> Iterator[Output]:
        rule: rules.IncidentClass | None = RULES.find(CLASSES, report.incident_class, tables)
        if rule is None:
            raise NoSuchClass(f"class {report.incident_class} is not in the rules in force")
        key = f"{report.system}/{report.record_no}"
        closed_at = report.recorded_at if report.self_resolved else None
        said = Report(urgency=report.urgency, closed=report.self_resolved, closed_at=closed_at)
        known = tables[REPORTS].get(key) or NOTHING_SAID
        if known.incident_no:
            yield from self._update(now, key, said, tables, report)
            return
        said = both(said, known)
        sighting = self._matcher.sighting(report, tables)
        taken_over = self._taken_over(report, tables)
        found = None if taken_over else self._matcher.find(self._matcher.current, sighting, tables)
        sighting = replace(sighting, doubt_points=found.verdict.doubt_points if found is not None else 0.0)
        joins = found.joins if found is not None else None
        profile = taken_over or (tables[PROFILES].get(joins) if joins else None)
        if profile is None:
            profile = unreported(now, next_number(now, report.key, "E", tables), report)
        yield from self._join(now, profile, Arrival(report, said, rule, sighting, found), tables)

    def _join(self, now: int, profile: Profile, arrival: Arrival, tables: Tables) -> Iterator[Output]:
        """A report lies in an incident from now on, which may be new."""
        report, said, rule, found = arrival.report, arrival.said, arrival.rule, arrival.found
        told = as_told(report, said, profile.incident.incident_no, found)
        is_new = profile.incident.reports == 0
        profile = with_told(confided(profile, report, rule), told)
        profile = with_closing(profile, said.closed_at, on_the_spot=report.self_resolved)
        self._keep_report(profile, said, arrival.sighting, tables)
        if said.offered_to:
            profile = handed_over(profile, "offered")
            self._keep_offer(
                now, arrival.sighting.record, replace(said, incident_no=profile.incident.incident_no), tables
            )
        if report.self_resolved:
            sampled = not profile.matter_asked and is_sampled(profile.incident.incident_no, rule)
            profile = replace(profile, incident=replace(profile.incident, spot_check=sampled))
            yield from counted_on_the_spot(report, sampled=sampled)
        if profile.matter_asked:
            yield Output("matters", report.key, joined(report, profile.incident))
        elif rule.dispatched and not said.closed:
            profile = replace(profile, matter_asked=True)
            yield Output("matters", report.key, opened(report, profile.incident))
        yield from show_report(told, profile, tables)
        if is_new:
            profile = yield from find_recurrence(now, profile, told, rule, self._matcher.happenings(tables), tables)
        yield from self._settle(now, profile, tables)
        note_change(now, profile.incident.incident_no, tables)
        if is_new and found is not None and found.undecided is not None:
            matching = self._matcher.happenings(tables).matching
            yield from ask(now, profile.incident.incident_no, found.undecided, found.verdict, matching, tables)

    def _keep_report(self, profile: Profile, said: Report, sighting: Sighting, tables: Tables) -> None:
        """Keep whose report it is, and where reports to come will find the incident."""
        incident_no = profile.incident.incident_no
        sighting = replace(sighting, incident_no=incident_no)
        tables[REPORTS].put(sighting.record, replace(said, incident_no=incident_no))
        self._matcher.current.add(sighting, incident_no, self._matcher.happenings(tables), tables)
        self._settling.wait(sighting, tables)
        if first := first_record(sighting.system, sighting.transferred_from):
            number = first.partition("/")[2]
            tables[SUCCESSORS].put(f"{sighting.system}/{number}", Successor(record=sighting.record))

    # Between 110 and 12345.

    def _offer(self, now: int, offered: incidents.Transferred, tables: Tables) -> Iterator[Output]:
        """The first platform stays responsible: its record is closed when the other has taken it, not now."""
        key = f"{offered.system}/{offered.record_no}"
        known = tables[REPORTS].get(key) or NOTHING_SAID
        if known.closed:
            return
        report = replace(known, offered_to=offered.to_system)
        profile = live_profile(known.incident_no, tables) if known.incident_no else None
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
        profile = live_profile(known.incident_no, tables) if known and known.incident_no else None
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
        profile = live_profile(report.incident_no, tables)
        if profile is not None and report.offered_to:
            yield from self._settle(now, handed_over(profile, "lapsed"), tables)

    def _say_more(self, now: int, word: incidents.Updated | incidents.SourceClosed, tables: Tables) -> Iterator[Output]:
        """A department speaks of its record again, or closes it."""
        key = f"{word.system}/{word.record_no}"
        if isinstance(word, incidents.SourceClosed):
            return self._update(now, key, Report(closed=True, closed_at=word.recorded_at), tables)
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
        profile = live_profile(known.incident_no, tables)
        if profile is None:
            return
        if where is not None and gains_place(profile.incident, where):
            profile = located(profile, where)
            yield from tell_place(profile)
        tables[REPORTS].put(key, replace(heard, offered_to=""))
        if known.offered_to:
            profile = handed_over(profile, "refused")
        urgency = most_urgent(profile.incident.urgency, said.urgency)
        closed_now = heard.closed and not known.closed
        changed = replace(
            with_closing(profile, heard.closed_at),
            incident=replace(profile.incident, urgency=urgency),
            open_reports=profile.open_reports - int(closed_now),
        )
        yield from self._say_again(key, heard, where, changed, tables)
        yield from self._settle(now, changed, tables)
        note_change(now, changed.incident.incident_no, tables)

    def _say_again(
        self, key: str, heard: Report, where: Placed | None, profile: Profile, tables: Tables
    ) -> Iterator[Output]:
        """Show a report as its department has it now, and look for it where it says to be."""
        sighting = tables[SIGHTINGS].get(key)
        told = tables[TOLD].get(f"{sighting.incident_no}/{key}") if sighting is not None else None
        if told is None or sighting is None:
            return
        told = replace(told, closed=heard.closed, urgency=heard.urgency or told.urgency)
        if where is not None and not isinstance(where, incidents.Located) and is_nearer(told, where):
            region = where.region or told.region
            told = replace(
                told,
                region=region,
                longitude=where.longitude,
                latitude=where.latitude,
                uncertainty_metres=where.uncertainty_metres,
                confidence=where.confidence,
            )
            self._matcher.find_at(sighting, where, tables)
        yield from show_report(told, profile, tables)

    # How an incident goes on and ends.

    def _progress(self, now: int, progress: incidents.Progressed, tables: Tables) -> Iterator[Output]:
        profile = live_profile(progress.incident_no, tables)
        if profile is None or (profile.incident.incident_no != progress.incident_no and profile.incident.matter_no):
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
        profile = live_profile(found.incident_no, tables)
        if profile is None or found.region[: TIERS["district"]] != found.incident_no[: TIERS["district"]]:
            raise NotLocated(f"incident {found.incident_no} is not there, or lies in another district")
        if gains_place(profile.incident, found):
            profile = replace(located(profile, found), placed_by_person=True)
            yield from tell_place(profile)
            self._matcher.put_at(profile.incident, tables)
            yield from self._settle(now, profile, tables)

    def _show_changes(self, now: int, incident_no: str, tables: Tables) -> Iterator[Output]:
        """What reports have changed for a while: the fields of their incident, and what is asked about it."""
        profile = tables[PROFILES].get(incident_no)
        rule = RULES.find(CLASSES, profile.incident.incident_class, tables) if profile is not None else None
        yield from show_fields(now, incident_no, rule, self._matcher.happenings(tables), tables)
        yield from show_reviews(incident_no, tables)

    def _settle(self, now: int, profile: Profile, tables: Tables) -> Iterator[Output]:
        """Keep and show an incident; when it has ended nothing about it is asked any more."""
        incident_no = profile.incident.incident_no
        before = tables[PROFILES].get(incident_no)
        yield from keep(now, profile, tables)
        after = tables[PROFILES].get(incident_no)
        if before is not None and profile.incident.confidential and not before.incident.confidential:
            yield from hide_reports(profile, tables)
            yield from show_reviews(incident_no, tables)
            note_change(now, incident_no, tables)
        if after is None or (before is not None and before.incident.state == after.incident.state):
            return
        if after.incident.state in ENDED:
            yield from lapse_reviews(now, incident_no, None, tables)
            rule: rules.IncidentClass | None = RULES.find(CLASSES, after.incident.incident_class, tables)
            if rule is not None and after.incident.state == "closed":
                note_closed(after, now, rule, tables)
        elif before is not None and before.incident.state == "closed":
            note_reopened(after, tables)

    def _forget(self, now: int, profile: Profile, tables: Tables) -> Iterator[Output]:
        """Long closed: the tables let go of it, a slice of its reports at a time; the log keeps everything."""
        incident_no = profile.incident.incident_no
        told = [key for key, _ in tables[TOLD].scan(f"{incident_no}/")]
        for key in told[:REPORTS_FORGOTTEN_A_STEP]:
            self._forget_report(key, tables)
            yield Output("reports", key, None)
        if len(told) > REPORTS_FORGOTTEN_A_STEP:
            tables[PROFILES].put(incident_no, profile, due_at=now)
            return
        for folded_no in profile.incident.replaces:
            if (folded := tables[PROFILES].get(folded_no)) is not None:
                tables[PROFILES].put(folded_no, folded, due_at=now)
        yield from forget_reviews(incident_no, tables)
        yield from forget_fields(incident_no, tables)
        tables[PROFILES].delete(incident_no)
        yield Output("view", incident_no, None)

    def _forget_report(self, key: str, tables: Tables) -> None:
        record_key = key.partition("/")[2]
        sighting = tables[SIGHTINGS].get(record_key)
        if sighting is not None and (first := first_record(sighting.system, sighting.transferred_from)):
            tables[SUCCESSORS].delete(f"{sighting.system}/{first.partition('/')[2]}")
        tables[TOLD].delete(key)
        tables[REPORTS].delete(record_key)
        tables[SIGHTINGS].delete(record_key)


# Pure steps.


def as_told(report: incidents.Reported, said: Report, incident_no: str, found: Found | None) -> views.Report:
    """A report as everybody sees it, and why it lies in its incident."""
    is_found = found is not None and found.joins == incident_no
    return views.Report(
        incident_no=incident_no,
        system=report.system,
        record_no=report.record_no,
        incident_class=report.incident_class,
        urgency=most_urgent(report.urgency, said.urgency),
        region=report.region,
        place_code=report.place_code,
        longitude=report.longitude,
        latitude=report.latitude,
        uncertainty_metres=report.uncertainty_metres,
        confidence=report.confidence,
        words=report.words,
        occurred_at=report.occurred_at,
        recorded_at=report.recorded_at,
        closed=said.closed,
        case_no=report.transferred_from,
        probability=round(found.verdict.probability, 3) if found is not None and is_found else None,
        reasons=found.verdict.reasons if found is not None and is_found else (),
    )


def confided(profile: Profile, report: incidents.Reported, rule: rules.IncidentClass) -> Profile:
    """Confidential as soon as one report or its class is."""
    incident = profile.incident
    is_confidential = incident.confidential or report.confidential or rule.confidential
    return replace(profile, incident=replace(incident, confidential=is_confidential))


def is_nearer(told: views.Report, where: incidents.Reported | incidents.Updated) -> bool:
    """Whether a later word says more of a report's place than the report did."""
    return told.longitude is None and where.region is not None and len(where.region) > len(told.region)
