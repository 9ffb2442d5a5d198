"""The urgency of a matter is raised at once and lowered by the shift leader; clocks follow, breaches stay."""

import pytest

from streams.facts.views import Clock
from tests.processors.alerts import CENTRE_UNIT, COMMANDER, LEADER, AlertCentre
from tests.processors.kit import HOUR, MINUTE, WATER, Centre


def clocks(centre: Centre) -> dict[str, Clock]:
    return {clock.kind: clock for clock in centre.order().clocks}


def delivered(urgency: str) -> AlertCentre:
    centre = AlertCentre()
    centre.report(urgency=urgency)
    centre.end_attempt()
    return centre


def test_raised_clocks_count_their_new_time_from_now_and_those_it_lacked_begin() -> None:
    centre = delivered("routine")
    began_at = centre.now
    centre.wait(30 * MINUTE)
    centre.grade("critical")
    assert centre.matter().urgency == "critical"
    assert clocks(centre)["acknowledge"].due_at == centre.now + 5 * MINUTE
    assert clocks(centre)["acknowledge"].moves[0].was_due_at == began_at + HOUR
    assert clocks(centre)["arrive"].due_at == centre.now + 30 * MINUTE
    assert [change for change in centre.changes() if "urgency" in change] == ["urgency_raised"]
    centre.wait(5 * MINUTE)
    assert "breached acknowledge" in centre.changes()


def test_a_raise_puts_nothing_off() -> None:
    centre = delivered("urgent")
    centre.wait(9 * MINUTE)
    before = clocks(centre)["acknowledge"]
    centre.grade("critical")
    assert clocks(centre)["acknowledge"] == before


def test_what_the_unit_has_done_already_gets_no_clock() -> None:
    centre = delivered("routine")
    centre.answer("arrive")
    centre.grade("critical")
    assert "arrive" not in clocks(centre)


def test_lowered_clocks_have_their_longer_time_from_their_beginning() -> None:
    centre = delivered("urgent")
    began_at = centre.now
    centre.wait(MINUTE)
    centre.grade("routine")
    assert clocks(centre)["acknowledge"].due_at == began_at + HOUR
    assert clocks(centre)["arrive"].due_at == began_at + HOUR
    assert [(move.cause, move.was_due_at) for move in clocks(centre)["acknowledge"].moves] == [
        ("urgency", began_at + 10 * MINUTE)
    ]


def test_lowering_repairs_no_breach() -> None:
    centre = delivered("urgent")
    centre.wait(10 * MINUTE)
    before = clocks(centre)["acknowledge"]
    assert before.state == "breached"
    centre.grade("routine")
    assert clocks(centre)["acknowledge"] == before


def test_raised_and_lowered_again_a_clock_has_its_first_deadline_and_its_history() -> None:
    centre = delivered("routine")
    began_at = centre.now
    centre.wait(MINUTE)
    centre.grade("critical")
    centre.grade("routine")
    acknowledge = clocks(centre)["acknowledge"]
    assert acknowledge.due_at == began_at + HOUR
    assert acknowledge.hastened is None
    assert len(acknowledge.moves) == 2


def test_an_order_that_is_not_delivered_begins_with_its_new_times() -> None:
    centre = AlertCentre()
    centre.report(urgency="routine")
    centre.grade("critical")
    centre.wait(MINUTE)
    centre.end_attempt()
    assert clocks(centre)["acknowledge"].due_at == centre.now + 5 * MINUTE


@pytest.mark.parametrize(
    "who",
    [
        {"actor_role": "responder", "actor_unit": WATER},
        {"actor_role": COMMANDER},
        {"actor_role": "duty_officer", "actor_unit": WATER},
    ],
)
def test_who_may_not_raises_nothing(who: dict[str, str]) -> None:
    centre = delivered("routine")
    centre.grade("critical", **who)
    assert centre.matter().urgency == "routine"
    assert len(centre.set_aside()) == 1


def test_a_duty_officer_may_raise_and_not_lower() -> None:
    centre = delivered("routine")
    who = {"actor_role": "duty_officer", "actor_unit": CENTRE_UNIT}
    centre.grade("urgent", **who)
    centre.grade("routine", **who)
    assert centre.matter().urgency == "urgent"
    centre.grade("routine", actor_role=LEADER)
    assert centre.matter().urgency == "routine"


def test_an_unknown_matter_is_set_aside() -> None:
    centre = delivered("routine")
    centre.grade("critical", matter_no="50011720260921M09999")
    assert "UnknownOrder" in centre.set_aside()[0]
