"""A clock as the duty page counts it down: one in office time carries the opening hours until its deadline.

The page has no calendar and no idea of holidays; it adds up what is left of the spans that it is given.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from streams.facts.rules import Day, OfficeHours, Year
from streams.rules.office_calendar import OfficeCalendar, office_calendar
from streams.rules.open_spans import open_spans
from streams.rules.time_limits import OFFICE_UNITS

Calendars = Mapping[str, OfficeCalendar]


def calendars_of(rules: Iterable[Any]) -> Calendars:
    """The calendars of a city's rules by name, and the one that never closes."""
    known = tuple(rules)
    days = [rule for rule in known if isinstance(rule, Day)]
    years = [rule for rule in known if isinstance(rule, Year)]
    offices = [rule for rule in known if isinstance(rule, OfficeHours)]
    calendars = [office_calendar(hours, days, years) for hours in (None, *offices)]
    return {calendar.name: calendar for calendar in calendars}


def with_open_spans(clock: Mapping[str, Any], calendars: Calendars) -> dict[str, Any]:
    """The clock of a view, and for one in office time `open`, its spans, and `open_a_day`, both in milliseconds.

    `open` is None where the calendar is not known here: then only the deadline can be shown, and nothing guessed.
    """
    limit = clock["limit"]
    if limit["unit"] not in OFFICE_UNITS or clock["state"] != "running":
        return dict(clock)
    calendar = calendars.get(limit["calendar"])
    if calendar is None:
        return {**clock, "open": None, "open_a_day": None}
    spans = open_spans(calendar, clock["started_at"], clock["due_at"])
    return {**clock, "open": spans, "open_a_day": calendar.open_a_day}
