"""Requests and their decisions: who must decide, in what time, who may not, and what the rules leave no room for."""

from typing import Any

import pytest

from streams.facts import rules
from streams.processors import matter_outputs
from tests.processors.ending import city, judge
from tests.processors.kit import DAY, EMERGENCY, HOUR, START_AT, WATER, Centre
from tests.processors.requesting import (
    ASKER,
    CENTRE_LEADER,
    CENTRE_UNIT,
    CITY,
    ask,
    decide,
    extend,
    request,
    running,
    suspend,
    told,
)
from tests.processors.test_corrections import CORRECTING


@pytest.fixture
def centre() -> Centre:
    return running()


def test_a_request_waits_under_a_number_of_its_district_for_the_one_whom_the_rules_name(centre: Centre) -> None:
    number = suspend(centre, 5 * HOUR)
    assert number.startswith("50011720260921R")
    waiting = request(centre, number)
    assert (waiting.state, waiting.approver_unit, waiting.approver_role) == ("waiting", WATER, "leader")
    assert waiting.decide_until_at == START_AT + 2 * HOUR
    assert told(centre) == [("requested", None)]
    assert centre.clock("resolve").due_at == START_AT + 24 * HOUR


def test_what_is_refused_changes_nothing_and_says_by_whom(centre: Centre) -> None:
    number = suspend(centre, 5 * HOUR)
    clocks = centre.order().clocks
    centre.wait(HOUR)
    decide(centre, number, "refuse")
    refused = request(centre, number)
    assert (refused.state, refused.decided_officer, refused.decided_at) == ("refused", "officer-9", START_AT + HOUR)
    assert refused.decision_document == "试批〔2026〕1号"
    assert centre.order().clocks == clocks
    assert told(centre) == [("requested", None), ("refused", None)]


@pytest.mark.parametrize(("who", "reason"), [
    ({"officer": ASKER}, "own_request"),
    ({"role": "responder"}, "not_the_decider"),
    ({"by": EMERGENCY}, "not_the_decider"),
    ({"by": CENTRE_UNIT}, "not_the_decider"),
])  # fmt: skip
def test_a_decision_by_somebody_who_may_not_decide_is_told_and_leaves_the_request_waiting(
    centre: Centre, who: dict[str, Any], reason: str
) -> None:
    number = suspend(centre, 5 * HOUR)
    decide(centre, number, **who)
    assert told(centre)[-1] == ("decision_refused", reason)
    assert request(centre, number).state == "waiting"
    assert centre.order().suspensions == ()
    decide(centre, number)
    assert request(centre, number).state == "approved"


def test_a_second_decision_changes_nothing(centre: Centre) -> None:
    number = suspend(centre, 5 * HOUR)
    decide(centre, number, "refuse")
    decide(centre, number, "approve")
    assert told(centre)[-1] == ("decision_refused", "decided_already")
    assert request(centre, number).state == "refused"


def test_what_is_not_decided_in_time_counts_against_the_decider_and_is_never_granted(centre: Centre) -> None:
    number = extend(centre, 5, "reply", "statutory")
    assert request(centre, number).approver_unit == CENTRE_UNIT
    centre.wait(2 * HOUR - 1)
    assert told(centre) == [("requested", None)]
    centre.wait(1)
    overdue = centre.notices()[-1]
    assert (overdue.change, overdue.unit, overdue.request_no) == ("decision_overdue", CENTRE_UNIT, number)
    assert request(centre, number).overdue_at == START_AT + 2 * HOUR
    centre.wait(3 * HOUR)
    assert request(centre, number).state == "waiting"
    assert [change for change, _ in told(centre)].count("decision_overdue") == 1
    decide(centre, number, by=CENTRE_UNIT, officer=CENTRE_LEADER)
    assert request(centre, number).state == "approved"


def test_whoever_has_neither_the_order_nor_the_decision_may_not_ask(centre: Centre) -> None:
    suspend(centre, HOUR, by=EMERGENCY)
    assert centre.order().requests == ()
    assert len(centre.set_aside()) == 1


