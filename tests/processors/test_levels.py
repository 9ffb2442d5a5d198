"""A level of alert hastens the clocks of its scope: what runs, what begins; it is reviewed, and ends by order alone."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.facts.views import Clock
from tests.processors.alerts import ALERT_RULES, CENTRE_UNIT, LEADER, LEVEL_2, AlertCentre
from tests.processors.kit import DISTRICT, EMERGENCY, HOUR, MINUTE, OTHER_TOWN_GRID, WATER, Centre, spot


def delivered(centre: AlertCentre, record_no: str = "1", **said: object) -> None:
    """Something is reported and its order reaches the unit."""
    centre.report(record_no, **said)  # type: ignore[arg-type]
    centre.end_attempt()


def clocks(centre: Centre) -> dict[str, Clock]:
    return {clock.kind: clock for clock in centre.order().clocks}


def test_a_running_clock_falls_due_by_the_level_and_shows_both_deadlines() -> None:
    centre = AlertCentre()
    delivered(centre)
    began_at = centre.now
    centre.wait(5 * MINUTE)
    centre.begin()

    arrive = clocks(centre)["arrive"]
    assert arrive.due_at == began_at + 30 * MINUTE
    (move,) = arrive.moves
    assert (move.was_due_at, move.cause, move.measure_no) == (
        began_at + HOUR, "level", centre.measure().measure_no,
    )  # fmt: skip
    assert arrive.limit.amount == 1
    assert arrive.hastened is not None
    assert (arrive.hastened.limit.amount, arrive.hastened.limit.unit) == (30, "minute")
    assert centre.measure().clocks == 2  # to arrive and to resolve; to acknowledge is left alone by the reaction time


def test_the_unit_is_told_that_its_deadlines_came_nearer_the_next_one_first() -> None:
    centre = AlertCentre()
    delivered(centre)
    began_at = centre.now
    centre.begin()
    (call,) = centre.attempts()[1:]
    assert (call.kind, call.unit, call.order_no) == ("hastened", WATER, centre.order().order_no)
    assert (call.clock, call.due_at) == ("arrive", began_at + 30 * MINUTE)
    centre.begin()
    assert len(centre.attempts()) == 2


def test_no_clock_falls_due_before_the_reaction_time_is_over() -> None:
    centre = AlertCentre()
    delivered(centre)
    centre.wait(28 * MINUTE)
    centre.begin()
    assert clocks(centre)["arrive"].due_at == centre.now + 10 * MINUTE
    centre.wait(10 * MINUTE)
    assert "breached arrive" in centre.changes()


def test_a_clock_that_is_due_sooner_anyhow_keeps_its_deadline() -> None:
    centre = AlertCentre()
    delivered(centre)
    before = clocks(centre)["acknowledge"]
    centre.begin()
    assert clocks(centre)["acknowledge"] == before
    assert not [change for change in centre.changes() if change == "deadline_moved acknowledge"]


def test_what_begins_under_a_level_has_its_times_and_the_unit_is_told_those() -> None:
    centre = AlertCentre()
    centre.begin()
    centre.wait(HOUR)
    delivered(centre)
    told = {one.kind: (one.amount, one.unit) for one in centre.attempts()[-1].limits}
    assert told == {"acknowledge": (5, "minute"), "arrive": (30, "minute"), "resolve": (12, "hour")}
    assert clocks(centre)["acknowledge"].due_at == centre.now + 5 * MINUTE
    assert clocks(centre)["acknowledge"].moves[0].was_due_at == centre.now + 10 * MINUTE
    centre.wait(5 * MINUTE)
    assert "breached acknowledge" in centre.changes()


def test_office_hours_fall_away_and_a_time_of_the_levels_own_counts() -> None:
    centre = AlertCentre()
    delivered(centre, incident_class="flooding", urgency="routine")
    began_at = centre.now
    centre.wait(MINUTE)
    centre.begin()
    assert clocks(centre)["acknowledge"].due_at == began_at + 20 * MINUTE


@pytest.mark.parametrize(
    "scope",
    [{"regions": (OTHER_TOWN_GRID[:9],)}, {"classes": ("flooding",)}, {"exercise": True}],
)
def test_a_matter_outside_the_scope_keeps_its_times(scope: dict[str, object]) -> None:
    centre = AlertCentre()
    delivered(centre)
    before = centre.matter()
    centre.begin(**scope)
    assert centre.matter() == before


def test_a_higher_level_goes_before_and_a_lower_one_after_it_changes_nothing() -> None:
    centre = AlertCentre()
    delivered(centre)
    began_at = centre.now
    centre.begin()
    centre.begin("level_1")
    arrive = clocks(centre)["arrive"]
    assert arrive.due_at == began_at + 15 * MINUTE
    assert [move.was_due_at - began_at for move in arrive.moves] == [HOUR, 30 * MINUTE]
    centre.begin()
    assert clocks(centre)["arrive"] == arrive


def test_when_a_level_ends_what_runs_keeps_its_deadline_and_what_begins_has_its_everyday_time() -> None:
    centre = AlertCentre()
    delivered(centre)
    centre.begin()
    before = centre.matter()
    centre.end(centre.measure().measure_no)
    assert centre.measure().state == "ended"
    assert centre.measure().ended_officer == "0301"
    assert centre.matter() == before
    centre.report("2", spot(5_000))
    centre.end_attempt()
    second = centre.matters()[1].orders[0]
    assert {clock.kind: clock.due_at - centre.now for clock in second.clocks}["arrive"] == HOUR


def test_a_breach_under_a_level_stays_when_the_level_ends() -> None:
    centre = AlertCentre()
    delivered(centre)
    centre.begin()
    centre.wait(31 * MINUTE)
    centre.end(centre.measure().measure_no)
    assert clocks(centre)["arrive"].state == "breached"


def test_a_level_ends_by_no_clock_only_its_review_is_told_again_and_again() -> None:
    centre = AlertCentre()
    centre.begin()
    centre.wait(8 * HOUR)
    assert (centre.measure().state, centre.measure().missed_reviews) == ("in_force", 1)
    centre.wait(12 * HOUR)
    assert (centre.measure().state, centre.measure().missed_reviews) == ("in_force", 2)
    centre.review(centre.measure().measure_no)
    assert (centre.measure().missed_reviews, centre.measure().review_at) == (0, centre.now + 8 * HOUR)
    centre.wait(100 * 24 * HOUR)
    assert centre.measure().state == "in_force"


def test_a_review_is_set_no_later_than_the_rule_has_it() -> None:
    centre = AlertCentre()
    centre.begin()
    centre.review(centre.measure().measure_no, review_at=centre.now + 48 * HOUR)
    assert centre.measure().review_at == centre.now + 12 * HOUR


@pytest.mark.parametrize(
    "who", [{"actor_role": LEADER, "actor_unit": CENTRE_UNIT}, {"actor_unit": CENTRE_UNIT}, {"actor_role": "responder"}]
)
def test_who_has_no_authority_orders_nothing_and_ends_nothing(who: dict[str, str]) -> None:
    centre = AlertCentre()
    centre.begin(**who)
    assert centre.measures() == []
    centre.begin()
    centre.end(centre.measure().measure_no, **who)
    assert centre.measure().state == "in_force"
    assert len(centre.set_aside()) == 2


def test_orders_of_what_is_not_there_are_set_aside() -> None:
    centre = AlertCentre()
    centre.begin("level_3")
    centre.begin(regions=("500118",))
    centre.end(f"{DISTRICT}20260921L00009")
    assert centre.measures() == []
    assert len(centre.set_aside()) == 3


def test_an_ended_level_is_forgotten_after_thirty_days() -> None:
    centre = AlertCentre()
    centre.begin()
    centre.end(centre.measure().measure_no)
    centre.wait(30 * 24 * HOUR)
    assert centre.measures() == []


def test_a_level_calls_who_else_it_names_for_what_begins_under_it_and_only_then() -> None:
    effect = replace(LEVEL_2.effects[0], also_called=("emergency", "water_utility"))
    items = [replace(rule, effects=(effect,)) if rule is LEVEL_2 else rule for rule in ALERT_RULES]
    centre = AlertCentre(items=items)
    delivered(centre)
    centre.begin()
    assert [order.unit for order in centre.matter().orders] == [WATER]
    centre.report("2", spot(5_000))
    assert [(order.unit, order.role) for order in centre.matters()[1].orders] == [
        (WATER, "lead"), (EMERGENCY, "assist"),
    ]  # fmt: skip
    centre.end(centre.measure().measure_no)
    centre.report("3", spot(10_000))
    assert [order.unit for order in centre.matters()[2].orders] == [WATER]


def test_many_matters_are_gone_through_in_slices_each_once() -> None:
    centre = AlertCentre()
    with centre.before_anybody_reacts():
        for number in range(120):
            centre.report(str(number), spot(2_000 * number), incident_class="burst_main")
    for delivery in range(len(centre.attempts())):
        centre.end_attempt(delivery=delivery)
    began_at = centre.now
    centre.wait(MINUTE)
    centre.begin()
    due = [{clock.kind: clock for clock in matter.orders[0].clocks}["arrive"].due_at for matter in centre.matters()]
    assert due == [began_at + 30 * MINUTE] * 120
    assert centre.measure().clocks == 240
    assert centre.changes().count("deadline_moved arrive") == 120
    assert centre.set_aside() == []


@settings(max_examples=40, deadline=None)
@given(
    waited=st.integers(0, 55 * MINUTE),
    orders=st.lists(st.sampled_from(["level_1", "level_2", "end"]), min_size=1, max_size=5),
    gaps=st.lists(st.integers(1, 20 * MINUTE), min_size=5, max_size=5),
)
def test_no_hastened_clock_is_due_before_switch_and_reaction_and_its_history_adds_up(
    waited: int, orders: list[str], gaps: list[int]
) -> None:
    centre = AlertCentre()
    delivered(centre)
    everyday = {kind: clock.due_at for kind, clock in clocks(centre).items()}
    centre.wait(waited)
    for order, gap in zip(orders, gaps, strict=False):
        in_force = [one for one in centre.measures() if one.state == "in_force"]
        if order != "end":
            centre.begin(order)
        elif in_force:
            centre.end(in_force[0].measure_no)
        centre.wait(gap)
    switches = {one.measure_no: one for one in centre.measures()}
    for kind, clock in clocks(centre).items():
        trail = [move.was_due_at for move in clock.moves] + [clock.due_at]
        assert trail[0] == everyday[kind]
        assert trail == sorted(set(trail), reverse=True)
        for move, due_at in zip(clock.moves, trail[1:], strict=True):
            level = switches[move.measure_no or ""]
            assert due_at >= level.from_at + (10 if level.measure == "level_2" else 5) * MINUTE
        breaches = [one for one in centre.notices() if one.change == "breached" and one.clock == kind]
        assert [one.changed_at for one in breaches] == ([clock.due_at] if clock.due_at <= centre.now else [])
