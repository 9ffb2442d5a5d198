"""Answers that cannot be are set aside with their reason, through every door, and harm nobody else's order."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.facts import matters
from streams.facts.incidents import MasterOrder
from tests.processors.ending import city, judge
from tests.processors.kit import (
    DAY,
    DISTRICT,
    EMERGENCY,
    HOUR,
    MATTERS,
    MINUTE,
    WATER,
    Centre,
    answered,
    spot,
    unit,
)
from tests.processors.requesting import running
from tests.processors.test_corrections import CORRECTING
from tests.processors.test_last_moment import AT_WORK, DOORS, through
from tests.processors.test_masters import UNIT, say
from tests.processors.test_phoning import CENTRE, OPERATOR

MINE, OTHERS = "50011720260921M00001-01", "50011720260921M00002-01"
FAR_AHEAD = 400 * DAY


def two_orders() -> Centre:
    """A burst main of the water works and a flooding of the emergency office, both delivered."""
    centre = Centre(items=AT_WORK)
    centre.report("1")
    centre.end_attempt("delivered")
    centre.report("2", spot(3_000), incident_class="flooding")
    centre.end_attempt("delivered")
    assert [centre.order(number).unit for number in (MINE, OTHERS)] == [WATER, EMERGENCY]
    return centre


def say_to(centre: Centre, order_no: str, answer: str, **said: Any) -> None:
    """An answer as it comes, whether or not there is such an order."""
    centre.append(MATTERS, answered(centre.now, order_no, answer, **said))
    centre.hub.settle()


def to_nobodys_order(centre: Centre, said: dict[str, Any]) -> None:
    say_to(centre, "50011720260921M00099-01", "acknowledge", **said)


def by_another_unit(centre: Centre, said: dict[str, Any]) -> None:
    say_to(centre, MINE, "acknowledge", actor_unit=EMERGENCY, **said)


def under_a_departments_number(centre: Centre, said: dict[str, Any]) -> None:
    """`CG1` is the master's own number; through no door is it one of ours."""
    say_to(centre, f"{DISTRICT}CG1", "acknowledge", **said)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (to_nobodys_order, "UnknownOrder"),
        (by_another_unit, "WrongUnit"),
        (under_a_departments_number, "UnknownOrder"),
    ],
)
def test_an_answer_that_cannot_be_is_set_aside_with_its_reason_through_every_door(
    bad: Callable[[Centre, dict[str, Any]], None], reason: str, door: str
) -> None:
    centre = two_orders()
    shown, told = centre.matters(), centre.changes()
    bad(centre, through(door, centre))
    assert (centre.set_aside(), centre.matters(), centre.changes()) == ([reason], shown, told)
    for order_no in (MINE, OTHERS):
        centre.answer("acknowledge", order_no=order_no)
        assert centre.order(order_no).state == "acknowledged"


@pytest.mark.parametrize("door", DOORS)
def test_an_answer_to_a_withdrawn_order_is_set_aside_through_every_door(door: str) -> None:
    centre = Centre(items=(*city(), OPERATOR, unit(CENTRE, "district_centre", DISTRICT)))
    centre.report("1")
    centre.end_attempt("delivered")
    judge(centre, "withdraw")
    centre.answer("arrive", **through(door, centre))
    assert (centre.set_aside(), centre.order().state) == (["EndedOrder"], "withdrawn")


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("answer", ["acknowledge", "accept", "arrive", "resolve", "reply"])
def test_what_is_said_to_a_closed_order_or_out_of_order_changes_nothing_through_every_door(
    answer: str, door: str
) -> None:
    centre = two_orders()
    centre.answer("reply", order_no=MINE)
    before, told, other = centre.order(MINE), centre.changes(), centre.matters()[1]
    centre.wait(MINUTE)
    for _ in range(2):
        say_to(centre, MINE, answer, **through(door, centre))
    after = centre.order(MINE)
    assert (after.state, after.clocks, centre.changes()) == (before.state, before.clocks, told)
    assert (centre.matters()[0].state, centre.matters()[1], centre.set_aside()) == ("closed", other, [])


