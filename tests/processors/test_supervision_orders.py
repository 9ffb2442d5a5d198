"""Supervision orders (督办单) and moving an order up (提级): who proposes, signs and answers, what runs out."""

from typing import Any

import pytest

from streams.facts import matters, rules, views
from tests.processors.kit import DAY, DISTRICT, HOUR, MATTERS, MINUTE, START_AT, WATER, Centre
from tests.processors.test_supervision import CITY, DISTRICT_CENTRE, LEADER, delivered, supervision

SUPERVISED = (
    *(one for one in CITY if not isinstance(one, rules.Supervision)),
    *(supervision(one, proposed_at_step=2, repetition_number=2) for one in ("critical", "urgent", "routine")),
)


def actor(**said: str) -> dict[str, Any]:
    return {
        "actor_unit": DISTRICT_CENTRE, "actor_post": "值班长", "actor_officer": "officer-2", "actor_shift": "夜班",
        "actor_role": "shift_leader", **said,
    }  # fmt: skip


def tell(centre: Centre, act: Any, number: str = "", **said: Any) -> None:
    """A word on a supervision order, by default on the only one, by the shift leader of the district's centre."""
    demand = said.pop("demand", None)
    fact = matters.Supervised(
        key=DISTRICT, occurred_at=centre.now, supervision_no=number or order_of(centre).supervision_no, act=act,
        demand=demand, **actor(**said),
    )  # fmt: skip
    centre.append(MATTERS, fact)
    centre.hub.settle()


def direct(centre: Centre, direction: Any, to_unit: str | None = None, **said: Any) -> None:
    fact = matters.Directed(
        key=DISTRICT, occurred_at=centre.now, order_no=centre.matter().orders[0].order_no, direction=direction,
        to_unit=to_unit, **actor(**said),
    )  # fmt: skip
    centre.append(MATTERS, fact)
    centre.hub.settle()


def order_of(centre: Centre) -> views.SupervisionOrder:
    (found,) = [one for matter in centre.matters() for one in matter.supervisions]
    return found


def told(centre: Centre) -> list[str]:
    return [one for one in centre.changes() if one.startswith("supervision_") or one == "escalated"]


@pytest.fixture
def proposed() -> Centre:
    """An order that was ignored until the climb proposes a supervision order: forty minutes after delivery."""
    centre = delivered(SUPERVISED)
    centre.wait(40 * MINUTE)
    return centre


# From proposal to sign-off.


def test_a_breach_that_has_climbed_proposes_one_and_nobody_is_called_before_a_person_signs(proposed: Centre) -> None:
    one = order_of(proposed)
    assert (one.origin, one.state, one.unit, one.demand) == ("breach", "proposed", WATER, "finish")
    assert one.supervision_no.startswith(f"{DISTRICT}20260921S")
    assert not any(call.kind == "supervision" for call in proposed.attempts())
    proposed.wait(2 * DAY)
    assert told(proposed) == ["supervision_proposed"]


def test_signed_it_goes_to_the_unit_with_a_time_to_answer_and_is_signed_off_by_the_role_that_signed(
    proposed: Centre,
) -> None:
    tell(proposed, "sign", demand="explain")
    one = order_of(proposed)
    assert (one.state, one.demand, one.due_at) == ("signed", "explain", proposed.now + HOUR)
    call = next(call for call in proposed.attempts() if call.kind == "supervision")
    assert (call.unit, call.supervision_no, call.due_at) == (WATER, one.supervision_no, one.due_at)
    proposed.wait(HOUR - 1)
    tell(proposed, "answer", actor_unit=WATER, actor_role="responder")
    tell(proposed, "sign_off")
    proposed.wait(DAY)
    assert order_of(proposed).state == "signed_off"
    assert told(proposed) == [
        "supervision_proposed", "supervision_signed", "supervision_answered", "supervision_signed_off",
    ]  # fmt: skip
    assert proposed.set_aside() == []


def test_not_answered_in_time_it_is_overdue_once_and_whoever_signed_is_told(proposed: Centre) -> None:
    tell(proposed, "sign")
    proposed.wait(HOUR - 1)
    assert order_of(proposed).late_at is None
    proposed.wait(1)
    assert order_of(proposed).late_at == START_AT + 100 * MINUTE
    proposed.hub.restart()
    proposed.wait(DAY)
    assert told(proposed).count("supervision_overdue") == 1
    number = order_of(proposed).supervision_no
    assert {one.unit for one in proposed.attempts() if one.delivery_no == f"{number}-late"} == {DISTRICT_CENTRE}
    tell(proposed, "answer", actor_unit=WATER)
    assert (order_of(proposed).state, order_of(proposed).late_at) == ("answered", START_AT + 100 * MINUTE)


def test_the_time_to_answer_runs_on_when_the_matter_is_closed_and_the_matter_is_kept(proposed: Centre) -> None:
    tell(proposed, "sign")
    proposed.answer("reply")
    proposed.wait(HOUR)
    assert order_of(proposed).late_at is not None
    proposed.wait(40 * DAY)
    tell(proposed, "answer", actor_unit=WATER)
    tell(proposed, "sign_off")
    assert order_of(proposed).state == "signed_off"
    proposed.wait(31 * DAY)
    assert proposed.matters() == []
    assert proposed.kept("dispatch", "by_supervision") == {}
    assert proposed.kept("dispatch", "alarms") == {}
    assert proposed.set_aside() == []


