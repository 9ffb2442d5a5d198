"""Supervision that comes by itself: reminders, lights and supervisors, each step once, at its moment, never after."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contract import Fact
from streams.facts import rules
from tests.hechuan import hechuan
from tests.processors.kit import (
    DISTRICT,
    HOUR,
    MINUTE,
    RULES,
    START_AT,
    WATER,
    Centre,
    beijing,
    clock_limit,
    unit,
)
from tests.rules.office_calendars import told

LEADER, DISTRICT_CENTRE, TOWN_CENTRE = "leader", "centre-district", "centre-town"


def interval(amount: int, time_unit: Any = "minute") -> rules.Limit:
    return rules.Limit(
        amount=amount, unit=time_unit, start="at", day_end="same_time", rolls_over=False, calendar="always",
        document="试验",
    )  # fmt: skip


def ladder(name: str, *steps: tuple[Any, str]) -> Fact:
    return rules.Ladder(
        key="rules",
        occurred_at=START_AT,
        version="",
        ladder=name,
        name=name,
        steps=tuple(rules.LadderStep(tier=tier, unit_kind=kind) for tier, kind in steps),
    )


def supervision(urgency: Any = "urgent", **said: Any) -> Fact:
    fields: dict[str, Any] = {
        "reminders_percent": (50, 75),
        "reminders_from_hours": 4,
        "yellow_percent": 80,
        "area_ladder": "area",
        "line_ladder": "line",
        "climb": interval(30),
        "repeat": interval(2, "hour"),
        "reply": interval(1, "hour"),
        "proposed_at_step": 9,
        "repetition_number": 9,
        "repetition_days": 30,
        "signer_roles": ("shift_leader", "leader"),
        "document": "试验",
        **said,
    }
    return rules.Supervision(key="rules", occurred_at=START_AT, version="", urgency=urgency, **fields)


LADDERS = (
    ladder("area", ("grid", "grid"), ("town", "town_centre"), ("district", "district_centre")),
    ladder("line", ("town", "station"), ("district", "bureau"), ("leader", "leader")),
)
ABOVE = (
    unit(TOWN_CENTRE, "town_centre", "500117001"),
    unit(DISTRICT_CENTRE, "district_centre", DISTRICT),
    unit(LEADER, "leader", DISTRICT),
)
CITY = (
    *RULES,
    *LADDERS,
    *ABOVE,
    *(supervision(urgency) for urgency in ("critical", "urgent", "routine")),
    clock_limit("urgent", "resolve", 10, "hour"),
)


@pytest.fixture
def centre() -> Centre:
    """A burst main, urgent, delivered: ten minutes to acknowledge, an hour to arrive, ten hours to resolve."""
    return delivered()


def delivered(items: tuple[Fact, ...] = CITY) -> Centre:
    centre = Centre(items=items)
    centre.report("1")
    centre.end_attempt("delivered")
    return centre


def steps(centre: Centre, *changes: str) -> list[tuple[str, int]]:
    """What was said of supervision with its step, and minutes since the start."""
    return [
        (f"{one.change} {one.clock} {one.step or ''}".strip(), (one.changed_at - START_AT) // MINUTE)
        for one in centre.notices()
        if one.change in changes
    ]


# Reminders and lights.


def test_a_unit_is_reminded_at_half_and_three_quarters_of_a_clock_of_four_hours_or_more(centre: Centre) -> None:
    centre.answer("arrive")
    centre.wait(10 * HOUR - 1)
    assert steps(centre, "reminded") == [("reminded resolve 50", 300), ("reminded resolve 75", 450)]
    assert [one.percent for one in centre.clock("resolve").reminders] == [50, 75]


def test_a_reminder_reaches_the_unit_as_a_delivery_of_its_own_and_starts_no_clock(centre: Centre) -> None:
    centre.answer("arrive")
    centre.wait(5 * HOUR)
    reminder = centre.attempts()[-1]
    assert (reminder.kind, reminder.unit, reminder.clock) == ("reminder", WATER, "resolve")
    assert reminder.due_at == centre.clock("resolve").due_at
    before = centre.order().clocks
    centre.end_attempt("delivered")
    assert centre.order().clocks == before
    assert centre.set_aside() == []


def test_a_light_is_yellow_from_its_moment_on_and_red_when_the_clock_is_breached(centre: Centre) -> None:
    centre.wait(8 * MINUTE - 1)
    assert centre.clock("acknowledge").light == "green"
    centre.wait(1)
    assert centre.clock("acknowledge").light == "yellow"
    centre.wait(2 * MINUTE)
    assert centre.clock("acknowledge").light == "red"
    assert steps(centre, "due_soon", "breached") == [("due_soon acknowledge", 8), ("breached acknowledge", 10)]


def test_a_clock_that_was_met_is_green_again_and_nobody_is_reminded_of_it(centre: Centre) -> None:
    centre.wait(9 * MINUTE)
    centre.answer("resolve")
    assert {clock.light for clock in centre.order().clocks} == {"green"}
    centre.answer("reply")
    centre.wait(24 * HOUR)
    assert steps(centre, "reminded", "due_soon", "supervisor_added") == [("due_soon acknowledge", 8)]
    assert centre.kept("dispatch", "alarms") == {}


def test_a_city_without_rules_of_supervision_says_nothing_more_than_breaches() -> None:
    centre = delivered(RULES)
    centre.wait(24 * HOUR)
    assert centre.changes()[3:] == ["breached acknowledge", "breached arrive"]
    assert centre.kept("dispatch", "alarms") == {}


# Supervisors.


def test_overdue_adds_supervisors_tier_by_tier_and_responsibility_stays(centre: Centre) -> None:
    centre.wait(4 * HOUR)
    assert [(one.step, one.tier, one.unit) for one in centre.matter().supervisors] == [
        (1, "district", DISTRICT_CENTRE),
        (2, "leader", LEADER),
    ]
    assert steps(centre, "supervisor_added") == [
        ("supervisor_added acknowledge 1", 10),
        ("supervisor_added acknowledge 2", 40),
    ]
    assert centre.order().unit == WATER
    assert {one.unit for one in centre.notices() if one.change == "supervisor_added"} == {WATER}


def test_at_the_end_of_the_ladders_the_leader_is_told_again_while_nothing_is_answered(centre: Centre) -> None:
    centre.wait(7 * HOUR)
    minutes = [minute for _, minute in steps(centre, "leader_told")]
    assert minutes == [160, 280, 400]
    calls = {one.delivery_no for one in centre.attempts() if one.unit == LEADER}
    assert calls == {f"{centre.order().order_no}-L2.{number}-{LEADER}" for number in (1, 2, 3, 4)}
    centre.answer("resolve")
    centre.wait(24 * HOUR)
    assert len(steps(centre, "leader_told")) == 3


def test_the_leader_is_told_again_as_often_as_the_rule_has_it_and_the_order_stays_red() -> None:
    others = [one for one in CITY if not (isinstance(one, rules.Supervision) and one.urgency == "urgent")]
    centre = delivered((*others, supervision(repeat_most=2)))
    centre.wait(30 * 24 * HOUR)
    assert [minute for _, minute in steps(centre, "leader_told")] == [160, 280]
    assert max(one.times for one in centre.matter().supervisors) == 3
    assert (centre.clock("acknowledge").light, centre.matter().state) == ("red", "assigned")
    assert centre.kept("dispatch", "alarms") == {}


def test_a_breach_after_all_was_answered_tells_the_leader_again_beyond_the_most() -> None:
    others = [one for one in CITY if not (isinstance(one, rules.Supervision) and one.urgency == "urgent")]
    centre = delivered((*others, supervision(repeat_most=1)))
    centre.wait(9 * HOUR)
    assert len(steps(centre, "leader_told")) == 1
    centre.answer("arrive")
    centre.wait(40 * HOUR)
    told = steps(centre, "leader_told")
    assert [word for word, _ in told] == ["leader_told acknowledge 2", "leader_told resolve 2"]


def test_a_supervisor_is_told_whose_order_it_is_and_since_when(centre: Centre) -> None:
    centre.wait(10 * MINUTE)
    call = centre.attempts()[-1]
    assert (call.kind, call.unit, call.accountable, call.clock) == ("overdue", DISTRICT_CENTRE, WATER, "acknowledge")
    centre.end_attempt("delivered")
    assert centre.set_aside() == []


def test_a_breach_after_the_first_was_answered_climbs_on_at_once(centre: Centre) -> None:
    centre.wait(15 * MINUTE)
    centre.answer("acknowledge")
    centre.wait(46 * MINUTE)
    assert [(one.step, (one.since_at - START_AT) // MINUTE) for one in centre.matter().supervisors] == [
        (1, 10),
        (2, 60),
    ]


def test_a_town_that_is_late_is_supervised_by_the_district_in_both_ladders_before_the_leader() -> None:
    called = tuple(one for one in CITY if not (isinstance(one, rules.Unit) and one.unit == WATER))
    centre = delivered((*called, unit(WATER, "water_utility", "500117001"), unit("bureau-1", "bureau", DISTRICT)))
    centre.wait(HOUR - 1)
    told_of = [(one.step, one.unit) for one in centre.matter().supervisors]
    assert told_of == [(1, TOWN_CENTRE), (2, DISTRICT_CENTRE), (2, "bureau-1")]
    centre.wait(HOUR)
    assert centre.matter().supervisors[-1].unit == LEADER


def test_a_centre_that_is_late_is_supervised_by_the_leader() -> None:
    centre = Centre(items=(*CITY, clock_limit("urgent", "assign", 10)))
    centre.report("1", incident_class="gas_leak")
    centre.wait(10 * MINUTE)
    assert [(one.order_no, one.unit) for one in centre.matter().supervisors] == [(None, LEADER)]
    assert centre.set_aside() == []


def test_supervision_survives_a_restart(centre: Centre) -> None:
    centre.wait(9 * MINUTE)
    centre.hub.restart()
    centre.wait(31 * MINUTE)
    assert [one.step for one in centre.matter().supervisors] == [1, 2]


# A story, by the city's own rules.


def test_a_street_light_ignored_from_friday_afternoon_over_a_holiday_comes_to_the_leader() -> None:
    """清明 2026: off from Saturday to Monday. The office is open 9 to 12 and 14 to 18."""
    centre = Centre(items=hechuan().rules, start_at=beijing(2026, 4, 3, 16))
    centre.report("1", incident_class="streetlight", urgency="routine", system="zw_hotline12345")
    centre.end_attempt("delivered")
    centre.wait_until(beijing(2026, 4, 9, 18))
    said = [
        (told(one.changed_at), one.change, one.clock, one.supervisor or one.step)
        for one in centre.notices()
        if one.clock in ("acknowledge", "resolve")
    ]
    assert said == [
        ("2026-04-03 16:48", "due_soon", "acknowledge", None),
        ("2026-04-03 17:00", "breached", "acknowledge", None),
        ("2026-04-03 17:00", "supervisor_added", "acknowledge", "500117-district_centre"),
        ("2026-04-07 11:30", "reminded", "resolve", 50),
        ("2026-04-07 15:45", "reminded", "resolve", 75),
        ("2026-04-07 16:12", "due_soon", "resolve", None),
        ("2026-04-07 17:00", "supervisor_added", "acknowledge", "500117-leader"),
        ("2026-04-07 18:00", "breached", "resolve", None),
        ("2026-04-08 17:00", "leader_told", "acknowledge", "500117-leader"),
        ("2026-04-09 17:00", "leader_told", "acknowledge", "500117-leader"),
    ]
    assert centre.order().unit == "500117-city_management"
    assert centre.set_aside() == []


# Whatever happens.

ANSWERS = ("acknowledge", "accept", "arrive", "first_contact", "resolve", "reply")


@given(
    answers=st.lists(st.tuples(st.integers(0, 9 * 60), st.sampled_from(ANSWERS)), max_size=6),
    restarts_at=st.integers(0, 10 * 60),
)
@settings(max_examples=60, deadline=None)
def test_each_step_is_said_once_at_its_moment_and_never_after_its_clock_has_ended(
    answers: list[tuple[int, str]], restarts_at: int
) -> None:
    centre = delivered()
    for minute, answer in sorted([*answers, (restarts_at, "")]):
        centre.wait_until(max(START_AT + minute * MINUTE, centre.now))
        if answer:
            centre.answer(answer)
        else:
            centre.hub.restart()
    centre.wait_until(START_AT + 14 * HOUR)
    said = [one for one in centre.notices() if one.change in ("reminded", "due_soon", "breached", "supervisor_added")]
    counts = Counter((one.change, one.clock if one.change != "supervisor_added" else "", one.step) for one in said)
    assert set(counts.values()) <= {1}
    for clock in centre.order().clocks:
        length = clock.due_at - clock.started_at
        moments: dict[tuple[str, int | None], int] = {
            step: START_AT + length * percent // 100 for step, percent in steps_of(length).items()
        }
        ended_at = clock.due_at if clock.ended_at is None else min(clock.due_at, clock.ended_at)
        found = {(one.change, one.step): one.changed_at for one in said if one.clock == clock.kind}
        found = {step: at for step, at in found.items() if step in moments}
        assert {step for step, at in moments.items() if at < ended_at} <= set(found)
        assert all(moments[step] == at <= ended_at for step, at in found.items())


def steps_of(length: int) -> dict[tuple[str, int | None], int]:
    """What is to be said of a clock of so many milliseconds, and at how many percent of it."""
    reminders: dict[tuple[str, int | None], int] = {("reminded", percent): percent for percent in (50, 75)}
    return {("due_soon", None): 80, **(reminders if length >= 4 * HOUR else {})}