@pytest.mark.parametrize("door", [door for door in DOORS if door != "phone"])
@pytest.mark.parametrize("after", [-1, 0])
def test_a_clock_that_is_ahead_neither_makes_an_answer_late_nor_proves_anything(door: str, after: int) -> None:
    centre = two_orders()
    (clock,) = (one for one in centre.order(MINE).clocks if one.kind == "acknowledge")
    centre.wait_until(clock.due_at + after)
    said = {**through(door, centre), "claimed_at": centre.now + FAR_AHEAD}
    say_to(centre, MINE, "acknowledge", **said)
    centre.wait(HOUR)
    (clock,) = (one for one in centre.order(MINE).clocks if one.kind == "acknowledge")
    assert clock.state == ("met" if after < 0 else "breached")
    assert clock.ended_at == clock.due_at + after


def test_a_clock_that_is_ahead_proposes_no_correction() -> None:
    centre = running(CORRECTING)
    centre.wait(25 * HOUR)
    centre.answer("resolve", claimed_at=centre.now + FAR_AHEAD)
    assert (centre.order().requests, centre.clock("resolve").state) == ((), "breached")


# Rows of departments.


def test_a_row_of_another_system_under_the_same_number_is_another_order() -> None:
    centre = Centre(items=AT_WORK)
    centre.report("CG1", spot(10), system="cg_digital", order=MasterOrder(order_no="CG1", unit=UNIT))
    shown = centre.matter()
    say(centre, "closed", system="zw_hotline12345")
    assert centre.matter() == shown


def test_rows_of_an_order_that_nobody_has_reported_wait_and_are_no_matter() -> None:
    centre = two_orders()
    shown, told = centre.matters(), centre.changes()
    say(centre, "resolved", "CG99")
    assert (centre.matters(), centre.changes(), centre.set_aside()) == (shown, told, [])


@pytest.mark.parametrize("ahead", [16 * MINUTE, DAY])
def test_a_row_from_a_clock_far_ahead_does_not_silence_those_after_it(ahead: int) -> None:
    centre = Centre(items=AT_WORK)
    centre.report("CG1", spot(10), system="cg_digital", order=MasterOrder(order_no="CG1", unit=UNIT))
    centre.append(
        MATTERS,
        matters.Mirrored(
            key=DISTRICT, occurred_at=centre.now, system="cg_digital", order_no="CG1", state="acknowledged",
            recorded_at=centre.now + ahead,
        ),
    )  # fmt: skip
    centre.hub.settle()
    centre.wait(MINUTE)
    say(centre, "resolved")
    assert centre.matter().state == "resolved"


# Whatever comes.

GOOD = ("acknowledge", "accept", "arrive", "resolve", "reply")
BAD: Sequence[tuple[str, str]] = (
    ("50011720260921M00099-01", WATER), (MINE, EMERGENCY), (MINE, ""), (OTHERS, WATER), ("500117", WATER),
    (f"{MINE}-01", WATER), (MINE[:-3], WATER), ("500117;--", WATER),
)  # fmt: skip
bad_answers = st.tuples(
    st.integers(0, len(GOOD)), st.sampled_from(BAD), st.sampled_from(GOOD), st.sampled_from(DOORS),
    st.sampled_from([-FAR_AHEAD, 0, FAR_AHEAD]),
)  # fmt: skip


def story(wrong: Sequence[tuple[int, tuple[str, str], str, str, int]]) -> Centre:
    """Two units at work, a step every seven minutes; before each step come the bad answers that belong there."""
    centre = two_orders()
    for number, answer in enumerate((*GOOD, None)):
        for step, (order_no, actor), word, door, skew in wrong:
            if step == number:
                said = {**through(door, centre), "claimed_at": centre.now + skew}
                say_to(centre, order_no, word, actor_unit=actor, **said)
        if answer is not None:
            for order_no in (MINE, OTHERS):
                centre.answer(answer, order_no=order_no)
        centre.wait(7 * MINUTE)
    return centre


UNDISTURBED = story(())


@settings(max_examples=25, deadline=None)
@given(st.lists(bad_answers, max_size=12))
def test_whatever_nonsense_is_said_the_right_answers_end_as_without_it(
    wrong: list[tuple[int, tuple[str, str], str, str, int]],
) -> None:
    centre = story(wrong)
    assert len(centre.set_aside()) == len(wrong)
    assert centre.matters() == UNDISTURBED.matters()
    assert centre.notices() == UNDISTURBED.notices()
    assert centre.tiles() == UNDISTURBED.tiles()