@pytest.mark.parametrize(("asked", "why"), [
    ({"request": "suspend", "reason": "tired", "until_at": START_AT + HOUR}, "unknown_reason"),
    ({"request": "suspend", "reason": "waiting"}, "no_end"),
    ({"request": "suspend", "reason": "waiting", "until_at": START_AT}, "no_end"),
    ({"request": "suspend", "reason": "waiting", "until_at": START_AT + 72 * HOUR + 1}, "too_long"),
    ({"request": "extend", "reason": "complex", "clock": "resolve"}, "no_amount"),
    ({"request": "extend", "reason": "complex", "clock": "resolve", "amount": 0}, "no_amount"),
    ({"request": "extend", "reason": "complex", "clock": "resolve", "amount": 13}, "too_long"),
    ({"request": "extend", "reason": "complex", "clock": "arrive", "amount": 1}, "no_such_clock"),
    ({"request": "extend", "reason": "complex", "clock": "reply", "amount": 1}, "unknown_reason"),
    ({"request": "extend", "reason": "complex", "amount": 1}, "unknown_reason"),
    ({"request": "set_deadline", "reason": "instruction", "clock": "arrive", "until_at": START_AT + HOUR},
     "no_such_clock"),
    ({"request": "set_deadline", "reason": "instruction", "clock": "resolve", "until_at": START_AT}, "no_end"),
])  # fmt: skip
def test_what_the_rules_leave_no_room_for_is_refused_at_once_with_the_rule(
    centre: Centre, asked: dict[str, Any], why: str
) -> None:
    number = ask(centre, **asked)
    assert (request(centre, number).state, request(centre, number).why) == ("inadmissible", why)
    assert told(centre) == [("requested", None), ("refused", why)]
    assert centre.kept("dispatch", "requests") == {}


def test_one_request_waits_at_a_time_and_no_more_are_approved_than_the_rules_have(centre: Centre) -> None:
    first = suspend(centre, HOUR)
    assert request(centre, suspend(centre, HOUR)).why == "waiting"
    decide(centre, first)
    assert request(centre, suspend(centre, HOUR)).why == "suspended_already"
    centre.wait(HOUR)
    decide(centre, suspend(centre, HOUR))
    centre.wait(HOUR)
    assert request(centre, suspend(centre, HOUR)).why == "too_often"


def test_before_delivery_and_after_closing_nothing_can_be_asked_for() -> None:
    early = Centre(items=CITY)
    early.report("1")
    assert request(early, suspend(early, HOUR)).why == "not_started"
    late = running()
    late.answer("reply")
    assert request(late, suspend(late, HOUR)).why == "closed"


def test_with_the_closing_a_request_waits_no_more_and_a_decision_on_it_is_told_why(centre: Centre) -> None:
    number = suspend(centre, 5 * HOUR)
    centre.wait(HOUR)
    centre.answer("reply")
    lapsed = request(centre, number)
    assert (lapsed.state, lapsed.why, lapsed.decided_at) == ("lapsed", "closed", START_AT + HOUR)
    decide(centre, number)
    assert told(centre)[-1] == ("decision_refused", "closed")
    assert request(centre, number) == lapsed
    assert centre.order().suspensions == ()


def test_a_request_that_has_lapsed_with_the_closing_never_becomes_overdue_and_is_not_refused() -> None:
    centre = running((*city(), *(one for one in CITY if isinstance(one, rules.RequestRule))))
    number = suspend(centre, 5 * HOUR)
    judge(centre, "withdraw")
    centre.wait(3 * HOUR)
    assert "decision_overdue" not in [change for change, _ in told(centre)]
    decide(centre, number, "refuse")
    assert told(centre)[-1] == ("decision_refused", "closed")
    assert request(centre, number).state == "lapsed"


def test_a_request_that_an_earlier_version_left_waiting_is_not_granted_either(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = suspend(centre, 5 * HOUR)
    with monkeypatch.context() as earlier:
        earlier.setattr(matter_outputs, "with_lapsed_requests", lambda _now, matter, _tables: matter)
        centre.answer("reply")
    assert request(centre, number).state == "waiting"
    decide(centre, number)
    assert (request(centre, number).state, request(centre, number).why) == ("lapsed", "closed")
    assert centre.order().suspensions == ()


def test_a_correction_goes_on_waiting_when_the_matter_is_closed() -> None:
    centre = running(CORRECTING)
    centre.wait(25 * HOUR)
    centre.answer("reply", claimed_at=START_AT + 23 * HOUR)
    number = centre.order().requests[0].request_no
    assert (centre.matter().state, request(centre, number).state) == ("closed", "waiting")


def test_an_order_shows_no_more_than_thirty_requests_and_never_loses_an_approved_one(centre: Centre) -> None:
    number = extend(centre, 2)
    decide(centre, number)
    for _ in range(40):
        ask(centre, "suspend", "tired", until_at=centre.now + HOUR)
    assert len(centre.order().requests) == 30
    assert request(centre, number).state == "approved"


def test_requests_are_forgotten_some_time_after_their_decision(centre: Centre) -> None:
    decide(centre, suspend(centre, HOUR))
    centre.answer("reply")
    centre.wait(61 * DAY)
    assert centre.kept("dispatch", "requests") == {}
    assert centre.matters() == []


def test_a_decision_on_an_unknown_request_is_set_aside(centre: Centre) -> None:
    decide(centre, "50011720260921R99999")
    assert len(centre.set_aside()) == 1
