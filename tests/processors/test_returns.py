"""An order that is not a unit's comes back (退单): asked for in time, decided by the centre, finally ruled (裁定)."""

from typing import Any

import pytest

from streams.contract import Fact
from streams.facts import deliveries, matters, rules, views
from tests.processors.attributed import assert_adds_up, told_segments
from tests.processors.ending import CENTRE, TOWN_CENTRE, city, ending
from tests.processors.kit import DAY, DELIVERIES, EMERGENCY, MATTERS, MINUTE, WATER, Centre, clock_limit
from tests.processors.requesting import limit, request_rule

ASKER, SHIFT_LEADER, LEADER = "officer-1", "centre-3", "centre-1"
RETURNED, HALF_AN_HOUR = "not_our_duty", 30 * MINUTE


def approver(role: str) -> rules.Approver:
    return rules.Approver(name=role, role=role, unit=CENTRE)


RULES_OF_RETURNING: tuple[Fact, ...] = (
    *city(
        ending("urgent", return_limit=limit(30, "minute"), verified_classes=()),
        ending("critical", verified_classes=()),
    ),
    request_rule("return", RETURNED, [], times=9, approver=approver("shift_leader")),
    request_rule("ruling", RETURNED, [], times=9, approver=approver("leader")),
    request_rule("return", RETURNED, [], times=9, approver=approver("shift_leader"), urgency="critical"),
    request_rule("suspend", "waiting", ["resolve"], longest=limit(72)),
    clock_limit("urgent", "accept", 30),
)


def delivered(urgency: str = "urgent") -> Centre:
    centre = Centre(items=RULES_OF_RETURNING)
    centre.report("1", urgency=urgency)
    centre.wait(MINUTE)
    centre.end_attempt("delivered")
    return centre


def latest(centre: Centre) -> views.Order:
    return centre.matter().orders[-1]


def ask(centre: Centre, reason: str = RETURNED, **said: Any) -> views.Request:
    """The unit that has the order asks to return it; the request as it was taken."""
    order = latest(centre)
    fields = {"request": "return", "actor_unit": order.unit, "actor_officer": ASKER, **said}
    centre.append(
        MATTERS,
        matters.Requested(
            key=order.order_no[:6], occurred_at=centre.now, order_no=order.order_no, reason=reason, words="",
            document="", actor_post="值班岗", actor_shift="白班", actor_role="responder", **fields,
        ),
    )  # fmt: skip
    centre.hub.settle()
    return centre.order(order.order_no).requests[-1]


def decide(centre: Centre, request: views.Request, to_unit: str | None = EMERGENCY, **said: Any) -> None:
    """Whoever has to decides: by default the centre's shift leader, that another unit gets it."""
    officer = LEADER if request.request == "ruling" else SHIFT_LEADER
    fields: dict[str, Any] = {
        "decision": "approve",
        "actor_unit": CENTRE,
        "actor_officer": officer,
        "actor_role": request.approver_role,
        "unit": to_unit,
        **said,
    }
    centre.append(
        MATTERS,
        matters.Decided(
            key=request.request_no[:6], occurred_at=centre.now, request_no=request.request_no, words="",
            document="试裁〔2026〕1号", actor_post="带班岗", actor_shift="白班", **fields,
        ),
    )  # fmt: skip
    centre.hub.settle()


# Returned.


def test_an_approved_return_gives_the_matter_to_the_unit_that_the_decision_names() -> None:
    centre = delivered()
    centre.wait(5 * MINUTE)
    request = ask(centre)
    assert (request.state, request.approver_role) == ("waiting", "shift_leader")
    centre.wait(4 * MINUTE)
    decide(centre, request)
    first, second = centre.matter().orders
    assert (first.state, first.unit, second.state, second.unit) == ("returned", WATER, "sent", EMERGENCY)
    assert second.order_no == f"{centre.matter().matter_no}-02"
    assert {clock.state for clock in first.clocks} == {"stopped"}
    assert (centre.matter().state, centre.incident().state) == ("assigned", "assigned")
    assert centre.changes()[-3:] == ["requested", "returned", "assigned"]


