"""A clock's own time: office time where the office counts, so that half of it is half of what the unit has."""

from hypothesis import given
from hypothesis import strategies as st

from streams.rules.calendar import by_weekday
from streams.rules.office_calendar import OfficeCalendar
from streams.rules.own_time import moment_of, own_milliseconds
from streams.rules.time_limits import TimeLimit, reckon
from tests.processors.kit import DAY, HOUR, MINUTE, beijing
from tests.rules.office_calendars import calendar

FRIDAY_16 = beijing(2026, 9, 18, 16)
OFFICE, ALWAYS = calendar(), OfficeCalendar("always", (), by_weekday)


def test_half_of_an_office_day_over_a_weekend_is_half_of_the_hours_the_office_is_open() -> None:
    limit = TimeLimit(1, "office_day", day_end="office_close")
    due_at = reckon(limit, FRIDAY_16, OFFICE).due_at
    own = own_milliseconds(limit, FRIDAY_16, due_at, OFFICE)
    half = moment_of(limit, FRIDAY_16, due_at, 50, OFFICE)
    assert own_milliseconds(limit, FRIDAY_16, half, OFFICE) * 2 == own
    assert OFFICE.next_open_at(half - 1) == half - 1


def test_half_of_a_day_that_passes_is_twelve_hours_later() -> None:
    limit = TimeLimit(24, "hour")
    assert moment_of(limit, FRIDAY_16, FRIDAY_16 + DAY, 50, ALWAYS) == FRIDAY_16 + 12 * HOUR


def test_time_in_which_the_clock_was_suspended_is_none_of_its_own() -> None:
    limit, pause = TimeLimit(4, "hour"), (FRIDAY_16 + HOUR, FRIDAY_16 + 11 * HOUR)
    due_at = reckon(limit, FRIDAY_16, ALWAYS, (pause,)).due_at
    assert own_milliseconds(limit, FRIDAY_16, due_at, ALWAYS, (pause,)) == 4 * HOUR
    assert moment_of(limit, FRIDAY_16, due_at, 25, ALWAYS, (pause,)) == FRIDAY_16 + HOUR
    assert moment_of(limit, FRIDAY_16, due_at, 50, ALWAYS, (pause,)) == FRIDAY_16 + 12 * HOUR


@given(
    unit=st.sampled_from(["minute", "hour", "office_hour", "office_day", "natural_day", "month"]),
    start=st.sampled_from(["at", "next_minute", "next_office_open", "next_day"]),
    amount=st.integers(1, 40),
    from_minutes=st.integers(0, 400 * 24 * 60),
    percent=st.integers(1, 99),
)
def test_whatever_the_limit_the_moment_lies_between_start_and_deadline_and_not_early(
    unit: object, start: object, amount: int, from_minutes: int, percent: int
) -> None:
    limit = TimeLimit(amount, unit, start)  # type: ignore[arg-type]
    started_at = beijing(2025, 6, 1) + from_minutes * MINUTE
    due_at = reckon(limit, started_at, OFFICE).due_at
    own = own_milliseconds(limit, started_at, due_at, OFFICE)
    at = moment_of(limit, started_at, due_at, percent, OFFICE)
    assert started_at <= at <= due_at
    assert own_milliseconds(limit, started_at, at, OFFICE) * 100 >= own * percent
    if at - 1 > started_at:
        assert own_milliseconds(limit, started_at, at - 1, OFFICE) * 100 < own * percent
