"""Which clocks an order has, by which calendar they run, what stops each; and the centre's own clock."""

from typing import Any

import pytest

from streams.contract import Fact
from streams.facts import rules, views
from tests.processors.kit import (
    DAY,
    DISTRICT,
    HOUR,
    MINUTE,
    RULES,
    START_AT,
    WATER,
    Centre,
    beijing,
    call,
    clock_limit,
    publish_rules,
    unit,
)

KINDS = ("acknowledge", "accept", "arrive", "first_contact", "resolve", "reply")


def day(date: str, kind: Any) -> Fact:
    return rules.Day(
        key="rules", occurred_at=START_AT, version="", date=date, kind=kind, name="国庆节", document="放假安排"
    )


OFFICE: tuple[Fact, ...] = (
    rules.OfficeHours(
        key="rules",
        occurred_at=START_AT,
        version="",
        calendar="office",
        name="政府办公时间",
        openings=(
            rules.Opening(opens_minutes=9 * 60, closes_minutes=12 * 60),
            rules.Opening(opens_minutes=14 * 60, closes_minutes=18 * 60),
        ),
        document="试验",
    ),
    *(day(f"2026100{number}", "holiday") for number in range(1, 8)),
    day("20261010", "working_day"),
)
ALL_KINDS = tuple(clock_limit("urgent", kind, number, "hour") for number, kind in enumerate(KINDS, start=1))
CITY = (
    *(rule for rule in RULES if not isinstance(rule, rules.ClockLimit)),
    *ALL_KINDS,
    *OFFICE,
    clock_limit("urgent", "assign", 10),
    clock_limit("routine", "assign", 1, "office_hour", calendar="office"),
    clock_limit("routine", "acknowledge", 1, "office_hour", calendar="office"),
    clock_limit("routine", "resolve", 1, "office_day", "simple", day_end="office_close", calendar="office"),
    clock_limit("routine", "resolve", 5, "office_day", "ordinary", day_end="office_close", calendar="office"),
    call("streetlight", "routine", "water_utility", "simple"),
)


def delivered(start_at: int = START_AT, items: Any = CITY, **said: Any) -> Centre:
    """A report whose order has just been delivered."""
    centre = Centre(items=items, start_at=start_at)
    centre.report("1", **said)
    centre.end_attempt("delivered")
    return centre


def states(centre: Centre) -> dict[str, str]:
    return {clock.kind: clock.state for clock in centre.order().clocks}


def assign(centre: Centre) -> views.Clock:
    """The centre's clock on the only matter."""
    (clock,) = centre.matter().clocks
    return clock


# The clocks of a unit.


@pytest.mark.parametrize(("answer", "met"), [
    ("acknowledge", {"acknowledge"}),
    ("accept", {"acknowledge", "accept"}),
    ("first_contact", {"acknowledge", "accept", "first_contact"}),
    ("arrive", {"acknowledge", "accept", "arrive"}),
    ("resolve", {"acknowledge", "accept", "arrive", "first_contact", "resolve"}),
    ("reply", set(KINDS)),
])  # fmt: skip
@pytest.mark.parametrize("comes", ["after the delivery", "before its proof"])
def test_an_answer_meets_its_clock_and_those_that_it_implies(answer: str, met: set[str], comes: str) -> None:
    centre = Centre(items=CITY)
    centre.report("1")
    if comes == "after the delivery":
        centre.end_attempt("delivered")
    centre.answer(answer)
    if comes == "before its proof":
        centre.end_attempt("delivered")
    assert {kind for kind, state in states(centre).items() if state == "met"} == met
    assert set(states(centre)) == set(KINDS)


def test_each_clock_runs_out_by_itself_and_is_told_of_once() -> None:
    centre = delivered()
    centre.wait(DAY)
    breaches = [notice for notice in centre.notices() if notice.change == "breached"]
    assert [notice.clock for notice in breaches] == list(KINDS)
    assert [notice.changed_at for notice in breaches] == [START_AT + number * HOUR for number in range(1, 7)]


def test_a_contact_that_was_made_does_not_stop_the_others() -> None:
    centre = delivered()
    centre.answer("first_contact")
    centre.wait(3 * HOUR)
    assert states(centre) == {
        "acknowledge": "met", "accept": "met", "arrive": "breached", "first_contact": "met", "resolve": "running",
        "reply": "running",
    }  # fmt: skip


# Calendars.


