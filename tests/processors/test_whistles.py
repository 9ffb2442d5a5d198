"""吹哨报到: who may whistle, who has to come by when, what the town signs, and what a refusal becomes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.processors.alerts import MEASURE_RULES, AlertCentre
from tests.processors.ending import ending, judge
from tests.processors.joining import (
    ABSENT_MINUTES,
    CITY_MANAGEMENT,
    CRITICAL_MINUTES,
    JOINED,
    MARKET,
    POWER,
    TOWN_CENTRE,
    deliver,
    joint_changes,
    last_whistle,
    number_of,
    whistle,
)
from tests.processors.kit import DAY, DISTRICT, MINUTE, WATER, Centre
from tests.processors.test_supervision import DISTRICT_CENTRE, delivered
from tests.processors.test_supervision_orders import order_of, tell


def blown(*units: str) -> Centre:
    """An urgent burst main whose unit has its order, and for which the town has whistled; all have their orders."""
    centre = delivered(JOINED)
    whistle(centre, "blow", units=units or (CITY_MANAGEMENT, MARKET))
    for code in units or (CITY_MANAGEMENT, MARKET):
        deliver(centre, code)
    return centre


# Who is called.


def test_each_unit_gets_an_order_that_says_who_whistled_and_by_when_to_report_in() -> None:
    centre = blown()
    orders = [one for one in centre.matter().orders if one.joint is not None]
    assert [(one.unit, one.role, one.order_no[-2:]) for one in orders] == [
        (CITY_MANAGEMENT, "assist", "02"),
        (MARKET, "assist", "03"),
    ]
    joint = orders[0].joint
    assert joint is not None
    assert (joint.kind, joint.number, joint.called_by) == ("whistle", last_whistle(centre).whistle_no, TOWN_CENTRE)
    (arrive,) = (clock for clock in orders[0].clocks if clock.kind == "arrive")
    assert (arrive.state, arrive.due_at - arrive.started_at) == ("running", ABSENT_MINUTES * MINUTE)
    assert arrive.limit.document == "吹哨报到规则"
    call = next(one for one in centre.attempts() if one.unit == MARKET)
    assert call.joint == orders[1].joint
    assert [one.amount for one in call.limits if one.kind == "arrive"] == [ABSENT_MINUTES]
    assert last_whistle(centre).whistle_no.startswith(f"{DISTRICT}20260921W")
    assert centre.set_aside() == []


def test_the_lead_may_be_whistled_for_as_well_and_stays_the_lead() -> None:
    centre = blown(WATER)
    assert [(one.unit, one.role) for one in centre.matter().orders] == [(WATER, "lead"), (WATER, "assist")]


@pytest.mark.parametrize(
    ("said", "obstacle"),
    [
        ({"by": MARKET, "units": (CITY_MANAGEMENT,)}, "not_a_whistler"),
        ({"by": "nobody", "units": (CITY_MANAGEMENT,)}, "not_a_whistler"),
        ({"by": DISTRICT_CENTRE, "units": (CITY_MANAGEMENT,)}, "not_a_whistler"),
        ({"units": (CITY_MANAGEMENT, "no-such-unit")}, "unknown_unit"),
        ({"units": (TOWN_CENTRE,)}, "own_unit"),
    ],
)
def test_a_whistle_that_cannot_be_calls_nobody_and_says_why(said: dict[str, Any], obstacle: str) -> None:
    centre = delivered(JOINED)
    whistle(centre, "blow", **said)
    found = last_whistle(centre)
    assert (found.state, found.obstacle, found.called) == ("inadmissible", obstacle, ())
    assert joint_changes(centre) == [f"joint_refused {obstacle}"]
    assert len(centre.matter().orders) == 1


def test_a_unit_is_not_called_twice_but_again_once_its_order_was_withdrawn() -> None:
    centre = blown(MARKET)
    whistle(centre, "blow", units=(MARKET,))
    assert last_whistle(centre).obstacle == "called_already"


def test_nobody_whistles_on_a_matter_that_is_done_or_that_nobody_leads() -> None:
    done = delivered(JOINED)
    done.answer("reply")
    whistle(done, "blow", units=(MARKET,))
    assert last_whistle(done).obstacle == "done_already"
    unled = Centre(items=JOINED)
    unled.report("1", incident_class="gas_leak")
    whistle(unled, "blow", units=(MARKET,))
    assert last_whistle(unled).obstacle == "nobody_leads"


@pytest.mark.parametrize(("confidential", "obstacle"), [(False, "avoided"), (True, "not_to_act")])
def test_a_unit_that_is_complained_of_is_not_called_and_of_a_confidential_matter_nobody_is_told_why(
    *, confidential: bool, obstacle: str
) -> None:
    centre = Centre(items=JOINED)
    centre.report("1", complained_unit=MARKET, confidential=confidential)
    whistle(centre, "blow", units=(MARKET,))
    assert last_whistle(centre).obstacle == obstacle


def test_what_names_no_matter_or_whistle_is_set_aside() -> None:
    centre = delivered(JOINED)
    whistle(centre, "blow", matter_no=f"{DISTRICT}20260921M99999", units=(MARKET,))
    whistle(centre, "sign", unit=MARKET, rating="in_time")
    assert len(centre.set_aside()) == 2
    assert centre.matter().whistles == ()


def test_where_the_rules_say_nothing_of_it_nobody_whistles() -> None:
    centre = delivered(tuple(one for one in JOINED if type(one).__name__ != "JointRule"))
    whistle(centre, "blow", units=(MARKET,))
    assert last_whistle(centre).obstacle == "no_rule"


def test_a_matter_keeps_twenty_whistles_and_no_more() -> None:
    centre = delivered(JOINED)
    for _ in range(21):
        whistle(centre, "blow", units=("no-such-unit",))
    assert len(centre.matter().whistles) == 20
    assert len(centre.set_aside()) == 1


# What the town signs.


def test_the_town_signs_for_each_that_came_which_confirms_it_and_ends_the_whistle() -> None:
    centre = blown()
    centre.answer("arrive", order_no=number_of(centre, CITY_MANAGEMENT))
    whistle(centre, "sign", unit=CITY_MANAGEMENT, rating="in_time")
    assert centre.order(number_of(centre, CITY_MANAGEMENT)).arrival == "confirmed"
    assert last_whistle(centre).state == "open"
    centre.wait(ABSENT_MINUTES * MINUTE)
    centre.answer("arrive", order_no=number_of(centre, MARKET))
    whistle(centre, "sign", unit=MARKET, rating="late")
    found = last_whistle(centre)
    assert (found.state, found.ended_at) == ("ended", centre.now)
    assert [(one.unit, one.rating) for one in found.called] == [(CITY_MANAGEMENT, "in_time"), (MARKET, "late")]
    assert joint_changes(centre) == [
        "whistled", "whistle_signed in_time", "supervision_proposed", "whistle_signed late", "whistle_ended",
    ]  # fmt: skip
    assert centre.set_aside() == []


@pytest.mark.parametrize(
    ("came_after", "said", "obstacle"),
    [
        (None, {"rating": "in_time"}, "not_come"),
        (None, {"rating": "absent"}, "not_due"),
        (0, {"rating": "late"}, "came_in_time"),
        (0, {"rating": "absent"}, "came_already"),
        (ABSENT_MINUTES, {"rating": "in_time"}, "came_late"),
        (0, {"rating": "in_time", "by": DISTRICT_CENTRE}, "not_the_caller"),
        (0, {"rating": "in_time", "unit": WATER}, "not_called"),
    ],
)
def test_the_town_cannot_sign_against_what_the_hub_knows(
    came_after: int | None, said: dict[str, Any], obstacle: str
) -> None:
    centre = blown(MARKET)
    if came_after is not None:
        centre.wait(came_after * MINUTE)
        centre.answer("arrive", order_no=number_of(centre, MARKET))
    whistle(centre, "sign", **{"unit": MARKET, **said})
    found = last_whistle(centre)
    assert (found.state, found.obstacle, found.called[0].rating) == ("open", obstacle, None)


def test_a_signature_stands_unless_it_said_absent_and_the_unit_came_after_all() -> None:
    centre = blown(MARKET)
    centre.wait(ABSENT_MINUTES * MINUTE)
    whistle(centre, "sign", unit=MARKET, rating="absent")
    centre.answer("arrive", order_no=number_of(centre, MARKET))
    whistle(centre, "sign", unit=MARKET, rating="unsolved")
    assert last_whistle(centre).called[0].rating == "unsolved"
    whistle(centre, "sign", unit=MARKET, rating="late")
    assert (last_whistle(centre).obstacle, last_whistle(centre).called[0].rating) == ("signed_already", "unsolved")


# Who does not come.


def test_a_refusal_proposes_a_supervision_order_at_once_and_the_clocks_run_on() -> None:
    centre = blown(MARKET)
    whistle(centre, "refuse", by=MARKET, reason="no_hands")
    one = order_of(centre)
    assert (one.origin, one.state, one.unit, one.demand) == ("whistle", "proposed", MARKET, "explain")
    order = centre.order(number_of(centre, MARKET))
    assert {clock.state for clock in order.clocks} == {"running"}
    assert joint_changes(centre) == ["whistled", "whistle_refused no_hands", "supervision_proposed"]
    tell(centre, "sign")
    tell(centre, "answer", actor_unit=MARKET)
    tell(centre, "sign_off")
    assert order_of(centre).state == "signed_off"


def test_a_refusal_may_name_the_units_order_and_of_another_order_it_is_set_aside() -> None:
    centre = blown(MARKET)
    whistle(centre, "refuse", by=MARKET, whistle_no=None, order_no=number_of(centre, MARKET), reason="no_hands")
    assert last_whistle(centre).called[0].refusal == "no_hands"
    lead = centre.matter().orders[0].order_no
    whistle(centre, "refuse", by=WATER, whistle_no=None, order_no=lead, reason="no_hands")
    assert len(centre.set_aside()) == 1


def test_whoever_does_not_come_in_time_is_proposed_once_however_late_it_gets() -> None:
    centre = blown(MARKET)
    centre.wait(ABSENT_MINUTES * MINUTE - 1)
    assert centre.matter().supervisions == ()
    centre.wait(1)
    assert (order_of(centre).origin, order_of(centre).proposed_at) == ("whistle", centre.now)
    centre.hub.restart()
    centre.wait(2 * DAY)
    of_market = [one for one in centre.matter().supervisions if one.unit == MARKET]
    assert [one.origin for one in of_market] == ["whistle"]


def test_a_refusal_and_a_missed_time_are_one_supervision_order() -> None:
    centre = blown(MARKET)
    whistle(centre, "refuse", by=MARKET, reason="cannot_come")
    centre.wait(2 * ABSENT_MINUTES * MINUTE)
    assert [one.unit for one in centre.matter().supervisions].count(MARKET) == 1


@pytest.mark.parametrize(
    ("before", "by", "obstacle"),
    [
        ((), WATER, "not_called"),
        (("arrive",), MARKET, "came_already"),
        (("refuse",), MARKET, "refused_already"),
    ],
)
def test_a_refusal_that_means_nothing_proposes_nothing(before: tuple[str, ...], by: str, obstacle: str) -> None:
    centre = blown(MARKET)
    for one in before:
        if one == "arrive":
            centre.answer("arrive", order_no=number_of(centre, MARKET))
        else:
            whistle(centre, "refuse", by=MARKET, reason="no_hands")
    stood = centre.matter().supervisions
    whistle(centre, "refuse", by=by, reason="no_hands")
    assert last_whistle(centre).obstacle == obstacle
    assert centre.matter().supervisions == stood


def test_whoever_is_asked_by_letter_is_late_in_nothing_and_not_supervised() -> None:
    centre = blown(POWER)
    order = centre.order(number_of(centre, POWER))
    assert (order.letter, [clock.kind for clock in order.clocks]) == (True, [])
    whistle(centre, "refuse", by=POWER, reason="not_our_duty")
    centre.wait(DAY)
    assert [one for one in centre.matter().supervisions if one.unit == POWER] == []
    whistle(centre, "sign", unit=POWER, rating="absent")
    assert last_whistle(centre).state == "ended"


# When the urgency changes.


def test_raised_to_critical_the_time_to_report_in_is_the_rules_for_that() -> None:
    centre = AlertCentre(items=(*JOINED, *MEASURE_RULES))
    centre.report("1", urgency="routine")
    centre.end_attempt("delivered")
    whistle(centre, "blow", units=(CITY_MANAGEMENT, MARKET))
    deliver(centre, MARKET)
    centre.grade("critical", actor_unit=DISTRICT_CENTRE)
    raised_at = centre.now
    deliver(centre, CITY_MANAGEMENT)
    for code in (MARKET, CITY_MANAGEMENT):
        (arrive,) = (clock for clock in centre.order(number_of(centre, code)).clocks if clock.kind == "arrive")
        assert (arrive.state, arrive.due_at) == ("running", raised_at + CRITICAL_MINUTES * MINUTE)
    centre.wait(CRITICAL_MINUTES * MINUTE)
    assert {one.unit for one in centre.matter().supervisions} == {MARKET, CITY_MANAGEMENT}


# How it rolls up, and ends.


def test_a_whistle_whose_orders_the_centre_withdraws_is_over() -> None:
    centre = delivered((*JOINED, ending("urgent")))
    whistle(centre, "blow", units=(MARKET,))
    deliver(centre, MARKET)
    judge(centre, "withdraw", reason="mistaken", order_no=number_of(centre, MARKET), by=DISTRICT_CENTRE)
    assert (last_whistle(centre).state, last_whistle(centre).ended_at) == ("ended", centre.now)
    assert joint_changes(centre) == ["whistled", "whistle_ended"]
    whistle(centre, "blow", units=(MARKET,))
    assert last_whistle(centre).state == "open"


def test_the_matter_waits_for_whoever_was_whistled_for() -> None:
    centre = blown(MARKET)
    centre.answer("reply", order_no=centre.matter().orders[0].order_no)
    assert centre.matter().state == "in_hand"
    centre.answer("resolve", order_no=number_of(centre, MARKET))
    assert centre.matter().state == "closed"
    whistle(centre, "sign", unit=MARKET, rating="in_time")
    assert last_whistle(centre).state == "ended"


@pytest.mark.parametrize(("said", "state"), [("accept", "in_hand"), ("resolve", "resolved"), ("reply", "closed")])
def test_whoever_was_whistled_for_by_mistake_holds_nothing_up_once_its_order_is_withdrawn(
    said: str, state: str
) -> None:
    centre = delivered((*JOINED, ending("urgent", verified_classes=())))
    whistle(centre, "blow", units=(MARKET,))
    deliver(centre, MARKET)
    centre.answer(said, order_no=centre.matter().orders[0].order_no)
    assert centre.matter().state == "in_hand"
    judge(centre, "withdraw", reason="mistaken", order_no=number_of(centre, MARKET), by=DISTRICT_CENTRE)
    assert centre.matter().state == state
    assert centre.incident().state == state
    assert centre.changes().count("closed") == int(state == "closed")


def test_a_month_after_its_closing_nothing_is_left_of_a_whistle() -> None:
    centre = blown(MARKET)
    for number in (number_of(centre, MARKET), centre.matter().orders[0].order_no):
        centre.answer("reply", order_no=number)
    centre.wait(31 * DAY)
    assert centre.matters() == []
    assert centre.kept("dispatch", "joints") == {}


@settings(max_examples=25, deadline=None)
@given(
    minutes=st.integers(0, 2 * ABSENT_MINUTES),
    refuses=st.booleans(),
    rating=st.sampled_from(("in_time", "late", "unsolved", "absent")),
)
def test_a_unit_is_supervised_exactly_if_it_refused_or_was_late_and_no_rating_says_otherwise(
    *, minutes: int, refuses: bool, rating: str
) -> None:
    centre = blown(MARKET)
    if refuses:
        whistle(centre, "refuse", by=MARKET, reason="no_hands")
    centre.wait(minutes * MINUTE)
    centre.answer("arrive", order_no=number_of(centre, MARKET))
    whistle(centre, "sign", unit=MARKET, rating=rating)
    is_late = minutes >= ABSENT_MINUTES
    supervised = [one for one in centre.matter().supervisions if one.unit == MARKET]
    assert len(supervised) == int(refuses or is_late)
    signed = last_whistle(centre).called[0].rating
    allowed = {"late", "unsolved"} if is_late else {"in_time", "unsolved"}
    assert signed == (rating if rating in allowed else None)
