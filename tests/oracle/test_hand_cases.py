"""Deadlines worked out by hand: what the oracle says of them, and what the hub does."""

from datetime import date, timedelta
from itertools import product

import chinese_calendar
import pytest

from tests.oracle.counted_time import Limit, deadline
from tests.oracle.hand_cases import HandCase, hand_cases, read_instant, read_limit
from tests.oracle.hub_deadline import hub_deadline
from tests.oracle.public_days import is_worked, public_day

CASES = hand_cases()
STARTS = ("at", "next_minute", "next_office_open", "next_day")
DAY_ENDS = ("same_time", "office_close", "midnight")


def said(case: HandCase) -> str:
    return f"{case.limit.amount} {case.limit.unit} {case.limit.start} {case.limit.day_end}: {case.why}"


@pytest.mark.parametrize("case", CASES, ids=said)
def test_the_oracle_agrees_with_the_deadline_worked_out_by_hand(case: HandCase) -> None:
    assert deadline(case.limit, case.caused_at, case.hours, case.suspended) == case.due_at


@pytest.mark.parametrize("case", CASES, ids=said)
def test_the_hub_agrees_with_the_deadline_worked_out_by_hand(case: HandCase) -> None:
    assert hub_deadline(case.limit, case.caused_at, case.hours, case.suspended) == case.due_at


def test_every_unit_is_there_from_every_start_to_every_end_of_a_day() -> None:
    passing = product(("minute", "hour", "office_hour"), STARTS, ("same_time",))
    days = product(("office_day", "natural_day", "month"), STARTS, DAY_ENDS)
    told = {(case.limit.unit, case.limit.start, case.limit.day_end) for case in CASES}
    assert told == {*passing, *days}


def test_days_and_months_roll_over_to_every_end_of_a_day() -> None:
    told = {(case.limit.unit, case.limit.day_end) for case in CASES if case.limit.rolls_over}
    assert told == set(product(("natural_day", "month"), DAY_ENDS))


def test_every_unit_is_suspended() -> None:
    told = {case.limit.unit for case in CASES if case.suspended}
    assert told == {"minute", "hour", "office_hour", "office_day", "natural_day", "month"}


def test_the_days_set_for_2025_and_2026_are_those_of_a_published_package() -> None:
    day = date(2025, 1, 1)
    while day.year < 2027:
        assert is_worked(day) == chinese_calendar.is_workday(day), day
        told = public_day(day.strftime("%Y%m%d"))
        assert (told != "holiday") if is_worked(day) else (told != "working_day"), day
        day += timedelta(days=1)


def test_a_limit_is_read_as_it_is_written() -> None:
    assert read_limit("5 office_day from next_day to office_close") == Limit(
        5, "office_day", "next_day", "office_close"
    )
    assert read_limit("1 month rolling over") == Limit(1, "month", rolls_over=True)
    with pytest.raises(ValueError, match="no limit"):
        read_limit("five office_day")


def test_the_end_of_a_day_is_the_beginning_of_the_next() -> None:
    assert read_instant("2026-02-28 24:00") == read_instant("2026-03-01 00:00")
    assert read_instant("1970-01-01 08:00:00.250") == 250
