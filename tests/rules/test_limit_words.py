"""An officer reads how a deadline came about, each holiday by its name and document."""

from typing import Any, get_args

import pytest
from hypothesis import given

from streams.facts.chinese import TIME_UNITS
from streams.facts.rules import DayEnd, StartRule, TimeUnit
from streams.rules.limit_steps import Step, StepKind, steps_of
from streams.rules.limit_words import DAY_ENDS, LINES, STARTS, lines_of
from streams.rules.time_limits import TimeLimit, reckon
from tests.rules.office_calendars import at, calendar, named_days
from tests.rules.test_time_limits import CALENDARS, INSTANTS, LIMITS, SPANS, TO_CLOSE, TO_MIDNIGHT, spans_after

NOTICE_2026 = "国务院办公厅关于2026年部分节假日安排的通知(国办发明电〔2025〕7号)"


def explained(
    cause: str, limit: TimeLimit, *suspended: tuple[str, str], name: str = "office"
) -> tuple[list[Step], list[str]]:
    spans = [(at(begins), at(ends)) for begins, ends in suspended]
    reckoning = reckon(limit, at(cause), calendar(name), spans)
    steps = steps_of(limit, at(cause), reckoning, calendar(name), named_days().get, spans)
    return list(steps), list(lines_of(limit, reckoning, steps))


def test_office_days_over_the_national_holiday_with_a_suspension_are_told_line_by_line() -> None:
    limit = TimeLimit(5, "office_day", **TO_CLOSE)
    assert explained("2026-09-30 16:00", limit, ("2026-10-09 08:00", "2026-10-10 10:30"))[1] == [
        "时限:5个工作日,自次日起算,至下班时",
        "事由:2026-09-30(周三)16:00;起算:2026-10-08(周四)09:00",
        "不计入:2026-09-30(周三)(当日不计算在内)",
        "周末:2026-10-11(周日),共1天",
        f"放假:2026-10-01(周四)至2026-10-07(周三)(国庆节),依据{NOTICE_2026}",
        f"调休上班:2026-10-10(周六)(国庆节),依据{NOTICE_2026}",
        "末日:2026-10-13(周二)",
        "中止计时:2026-10-09(周五)08:00至2026-10-10(周六)10:30,其中办公时间8小时30分钟",
        "期限:由2026-10-13(周二)18:00延至2026-10-15(周四)18:00",
        "截止:2026-10-15(周四)18:00(到此时刻仍未答复即为超时)",
    ]


def test_a_last_day_that_is_off_is_told_with_the_holiday_it_rolled_over() -> None:
    limit = TimeLimit(1, "month", **TO_MIDNIGHT, rolls_over=True)
    assert explained("2026-09-01 10:00", limit)[1] == [
        "时限:1个月,自次日起算,至当日24时,末日遇休息日顺延",
        "事由:2026-09-01(周二)10:00;起算:2026-09-02(周三)00:00",
        "不计入:2026-09-01(周二)(当日不计算在内)",
        f"放假:2026-10-01(周四)至2026-10-07(周三)(国庆节),依据{NOTICE_2026}",
        "顺延:2026-10-01(周四)为休息日,顺延至2026-10-08(周四)",
        "末日:2026-10-08(周四)",
        "截止:2026-10-08(周四)24:00(到此时刻仍未答复即为超时)",
    ]


def test_a_month_without_the_day_ends_on_its_last_and_that_is_said() -> None:
    assert explained("2026-01-31 10:00:30", TimeLimit(1, "month"))[1] == [
        "时限:1个月,自事由发生时起算,至同一时刻",
        "事由:2026-01-31(周六)10:00:30;起算:2026-01-31(周六)10:00:30",
        "该月无此日:以月末2026-02-28(周六)为期",
        "末日:2026-02-28(周六)",
        "截止:2026-02-28(周六)10:00:30(到此时刻仍未答复即为超时)",
    ]


def test_hours_from_the_next_opening_tell_what_the_office_was_closed_for() -> None:
    lines = explained("2026-09-30 19:00", TimeLimit(2, "hour", "next_office_open"))[1]
    assert f"放假:2026-10-01(周四)至2026-10-07(周三)(国庆节),依据{NOTICE_2026}" in lines
    assert lines[-1] == "截止:2026-10-08(周四)11:00(到此时刻仍未答复即为超时)"


