"""A clock as the duty page counts it down: one in office time carries the opening hours until its deadline.

The page has no calendar and no idea of holidays; it adds up what is left of the spans that it is given.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from streams.facts.rules import Day, OfficeHours, Year
from streams.rules.office_calendar import OfficeCalendar, office_calendar
from streams.rules.open_spans import open_spans, without
from streams.rules.time_limits import OFFICE_UNITS

Calendars = Mapping[str, OfficeCalendar]
Clock = dict[str, Any]


def calendars_of(rules: Iterable[Any]) -> Calendars:
    """The calendars of a city's rules by name, and the one that never closes."""
    known = tuple(rules)
    days = [rule for rule in known if isinstance(rule, Day)]
    years = [rule for rule in known if isinstance(rule, Year)]
    offices = [rule for rule in known if isinstance(rule, OfficeHours)]
    calendars = [office_calendar(hours, days, years) for hours in (None, *offices)]
    return {calendar.name: calendar for calendar in calendars}


def with_spans(clock: Mapping[str, Any], suspensions: Iterable[Mapping[str, Any]], calendars: Calendars) -> Clock:
    """The clock of a view with what its countdown needs, in milliseconds.

    `paused` are the spans in which it is suspended. For one in office time `open` are its opening hours outside these,
    and `open_a_day` how long a day has; None where the calendar is not known here: then only the deadline can be shown,
    and nothing guessed.
    """
    limit = clock["limit"]
    if clock["state"] != "running":
        return dict(clock)
    paused = tuple(
        (one["from_at"], one["until_at"])
        for one in suspensions
        if clock["kind"] in one["kinds"] and one["from_at"] < one["until_at"]
    )
    told = {**clock, "paused": paused}
    if limit["unit"] not in OFFICE_UNITS:
        return told
    calendar = calendars.get(limit["calendar"])
    spans = open_spans(calendar, clock["started_at"], clock["due_at"]) if calendar else None
    if calendar is None or spans is None:
        return {**told, "open": None, "open_a_day": None}
    return {**told, "open": without(spans, paused), "open_a_day": calendar.open_a_day}
