"""Rhythm: how many calls an hour of the week brings, and when those that did not come are too many."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from streams.rules.calendar import BEIJING, MILLISECONDS
from streams.rules.rhythm import (
    CALLS_IN_A_PERIOD,
    FURTHEST_DAYS,
    HOUR_MILLISECONDS,
    HOURS_IN_A_DAY,
    HOURS_IN_A_WEEK,
    PERIODS_MISSED,
    REMEMBERED_WEEKS,
    HourHeard,
    calls_expected,
    hour_of_week,
    hours_begun,
    missing_at,
    with_hour,
)

MONDAY = int(datetime(2026, 11, 23, tzinfo=BEIJING).timestamp()) * MILLISECONDS
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
        hour = hour_of_week(at)
        total += calls_expected(hour, calls_per_day, week[hour]) * (end - at) / HOUR_MILLISECONDS
        at = end
    return total


@given(INSTANTS, CALLS, WEEKS, st.integers(1, PERIODS_MISSED))
def test_silence_comes_when_the_calls_of_its_periods_are_missing_and_never_before(
    heard_at: int, calls_per_day: int, week: list[HourHeard], periods: int
) -> None:
    at = missing_at(heard_at, periods, calls_per_day, week.__getitem__)
    missing = periods * CALLS_IN_A_PERIOD
    assert expected_between(heard_at, at - 2, calls_per_day, week) < missing
    if at < heard_at + FURTHEST:
        assert expected_between(heard_at, at + 2, calls_per_day, week) >= missing


@given(INSTANTS, CALLS, WEEKS)
def test_more_periods_are_missed_later(heard_at: int, calls_per_day: int, week: list[HourHeard]) -> None:
    moments = [missing_at(heard_at, periods, calls_per_day, week.__getitem__) for periods in (1, 2, 3)]
    assert heard_at < moments[0] <= moments[1] <= moments[2]


def test_the_promise_of_a_day_is_kept_over_its_hours() -> None:
    assert round(sum(calls_expected(hour, 240, HourHeard()) for hour in range(24)), 6) == 240


def test_at_night_silence_takes_longer() -> None:
    night, noon = (MONDAY + hour * HOUR_MILLISECONDS for hour in (23, 12))
    unheard = [HourHeard()] * HOURS_IN_A_WEEK
    assert (
        missing_at(night, 1, 240, unheard.__getitem__) - night
        > 2 * (missing_at(noon, 1, 240, unheard.__getitem__) - noon)
    )  # fmt: skip


def test_a_system_that_seldom_speaks_is_waited_for_sixty_days_at_most() -> None:
    unheard = [HourHeard()] * HOURS_IN_A_WEEK
    at = missing_at(MONDAY, 3, 0.01, unheard.__getitem__)
    assert at == MONDAY + FURTHEST


@given(INSTANTS, st.integers(0, 20 * HOURS_IN_A_WEEK * HOUR_MILLISECONDS))
def test_a_gap_of_any_length_touches_each_hour_of_the_week_once_at_most(since: int, length: int) -> None:
    begun = hours_begun(since, since + length)
    assert len(set(begun)) == len(begun) <= HOURS_IN_A_WEEK


def test_old_weeks_fade() -> None:
    known = HourHeard()
    for _ in range(10 * REMEMBERED_WEEKS):
        known = with_hour(known)
    assert known.passed <= REMEMBERED_WEEKS