def test_days_of_a_year_without_a_notice_are_said_to_be_guessed() -> None:
    warning = "注意:年度放假安排尚未公布,按星期推算,公布后期限可能变动"
    assert explained("2026-12-31 10:00", TimeLimit(1, "office_day", **TO_CLOSE))[1][-1] == warning
    assert warning not in explained("2026-12-30 10:00", TimeLimit(1, "office_day", **TO_CLOSE))[1]


@pytest.mark.parametrize(
    ("limit", "suspended", "told"),
    [
        (TimeLimit(4, "hour"), ("2026-03-10 12:00", "2026-03-11 13:30"), "共1天1小时30分钟"),
        (TimeLimit(4, "hour"), ("2026-03-10 12:00:00", "2026-03-10 12:00:01.5"), "共1.5秒"),
        (TimeLimit(4, "office_hour"), ("2026-03-10 12:00", "2026-03-10 13:00"), "其中办公时间0分钟"),
        (TimeLimit(4, "office_hour"), ("2026-03-10 11:00", "2026-03-16 18:00"), "其中办公时间33小时"),
    ],
)
def test_a_suspension_is_told_with_the_time_that_it_makes_up_for(
    limit: TimeLimit, suspended: tuple[str, str], told: str
) -> None:
    (line,) = [line for line in explained("2026-03-10 10:00", limit, suspended)[1] if line.startswith("中止计时")]
    assert line.endswith(told)


def test_a_suspension_outside_of_opening_hours_leaves_the_deadline_and_says_so() -> None:
    lines = explained("2026-03-10 10:00", TimeLimit(2, "office_day"), ("2026-03-10 18:00", "2026-03-11 09:00"))[1]
    assert "期限:仍为2026-03-12(周四)10:00" in lines


def test_a_suspension_after_the_deadline_is_not_told() -> None:
    kinds = {
        step.kind
        for step in explained("2026-03-10 10:00", TimeLimit(1, "hour"), ("2026-03-10 11:00", "2026-03-11 11:00"))[0]
    }
    assert kinds == {"begun", "due"}


def test_worked_weekends_of_one_holiday_are_told_apart_and_an_office_that_never_closes_has_no_days_off() -> None:
    steps, _ = explained("2025-01-25 10:00", TimeLimit(8, "office_day", **TO_CLOSE))
    assert [(step.kind, step.days) for step in steps if step.name] == [
        ("worked_weekend", 1),
        ("holiday", 8),
        ("worked_weekend", 1),
    ]
    assert not any(step.name for step in explained("2025-01-25 10:00", TimeLimit(8, "office_day"), name="always")[0])


@given(LIMITS, INSTANTS, CALENDARS, SPANS)
def test_the_steps_go_from_the_cause_to_the_deadline(
    limit: TimeLimit, cause: int, name: str, spans: list[tuple[int, int]]
) -> None:
    suspended = spans_after(cause, spans)
    office = calendar(name)
    reckoning = reckon(limit, cause, office, suspended)
    steps = steps_of(limit, cause, reckoning, office, named_days().get, suspended)
    assert (steps[0].from_at, steps[0].to_at) == (cause, reckoning.counted_from)
    assert steps[-1].to_at == reckoning.due_at
    moved = [step for step in steps if step.kind == "put_off"]
    ends = [reckon(limit, cause, office).due_at, *(step.to_at for step in moved)]
    assert [step.from_at for step in moved] == ends[:-1]
    assert ends[-1] == reckoning.due_at
    last = [step.to_at for step in steps if step.kind == "last_day"]
    assert last in ([], [ends[0]])
    assert all(line and "{" not in line for line in lines_of(limit, reckoning, steps))


@pytest.mark.parametrize(
    ("words", "codes"), [(TIME_UNITS, TimeUnit), (STARTS, StartRule), (DAY_ENDS, DayEnd), (LINES, StepKind)]
)
def test_there_are_words_for_everything(words: dict[Any, str], codes: Any) -> None:
    assert set(words) == set(get_args(codes))
