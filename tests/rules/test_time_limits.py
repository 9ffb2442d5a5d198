"""Deadlines, as ops/decisions/0092 counts them, around the holidays of 2025 and 2026."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from streams.rules.office_calendar import day_of
from streams.rules.time_limits import TimeLimit, joined, reckon
from tests.rules.office_calendars import DAY, HOUR, MINUTE, at, calendar, told

TO_CLOSE: dict[str, Any] = {"start": "next_day", "day_end": "office_close"}
TO_MIDNIGHT: dict[str, Any] = {"start": "next_day", "day_end": "midnight"}


def due(cause: str, limit: TimeLimit, *suspended: tuple[str, str], name: str = "office") -> str:
    spans = [(at(begins), at(ends)) for begins, ends in suspended]
    return told(reckon(limit, at(cause), calendar(name), spans).due_at)


@pytest.mark.parametrize(
    ("cause", "limit", "deadline"),
    [
        ("2026-09-30 16:00", TimeLimit(30, "minute"), "2026-09-30 16:30"),
        ("2026-09-30 23:30", TimeLimit(2, "hour"), "2026-10-01 01:30"),
        ("2026-09-30 16:00", TimeLimit(1, "hour", "next_day"), "2026-10-01 01:00"),
        ("2026-09-30 18:00", TimeLimit(1, "hour", "next_office_open"), "2026-10-08 10:00"),
        ("2026-09-30 17:59", TimeLimit(1, "hour", "next_office_open"), "2026-09-30 18:59"),
    ],
)
def test_minutes_and_hours_are_time_as_it_passes(cause: str, limit: TimeLimit, deadline: str) -> None:
    assert due(cause, limit) == deadline


def test_the_next_full_minute_is_the_cause_itself_where_it_is_one() -> None:
    limit, cause = TimeLimit(1, "minute", "next_minute"), at("2026-09-30 16:00")
    assert reckon(limit, cause, calendar()).counted_from == cause
    assert reckon(limit, cause + 1, calendar()).counted_from == cause + MINUTE
    assert reckon(limit, cause + MINUTE, calendar()).due_at == cause + 2 * MINUTE


@pytest.mark.parametrize(
    ("cause", "limit", "deadline"),
    [
        ("2026-09-30 16:00", TimeLimit(2, "office_hour"), "2026-09-30 18:00"),
        ("2026-09-30 16:00", TimeLimit(3, "office_hour"), "2026-10-08 10:00"),
        ("2026-09-30 11:00", TimeLimit(1, "office_hour"), "2026-09-30 12:00"),
        ("2026-09-30 12:30", TimeLimit(1, "office_hour"), "2026-09-30 15:00"),
        ("2026-10-03 10:00", TimeLimit(7, "office_hour"), "2026-10-08 18:00"),
        ("2026-10-03 10:00", TimeLimit(21, "office_hour"), "2026-10-10 18:00"),
        ("2026-10-03 10:00", TimeLimit(22, "office_hour"), "2026-10-12 10:00"),
        ("2026-09-30 16:00", TimeLimit(4, "office_hour", "next_day"), "2026-10-08 15:00"),
        ("2026-02-13 17:00", TimeLimit(8, "office_hour"), "2026-02-14 18:00"),
    ],
)
def test_office_hours_pass_while_the_office_is_open(cause: str, limit: TimeLimit, deadline: str) -> None:
    assert due(cause, limit) == deadline


@pytest.mark.parametrize(
    ("cause", "limit", "deadline"),
    [
        ("2026-09-30 16:00", TimeLimit(1, "office_day", **TO_CLOSE), "2026-10-08 18:00"),
        ("2026-09-30 16:00", TimeLimit(3, "office_day", **TO_CLOSE), "2026-10-10 18:00"),
        ("2026-09-30 16:00", TimeLimit(4, "office_day", **TO_CLOSE), "2026-10-12 18:00"),
        ("2026-09-30 16:00", TimeLimit(4, "office_day", **TO_MIDNIGHT), "2026-10-13 00:00"),
        ("2026-09-30 16:00", TimeLimit(1, "office_day"), "2026-10-08 16:00"),
        ("2026-09-30 19:00", TimeLimit(1, "office_day"), "2026-10-09 09:00"),
        ("2026-09-30 12:30", TimeLimit(1, "office_day"), "2026-10-08 14:00"),
        ("2026-09-30 16:00", TimeLimit(1, "office_day", "next_day"), "2026-10-09 09:00"),
        ("2026-10-03 10:00", TimeLimit(1, "office_day", day_end="office_close"), "2026-10-08 18:00"),
        ("2026-10-03 10:00", TimeLimit(1, "office_day", "next_office_open", "office_close"), "2026-10-09 18:00"),
        ("2026-10-03 10:00", TimeLimit(1, "office_day", **TO_CLOSE), "2026-10-08 18:00"),
        ("2025-01-27 10:00", TimeLimit(5, "office_day", **TO_CLOSE), "2025-02-10 18:00"),
        ("2025-09-26 10:00", TimeLimit(3, "office_day", **TO_CLOSE), "2025-09-30 18:00"),
        ("2025-12-30 10:00", TimeLimit(3, "office_day", **TO_CLOSE), "2026-01-05 18:00"),
    ],
)
def test_office_days_pass_over_holidays_and_count_worked_weekends(cause: str, limit: TimeLimit, deadline: str) -> None:
    assert due(cause, limit) == deadline


@pytest.mark.parametrize(
    ("cause", "limit", "deadline"),
    [
        ("2026-09-28 16:00", TimeLimit(3, "natural_day"), "2026-10-01 16:00"),
        ("2026-09-28 16:00", TimeLimit(3, "natural_day", rolls_over=True), "2026-10-08 16:00"),
        ("2026-09-28 16:00", TimeLimit(3, "natural_day", **TO_MIDNIGHT), "2026-10-02 00:00"),
        ("2026-09-28 16:00", TimeLimit(3, "natural_day", **TO_MIDNIGHT, rolls_over=True), "2026-10-09 00:00"),
        ("2026-09-28 16:00", TimeLimit(2, "natural_day", **TO_MIDNIGHT, rolls_over=True), "2026-10-01 00:00"),
        ("2026-09-28 16:00", TimeLimit(5, "natural_day", **TO_CLOSE), "2026-10-03 18:00"),
        ("2026-09-28 16:00", TimeLimit(1, "natural_day", "next_day"), "2026-09-30 00:00"),
        ("2026-03-05 16:00", TimeLimit(1, "natural_day", "next_day", rolls_over=True), "2026-03-09 00:00"),
        ("2026-02-12 16:00", TimeLimit(2, "natural_day", **TO_CLOSE, rolls_over=True), "2026-02-14 18:00"),
    ],
)
def test_natural_days_roll_over_days_off_only_where_the_limit_says_so(
    cause: str, limit: TimeLimit, deadline: str
) -> None:
    assert due(cause, limit) == deadline


@pytest.mark.parametrize(
    ("cause", "limit", "deadline"),
    [
        ("2026-01-31 10:00", TimeLimit(1, "month"), "2026-02-28 10:00"),
        ("2026-08-31 10:00", TimeLimit(1, "month", **TO_MIDNIGHT), "2026-10-01 00:00"),
        ("2026-09-01 10:00", TimeLimit(1, "month", **TO_MIDNIGHT, rolls_over=True), "2026-10-09 00:00"),
        ("2026-09-01 10:00", TimeLimit(1, "month", "next_day"), "2026-10-02 00:00"),
        ("2026-09-01 10:00", TimeLimit(1, "month", "next_day", rolls_over=True), "2026-10-09 00:00"),
        ("2025-12-15 10:00", TimeLimit(13, "month", day_end="office_close"), "2027-01-15 18:00"),
        ("2027-11-30 10:00", TimeLimit(3, "month"), "2028-02-29 10:00"),
    ],
)
def test_a_month_ends_on_the_same_day_or_on_the_last_of_a_short_month(
    cause: str, limit: TimeLimit, deadline: str
) -> None:
    assert due(cause, limit) == deadline


@pytest.mark.parametrize(
    ("name", "limit", "deadline"),
    [
        ("always", TimeLimit(1, "office_day", **TO_CLOSE), "2026-10-02 00:00"),
        ("always", TimeLimit(2, "office_hour", "next_day"), "2026-10-01 02:00"),
        ("always", TimeLimit(30, "office_hour"), "2026-10-01 22:00"),
        ("always", TimeLimit(1, "natural_day", rolls_over=True), "2026-10-01 16:00"),
        ("window", TimeLimit(2, "office_hour"), "2026-10-08 10:00"),
        ("window", TimeLimit(1, "office_day", **TO_CLOSE), "2026-10-08 17:00"),
    ],
)
def test_each_calendar_has_days_and_hours_of_its_own(name: str, limit: TimeLimit, deadline: str) -> None:
    assert due("2026-09-30 16:00", limit, name=name) == deadline


@pytest.mark.parametrize(
    ("limit", "suspended", "deadline"),
    [
        (TimeLimit(4, "hour"), ("2026-03-10 12:00", "2026-03-11 12:00"), "2026-03-11 14:00"),
        (TimeLimit(4, "hour"), ("2026-03-10 14:00", "2026-03-11 12:00"), "2026-03-10 14:00"),
        (TimeLimit(4, "hour"), ("2026-03-09 00:00", "2026-03-10 11:00"), "2026-03-10 15:00"),
        (TimeLimit(4, "office_hour"), ("2026-03-10 11:00", "2026-03-10 17:00"), "2026-03-11 11:00"),
        (TimeLimit(4, "office_hour"), ("2026-03-10 12:00", "2026-03-10 14:00"), "2026-03-10 16:00"),
        (TimeLimit(2, "office_day"), ("2026-03-11 09:00", "2026-03-11 18:00"), "2026-03-13 10:00"),
        (TimeLimit(2, "office_day", **TO_CLOSE), ("2026-03-12 17:00", "2026-03-16 10:00"), "2026-03-16 18:00"),
        (TimeLimit(2, "office_day", **TO_CLOSE), ("2026-03-10 10:00", "2026-03-11 09:00"), "2026-03-12 18:00"),
        (TimeLimit(2, "office_day", **TO_CLOSE), ("2026-03-12 18:00", "2026-03-20 10:00"), "2026-03-12 18:00"),
        (TimeLimit(2, "office_day", **TO_MIDNIGHT), ("2026-03-12 19:00", "2026-03-12 20:00"), "2026-03-13 00:00"),
        (TimeLimit(2, "office_day", **TO_MIDNIGHT), ("2026-03-12 17:00", "2026-03-12 18:00"), "2026-03-14 00:00"),
        (TimeLimit(2, "natural_day"), ("2026-03-11 00:00", "2026-03-11 06:00"), "2026-03-12 16:00"),
        (TimeLimit(2, "natural_day", **TO_MIDNIGHT), ("2026-03-11 00:00", "2026-03-12 00:00"), "2026-03-14 00:00"),
        (TimeLimit(2, "natural_day", **TO_CLOSE), ("2026-03-11 00:00", "2026-03-11 01:00"), "2026-03-13 18:00"),
        (TimeLimit(3, "natural_day", rolls_over=True), ("2026-03-11 00:00", "2026-03-12 00:00"), "2026-03-14 10:00"),
    ],
)
def test_suspended_time_is_made_up_for(limit: TimeLimit, suspended: tuple[str, str], deadline: str) -> None:
    assert due("2026-03-10 10:00", limit, suspended) == deadline


def test_suspensions_that_touch_or_overlap_are_one_and_others_count_one_after_the_other() -> None:
    limit, cause = TimeLimit(1, "office_day", **TO_CLOSE), "2026-03-09 10:00"
    touching = ("2026-03-10 10:00", "2026-03-10 11:00"), ("2026-03-10 11:00", "2026-03-10 12:00")
    overlapping = ("2026-03-10 10:00", "2026-03-10 12:00"), ("2026-03-10 11:00", "2026-03-10 12:00")
    apart = ("2026-03-10 10:00", "2026-03-10 11:00"), ("2026-03-10 15:00", "2026-03-10 16:00")
    assert due(cause, limit, *touching) == due(cause, limit, *overlapping) == "2026-03-11 18:00"
    assert due(cause, limit, *apart) == "2026-03-12 18:00"


def test_a_span_that_is_empty_or_reversed_suspends_nothing() -> None:
    moment = at("2026-03-10 10:00")
    assert joined([(moment + HOUR, moment + HOUR), (moment + HOUR, moment)], moment) == ()


@pytest.mark.parametrize(
    ("cause", "limit", "name", "provisional"),
    [
        ("2026-12-30 10:00", TimeLimit(1, "office_day", **TO_MIDNIGHT), "office", False),
        ("2026-12-31 10:00", TimeLimit(1, "office_day", **TO_MIDNIGHT), "office", True),
        ("2026-12-31 17:00", TimeLimit(1, "office_hour"), "office", False),
        ("2026-12-31 17:00", TimeLimit(2, "office_hour"), "office", True),
        ("2026-12-31 17:00", TimeLimit(2, "office_hour"), "always", False),
        ("2026-12-31 10:00", TimeLimit(1, "natural_day"), "office", False),
        ("2026-12-31 10:00", TimeLimit(1, "natural_day", rolls_over=True), "office", True),
        ("2026-12-30 10:00", TimeLimit(1, "natural_day", rolls_over=True), "office", False),
        ("2026-12-31 10:00", TimeLimit(1, "natural_day", rolls_over=True), "always", False),
        ("2026-12-31 19:00", TimeLimit(1, "hour", "next_office_open"), "office", True),
        ("2026-12-31 17:00", TimeLimit(24, "hour", "next_office_open"), "office", False),
        ("2024-12-31 17:00", TimeLimit(1, "office_day"), "office", True),
    ],
)
def test_what_hangs_on_days_of_a_year_without_a_notice_is_provisional(
    cause: str, limit: TimeLimit, name: str, *, provisional: bool
) -> None:
    assert reckon(limit, at(cause), calendar(name)).provisional is provisional


# What holds for every limit.

CALENDARS = st.sampled_from(["office", "window", "always"])
INSTANTS = st.integers(at("2025-01-01 00:00"), at("2026-12-31 00:00"))
STARTS: st.SearchStrategy[Any] = st.sampled_from(["at", "next_minute", "next_office_open", "next_day"])
DAY_ENDS: st.SearchStrategy[Any] = st.sampled_from(["same_time", "office_close", "midnight"])
LIMITS = st.one_of(
    st.builds(TimeLimit, st.integers(1, 400), st.sampled_from(["minute", "hour", "office_hour"]), STARTS),
    st.builds(TimeLimit, st.integers(1, 40), st.just("office_day"), STARTS, DAY_ENDS),
    st.builds(TimeLimit, st.integers(1, 90), st.just("natural_day"), STARTS, DAY_ENDS, st.booleans()),
    st.builds(TimeLimit, st.integers(1, 14), st.just("month"), STARTS, DAY_ENDS, st.booleans()),
)
SPANS = st.lists(st.tuples(st.integers(0, 40 * DAY), st.integers(1, 10 * DAY)), max_size=4)


def spans_after(instant: int, told: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return [(instant + begin, instant + begin + length) for begin, length in told]


@given(LIMITS, INSTANTS, CALENDARS)
def test_a_deadline_lies_behind_its_cause_and_its_beginning(limit: TimeLimit, cause: int, name: str) -> None:
    reckoning = reckon(limit, cause, calendar(name))
    assert cause <= reckoning.counted_from < reckoning.due_at


@given(LIMITS, INSTANTS, CALENDARS, SPANS)
def test_a_larger_amount_is_never_due_sooner(
    limit: TimeLimit, cause: int, name: str, spans: list[tuple[int, int]]
) -> None:
    larger = TimeLimit(limit.amount + 1, limit.unit, limit.start, limit.day_end, limit.rolls_over)
    suspended = spans_after(cause, spans)
    assert (
        reckon(limit, cause, calendar(name), suspended).due_at
        <= reckon(larger, cause, calendar(name), suspended).due_at
    )


@given(LIMITS, INSTANTS, st.integers(0, 10 * DAY), CALENDARS)
def test_a_later_cause_is_never_due_sooner(limit: TimeLimit, cause: int, later: int, name: str) -> None:
    first, second = (reckon(limit, each, calendar(name)).due_at for each in (cause, cause + later))
    is_several_days_on_one = limit.unit == "month" or limit.rolls_over
    if limit.day_end == "same_time" and is_several_days_on_one:
        # The last of January and the day before it end on the same day, each at its own time.
        first, second = day_of(first), day_of(second)
    assert first <= second


@given(LIMITS, INSTANTS, CALENDARS, SPANS)
def test_a_suspension_never_makes_a_deadline_earlier_and_none_ends_within_one(
    limit: TimeLimit, cause: int, name: str, spans: list[tuple[int, int]]
) -> None:
    suspended = spans_after(cause, spans)
    due_at = reckon(limit, cause, calendar(name), suspended).due_at
    assert due_at >= reckon(limit, cause, calendar(name)).due_at
    if limit.unit != "office_day":
        assert not any(begins < due_at < ends for begins, ends in suspended)


@given(LIMITS, INSTANTS, CALENDARS, SPANS, st.data())
def test_a_deadline_does_not_depend_on_how_suspensions_are_split(
    limit: TimeLimit, cause: int, name: str, spans: list[tuple[int, int]], data: st.DataObject
) -> None:
    assume(spans)
    suspended = spans_after(cause, spans)
    begins, ends = data.draw(st.sampled_from(suspended))
    middle = data.draw(st.integers(begins, ends))
    split = [*suspended, (begins, middle), (middle, ends)]
    split.remove((begins, ends))
    shuffled = data.draw(st.permutations(split))
    assert reckon(limit, cause, calendar(name), shuffled) == reckon(limit, cause, calendar(name), suspended)


@given(LIMITS, INSTANTS, CALENDARS, SPANS)
def test_days_end_with_the_office_or_the_day(
    limit: TimeLimit, cause: int, name: str, spans: list[tuple[int, int]]
) -> None:
    assume(limit.day_end != "same_time")
    office = calendar(name)
    due_at = reckon(limit, cause, office, spans_after(cause, spans)).due_at
    last = day_of(due_at - 1)
    ends = office.closes if limit.day_end == "office_close" else DAY
    assert due_at == last * DAY - 8 * HOUR + ends
    assert limit.unit != "office_day" or office.is_office_day(last)
