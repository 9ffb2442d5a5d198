"""Reminders and lights follow a deadline that moves: they wait while a clock is suspended, and are never said twice."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.processors.kit import HOUR, MINUTE, START_AT, Centre
from tests.processors.requesting import CITY, decide, extend, resume, running, suspend
from tests.processors.test_supervision import ABOVE, LADDERS, supervision

RULES = (*CITY, *LADDERS, *(one for one in ABOVE if one not in CITY), supervision("urgent"))


def said(centre: Centre, change: str, clock: str = "resolve") -> list[int]:
    """The minutes since the start at which something was said of a clock."""
    notices = centre.notices()
    return [(one.changed_at - START_AT) // MINUTE for one in notices if (one.change, one.clock) == (change, clock)]


def test_a_suspension_puts_off_what_is_still_to_be_said() -> None:
    centre = running(RULES)
    centre.wait(6 * HOUR)
    decide(centre, suspend(centre, 10 * HOUR))
    centre.wait(10 * HOUR)
    assert said(centre, "reminded") == []
    centre.wait(24 * HOUR)
    assert said(centre, "reminded") == [22 * 60, 28 * 60]
    assert said(centre, "breached") == [34 * 60]


def test_a_unit_that_goes_on_early_is_reminded_by_what_it_has_left() -> None:
    centre = running(RULES)
    centre.wait(6 * HOUR)
    decide(centre, suspend(centre, 10 * HOUR))
    centre.wait(4 * HOUR)
    resume(centre)
    centre.wait(24 * HOUR)
    assert said(centre, "reminded") == [16 * 60, 22 * 60]


def test_an_extension_turns_a_yellow_light_green_until_its_time_has_come_again() -> None:
    centre = running(RULES)
    centre.wait(20 * HOUR)
    assert centre.clock("resolve").light == "yellow"
    decide(centre, extend(centre, 12))
    centre.wait(1)
    assert centre.clock("resolve").light == "green"
    centre.wait_until(START_AT + 36 * 8 * HOUR // 10)
    assert centre.clock("resolve").light == "yellow"
    assert said(centre, "reminded") == [12 * 60, 18 * 60]


@given(
    moves=st.lists(st.tuples(st.integers(1, 40 * 60), st.sampled_from(["suspend", "extend", "resume"])), max_size=5),
    answered_at=st.integers(1, 60 * 60),
)
@settings(max_examples=40, deadline=None)
def test_however_deadlines_move_a_reminder_is_said_once_and_not_after_the_clock_has_ended(
    moves: list[tuple[int, str]], answered_at: int
) -> None:
    centre = running(RULES)
    for minute, move in sorted([*moves, (answered_at, "answer")]):
        centre.wait_until(max(START_AT + minute * MINUTE, centre.now))
        if move == "answer":
            centre.answer("resolve")
        elif move == "suspend":
            decide(centre, suspend(centre, 5 * HOUR))
        elif move == "extend":
            decide(centre, extend(centre, 3))
        else:
            resume(centre)
    centre.wait(80 * HOUR)
    clock = centre.clock("resolve")
    reminded = [one for one in centre.notices() if (one.change, one.clock) == ("reminded", "resolve")]
    assert set(Counter(one.step for one in reminded).values()) <= {1}
    assert [one.percent for one in clock.reminders] == [one.step for one in reminded]
    assert clock.ended_at is not None
    assert all(one.changed_at <= min(clock.ended_at, clock.due_at) for one in reminded)
    assert all(one.changed_at - START_AT >= 24 * HOUR * (one.step or 0) // 100 for one in reminded)
