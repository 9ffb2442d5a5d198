"""Dispatch has the city's calendars at hand: the days, the years that are known and the opening hours in force."""

from typing import Any

from streams.facts.rules import OfficeHours
from streams.rules.office_calendar import OfficeCalendar, office_calendar
from streams.rules.time_limits import TimeLimit, reckon
from tests.hechuan import hechuan
from tests.processors.kit import DISTRICT, MATTERS, RULES, Centre, publish_rules
from tests.rules.office_calendars import at, told

CALENDAR_TABLES = ("days", "years", "office_hours")


def calendar_rules() -> list[Any]:
    return [rule for rule in hechuan().rules if type(rule).__name__ in ("Day", "Year", "OfficeHours")]


def kept(centre: Centre, version: str, name: str) -> OfficeCalendar:
    """A calendar out of what dispatch has in its tables."""
    days, years, hours = (
        {key.removeprefix(f"{version}/"): value for key, value in centre.kept("dispatch", table).items()}
        for table in CALENDAR_TABLES
    )
    return office_calendar(hours[name], days.values(), years.values())


def test_a_deadline_can_be_reckoned_from_the_tables_alone() -> None:
    centre = Centre(items=(*RULES, *calendar_rules()))
    limit = TimeLimit(3, "office_day", "next_day", "office_close")
    reckoning = reckon(limit, at("2026-09-30 16:00"), kept(centre, "1", "window"))
    assert (told(reckoning.due_at), reckoning.provisional) == ("2026-10-10 17:00", False)
    assert centre.set_aside() == []


def test_another_version_takes_the_place_of_all_of_the_one_before() -> None:
    centre = Centre(items=(*RULES, *calendar_rules()))
    fewer = [rule for rule in calendar_rules() if isinstance(rule, OfficeHours)]
    publish_rules(centre.hub, (*RULES, *fewer), version="2", logs=[MATTERS])
    centre.hub.settle()
    centre.wait(1_000)
    assert set(centre.kept("dispatch", "office_hours")) == {"2/office", "2/window"}
    assert centre.kept("dispatch", "days") == centre.kept("dispatch", "years") == {}
    centre.report()
    assert centre.matter().region.startswith(DISTRICT)
