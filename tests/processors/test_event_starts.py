"""Times of one class, and times that begin with what a unit does: after it accepted, made contact or arrived."""

from dataclasses import replace
from typing import Any

import pytest

from streams.contract import Fact
from streams.facts import rules
from tests.processors.kit import HOUR, MINUTE, RULES, START_AT, Centre, clock_limit, publish_rules
from tests.processors.test_clock_limits import states


def later(kind: Any, amount: int, after: Any, incident_class: str | None = None) -> Fact:
    """A time in hours that begins with something."""
    limit = clock_limit("urgent", kind, amount, "hour")
    assert isinstance(limit, rules.ClockLimit)
    return replace(limit, after=after, incident_class=incident_class)


GENERAL = (
    *RULES,
    clock_limit("urgent", "accept", 30),
    clock_limit("urgent", "resolve", 24, "hour"),
    clock_limit("urgent", "reply", 24, "hour"),
    later("resolve", 3, "delivery", "flooding"),
)


def called(*more: Fact, **said: Any) -> Centre:
    centre = Centre(items=(*GENERAL, *more))
    centre.report("1", **said)
    centre.end_attempt("delivered")
    return centre


def test_a_class_with_a_time_of_its_own_has_that_and_the_general_ones_beside_it() -> None:
    flooding, main = called(incident_class="flooding"), called()
    assert flooding.clock("resolve").due_at == START_AT + 3 * HOUR
    assert flooding.clock("reply").due_at == START_AT + 24 * HOUR
    assert main.clock("resolve").due_at == START_AT + 24 * HOUR


@pytest.mark.parametrize(
    ("after", "answer"), [("accept", "accept"), ("arrive", "arrive"), ("first_contact", "first_contact")]
)
def test_a_time_begins_with_what_the_unit_does(after: Any, answer: str) -> None:
    centre = called(later("resolve", 3, after, "burst_main"))
    assert "resolve" not in states(centre)
    centre.wait(20 * MINUTE)
    centre.answer(answer)
    assert centre.clock("resolve").due_at == centre.now + 3 * HOUR
    centre.wait(3 * HOUR)
    assert centre.changes().count("breached resolve") == 1


def test_what_says_more_than_it_begins_with_begins_it_too_and_only_once() -> None:
    centre = called(later("resolve", 3, "accept", "burst_main"))
    centre.answer("arrive")
    due_at = centre.clock("resolve").due_at
    centre.wait(HOUR)
    centre.answer("accept")
    assert centre.clock("resolve").due_at == due_at


def test_what_is_done_before_the_result_of_the_call_begins_it_as_well() -> None:
    centre = Centre(items=(*GENERAL, later("resolve", 3, "accept", "burst_main")))
    centre.report("1")
    centre.answer("accept")
    centre.end_attempt("delivered")
    assert centre.clock("resolve").due_at == START_AT + 3 * HOUR


def test_done_work_begins_nothing() -> None:
    centre = called(later("resolve", 3, "arrive", "burst_main"))
    centre.answer("resolve", result="solved")
    centre.wait(4 * HOUR)
    assert "resolve" not in states(centre)
    assert "breached resolve" not in centre.changes()


def test_the_unit_is_told_after_what_a_time_begins_and_that_holds_when_the_list_changes() -> None:
    centre = called(later("resolve", 3, "accept", "burst_main"))
    (call,) = centre.attempts()
    assert {one.kind: one.after for one in call.limits}["resolve"] == "accept"
    publish_rules(centre.hub, GENERAL, version="2")
    centre.answer("accept")
    assert centre.clock("resolve").due_at == centre.now + 3 * HOUR
