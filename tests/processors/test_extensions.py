"""Extensions and deadlines that a leader sets: asked before the deadline, within the caps, both deadlines kept."""

import pytest

from tests.processors.kit import DAY, HOUR, MINUTE, START_AT, WATER, Centre
from tests.processors.requesting import (
    CENTRE_LEADER,
    CENTRE_UNIT,
    CITY,
    ask,
    decide,
    extend,
    limit,
    request,
    request_rule,
    resume,
    running,
    suspend,
    told,
)


@pytest.fixture
def centre() -> Centre:
    centre = running()
    centre.wait(HOUR)
    return centre


def decide_at_centre(centre: Centre, number: str) -> None:
    decide(centre, number, by=CENTRE_UNIT, officer=CENTRE_LEADER)


def set_deadline(centre: Centre, until_at: int, clock: str = "resolve") -> str:
    return ask(
        centre, "set_deadline", "instruction", by=CENTRE_UNIT, officer="centre-1", clock=clock, until_at=until_at
    )


# Extensions.


def test_an_extension_adds_to_the_time_of_one_clock_and_keeps_both_deadlines(centre: Centre) -> None:
    number = extend(centre, 10)
    decide(centre, number)
    clock = centre.clock("resolve")
    assert (clock.due_at, clock.extended, clock.limit.amount) == (START_AT + 34 * HOUR, 10, 24)
    (move,) = clock.moves
    assert (move.was_due_at, move.cause, move.request_no) == (START_AT + 24 * HOUR, "extended", number)
    assert centre.clock("reply").due_at == START_AT + 2 * DAY
    assert told(centre) == [("requested", None), ("extended", None), ("deadline_moved", "resolve")]


def test_all_extensions_of_a_clock_together_keep_to_the_cap_and_the_count(centre: Centre) -> None:
    decide(centre, extend(centre, 8))
    assert request(centre, extend(centre, 5)).why == "too_long"
    decide(centre, extend(centre, 3))
    assert request(centre, extend(centre, 1)).why == "too_often"
    assert centre.clock("resolve").due_at == START_AT + 35 * HOUR


def test_it_is_asked_for_before_the_deadline_only() -> None:
    centre = running()
    centre.wait(24 * HOUR)
    assert request(centre, extend(centre, 5)).why == "over"


def test_what_was_asked_for_in_time_withdraws_a_breach_once_it_is_approved() -> None:
    centre = running()
    centre.wait(24 * HOUR - MINUTE)
    number = extend(centre, 5)
    centre.wait(2 * MINUTE)
    assert centre.clock("resolve").state == "breached"
    decide(centre, number)
    assert centre.clock("resolve").state == "running"
    centre.answer("resolve")
    assert centre.clock("resolve").state == "met"


def test_an_approval_so_late_that_the_new_deadline_has_passed_leaves_the_breach() -> None:
    centre = running()
    centre.wait(24 * HOUR - MINUTE)
    number = extend(centre, 1)
    centre.wait(2 * HOUR)
    decide(centre, number)
    clock = centre.clock("resolve")
    assert (clock.state, clock.due_at) == ("breached", START_AT + 25 * HOUR)
    assert "breach_withdrawn" not in [change for change, _ in told(centre)]


def test_a_statutory_cap_counts_with_the_time_itself_and_the_petitioner_is_told() -> None:
    statutory = request_rule("extend", "statutory", ["reply"], unit="natural_day", most=30, most_in_all=20, times=5)
    centre = running([*CITY[:-2], CITY[-1], statutory])
    assert request(centre, extend(centre, 19, "reply", "statutory")).why == "too_long"
    decide(centre, extend(centre, 18, "reply", "statutory"))
    assert centre.clock("reply").due_at == START_AT + 20 * DAY
    petition = running()
    decide_at_centre(petition, extend(petition, 30, "reply", "statutory"))
    assert told(petition)[-1] == ("tell_requester", None)
    assert petition.clock("reply").due_at == START_AT + 32 * DAY


def test_extended_and_suspended_time_add_up_in_either_order(centre: Centre) -> None:
    first = extend(centre, 6)
    second = suspend(centre, 2 * HOUR)
    decide(centre, second)
    decide(centre, first)
    assert centre.clock("resolve").due_at == START_AT + 32 * HOUR
    assert [move.cause for move in centre.clock("resolve").moves] == ["suspended", "extended"]


# Deadlines by hand.


def test_a_leaders_deadline_holds_once_another_officer_of_the_centre_has_signed_it(centre: Centre) -> None:
    number = set_deadline(centre, START_AT + 10 * HOUR)
    assert centre.clock("resolve").due_at == START_AT + 24 * HOUR
    decide(centre, number, by=WATER)
    assert told(centre)[-1] == ("decision_refused", "not_the_decider")
    decide_at_centre(centre, number)
    clock = centre.clock("resolve")
    assert (clock.due_at, clock.set_due_at, clock.set_at) == (START_AT + 10 * HOUR,) * 2 + (START_AT + HOUR,)
    assert told(centre)[-2:] == [("deadline_set", None), ("deadline_moved", "resolve")]
    centre.wait(9 * HOUR)
    assert centre.clock("resolve").state == "breached"


def test_a_unit_may_ask_for_one_as_well(centre: Centre) -> None:
    number = ask(centre, "set_deadline", "instruction", clock="reply", until_at=START_AT + 9 * DAY)
    decide_at_centre(centre, number)
    assert centre.clock("reply").due_at == START_AT + 9 * DAY


def test_one_that_is_signed_after_its_moment_has_lapsed(centre: Centre) -> None:
    number = set_deadline(centre, START_AT + 90 * MINUTE)
    centre.wait(HOUR)
    decide_at_centre(centre, number)
    assert (request(centre, number).state, request(centre, number).why) == ("lapsed", "outdated")
    assert centre.clock("resolve").due_at == START_AT + 24 * HOUR


def test_one_that_is_set_by_hand_is_not_extended_and_is_put_off_by_what_is_suspended_after_it(centre: Centre) -> None:
    decide_at_centre(centre, set_deadline(centre, START_AT + 10 * HOUR))
    assert request(centre, extend(centre, 1)).why == "set_by_hand"
    decide(centre, suspend(centre, 5 * HOUR))
    assert centre.clock("resolve").due_at == START_AT + 15 * HOUR
    centre.wait(2 * HOUR)
    resume(centre)
    assert centre.clock("resolve").due_at == START_AT + 12 * HOUR


def test_what_was_suspended_when_it_was_set_does_not_put_it_off(centre: Centre) -> None:
    decide(centre, suspend(centre, 5 * HOUR))
    centre.wait(HOUR)
    decide_at_centre(centre, set_deadline(centre, START_AT + 10 * HOUR))
    assert centre.clock("resolve").due_at == START_AT + 10 * HOUR


def test_a_rule_of_no_unit_is_no_rule_for_an_extension() -> None:
    centre = running([*CITY, request_rule("extend", "odd", ["resolve"], most=5, decide_within=limit(1))])
    assert request(centre, extend(centre, 1, reason="odd")).why == "unknown_reason"
