"""A time limit is read whole, and one that cannot be meant is a fault that says why."""

from pathlib import Path
from typing import get_args

import pytest

from streams.cities.limits import MOST, read_limit
from streams.durations import DAY_MILLISECONDS
from streams.facts.rules import TimeUnit
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked
from streams.rules.time_limits import TimeLimit, reckon
from tests.rules.office_calendars import at, calendar

CALENDARS = ("always", "office")


def read(folder: Path, text: str) -> tuple[TimeLimit, str, list[str]]:
    path = folder / "limit.yaml"
    path.write_text(text, encoding="utf-8")
    faults: list[Fault] = []
    limit, name = read_limit(Form("limit", read_marked(path, faults), faults), CALENDARS)
    return limit, name, [str(fault).replace(f"{folder}/", "") for fault in faults]


def test_a_limit_is_read_with_all_it_says_and_what_it_leaves_open(tmp_path: Path) -> None:
    whole = "{amount: 1, unit: month, start: next_day, day_end: midnight, rolls_over: true, calendar: office}"
    assert read(tmp_path, whole) == (TimeLimit(1, "month", "next_day", "midnight", rolls_over=True), "office", [])
    assert read(tmp_path, "{amount: 30, unit: minute, calendar: always}") == (TimeLimit(30, "minute"), "always", [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "amount: 0\nunit: hour\ncalendar: office",
            "limit.yaml:1: limit: 'amount' must be from 1 to 87600",
        ),
        (
            "unit: month\namount: -1\ncalendar: office",
            "limit.yaml:2: limit: 'amount' must be from 1 to 120",
        ),
        (
            "{unit: office_day, amount: 2501, calendar: office}",
            "from 1 to 2500 for office_day, not 2501",
        ),
        ("{unit: hour, amount: a, calendar: office}", "'amount' must be a whole number"),
        ("{unit: hour, amount: true, calendar: office}", "'amount' must be a whole number"),
        ("{unit: hour, calendar: office}", "'amount' is missing"),
        ("{amount: 1, calendar: office}", "'unit' is missing"),
        ("{unit: office_days, amount: 1, calendar: office}", "unknown unit 'office_days'; did you mean 'office_day'?"),
        ("{unit: office_hour, amount: 1}", "'calendar' is missing"),
        ("{unit: hour, amount: 1, calendar: offices}", "unknown calendar 'offices'; did you mean 'office'?"),
        ("{unit: hour, amount: 1, calendar: office, start: tomorrow}", "unknown start 'tomorrow'"),
        ("{unit: month, amount: 1, calendar: office, day_end: noon}", "unknown day end 'noon'"),
        (
            "{unit: office_hour, amount: 1, calendar: office, day_end: midnight}",
            "'day_end' is for office_day, natural",
        ),
        (
            "{unit: office_day, amount: 1, calendar: office, rolls_over: true}",
            "'rolls_over' is for natural_day and",
        ),
        ("{unit: month, amount: 1, calendar: office, rolls_over: 1}", "'rolls_over' must be true or false"),
        ("{unit: month, amount: 1, calendar: office, suspended: 1}", "unknown key 'suspended'"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, text: str, said: str) -> None:
    faults = read(tmp_path, text)[2]
    assert len(faults) == 1
    assert said in faults[0]


@pytest.mark.parametrize("unit", get_args(TimeUnit))
def test_the_largest_amount_is_about_ten_years_and_can_be_reckoned(unit: TimeUnit) -> None:
    cause = at("2026-09-30 16:00")
    days = (reckon(TimeLimit(MOST[unit], unit), cause, calendar()).due_at - cause) / DAY_MILLISECONDS
    assert 3_450 < days < 4_050
