"""Calendars of the city's own files, and short words for instants."""

from datetime import datetime
from functools import cache

from streams.durations import SECOND_MILLISECONDS
from streams.facts.rules import Day, OfficeHours, Year
from streams.rules.calendar import BEIJING
from streams.rules.office_calendar import OfficeCalendar, office_calendar
from tests.hechuan import hechuan

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def at(told: str) -> int:
    """An instant in milliseconds out of Beijing's `2026-09-30 16:00`."""
    return round(datetime.fromisoformat(told).replace(tzinfo=BEIJING).timestamp() * SECOND_MILLISECONDS)


def told(instant: int) -> str:
    """An instant as `at` takes it."""
    return datetime.fromtimestamp(instant / SECOND_MILLISECONDS, BEIJING).replace(tzinfo=None).isoformat(" ", "minutes")


@cache
def named_days() -> dict[str, Day]:
    """The days that are not what their weekday says, by date."""
    return {rule.date: rule for rule in hechuan().rules if isinstance(rule, Day)}


@cache
def calendar(name: str = "office") -> OfficeCalendar:
    """A calendar of Hechuan: 2025 and 2026 are announced."""
    hours = {rule.calendar: rule for rule in hechuan().rules if isinstance(rule, OfficeHours)}
    years = [rule for rule in hechuan().rules if isinstance(rule, Year)]
    return office_calendar(hours.get(name), named_days().values(), years)
