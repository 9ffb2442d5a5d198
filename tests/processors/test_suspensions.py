"""Suspension: from when it counts, how deadlines move, how it ends, and that a breach before it stays."""

import pytest

from streams.facts import rules
from tests.processors.ending import city, judge
from tests.processors.kit import EMERGENCY, HOUR, MINUTE, START_AT, Centre
from tests.processors.requesting import (
    CITY,
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
    """An order that has 24 hours to be resolved and two days to be replied to, an hour after its delivery."""
    centre = running()
    centre.wait(HOUR)
    return centre


def due(centre: Centre, kind: str = "resolve") -> int:
    """The deadline in milliseconds since the delivery."""
    return centre.clock(kind).due_at - START_AT


def test_it_counts_from_the_request_however_late_it_is_approved(centre: Centre) -> None:
    number = suspend(centre, 10 * HOUR)
    centre.wait(90 * MINUTE)
    decide(centre, number)
    (span,) = centre.order().suspensions
    assert (span.from_at, span.until_at) == (START_AT + HOUR, START_AT + 11 * HOUR)
    assert (due(centre), due(centre, "reply")) == (34 * HOUR, 58 * HOUR)
    assert told(centre) == [
        ("requested", None), ("suspended", None), ("deadline_moved", "reply"), ("deadline_moved", "resolve"),
    ]  # fmt: skip


def test_the_deadline_as_it_was_stays_beside_the_one_of_now(centre: Centre) -> None:
    number = suspend(centre, 10 * HOUR)
    decide(centre, number)
    (move,) = centre.clock("resolve").moves
    assert (move.was_due_at, move.moved_at) == (START_AT + 24 * HOUR, START_AT + HOUR)
    assert (move.cause, move.request_no) == ("suspended", number)


def test_it_ends_by_itself_and_is_told_once(centre: Centre) -> None:
    decide(centre, suspend(centre, 10 * HOUR))
    centre.wait(10 * HOUR - 1)
    assert told(centre)[-1][0] == "deadline_moved"
    centre.hub.restart()
    centre.wait(1)
    assert told(centre)[-1] == ("resumed", None)
    centre.wait(23 * HOUR - 1)
    assert centre.clock("resolve").state == "running"
    centre.wait(1)
    assert centre.clock("resolve").state == "breached"
    assert [change for change, _ in told(centre)].count("resumed") == 1


def test_the_unit_may_go_on_before_and_has_what_was_left(centre: Centre) -> None:
    decide(centre, suspend(centre, 10 * HOUR))
    centre.wait(4 * HOUR)
    resume(centre)
    assert (due(centre), due(centre, "reply")) == (28 * HOUR, 52 * HOUR)
    assert [move.cause for move in centre.clock("resolve").moves] == ["suspended", "resumed"]
    centre.wait(20 * HOUR)
    assert [change for change, _ in told(centre)].count("resumed") == 1
    centre.wait(3 * HOUR)
    assert centre.clock("resolve").state == "breached"


def test_nobody_else_may_resume_and_nothing_resumes_that_runs(centre: Centre) -> None:
    resume(centre)
    decide(centre, suspend(centre, 10 * HOUR))
    resume(centre, by=EMERGENCY)
    assert len(centre.set_aside()) == 2
    assert due(centre) == 34 * HOUR


def test_an_answer_in_a_suspension_meets_its_clock(centre: Centre) -> None:
    decide(centre, suspend(centre, 10 * HOUR))
    centre.answer("resolve")
    assert centre.clock("resolve").state == "met"
    assert centre.clock("reply").state == "running"


def test_a_clock_that_was_breached_before_the_request_stays_breached() -> None:
    centre = running()
    centre.wait(25 * HOUR)
    decide(centre, suspend(centre, 10 * HOUR))
    assert centre.clock("resolve").state == "breached"
    assert centre.clock("resolve").moves == ()
    assert due(centre, "reply") == 58 * HOUR
    assert "breach_withdrawn" not in [change for change, _ in told(centre)]


def test_a_breach_while_the_request_waited_is_withdrawn_in_the_open_once_it_is_approved() -> None:
    centre = running()
    centre.wait(24 * HOUR - MINUTE)
    number = suspend(centre, 5 * HOUR)
    centre.wait(MINUTE)
    assert centre.clock("resolve").state == "breached"
    decide(centre, number)
    assert centre.clock("resolve").state == "running"
    assert due(centre) == 29 * HOUR
    assert ("breach_withdrawn", "resolve") in told(centre)
    centre.wait(5 * HOUR)
    assert centre.clock("resolve").state == "breached"
    assert told(centre).count(("breached", "resolve")) == 2


def test_what_was_answered_late_while_the_request_waited_is_withdrawn_as_well() -> None:
    centre = running()
    centre.wait(24 * HOUR - MINUTE)
    number = suspend(centre, 5 * HOUR)
    centre.wait(2 * MINUTE)
    centre.answer("resolve")
    assert centre.clock("resolve").state == "breached"
    decide(centre, number)
    assert centre.clock("resolve").state == "withdrawn"


def test_one_approved_after_its_end_still_did_not_count_and_is_over_at_once(centre: Centre) -> None:
    number = suspend(centre, HOUR)
    centre.wait(90 * MINUTE)
    decide(centre, number)
    assert due(centre) == 25 * HOUR
    assert [change for change, _ in told(centre)][-1] == "resumed"
    centre.wait(5 * HOUR)
    assert [change for change, _ in told(centre)].count("resumed") == 1


def test_clocks_of_minutes_run_on_whatever_is_suspended() -> None:
    centre = Centre(items=CITY)
    centre.report("1")
    centre.end_attempt("delivered")
    decide(centre, suspend(centre, 10 * HOUR))
    centre.wait(10 * MINUTE)
    assert centre.clock("acknowledge").state == "breached"
    assert centre.order().suspensions[0].kinds == ("reply", "resolve")


def test_suspensions_add_up(centre: Centre) -> None:
    for _ in range(2):
        decide(centre, suspend(centre, 2 * HOUR))
        centre.wait(3 * HOUR)
    assert due(centre) == 28 * HOUR
    assert [span.from_at - START_AT for span in centre.order().suspensions] == [HOUR, 4 * HOUR]


def test_an_order_is_suspended_no_longer_once_it_is_closed_and_nothing_more_is_told(centre: Centre) -> None:
    decide(centre, suspend(centre, 10 * HOUR))
    centre.answer("reply")
    before = told(centre)
    centre.wait(20 * HOUR)
    assert told(centre) == before


def test_an_urgency_without_a_rule_cannot_be_suspended() -> None:
    centre = running([*CITY[:-4], request_rule("suspend", "waiting", ["resolve"], urgency="routine", longest=limit(1))])
    assert request(centre, suspend(centre, HOUR)).why == "unknown_reason"


# Sent back.


def sent_back() -> Centre:
    """An order that is suspended for ten hours, said to be done all the same, and sent back an hour later."""
    centre = Centre(items=(*city(), *(rule for rule in CITY if isinstance(rule, rules.RequestRule))))
    centre.report("1")
    centre.end_attempt("delivered")
    decide(centre, suspend(centre, 10 * HOUR))
    waiting = extend(centre, 2)
    centre.answer("resolve")
    centre.wait(HOUR)
    judge(centre, "rework")
    decide(centre, waiting)
    return centre


def test_work_that_is_sent_back_is_suspended_no_longer_and_its_time_runs_anew() -> None:
    centre = sent_back()
    (span,) = centre.order().suspensions
    assert span.until_at == START_AT + HOUR
    assert due(centre) == 5 * HOUR
    assert centre.changes().count("resumed") == 1
    centre.wait(10 * HOUR)
    assert centre.changes().count("resumed") == 1
    assert centre.clock("resolve").state == "breached"


def test_what_was_asked_for_before_work_was_sent_back_has_lapsed() -> None:
    centre = sent_back()
    extension = centre.order().requests[-1]
    assert (extension.state, extension.why) == ("lapsed", "begun_again")
    assert centre.clock("resolve").extended == 0