def test_what_else_the_first_unit_had_asked_for_waits_no_more() -> None:
    centre = delivered()
    request = ask(centre)
    suspension = ask(centre, "waiting", request="suspend", until_at=centre.now + DAY)
    assert suspension.state == "waiting"
    decide(centre, request)
    returned, lapsed = centre.matter().orders[0].requests
    assert (returned.state, lapsed.state, lapsed.why) == ("approved", "lapsed", "order_ended")
    decide(centre, lapsed, actor_unit=WATER)
    assert [one.reason for one in centre.notices() if one.change == "decision_refused"] == ["order_ended"]


def test_the_second_unit_is_told_where_and_its_clocks_run_from_its_own_delivery() -> None:
    centre = delivered()
    decide(centre, ask(centre))
    told = (fact for fact in centre.hub.values(DELIVERIES) if isinstance(fact, deliveries.Requested))
    (request,) = (fact for fact in told if fact.unit == EMERGENCY)
    assert request.order_no == latest(centre).order_no
    assert (request.longitude is not None, request.region) == (True, centre.matter().region)
    centre.wait(2 * MINUTE)
    centre.end_attempt("delivered")
    assert {clock.started_at for clock in latest(centre).clocks} == {centre.now}
    assert latest(centre).state == "delivered"


def test_the_time_until_the_return_is_the_units_and_then_the_centres_until_the_next_has_it() -> None:
    centre = delivered()
    centre.wait(9 * MINUTE)
    decide(centre, ask(centre))
    centre.wait(2 * MINUTE)
    centre.end_attempt("delivered")
    centre.wait(MINUTE)
    centre.answer("acknowledge", order_no=latest(centre).order_no)
    assert told_segments(centre.matter()) == [("centre", 1), (WATER, 9), ("centre", 2), (EMERGENCY, 1)]
    assert_adds_up(centre.matter())
    (assign,) = centre.matter().clocks
    assert (assign.kind, assign.state, len(centre.matter().earlier_clocks)) == ("assign", "met", 1)


def test_while_it_is_undecided_the_first_receiver_acts_and_its_clocks_run() -> None:
    centre = delivered()
    request = ask(centre)
    centre.wait(10 * MINUTE)
    assert "breached acknowledge" in centre.changes()
    centre.answer("arrive")
    assert centre.order().state == "arrived"
    decide(centre, request)
    first = centre.matter().orders[0]
    states = {clock.kind: clock.state for clock in first.clocks}
    assert (first.state, states["acknowledge"], states["arrive"]) == ("returned", "breached", "met")


def test_a_return_that_nobody_decides_counts_against_the_centre_and_is_never_granted_by_silence() -> None:
    centre = delivered()
    ask(centre)
    centre.wait(DAY)
    (overdue,) = (notice for notice in centre.notices() if notice.change == "decision_overdue")
    assert overdue.unit == CENTRE
    assert len(centre.matter().orders) == 1


def test_a_refused_return_leaves_the_order_where_it_is_and_is_not_asked_for_again() -> None:
    centre = delivered()
    decide(centre, ask(centre), None, decision="refuse")
    assert (latest(centre).state, latest(centre).unit) == ("delivered", WATER)
    again = ask(centre)
    assert (again.state, again.why) == ("inadmissible", "refused_already")


# What the rules leave no room for.


def refused(centre: Centre, why: str) -> None:
    request = ask(centre)
    assert (request.state, request.why) == ("inadmissible", why)
    assert centre.notices()[-1].change == "refused"
    assert len(centre.matter().orders) == 1


def test_what_is_accepted_is_not_returned() -> None:
    centre = delivered()
    centre.answer("acknowledge")
    assert ask(centre).state == "waiting"
    centre = delivered()
    centre.answer("accept")
    refused(centre, "accepted_already")


def test_the_last_moment_to_return_counts_and_the_next_does_not() -> None:
    centre = delivered()
    centre.wait(HALF_AN_HOUR - 1)
    assert ask(centre).state == "waiting"
    centre = delivered()
    centre.wait(HALF_AN_HOUR)
    refused(centre, "too_late")


def test_what_is_critical_is_dealt_with_first() -> None:
    refused(delivered("critical"), "deal_first")


