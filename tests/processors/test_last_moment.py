"""The last moment before a deadline, through every door: appended before it is in time, at it or after is late."""

from typing import Any

import pytest

from streams.facts import matters
from streams.facts.incidents import MasterOrder
from tests.processors.kit import DISTRICT, HOUR, MATTERS, MINUTE, RULES, SECOND, Centre, clock_limit, spot, unit
from tests.processors.test_phoning import CENTRE, OPERATOR, recorded

AT_WORK = (*RULES, OPERATOR, unit(CENTRE, "district_centre", DISTRICT), clock_limit("urgent", "assign", 10))
DOORS = ("api", "webhook", "phone", "topic")
AROUND = (-1, 0, 1)
"""Milliseconds after the deadline."""
LAGS = (0, 10 * HOUR)
"""How much later than its append an answer is read."""


def delivered() -> Centre:
    """A burst main whose unit has ten minutes to acknowledge."""
    centre = Centre(items=AT_WORK)
    centre.report("1")
    centre.end_attempt("delivered")
    return centre


def through(door: str, centre: Centre) -> dict[str, Any]:
    """What comes with an answer by a door: the moment at which it is appended, on the phone a minute before."""
    return recorded(centre) if door == "phone" else {"channel": door, "claimed_at": centre.now}


def go_to(centre: Centre, instant: int) -> None:
    """So far, and not one due moment further: what is appended now lies there before the deadline is looked at."""
    centre.wait_until(instant - 1)
    centre.hub.now = instant


@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("after", AROUND)
@pytest.mark.parametrize("door", DOORS)
def test_through_every_door_the_append_decides_to_the_millisecond_however_late_it_is_read(
    door: str, after: int, lag: int
) -> None:
    centre = delivered()
    due_at = centre.clock("acknowledge").due_at
    go_to(centre, due_at + after)
    with centre.before_anybody_reacts():
        centre.answer("acknowledge", **through(door, centre))
        centre.hub.now += lag
    centre.wait(20 * HOUR)

    is_late, clock = after >= 0, centre.clock("acknowledge")
    assert (clock.state, clock.ended_at) == ("breached" if is_late else "met", due_at + after)
    told = [notice for notice in centre.notices() if notice.clock == "acknowledge"]
    assert [notice.change for notice in told] == (["breached", "answered_late"] if is_late else [])
    assert [notice.changed_at for notice in told] == ([due_at, due_at + after] if is_late else [])
    assert centre.set_aside() == []


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("claimed_after", AROUND)
def test_an_earlier_time_of_its_own_withdraws_nothing_by_itself_through_a_units_door(
    door: str, claimed_after: int
) -> None:
    centre = delivered()
    due_at = centre.clock("acknowledge").due_at
    centre.wait_until(due_at + MINUTE)
    centre.answer("acknowledge", **{**through(door, centre), "claimed_at": due_at + claimed_after})

    assert centre.clock("acknowledge").state == "breached"
    assert centre.changes().count("breached acknowledge") == 1
    assert "breach_withdrawn acknowledge" not in centre.changes()


# A department's own order.


def mirrored(centre: Centre, *, due_at: int | None = None, unit: str | None = "市政设施所") -> None:
    """A department tells of the burst main and has given it to somebody, or not yet."""
    order = MasterOrder(order_no="CG1", unit=unit, due_at=due_at)
    centre.report("CG1", spot(10), system="cg_digital", order=order)


def row(centre: Centre, state: Any, recorded_at: int, **said: Any) -> None:
    """A later row of that order."""
    centre.append(
        MATTERS,
        matters.Mirrored(
            key=DISTRICT, occurred_at=recorded_at, system="cg_digital", order_no="CG1", state=state,
            recorded_at=recorded_at, **said,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("lag", LAGS)
@pytest.mark.parametrize("after", AROUND)
def test_a_row_that_a_departments_order_is_done_is_in_time_before_its_deadline_and_not_at_it(
    after: int, lag: int
) -> None:
    centre = Centre(items=AT_WORK)
    due_at = centre.now + 8 * HOUR
    mirrored(centre, due_at=due_at)
    go_to(centre, due_at + after)
    with centre.before_anybody_reacts():
        row(centre, "resolved", centre.now)
        centre.hub.now += lag
    centre.wait(20 * HOUR)

    assert centre.changes().count("master_overdue") == (after >= 0)
    assert "breach_withdrawn" not in centre.changes()
    (master,) = centre.matter().mirrored
    assert (master.state, master.watch) == ("resolved", "overdue" if after >= 0 else "none")


@pytest.mark.parametrize("recorded_after", AROUND)
def test_a_row_read_late_withdraws_what_was_told_of_an_order_that_was_done_in_time(recorded_after: int) -> None:
    centre = Centre(items=AT_WORK)
    due_at = centre.now + 8 * HOUR
    mirrored(centre, due_at=due_at)
    centre.wait_until(due_at + 3 * MINUTE)
    for _ in range(2):
        row(centre, "resolved", due_at + recorded_after)
        centre.hub.settle()

    is_withdrawn = recorded_after < 0
    told = [notice for notice in centre.notices() if notice.change in ("master_overdue", "breach_withdrawn")]
    assert [notice.change for notice in told] == ["master_overdue", *["breach_withdrawn"] * is_withdrawn]
    assert {(notice.system, notice.record_no, notice.due_at) for notice in told} == {("cg_digital", "CG1", due_at)}
    assert centre.matter().mirrored[0].watch == ("none" if is_withdrawn else "overdue")


@pytest.mark.parametrize("named_after", AROUND)
def test_a_row_read_late_withdraws_the_centres_breach_where_a_unit_was_named_in_time(named_after: int) -> None:
    centre = Centre(items=AT_WORK)
    mirrored(centre, unit=None)
    (clock,) = centre.matter().clocks
    centre.wait_until(clock.due_at + 30 * SECOND)
    assert centre.changes()[-1] == "breached assign"
    row(centre, "routed", clock.due_at + named_after, unit="市政设施所")
    centre.hub.settle()

    (assign,) = centre.matter().clocks
    assert (assign.state, assign.ended_at) == ("withdrawn" if named_after < 0 else "breached", centre.now)
    assert centre.changes().count("breach_withdrawn assign") == (named_after < 0)
    centre.wait(HOUR)
    assert centre.changes().count("breached assign") == 1
