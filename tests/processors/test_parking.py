"""挂账: what cannot be done for now is put by with a leader's word and a day of review, and is taken up again on it."""

import pytest

from streams.facts import rules
from tests.processors.ending import CENTRE, city, ending, judge
from tests.processors.kit import DAY, HOUR, Centre
from tests.processors.requesting import CENTRE_LEADER, ask, decide, limit, request, request_rule

CITY = (
    *city(),
    request_rule(
        "park", "needs_funds", ["resolve"], longest=limit(90, "natural_day"), times=2,
        approver=rules.Approver(name="中心领导", role="leader", unit=CENTRE),
    ),
)  # fmt: skip


@pytest.fixture
def centre() -> Centre:
    """An urgent burst main whose unit has accepted its order; its class has to be verified when it is done."""
    centre = Centre(items=CITY)
    centre.report("1")
    centre.end_attempt("delivered")
    centre.answer("accept")
    return centre


def park(centre: Centre, days: int = 60) -> str:
    return ask(centre, "park", "needs_funds", until_at=centre.now + days * DAY)


def approve(centre: Centre, number: str) -> None:
    decide(centre, number, by=CENTRE, officer=CENTRE_LEADER)


def test_until_a_leader_approves_the_clocks_run_and_are_breached(centre: Centre) -> None:
    park(centre)
    centre.wait(5 * HOUR)
    assert centre.clock("resolve").state == "breached"
    assert (centre.order().state, centre.order().parked_until_at) == ("accepted", None)


def test_a_parked_order_is_done_with_that_result_and_its_requester_is_told(centre: Centre) -> None:
    until_at = centre.now + 60 * DAY
    approve(centre, park(centre))

    order = centre.order()
    assert (order.state, order.result, order.parked_until_at) == ("resolved", "parked", until_at)
    assert (order.verification, centre.matter().state) == (None, "resolved")
    assert (centre.clock("resolve").state, centre.clock("reply").state) == ("stopped", "running")
    centre.answer("reply", result="solved")
    assert (centre.matter().state, centre.order().result) == ("closed", "parked")
    centre.wait(50 * DAY)
    assert "breached resolve" not in centre.changes()


def test_on_the_day_of_its_review_it_is_its_units_again_with_its_times_anew(centre: Centre) -> None:
    approve(centre, park(centre))
    centre.answer("reply")
    centre.wait(60 * DAY)

    order = centre.order()
    assert (centre.matter().state, order.state, order.result, order.parked_until_at) == (
        "in_hand", "accepted", None, None,
    )  # fmt: skip
    assert centre.clock("resolve").due_at == centre.now + 4 * HOUR
    assert (centre.matter().reopened, order.reworks) == (0, 0)
    assert centre.changes().count("review_due") == 1
    centre.answer("resolve", result="solved")
    assert centre.order().verification == "pending"


def test_what_was_breached_before_stays_breached(centre: Centre) -> None:
    number = park(centre)
    centre.wait(5 * HOUR)
    approve(centre, number)
    assert (centre.clock("resolve").state, centre.clock("resolve").ended_at) == ("breached", centre.now)
    centre.wait(60 * DAY)
    assert [clock.state for clock in centre.order().earlier_clocks if clock.kind == "resolve"] == ["breached"]


def test_work_that_is_taken_up_before_the_review_is_not_taken_up_by_it_again(centre: Centre) -> None:
    approve(centre, park(centre))
    judge(centre, "rework", reason="not_done")
    centre.answer("resolve", result="solved")
    centre.wait(60 * DAY)
    assert "review_due" not in centre.changes()
    assert centre.order().state == "resolved"


def test_a_second_parking_is_reviewed_on_its_own_day(centre: Centre) -> None:
    approve(centre, park(centre))
    judge(centre, "rework", reason="not_done")
    second = park(centre, days=80)
    approve(centre, second)
    centre.wait(79 * DAY)
    assert "review_due" not in centre.changes()
    centre.wait(DAY)
    assert centre.changes().count("review_due") == 1


@pytest.mark.parametrize(("days", "why"), [(91, "too_long"), (0, "no_end")])
def test_nothing_is_parked_for_longer_than_the_rule_says_or_without_a_day(centre: Centre, days: int, why: str) -> None:
    number = park(centre, days)
    assert (request(centre, number).state, request(centre, number).why) == ("inadmissible", why)


def test_what_is_done_is_not_parked(centre: Centre) -> None:
    centre.answer("resolve", result="solved")
    number = park(centre)
    assert request(centre, number).why == "done_already"


def test_an_approval_after_the_day_has_passed_means_nothing(centre: Centre) -> None:
    number = ask(centre, "park", "needs_funds", until_at=centre.now + HOUR)
    centre.wait(2 * HOUR)
    approve(centre, number)
    assert (request(centre, number).state, centre.order().state) == ("lapsed", "accepted")


def test_a_withdrawn_order_is_not_taken_up() -> None:
    centre = Centre(items=(*city(ending("urgent")), *CITY[-1:]))
    centre.report("1")
    centre.end_attempt("delivered")
    approve(centre, park(centre))
    judge(centre, "withdraw")
    centre.wait(90 * DAY)
    assert "review_due" not in centre.changes()
