"""Rhythm: how many calls an hour of the week brings, and when those that did not come are too many."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from streams.durations import HOUR_MILLISECONDS, SECOND_MILLISECONDS
from streams.facts.rules import DayKind
from streams.rules.calendar import BEIJING, SUNDAY, by_weekday
from streams.rules.rhythm import (
    CALLS_IN_A_PERIOD,
    FURTHEST_DAYS,
    HOURS_IN_A_DAY,
    HOURS_IN_A_WEEK,
    PERIODS_MISSED,
    REMEMBERED_WEEKS,
    HourHeard,
    calls_expected,
    hour_of_week,
    hours_over,
    missing_at,
    with_hour,
)

MONDAY = int(datetime(2026, 11, 23, tzinfo=BEIJING).timestamp()) * SECOND_MILLISECONDS
FURTHEST = FURTHEST_DAYS * HOURS_IN_A_DAY * HOUR_MILLISECONDS
INSTANTS = st.integers(MONDAY, MONDAY + 2 * HOURS_IN_A_WEEK * HOUR_MILLISECONDS)
WEEKS = st.lists(
    st.builds(HourHeard, st.integers(0, REMEMBERED_WEEKS), st.integers(0, 5_000)),
    min_size=HOURS_IN_A_WEEK,
    max_size=HOURS_IN_A_WEEK,
)
CALLS = st.integers(5, 100_000)


def expected_between(since: int, until: int, calls_per_day: float, week: list[HourHeard]) -> float:
    total, at = 0.0, since
    while at < until:
        end = min(until, (at // HOUR_MILLISECONDS + 1) * HOUR_MILLISECONDS)
        hour = hour_of_week(at, by_weekday)
        total += calls_expected(hour, calls_per_day, week[hour]) * (end - at) / HOUR_MILLISECONDS
        at = end
    return total


@given(INSTANTS, CALLS, WEEKS, st.integers(1, PERIODS_MISSED))
def test_silence_comes_when_the_calls_of_its_periods_are_missing_and_never_before(
    heard_at: int, calls_per_day: int, week: list[HourHeard], periods: int
) -> None:
    at = missing_at(heard_at, periods, calls_per_day, week.__getitem__, by_weekday)
    missing = periods * CALLS_IN_A_PERIOD
    assert expected_between(heard_at, at - 2, calls_per_day, week) < missing
    if at < heard_at + FURTHEST:
        assert expected_between(heard_at, at + 2, calls_per_day, week) >= missing


@given(INSTANTS, CALLS, WEEKS)
def test_more_periods_are_missed_later(heard_at: int, calls_per_day: int, week: list[HourHeard]) -> None:
    moments = [missing_at(heard_at, periods, calls_per_day, week.__getitem__, by_weekday) for periods in (1, 2, 3)]
    assert heard_at < moments[0] <= moments[1] <= moments[2]


def test_the_promise_of_a_day_is_kept_over_its_hours() -> None:
    assert round(sum(calls_expected(hour, 240, HourHeard()) for hour in range(24)), 6) == 240


def test_at_night_silence_takes_longer() -> None:
    night, noon = (MONDAY + hour * HOUR_MILLISECONDS for hour in (23, 12))
    unheard = [HourHeard()] * HOURS_IN_A_WEEK
    assert (
        missing_at(night, 1, 240, unheard.__getitem__, by_weekday) - night
        > 2 * (missing_at(noon, 1, 240, unheard.__getitem__, by_weekday) - noon)
    )  # fmt: skip


def test_a_system_that_seldom_speaks_is_waited_for_sixty_days_at_most() -> None:
    unheard = [HourHeard()] * HOURS_IN_A_WEEK
    at = missing_at(MONDAY, 3, 0.01, unheard.__getitem__, by_weekday)
    assert at == MONDAY + FURTHEST


@given(INSTANTS, st.integers(0, 20 * HOURS_IN_A_WEEK * HOUR_MILLISECONDS))
def test_a_gap_of_any_length_holds_each_hour_of_the_week_once_at_most(since: int, length: int) -> None:
    over = hours_over(since, since + length, by_weekday)
    assert len(set(over)) == len(over) <= HOURS_IN_A_WEEK
    assert len(over) == min(HOURS_IN_A_WEEK, (since + length) // HOUR_MILLISECONDS - since // HOUR_MILLISECONDS)


def test_old_weeks_fade() -> None:
    known = HourHeard()
    for _ in range(10 * REMEMBERED_WEEKS):
        known = with_hour(known, 7)
    assert known.passed <= REMEMBERED_WEEKS
    assert known.calls == 7 * known.passed


def test_of_a_busy_system_one_hour_without_a_call_outweighs_the_promise_and_of_a_quiet_one_it_does_not() -> None:
    assert calls_expected(12, 100_000, HourHeard(1, 0)) < 1
    assert calls_expected(12, 1, HourHeard(1, 0)) > 0.5 * calls_expected(12, 1, HourHeard())


def national_day(date: str) -> DayKind | None:
    """1 October 2026 is a Thursday, 10 October a Saturday that is worked."""
    return {"20261001": "holiday", "20261010": "working_day", "20260920": "working_day"}.get(date)  # type: ignore[return-value]


def at(month: int, day: int, hour: int = 9) -> int:
    return int(datetime(2026, month, day, hour, tzinfo=BEIJING).timestamp()) * SECOND_MILLISECONDS


def test_a_holiday_is_lived_as_a_sunday_and_a_weekend_that_is_worked_as_the_working_day_beside_it() -> None:
    sunday, monday, friday = (hour_of_week(at(11, day), by_weekday) for day in (22, 23, 27))
    assert hour_of_week(at(10, 1), national_day) == sunday
    assert hour_of_week(at(10, 10), national_day) == friday
    assert hour_of_week(at(9, 20), national_day) == monday
    assert hour_of_week(at(10, 2), national_day) == friday


def test_an_office_that_is_quiet_on_sundays_is_waited_for_over_a_holiday() -> None:
    week = [HourHeard(REMEMBERED_WEEKS, 0 if hour >= SUNDAY * 24 else 10 * REMEMBERED_WEEKS) for hour in range(168)]
    evening = at(9, 30, 23)
    as_thursday = missing_at(evening, PERIODS_MISSED, 240, week.__getitem__, by_weekday) - evening
    as_holiday = missing_at(evening, PERIODS_MISSED, 240, week.__getitem__, national_day) - evening
    assert as_holiday > 5 * as_thursday


def test_each_day_of_a_long_holiday_has_passed_as_a_sunday() -> None:
    over = hours_over(at(10, 1, 0), at(10, 4, 0), lambda _: "holiday")
    assert over.count(SUNDAY * 24 + 9) == 3
