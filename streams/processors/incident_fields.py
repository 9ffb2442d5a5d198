"""Shows what departments say of an incident's fields, a moment after a change, so that a storm costs little."""

from collections.abc import Iterator
from dataclasses import dataclass

from streams.contract import Output, TableName, Tables, record, replace
from streams.facts import rules
from streams.facts.views import Incident, Report
from streams.processors.field_sources import FIELDS, forget_fields, tell_fields
from streams.processors.incident_profiles import PROFILES, Profile, all_told, keep, tell_place
from streams.rules.geography import TIERS
from streams.rules.happenings import Happenings
from streams.rules.shown_fields import most_precise

GATHERED_MILLISECONDS = 1_000
"""So long changes of one incident are gathered: ours, what an officer takes for at once."""
LARGE_REPORTS, GATHERED_LARGE_MILLISECONDS = 50, 30_000
"""With so many reports one more seldom changes what is shown, and looking at all of them costs."""


@record("event_profiles.change.v1")
@dataclass(frozen=True, kw_only=True)
class Change:
    """Reports of an incident have changed."""

    incident_no: str


CHANGES = TableName("changes", Change)


def note_change(now: int, incident_no: str, tables: Tables) -> None:
    """The fields of an incident have to be looked at again; what waits for that already waits no longer."""
    if tables[CHANGES].get(incident_no) is not None:
        return
    profile = tables[PROFILES].get(incident_no)
    is_large = profile is not None and profile.incident.reports >= LARGE_REPORTS
    due_at = now + (GATHERED_LARGE_MILLISECONDS if is_large else GATHERED_MILLISECONDS)
    tables[CHANGES].put(incident_no, Change(incident_no=incident_no), due_at)


def show_fields(
    now: int, incident_no: str, rule: rules.IncidentClass | None, happenings: Happenings, tables: Tables
) -> Iterator[Output]:
    """Show the fields of an incident as its reports say them now, and ask about what contradicts."""
    tables[CHANGES].delete(incident_no)
    profile = tables[PROFILES].get(incident_no)
    told = list(all_told(profile.incident, tables)) if profile is not None else []
    if profile is None or rule is None or not told or profile.incident.replaced_by is not None:
        yield from forget_fields(incident_no, tables)
        return
    yield from tell_fields(now, profile.incident, told, rule, happenings.can_be_one, tables)
    fields = tables[FIELDS].get(incident_no)
    if fields is None:
        return
    said = {field.name: field.shown.value for field in fields.fields}
    changed = _as_said(profile, said["incident_class"], most_precise(told))
    if changed != profile:
        yield from keep(now, changed, tables)
        if is_located_now(profile.incident, changed.incident):
            yield from tell_place(changed)


def _as_said(profile: Profile, incident_class: str, placed: Report) -> Profile:
    """The profile with the class and place that are shown; a place that a person has said stays."""
    incident = replace(profile.incident, incident_class=incident_class)
    return replace(profile, incident=incident if profile.placed_by_person else _at(incident, placed))


def is_located_now(before: Incident, after: Incident) -> bool:
    """Whether only the district was known and more is now."""
    district = TIERS["district"]
    return len(before.region) <= district and len(after.region) > district


def _at(incident: Incident, placed: Report) -> Incident:
    """At the most precise place that was told, if that is in its district."""
    if placed.region[: TIERS["district"]] != incident.incident_no[: TIERS["district"]]:
        return incident
    return replace(
        incident,
        region=placed.region,
        longitude=placed.longitude,
        latitude=placed.latitude,
        confidence=placed.confidence,
    )
