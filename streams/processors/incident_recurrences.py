"""When an incident ends it stands where a new one may recur it (再次发生); when one begins it is looked for there."""

from collections.abc import Generator

from streams.contract import Output, Tables, replace
from streams.facts import rules, views
from streams.processors.incident_profiles import PROFILES, Profile, all_told, keep
from streams.processors.recurrences import (
    counted_recurrence,
    forget_closed,
    keep_closed,
    linked_recurrence,
    recurred_by,
)
from streams.rules.happenings import Happenings
from streams.rules.recurrence import Happening
from streams.rules.shown_fields import most_precise


def note_closed(profile: Profile, closed_at: int, rule: rules.IncidentClass, tables: Tables) -> None:
    """An incident is closed."""
    happening = _happening(profile, closed_at, tables)
    if happening is not None and not profile.incident.confidential:
        keep_closed(happening, rule, tables)


def note_reopened(profile: Profile, tables: Tables) -> None:
    """A closed incident is worked on again."""
    happening = _happening(profile, None, tables)
    if happening is not None:
        forget_closed(happening, tables)


def find_recurrence(
    now: int,
    profile: Profile,
    told: views.Report,
    rule: rules.IncidentClass,
    happenings: Happenings,
    tables: Tables,
) -> Generator[Output, None, Profile]:
    """The profile of a new incident with a link to the closed one that it recurs, which gets one too."""
    new = _of_report(profile, told, told.occurred_at, None)
    number = recurred_by(new, rule, happenings.can_be_one, tables)
    before = tables[PROFILES].get(number) if number is not None else None
    if before is None or before.incident.state != "closed":
        return profile
    incident, closed = linked_recurrence(profile.incident, before.incident)
    if incident == profile.incident:
        return profile
    yield from keep(now, replace(before, incident=closed), tables)
    yield from counted_recurrence(incident, told.occurred_at)
    return replace(profile, incident=incident)


def _happening(profile: Profile, closed_at: int | None, tables: Tables) -> Happening | None:
    told = list(all_told(profile.incident, tables))
    return _of_report(profile, most_precise(told), profile.first_report_at, closed_at) if told else None


def _of_report(profile: Profile, told: views.Report, occurred_at: int, closed_at: int | None) -> Happening:
    return Happening(
        incident_no=profile.incident.incident_no,
        incident_class=profile.incident.incident_class,
        place_code=told.place_code,
        longitude=told.longitude,
        latitude=told.latitude,
        uncertainty_metres=told.uncertainty_metres,
        occurred_at=occurred_at,
        closed_at=closed_at,
    )
