"""Clocks: from when they run, what meets them, what breaches them, and what is said when an answer comes late."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.processors.kit import DISTRICT, HOUR, MINUTE, SECOND, START_AT, Centre


@pytest.fixture
def centre() -> Centre:
    """A burst main, urgent, its order delivered: ten minutes to acknowledge, an hour to arrive."""
    return delivered()


def delivered(urgency: str = "urgent") -> Centre:
    centre = Centre()
    centre.report("1", urgency=urgency)
    centre.end_attempt("delivered")
    return centre


def states(centre: Centre) -> dict[str, str]:
    return {clock.kind: clock.state for clock in centre.order().clocks}


# From when.


def test_clocks_start_at_proven_delivery_and_not_at_sending() -> None:
    centre = Centre()
    centre.report("1")
    centre.wait(2 * MINUTE)
    assert centre.order().clocks == ()
    centre.end_attempt("delivered")
    assert {clock.started_at for clock in centre.order().clocks} == {START_AT + 2 * MINUTE}
    assert centre.clock("acknowledge").due_at == START_AT + 12 * MINUTE
    assert centre.clock("arrive").due_at == START_AT + 62 * MINUTE


def test_a_call_without_a_time_to_arrive_runs_one_clock() -> None:
    assert states(delivered("routine")) == {"acknowledge": "running"}


def test_a_second_proof_of_delivery_does_not_start_them_again(centre: Centre) -> None:
    view = centre.order()
    centre.wait(MINUTE)
    centre.end_attempt("delivered")
    assert centre.order() == view


@pytest.mark.parametrize(("answer", "expected"), [
    ("acknowledge", {"acknowledge": "met", "arrive": "running"}),
    ("accept", {"acknowledge": "met", "arrive": "running"}),
    ("first_contact", {"acknowledge": "met", "arrive": "running"}),
    ("arrive", {"acknowledge": "met", "arrive": "met"}),
    ("resolve", {"acknowledge": "met", "arrive": "met"}),
    ("reply", {"acknowledge": "met", "arrive": "met"}),
])  # fmt: skip
def test_an_answer_that_came_before_the_proof_has_met_its_clocks(answer: str, expected: dict[str, str]) -> None:
    """The webhook's response holds the answer, and the attempt's result comes after it."""
    centre = Centre()
    centre.report("1")
    centre.answer(answer, channel="webhook")
    assert centre.order().clocks == ()
    centre.wait(SECOND)
    centre.end_attempt("delivered")
    assert states(centre) == expected
    centre.wait(2 * HOUR)
    assert ("breached arrive" in centre.changes()) == (expected["arrive"] == "running")
    assert "breached acknowledge" not in centre.changes()


# Met.


@pytest.mark.parametrize(("answer", "met"), [
    ("acknowledge", ["acknowledge"]),
    ("accept", ["acknowledge"]),
    ("first_contact", ["acknowledge"]),
    ("arrive", ["acknowledge", "arrive"]),
    ("resolve", ["acknowledge", "arrive"]),
    ("reply", ["acknowledge", "arrive"]),
])  # fmt: skip
def test_an_answer_meets_its_clock_and_those_before_it(centre: Centre, answer: str, met: list[str]) -> None:
    centre.wait(MINUTE)
    centre.answer(answer)
    assert [clock.kind for clock in centre.order().clocks if clock.state == "met"] == met
    assert {clock.ended_at for clock in centre.order().clocks if clock.state == "met"} == {START_AT + MINUTE}


def test_a_clock_that_was_met_never_fires(centre: Centre) -> None:
    centre.answer("arrive")
    centre.wait(3 * HOUR)
    assert states(centre) == {"acknowledge": "met", "arrive": "met"}
    assert not any(change.startswith("breached") for change in centre.changes())
    assert centre.kept("dispatch", "clocks") == {}


def test_meeting_a_clock_is_told_by_the_answer_alone(centre: Centre) -> None:
    centre.answer("acknowledge")
    assert centre.changes() == ["opened", "assigned", "delivered", "acknowledged"]


# Breached.


def test_a_clock_that_is_not_met_is_breached_at_its_deadline_and_not_before(centre: Centre) -> None:
    centre.wait(10 * MINUTE - 1)
    assert states(centre) == {"acknowledge": "running", "arrive": "running"}
    centre.wait(1)
    assert states(centre) == {"acknowledge": "breached", "arrive": "running"}
    breached = centre.notices()[-1]
    assert (breached.change, breached.clock) == ("breached", "acknowledge")
    assert breached.due_at == breached.changed_at == START_AT + 10 * MINUTE


def test_each_clock_is_breached_once(centre: Centre) -> None:
    centre.wait(24 * HOUR)
    centre.hub.restart()
    centre.wait(24 * HOUR)
    assert centre.changes()[3:] == ["breached acknowledge", "breached arrive"]


def test_a_breach_counts_the_matter_as_overdue(centre: Centre) -> None:
    assert centre.tiles()[f"{DISTRICT}|burst_main"] == (1, 0, 0)
    centre.wait(10 * MINUTE)
    assert centre.tiles()[f"{DISTRICT}|burst_main"] == (1, 0, 1)
    centre.answer("reply")
    assert centre.tiles()[f"{DISTRICT}|burst_main"] == (0, 0, 0)


def test_clocks_survive_a_restart(centre: Centre) -> None:
    centre.hub.restart()
    centre.wait(10 * MINUTE)
    assert centre.changes()[-1] == "breached acknowledge"


# Late.


def test_a_late_answer_is_marked_late_and_the_breach_stays(centre: Centre) -> None:
    centre.wait(11 * MINUTE)
    centre.answer("acknowledge")
    clock = centre.clock("acknowledge")
    assert (clock.state, clock.ended_at) == ("breached", START_AT + 11 * MINUTE)
    assert centre.changes()[3:] == ["breached acknowledge", "answered_late acknowledge", "acknowledged"]


def test_an_arrival_after_both_deadlines_is_late_for_both(centre: Centre) -> None:
    centre.wait(2 * HOUR)
    centre.answer("arrive")
    assert centre.changes()[5:] == ["answered_late acknowledge", "answered_late arrive", "arrived"]


def test_a_clock_is_answered_late_once(centre: Centre) -> None:
    centre.wait(11 * MINUTE)
    for answer in ("acknowledge", "accept", "arrive"):
        centre.answer(answer)
    assert centre.changes().count("answered_late acknowledge") == 1
    assert states(centre) == {"acknowledge": "breached", "arrive": "met"}


# A unit's own earlier time.


@pytest.mark.parametrize("channel", ["api", "webhook", "topic"])
def test_what_a_unit_claims_at_a_front_door_withdraws_nothing(centre: Centre, channel: str) -> None:
    centre.wait(15 * MINUTE)
    centre.answer("acknowledge", channel=channel, claimed_at=START_AT + 9 * MINUTE)
    assert centre.clock("acknowledge").state == "breached"
    assert centre.changes()[3:] == ["breached acknowledge", "answered_late acknowledge", "acknowledged"]


# The race.


@settings(max_examples=100, deadline=None)
@given(
    delivered_after=st.integers(0, 170 * SECOND),
    answered_after=st.integers(0, 30 * MINUTE),
    kind=st.sampled_from(["acknowledge", "arrive"]),
    urgency=st.sampled_from(["critical", "urgent"]),
    lag=st.sampled_from([0, 1, MINUTE, 10 * HOUR]),
)
@example(delivered_after=0, answered_after=5 * MINUTE - 1, kind="acknowledge", urgency="critical", lag=10 * HOUR)
@example(delivered_after=0, answered_after=5 * MINUTE, kind="acknowledge", urgency="critical", lag=0)
def test_an_answer_appended_before_the_deadline_is_never_breached_and_one_at_it_or_after_always_is(
    delivered_after: int, answered_after: int, kind: str, urgency: str, lag: int
) -> None:
    """However long nobody reads the log: the answer lies there since its time, and time goes on before it is read."""
    centre = Centre()
    centre.report("1", urgency=urgency)
    centre.wait(delivered_after)
    centre.end_attempt("delivered", delivery=0)
    due_at = centre.clock(kind).due_at
    appended_at = centre.now + answered_after
    centre.wait_until(appended_at - 1)
    centre.hub.now = appended_at
    with centre.before_anybody_reacts():
        centre.answer(kind)
        centre.hub.now = appended_at + lag
    centre.wait(20 * HOUR)
    breached = f"breached {kind}" in centre.changes()
    assert breached == (appended_at >= due_at)
    assert (f"answered_late {kind}" in centre.changes()) == breached