def test_refused_it_is_over(proposed: Centre) -> None:
    tell(proposed, "refuse")
    assert (order_of(proposed).state, order_of(proposed).ended_at) == ("refused", proposed.now)
    tell(proposed, "sign")
    assert len(proposed.set_aside()) == 1


@pytest.mark.parametrize(
    ("before", "act", "who"),
    [
        ((), "sign", {"actor_role": "responder"}),
        ((), "answer", {"actor_unit": WATER}),
        (("sign",), "sign", {}),
        (("sign",), "answer", {"actor_unit": LEADER}),
        (("sign",), "sign_off", {}),
        (("sign", "answer"), "sign_off", {"actor_role": "leader"}),
        (("sign", "answer"), "sign_off", {"actor_unit": WATER}),
    ],
)
def test_what_may_not_be_said_is_set_aside_and_changes_nothing(
    proposed: Centre, before: tuple[str, ...], act: str, who: dict[str, str]
) -> None:
    for each in before:
        tell(proposed, each, **({"actor_unit": WATER} if each == "answer" else {}))
    stood = order_of(proposed)
    tell(proposed, act, **who)
    assert order_of(proposed) == stood
    assert len(proposed.set_aside()) == 1


def test_a_word_on_a_number_that_nobody_has_is_set_aside(proposed: Centre) -> None:
    tell(proposed, "sign", f"{DISTRICT}20260921S99999")
    assert len(proposed.set_aside()) == 1


# Where it comes from.


def test_a_leaders_word_proposes_one() -> None:
    centre = delivered(SUPERVISED)
    direct(centre, "instruct", actor_role="leader")
    assert (order_of(centre).origin, order_of(centre).state) == ("instruction", "proposed")
    direct(centre, "instruct", actor_role="responder")
    assert len(centre.set_aside()) == 1


def test_the_same_class_at_the_same_place_again_proposes_one_and_after_the_days_of_the_rule_none() -> None:
    centre = delivered(SUPERVISED)
    centre.answer("reply")
    centre.wait(29 * DAY)
    centre.report("2")
    assert (order_of(centre).origin, order_of(centre).demand) == ("repetition", "correct")
    centre.end_attempt("delivered")
    number = centre.matters()[-1].orders[0].order_no
    centre.answer("reply", order_no=number)
    centre.wait(31 * DAY)
    centre.report("3")
    assert sum(len(one.supervisions) for one in centre.matters()) == 1
    centre.wait(31 * DAY)
    assert centre.kept("dispatch", "repeated") == {}


# 提级办理.


def test_a_signed_word_moves_an_order_up_and_the_old_unit_stays_visible() -> None:
    centre = delivered(SUPERVISED)
    centre.wait(11 * MINUTE)
    direct(centre, "escalate", DISTRICT_CENTRE, actor_role="leader")
    old, new = centre.matter().orders
    assert (old.unit, old.state, old.escalated_to) == (WATER, "withdrawn", new.order_no)
    assert {clock.kind: clock.state for clock in old.clocks} == {
        "acknowledge": "breached", "arrive": "stopped", "resolve": "stopped",
    }  # fmt: skip
    assert (new.unit, new.state, new.role) == (DISTRICT_CENTRE, "sent", "lead")
    call = centre.attempts()[-1]
    assert (call.unit, call.kind, call.order_no) == (DISTRICT_CENTRE, "order", new.order_no)
    assert call.longitude is not None
    centre.end_attempt("delivered")
    assert {clock.state for clock in centre.matter().orders[1].clocks} == {"running"}
    centre.wait(5 * HOUR)
    assert not any(one.order_no == old.order_no and one.step > 1 for one in centre.matter().supervisors)
    assert [one.unit for one in centre.matter().supervisors if one.order_no == new.order_no] == [LEADER]
    assert centre.set_aside() == []


def test_an_order_that_never_reached_its_unit_is_moved_as_well_and_no_longer_brought_there() -> None:
    centre = Centre(items=SUPERVISED)
    centre.report("1")
    called = [one.unit for one in centre.attempts()]
    direct(centre, "escalate", LEADER)
    centre.wait(HOUR)
    assert {one.unit for one in centre.attempts()} == {WATER, LEADER}
    assert [one.unit for one in centre.attempts()].count(WATER) == called.count(WATER) == 1


@pytest.mark.parametrize(
    ("to_unit", "role"), [(WATER, "leader"), ("nobody", "leader"), ("centre-town", "leader"), (LEADER, "responder")]
)
def test_nothing_moves_to_a_unit_that_does_not_stand_above_or_by_a_role_that_may_not(to_unit: str, role: str) -> None:
    centre = delivered(SUPERVISED)
    direct(centre, "escalate", to_unit, actor_role=role)
    assert len(centre.matter().orders) == 1
    assert len(centre.set_aside()) == 1


def test_an_order_that_was_moved_up_is_not_moved_twice() -> None:
    centre = delivered(SUPERVISED)
    direct(centre, "escalate", DISTRICT_CENTRE)
    direct(centre, "escalate", LEADER)
    assert len(centre.matter().orders) == 2
    assert len(centre.set_aside()) == 1