def test_what_was_not_delivered_or_is_asked_twice_is_not_returned() -> None:
    centre = Centre(items=RULES_OF_RETURNING)
    centre.report("1")
    refused(centre, "not_started")
    centre = delivered()
    ask(centre)
    refused(centre, "waiting")


def test_an_unknown_reason_is_refused_and_another_unit_is_set_aside() -> None:
    centre = delivered()
    assert ask(centre, "no_time").why == "unknown_reason"
    before = centre.matter()
    order_no = latest(centre).order_no
    centre.append(
        MATTERS,
        matters.Requested(
            key="500117", occurred_at=centre.now, order_no=order_no, request="return", reason=RETURNED, words="",
            document="", actor_unit=TOWN_CENTRE, actor_post="岗", actor_officer="x", actor_shift="班", actor_role="r",
        ),
    )  # fmt: skip
    centre.hub.settle()
    assert (centre.set_aside(), centre.matter()) == (["WrongUnit"], before)


@pytest.mark.parametrize(("said", "why"), [
    ({"unit": None}, "no_unit"),
    ({"unit": "nobody"}, "unknown_unit"),
    ({"unit": WATER}, "same_unit"),
    ({"actor_role": "responder"}, "not_the_decider"),
    ({"actor_unit": WATER, "actor_officer": ASKER}, "own_request"),
])  # fmt: skip
def test_a_decision_that_cannot_be_is_told_and_the_request_waits_on(said: dict[str, Any], why: str) -> None:
    centre = delivered()
    request = ask(centre)
    decide(centre, request, **said) if "unit" not in said else decide(centre, request, said["unit"])
    notice = centre.notices()[-1]
    assert (notice.change, notice.reason) == ("decision_refused", why)
    assert centre.order().requests[-1].state == "waiting"


def test_an_answer_and_a_second_request_to_a_returned_order_change_nothing() -> None:
    centre = delivered()
    decide(centre, ask(centre))
    before, order_no = centre.matter(), centre.matter().orders[0].order_no
    centre.answer("acknowledge", order_no=order_no)
    assert (centre.set_aside(), centre.matter()) == (["EndedOrder"], before)


# Ruled.


def returned_twice() -> Centre:
    """Water and emergency have both said that it is not theirs; the town has it now."""
    centre = delivered()
    for unit in (EMERGENCY, TOWN_CENTRE):
        decide(centre, ask(centre), unit)
        centre.end_attempt("delivered")
    return centre


def test_after_too_many_returns_the_district_rules_finally() -> None:
    centre = returned_twice()
    request = ask(centre)
    assert (request.request, request.approver_role) == ("ruling", "leader")
    decide(centre, request, EMERGENCY, actor_role="shift_leader")
    assert centre.notices()[-1].reason == "not_the_decider"
    decide(centre, request, EMERGENCY)
    order = latest(centre)
    assert (order.unit, order.ruled, order.order_no[-2:]) == (EMERGENCY, True, "04")
    assert centre.changes()[-3:] == ["returned", "assigned", "ruled"]
    centre.end_attempt("delivered")
    again = ask(centre)
    assert (again.state, again.why) == ("inadmissible", "ruled")
    centre.answer("reply", order_no=order.order_no)
    assert centre.matter().state == "closed"
    assert_adds_up(centre.matter())


def test_a_ruling_is_listed_with_who_had_returned_it() -> None:
    centre = returned_twice()
    decide(centre, ask(centre), EMERGENCY)
    (ruling,) = centre.hub.latest("hub.view.rulings.v1").values()
    assert (ruling.unit, ruling.returned_by) == (EMERGENCY, (WATER, EMERGENCY, TOWN_CENTRE))
    assert (ruling.reasons, ruling.document, ruling.officer) == ((RETURNED,) * 3, "试裁〔2026〕1号", LEADER)


def test_a_ruling_may_leave_the_order_with_the_unit_that_asked() -> None:
    centre = returned_twice()
    decide(centre, ask(centre), TOWN_CENTRE)
    order = latest(centre)
    assert (len(centre.matter().orders), order.unit, order.ruled, order.state) == (3, TOWN_CENTRE, True, "delivered")
    assert ask(centre).why == "ruled"
    (ruling,) = centre.hub.latest("hub.view.rulings.v1").values()
    assert ruling.unit == TOWN_CENTRE