def test_a_routine_order_of_the_evening_before_a_long_holiday_waits_for_the_office() -> None:
    centre = delivered(beijing(2026, 9, 30, 17, 30), urgency="routine", incident_class="burst_main")
    assert centre.clock("acknowledge").due_at == beijing(2026, 10, 8, 9, 30)
    # 8 and 9 October, the worked Saturday, Monday and Tuesday.
    assert centre.clock("resolve").due_at == beijing(2026, 10, 13, 18)


def test_how_complex_a_call_is_says_which_time_it_has() -> None:
    simple = delivered(beijing(2026, 9, 21, 10), urgency="routine", incident_class="streetlight")
    assert simple.clock("resolve").due_at == beijing(2026, 9, 22, 18)
    ordinary = delivered(beijing(2026, 9, 21, 10), urgency="routine", incident_class="burst_main")
    assert ordinary.clock("resolve").due_at == beijing(2026, 9, 28, 18)


def test_a_unit_has_the_time_that_it_was_told_though_the_rules_change_meanwhile() -> None:
    centre = Centre(items=CITY)
    centre.report("1")
    shorter = tuple(clock_limit("urgent", kind, 1) for kind in KINDS)
    publish_rules(centre.hub, [*(rule for rule in CITY if rule not in ALL_KINDS), *shorter], version="2")
    centre.end_attempt("delivered")
    assert centre.clock("reply").due_at == START_AT + 6 * HOUR


def test_a_clock_says_how_it_is_counted_and_on_what_that_rests() -> None:
    limit = delivered(urgency="routine").clock("resolve").limit
    assert (limit.amount, limit.unit, limit.day_end, limit.calendar) == (5, "office_day", "office_close", "office")
    assert limit.document == "建议稿"


def test_a_matter_whose_calendar_the_rules_do_not_have_is_set_aside_whole() -> None:
    centre = Centre(items=[rule for rule in CITY if not isinstance(rule, rules.OfficeHours)])
    centre.report("1", urgency="routine")
    assert centre.set_aside() == ["UnknownCalendar"]
    assert centre.matters() == []


# The centre's own clock.


def test_the_centres_time_runs_from_the_opening_until_a_unit_has_the_order() -> None:
    centre = Centre(items=CITY)
    centre.report("1")
    assert (assign(centre).started_at, assign(centre).due_at) == (START_AT, START_AT + 10 * MINUTE)
    centre.wait(2 * MINUTE)
    assert assign(centre).state == "running"
    centre.end_attempt("delivered")
    assert (assign(centre).state, assign(centre).ended_at) == ("met", centre.now)
    centre.wait(DAY)
    assert "breached assign" not in centre.changes()


def test_where_no_unit_is_reached_the_time_counts_against_the_centre() -> None:
    centre = Centre(items=CITY)
    centre.report("1")
    centre.wait(10 * MINUTE)
    assert centre.changes() == ["opened", "assigned", "undelivered", "breached assign"]
    assert centre.tiles()[f"{DISTRICT}|burst_main"] == (1, 0, 1)
    centre.answer("acknowledge")
    assert (assign(centre).state, assign(centre).ended_at) == ("breached", centre.now)
    assert set(states(centre).values()) == {"met", "running"}


def test_where_nobody_answers_for_a_class_the_centres_time_runs_out_too() -> None:
    centre = Centre(items=CITY)
    centre.report("1", incident_class="gas_leak")
    centre.wait(HOUR)
    assert centre.changes() == ["opened", "unassignable", "breached assign"]


def test_the_centres_time_on_routine_work_passes_in_office_hours() -> None:
    centre = Centre(items=CITY, start_at=beijing(2026, 9, 30, 17, 30))
    centre.report("1", urgency="routine")
    assert assign(centre).due_at == beijing(2026, 10, 8, 9, 30)


def test_a_second_delivery_of_one_order_starts_nothing_again() -> None:
    centre = delivered()
    shown = centre.matter()
    centre.wait(MINUTE)
    centre.end_attempt("delivered")
    assert centre.matter() == shown


def test_rules_without_times_leave_orders_without_clocks() -> None:
    bare = [rule for rule in CITY if not isinstance(rule, rules.ClockLimit)]
    centre = delivered(items=[*bare, unit("other", "water_utility", "500117002")])
    assert (centre.order().unit, centre.order().state, centre.order().clocks) == (WATER, "delivered", ())
    centre.end_attempt("delivered")
    assert centre.changes() == ["opened", "assigned", "delivered"]
    assert centre.matter().clocks == ()
