"""How reports go from one incident to another, and incidents into one another and out again (NENA EIDO).

An incident that goes into another keeps its number, its reports and its evidence, so that it can be taken out again as
it was; whoever asks for it finds the one that it is part of. Dispatch is told of all that concerns a matter.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from streams.contract import Output, TableName, Tables, record, replace
from streams.facts import matters, rules, views
from streams.processors.incident_fields import note_change
from streams.processors.incident_matcher import CLASSES, SIGHTINGS, IncidentMatcher
from streams.processors.incident_profiles import (
    PROFILES,
    REPORTS,
    TOLD,
    Profile,
    all_told,
    keep,
    later,
    live_number,
    most_urgent,
    own_told,
    show_report,
    unreported,
)
from streams.processors.incident_reviews import lapse_reviews
from streams.rules.evidence import Sighting
from streams.rules.geography import TIERS
from streams.rules.numbering import next_number
from streams.rules.versions import RuleTables

MOVED_A_STEP = 80


@record("event_profiles.parting.v1")
@dataclass(frozen=True, kw_only=True)
class Parting:
    """Reports that still have to go to another incident, a slice at a time."""

    to_no: str
    records: tuple[str, ...]


PARTINGS = TableName("partings", Parting)


class NoSuchReport(Exception):
    """A report that is to go to another incident lies in none, or not in the one that was named."""


class IncidentMoves:
    """Changes where reports lie."""

    def __init__(self, matcher: IncidentMatcher, rule_tables: RuleTables) -> None:
        self._matcher = matcher
        self._rules = rule_tables

    # Single reports.

    def move(self, now: int, sighting: Sighting, to_no: str, tables: Tables, told: views.Report) -> Iterator[Output]:
        """Let a report lie in another incident, which may be new; `told` is how it is shown there."""
        from_no = live_number(sighting.incident_no, tables)
        before = tables[PROFILES].get(from_no)
        if before is None:
            raise NoSuchReport(f"{sighting.record} lies in no incident that is known")
        happenings = self._matcher.happenings(tables)
        self._matcher.current.take(sighting, from_no, happenings, tables)
        self._matcher.current.add(sighting, to_no, happenings, tables)
        old_key = f"{sighting.incident_no}/{sighting.record}"
        tables[TOLD].delete(old_key)
        yield Output("reports", old_key, None)
        after = tables[PROFILES].get(to_no) or self._opened(now, to_no, told, before)
        tables[SIGHTINGS].put(sighting.record, replace(sighting, incident_no=to_no))
        report = tables[REPORTS].get(sighting.record)
        if report is not None:
            tables[REPORTS].put(sighting.record, replace(report, incident_no=to_no))
        yield from show_report(told, after, tables)
        after = with_told(after, told)
        left = without_told(before, told, tables)
        if left.incident.reports:
            yield from self._tell_separated(now, left, after, (sighting.record,), tables)
            after = self._with_matter(left, after, tables)
            yield from keep(now, left, tables)
            note_change(now, from_no, tables)
            yield from keep(now, after, tables)
        else:
            yield from keep(now, after, tables)
            yield from self._replace(now, left, to_no, tables)
        note_change(now, to_no, tables)

    def next_number(self, now: int, incident_no: str, tables: Tables) -> str:
        """A number for an incident of the same district."""
        return next_number(now, incident_no[: TIERS["district"]], "E", tables)

    def _opened(self, now: int, incident_no: str, told: views.Report, before: Profile) -> Profile:
        """A profile that nothing is told of yet, as confidential as the incident that it comes out of."""
        profile = unreported(now, incident_no, told)
        return replace(profile, incident=replace(profile.incident, confidential=before.incident.confidential))

    def _tell_separated(
        self, now: int, left: Profile, after: Profile, records: tuple[str, ...], tables: Tables
    ) -> Iterator[Output]:
        """Dispatch learns of it where one of the two has a matter."""
        if not left.matter_asked and not after.matter_asked:
            return
        incident = after.incident
        district = incident.incident_no[: TIERS["district"]]
        yield Output(
            "matters",
            district,
            matters.Separated(
                key=district,
                occurred_at=now,
                incident_no=left.incident.incident_no,
                to_no=incident.incident_no,
                records=records,
                incident_class=incident.incident_class,
                urgency=incident.urgency,
                region=incident.region,
                longitude=incident.longitude,
                latitude=incident.latitude,
                dispatched=self._is_dispatched(after, tables),
                confidential=incident.confidential,
            ),
        )

    def _with_matter(self, left: Profile, after: Profile, tables: Tables) -> Profile:
        """The new incident has a matter too, if it needs one and dispatch was told."""
        is_told = left.matter_asked or after.matter_asked
        return replace(after, matter_asked=after.matter_asked or (is_told and self._is_dispatched(after, tables)))

    def _is_dispatched(self, profile: Profile, tables: Tables) -> bool:
        rule: rules.IncidentClass | None = self._rules.find(CLASSES, profile.incident.incident_class, tables)
        return rule is not None and rule.dispatched and profile.open_reports > 0

    # Whole incidents.

    def fold(
        self, now: int, into_no: str, folded_no: str, tables: Tables, *, by_person: bool = False
    ) -> Iterator[Output]:
        """Let an incident go into another one; both stand. What a person says is not taken back by the matcher."""
        into, folded = tables[PROFILES].get(into_no), tables[PROFILES].get(folded_no)
        if into is None or folded is None:
            return
        happenings = self._matcher.happenings(tables)
        for book in (self._matcher.current, self._matcher.settled):
            book.fold(into_no, folded_no, happenings, tables)
        incident = replace(into.incident, replaces=(*into.incident.replaces, folded_no))
        into = with_all(replace(into, incident=incident, bound=into.bound or by_person), folded)
        yield from self._replace(now, folded, into_no, tables)
        asked = into.matter_asked or folded.matter_asked
        yield from keep(now, replace(into, matter_asked=asked), tables)
        note_change(now, into_no, tables)

    def _replace(self, now: int, folded: Profile, into_no: str, tables: Tables) -> Iterator[Output]:
        """Show that an incident has gone into another, and tell dispatch if it had a matter."""
        incident = replace(folded.incident, state="replaced", replaced_by=into_no)
        yield from lapse_reviews(now, folded.incident.incident_no, into_no, tables)
        yield from keep(now, replace(folded, incident=replace(incident, suspected=())), tables)
        into = tables[PROFILES].get(into_no)
        if folded.matter_asked or (into is not None and into.matter_asked):
            district = into_no[: TIERS["district"]]
            fact = matters.Folded(
                key=district, occurred_at=now, incident_no=folded.incident.incident_no, into_no=into_no
            )
            yield Output("matters", district, fact)
        if folded.matter_asked and into is not None and not into.matter_asked:
            tables[PROFILES].put(into_no, replace(into, matter_asked=True))

    def part(self, now: int, incident_no: str, records: Iterable[str], tables: Tables) -> Iterator[Output]:
        """Take reports out of an incident: whole ones that went into it as they were, others as one new incident."""
        wanted = dict.fromkeys(records)
        for each in wanted:
            sighting = tables[SIGHTINGS].get(each)
            if sighting is None or live_number(sighting.incident_no, tables) != incident_no:
                raise NoSuchReport(f"{each} does not lie in incident {incident_no}")
        profile = tables[PROFILES].get(incident_no)
        if profile is None or len(wanted) >= profile.incident.reports:
            raise NoSuchReport(f"nothing would be left of incident {incident_no}")
        for folded_no in profile.incident.replaces:
            own = [f"{report.system}/{report.record_no}" for report in own_told(folded_no, tables)]
            if own and all(each in wanted for each in own) and not has_parts(folded_no, tables):
                for each in own:
                    del wanted[each]
                yield from self._take_out(now, incident_no, folded_no, tuple(own), tables)
        if wanted:
            to_no = self.next_number(now, incident_no, tables)
            yield from self.go_on(now, Parting(to_no=to_no, records=tuple(wanted)), tables)

    def go_on(self, now: int, parting: Parting, tables: Tables) -> Iterator[Output]:
        """Move a slice of what is parted; what is left waits for no other record."""
        for each in parting.records[:MOVED_A_STEP]:
            sighting = tables[SIGHTINGS].get(each)
            if sighting is None:
                continue
            told = tables[TOLD].get(f"{sighting.incident_no}/{each}")
            if told is None:
                continue
            from_no = live_number(sighting.incident_no, tables)
            happenings = self._matcher.happenings(tables)
            bound = replace(sighting, bound=True, doubt_points=0.0)
            if sighting.stage != "arrived":
                self._matcher.settled.take(sighting, from_no, happenings, tables)
                self._matcher.settled.add(bound, parting.to_no, happenings, tables)
            shown = replace(told, incident_no=parting.to_no, probability=None, reasons=())
            yield from self.move(now, bound, parting.to_no, tables, shown)
            self.set_apart(from_no, parting.to_no, tables)
        left = parting.records[MOVED_A_STEP:]
        if left:
            tables[PARTINGS].put(parting.to_no, replace(parting, records=left), due_at=now)
        else:
            tables[PARTINGS].delete(parting.to_no)

    def _take_out(
        self, now: int, incident_no: str, folded_no: str, records: tuple[str, ...], tables: Tables
    ) -> Iterator[Output]:
        """Let an incident that had gone into another stand again, as it was."""
        whole, folded = tables[PROFILES].get(incident_no), tables[PROFILES].get(folded_no)
        if whole is None or folded is None:
            return
        happenings = self._matcher.happenings(tables)
        sightings = [one for each in records if (one := tables[SIGHTINGS].get(each)) is not None]
        settled = [one for one in sightings if one.stage != "arrived"]
        self._matcher.current.take_out(incident_no, folded_no, sightings, happenings, tables)
        self._matcher.settled.take_out(incident_no, folded_no, settled, happenings, tables)
        rest = tuple(number for number in whole.incident.replaces if number != folded_no)
        whole = without_all(replace(whole, incident=replace(whole.incident, replaces=rest)), folded, tables)
        whole = replace(whole, bound=True)
        standing = replace(folded.incident, state="open", replaced_by=None)
        stands = replace(folded, incident=standing, matter_asked=False, bound=True)
        yield from self._tell_separated(now, whole, stands, records, tables)
        stands = self._with_matter(whole, stands, tables)
        yield from keep(now, whole, tables)
        yield from keep(now, stands, tables)
        self.set_apart(incident_no, folded_no, tables)
        note_change(now, incident_no, tables)
        note_change(now, folded_no, tables)

    def set_apart(self, one: str, other: str, tables: Tables) -> None:
        """A person has said that two incidents are two: the matcher does not join them."""
        happenings = self._matcher.happenings(tables)
        for book in (self._matcher.current, self._matcher.settled):
            book.set_apart(one, other, happenings, tables)
            book.set_apart(other, one, happenings, tables)


# Pure steps.


def has_parts(incident_no: str, tables: Tables) -> bool:
    """Whether other incidents went into this one."""
    profile = tables[PROFILES].get(incident_no)
    return profile is not None and bool(profile.incident.replaces)


def with_told(profile: Profile, told: views.Report) -> Profile:
    """The profile with one more report."""
    incident = profile.incident
    counted = replace(
        incident,
        urgency=most_urgent(incident.urgency, told.urgency),
        last_report_at=max(incident.last_report_at, told.occurred_at),
        reports=incident.reports + 1,
        systems=incident.systems if told.system in incident.systems else (*incident.systems, told.system),
    )
    return replace(
        profile,
        incident=counted,
        first_report_at=min(profile.first_report_at, told.occurred_at),
        open_reports=profile.open_reports + int(not told.closed),
    )


def without_told(profile: Profile, told: views.Report, tables: Tables) -> Profile:
    """The profile with one report less, which lies in it no more."""
    incident, left = profile.incident, list(all_told(profile.incident, tables))
    urgency = left[0].urgency if left else incident.urgency
    for one in left:
        urgency = most_urgent(urgency, one.urgency)
    counted = recounted(replace(incident, urgency=urgency), left)
    return replace(profile, incident=counted, open_reports=profile.open_reports - int(not told.closed))


def recounted(incident: views.Incident, left: Collection[views.Report]) -> views.Incident:
    """The incident as these reports are all that is left of it; its urgency stays."""
    return replace(
        incident,
        last_report_at=max((one.occurred_at for one in left), default=incident.last_report_at),
        reports=len(left),
        systems=tuple(dict.fromkeys(one.system for one in sorted(left, key=lambda one: one.recorded_at))),
    )


def with_all(profile: Profile, other: Profile) -> Profile:
    """The profile with all reports of another."""
    one, two = profile.incident, other.incident
    incident = replace(
        one,
        urgency=most_urgent(one.urgency, two.urgency),
        last_report_at=max(one.last_report_at, two.last_report_at),
        reports=one.reports + two.reports,
        systems=tuple(dict.fromkeys((*one.systems, *two.systems))),
        confidential=one.confidential or two.confidential,
        suspected=tuple(number for number in one.suspected if number != two.incident_no),
        links=tuple(dict.fromkeys((*one.links, *(link for link in two.links if link.other_no != one.incident_no)))),
    )
    return replace(
        profile,
        incident=incident,
        first_report_at=min(profile.first_report_at, other.first_report_at),
        open_reports=profile.open_reports + other.open_reports,
        closed_at=later(profile.closed_at, other.closed_at),
    )


def without_all(profile: Profile, other: Profile, tables: Tables) -> Profile:
    """The profile without the reports of another that has just left it."""
    incident = recounted(profile.incident, list(all_told(profile.incident, tables)))
    return replace(profile, incident=incident, open_reports=profile.open_reports - other.open_reports)
