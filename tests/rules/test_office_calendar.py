"""Office days and opening hours: day by day, minute by minute, and over years at once."""

from calendar import isleap
from datetime import date, timedelta

import chinese_calendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.rules.calendar import by_weekday
from streams.rules.office_calendar import (
    EPOCH_ORDINAL,
    OfficeCalendar,
    begins_at,
    date_of,
    day_of,
    is_announced,
    office_calendar,
    office_milliseconds,
)
from tests.rules.office_calendars import DAY, HOUR, MINUTE, at, calendar, told

NAMES = st.sampled_from(["office", "window", "always"])
INSTANTS = st.integers(at("2025-01-01 00:00"), at("2026-12-31 00:00"))
DAYS = st.integers(day_of(at("2025-01-01 00:00")), day_of(at("2026-12-31 00:00")))


def is_open(office: OfficeCalendar, instant: int) -> bool:
    """Asked of one instant, with nothing but the days and hours."""
    passed = instant - begins_at(day_of(instant))
    spans = office.hours or ((0, 1440),)
    return office.is_office_day(day_of(instant)) and any(a * MINUTE <= passed < b * MINUTE for a, b in spans)


@pytest.mark.parametrize("year", [2025, 2026])
def test_office_days_are_the_days_that_people_work(year: int) -> None:
    for number in range(365 + isleap(year)):
        each = date(year, 1, 1) + timedelta(days=number)
        assert calendar().is_office_day(each.toordinal() - EPOCH_ORDINAL) == chinese_calendar.is_workday(each), each


def test_an_office_that_never_closes_has_no_day_off() -> None:
    day = day_of(at("2026-10-01 12:00"))
    assert calendar("always").is_office_day(day)
    assert calendar("always").office_day_after(day, 3) == day + 3
    assert calendar("always").next_open_at(at("2026-10-01 00:00")) == at("2026-10-01 00:00")


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-09-30 16:00", "2026-09-30 16:00"),
        ("2026-09-30 08:59", "2026-09-30 09:00"),
        ("2026-09-30 09:00", "2026-09-30 09:00"),
        ("2026-09-30 12:00", "2026-09-30 14:00"),
        ("2026-09-30 18:00", "2026-10-08 09:00"),
        ("2026-10-09 18:00", "2026-10-10 09:00"),
        ("2026-12-31 18:00", "2027-01-01 09:00"),
    ],
)
def test_an_office_opens_next_over_breaks_holidays_and_worked_weekends(moment: str, opens: str) -> None:
    assert told(calendar().next_open_at(at(moment))) == opens


@given(NAMES, DAYS, st.integers(1, 600))
def test_the_office_day_after_so_many_is_found_as_by_counting(name: str, day: int, number: int) -> None:
    office = calendar(name)
    found = office.office_day_after(day, number)
    assert office.is_office_day(found)
    assert sum(office.is_office_day(each) for each in range(day + 1, found + 1)) == number
    assert office.office_days_between(day + 1, found + 1) == number


@given(NAMES, INSTANTS, st.integers(0, 3 * DAY))
def test_open_time_is_the_sum_of_the_open_minutes(name: str, instant: int, length: int) -> None:
    office = calendar(name)
    from_at, to_at = instant // MINUTE * MINUTE, (instant + length) // MINUTE * MINUTE
    minutes = sum(is_open(office, minute) for minute in range(from_at, to_at, MINUTE))
    assert office_milliseconds(office, from_at, to_at) == minutes * MINUTE


@given(NAMES, INSTANTS, st.integers(1, 400 * HOUR))
def test_the_moment_by_which_an_office_was_open_so_long_is_the_earliest(name: str, instant: int, length: int) -> None:
    office = calendar(name)
    found = office.after_open(instant, length)
    assert office_milliseconds(office, instant, found) == length
    assert office_milliseconds(office, instant, found - 1) == length - 1


@given(NAMES, INSTANTS)
def test_an_office_is_closed_until_it_opens_next(name: str, instant: int) -> None:
    office = calendar(name)
    opens = office.next_open_at(instant)
    assert is_open(office, opens)
    assert office_milliseconds(office, instant, opens) == 0


def test_a_year_that_no_notice_covers_is_judged_by_weekday_and_known_not_to_be_set() -> None:
    friday = day_of(at("2027-01-01 00:00"))
    assert date_of(friday) == date(2027, 1, 1)
    assert calendar().is_office_day(friday)
    assert not calendar().is_office_day(friday + 1)
    assert is_announced(calendar(), friday - 400, friday - 1)
    assert not is_announced(calendar(), friday - 1, friday)
    assert not is_announced(OfficeCalendar("office", ((540, 720),), by_weekday), friday, friday)


def test_without_hours_in_the_rules_a_calendar_never_closes() -> None:
    assert office_calendar(None, (), ()).open_a_day == DAY
