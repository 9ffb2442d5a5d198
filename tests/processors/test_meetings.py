"""联席会议 and 联合检查: called on matters, held with those that came, decided; each decision an order."""

from typing import Any

import pytest

from tests.processors.joining import (
    CITY_MANAGEMENT,
    JOINED,
    MARKET,
    TOWN_CENTRE,
    convene,
    decision,
    deliver,
    joint_changes,
    meeting,
    number_of,
    whistle,
)
from tests.processors.kit import DAY, DISTRICT, HOUR, MINUTE, OTHER_GRID, WATER, Centre, spot
from tests.processors.test_supervision import DISTRICT_CENTRE, delivered


def two_matters() -> Centre:
    """A burst main that is led, and a gas leak for which the rules name nobody."""
    centre = delivered(JOINED)
    centre.answer("arrive")
    centre.report("2", spot(0, grid=OTHER_GRID), incident_class="gas_leak")
    return centre


def call(centre: Centre, by: str = DISTRICT_CENTRE, **said: Any) -> None:
    fields: dict[str, Any] = {
        "kind": "meeting",
        "matters": tuple(one.matter_no for one in centre.matters()),
        "units": (CITY_MANAGEMENT, MARKET),
        "begins_at": centre.now + HOUR,
    }
    convene(centre, "call", by, **{**fields, **said})


@pytest.fixture
def held() -> Centre:
    """One meeting on both matters, held; the market's people did not come."""
    centre = two_matters()
    call(centre)
    centre.wait(HOUR)
    convene(centre, "hold", DISTRICT_CENTRE, units=(CITY_MANAGEMENT,))
    return centre


def test_it_stands_with_each_of_its_matters_and_whoever_is_to_come_is_told() -> None:
    centre = two_matters()
    call(centre, kind="inspection")
    assert meeting(centre, 0) == meeting(centre, 1)
    assert (meeting(centre).state, meeting(centre).kind) == ("called", "inspection")
    assert meeting(centre).meeting_no.startswith(f"{DISTRICT}20260921C")
    told = [one for one in centre.attempts() if one.kind == "meeting"]
    assert [(one.unit, one.due_at) for one in told] == [
        (CITY_MANAGEMENT, centre.now + HOUR),
        (MARKET, centre.now + HOUR),
    ]
    assert told[0].joint is not None
    assert (told[0].joint.kind, told[0].joint.called_by) == ("inspection", DISTRICT_CENTRE)
    assert all(order.joint is None for one in centre.matters() for order in one.orders)
    assert centre.set_aside() == []


def test_each_decision_becomes_an_order_with_the_usual_clocks_that_leads_where_nobody_does(held: Centre) -> None:
    decisions = (decision(held, CITY_MANAGEMENT, "watch", 0), decision(held, MARKET, "correct", 1))
    convene(held, "decide", DISTRICT_CENTRE, decisions=decisions, document="纪要〔2026〕3号")
    found = meeting(held)
    assert (found.state, found.document) == ("decided", "纪要〔2026〕3号")
    assert [(one.unit, one.came) for one in found.participants] == [(CITY_MANAGEMENT, True), (MARKET, False)]
    first, second = held.matters()
    watch, correct = first.orders[-1], second.orders[-1]
    assert [one.order_no for one in found.decisions] == [watch.order_no, correct.order_no]
    assert (watch.unit, watch.role, watch.joint.task if watch.joint else None) == (CITY_MANAGEMENT, "assist", "watch")
    assert (correct.unit, correct.role, second.state) == (MARKET, "lead", "assigned")
    deliver(held, MARKET)
    clocks = {clock.kind: clock.due_at - clock.started_at for clock in held.order(correct.order_no).clocks}
    assert (clocks["acknowledge"], clocks["arrive"]) == (10 * MINUTE, HOUR)
    held.answer("reply", order_no=correct.order_no)
    assert held.matters()[1].state == "closed"
    assert joint_changes(held) == [f"meeting_{what}" for what in ("called", "held", "decided") for _ in range(2)]
    assert held.set_aside() == []


def test_a_decision_may_give_the_lead_one_more_thing_to_do(held: Centre) -> None:
    convene(held, "decide", DISTRICT_CENTRE, decisions=(decision(held, WATER, "inspect"),))
    orders = held.matters()[0].orders
    assert [(one.unit, one.role) for one in orders] == [(WATER, "lead"), (WATER, "assist")]


def test_two_decisions_on_a_matter_that_nobody_leads_make_one_lead(held: Centre) -> None:
    decisions = (decision(held, MARKET, "act", 1), decision(held, CITY_MANAGEMENT, "watch", 1))
    convene(held, "decide", DISTRICT_CENTRE, decisions=decisions)
    assert [(one.unit, one.role) for one in held.matters()[1].orders] == [
        (MARKET, "lead"),
        (CITY_MANAGEMENT, "assist"),
    ]


@pytest.mark.parametrize(
    ("said", "obstacle"),
    [
        ({"by": MARKET}, "not_a_convener"),
        ({"by": TOWN_CENTRE}, "not_a_convener"),
        ({"units": (MARKET, "no-such-unit")}, "unknown_unit"),
        ({"begins_at": 1}, "in_the_past"),
    ],
)
def test_a_call_that_cannot_be_tells_nobody_and_says_why(said: dict[str, Any], obstacle: str) -> None:
    centre = two_matters()
    call(centre, **said)
    assert (meeting(centre).state, meeting(centre).obstacle) == ("inadmissible", obstacle)
    assert [one for one in centre.attempts() if one.kind == "meeting"] == []
    convene(centre, "hold", meeting(centre).unit, units=(MARKET,))
    assert meeting(centre).obstacle == "never_called"


def test_a_matter_that_nobody_knows_is_said_on_the_others_and_set_aside_alone() -> None:
    centre = delivered(JOINED)
    unknown = f"{DISTRICT}20260921M99999"
    call(centre, matters=(centre.matter().matter_no, unknown))
    assert meeting(centre).obstacle == "unknown_matter"
    call(centre, matters=(unknown,))
    convene(centre, "hold", DISTRICT_CENTRE, meeting_no=f"{DISTRICT}20260921C99999", units=(MARKET,))
    assert len(centre.set_aside()) == 2


def test_a_closed_matter_is_not_met_about() -> None:
    centre = delivered(JOINED)
    centre.answer("reply")
    call(centre)
    assert meeting(centre).obstacle == "done_already"


def test_nothing_is_decided_before_it_was_held_or_a_second_time() -> None:
    centre = two_matters()
    call(centre)
    decided = (decision(centre, MARKET),)
    convene(centre, "decide", DISTRICT_CENTRE, decisions=decided)
    assert (meeting(centre).state, meeting(centre).obstacle) == ("called", "not_held")
    convene(centre, "hold", DISTRICT_CENTRE, units=(MARKET,))
    assert meeting(centre).obstacle is None
    for _ in range(2):
        convene(centre, "decide", DISTRICT_CENTRE, decisions=decided)
    assert (meeting(centre).state, meeting(centre).obstacle) == ("decided", "decided_already")
    assert len(centre.matters()[0].orders) == 2


@pytest.mark.parametrize(
    ("by", "units", "obstacle"),
    [
        (TOWN_CENTRE, (MARKET,), "not_the_caller"),
        (DISTRICT_CENTRE, (WATER,), "not_invited"),
    ],
)
def test_only_its_caller_says_that_it_was_held_and_with_those_that_were_called(
    by: str, units: tuple[str, ...], obstacle: str
) -> None:
    centre = two_matters()
    call(centre)
    convene(centre, "hold", by, units=units)
    assert (meeting(centre).state, meeting(centre).obstacle) == ("called", obstacle)


def test_it_is_held_once(held: Centre) -> None:
    convene(held, "hold", DISTRICT_CENTRE, units=(MARKET,))
    assert meeting(held).obstacle == "held_already"
    assert [one.came for one in meeting(held).participants] == [True, False]


@pytest.mark.parametrize(
    ("unit_code", "matter_no", "by", "obstacle"),
    [
        ("no-such-unit", None, DISTRICT_CENTRE, "unknown_unit"),
        (MARKET, f"{DISTRICT}20260921M99999", DISTRICT_CENTRE, "other_matter"),
        (MARKET, None, TOWN_CENTRE, "not_the_caller"),
    ],
)
def test_one_decision_that_cannot_be_is_none_of_them(
    held: Centre, unit_code: str, matter_no: str | None, by: str, obstacle: str
) -> None:
    good, bad = decision(held, MARKET), decision(held, unit_code)
    bad = type(bad)(**{**vars(bad), "matter_no": matter_no or bad.matter_no})
    convene(held, "decide", by, decisions=(good, bad))
    assert (meeting(held).state, meeting(held).obstacle) == ("held", obstacle)
    assert [len(one.orders) for one in held.matters()] == [1, 0]


def test_a_matter_that_was_done_meanwhile_gets_no_more_orders(held: Centre) -> None:
    held.answer("reply", order_no=held.matters()[0].orders[0].order_no)
    convene(held, "decide", DISTRICT_CENTRE, decisions=(decision(held, MARKET),))
    assert meeting(held).obstacle == "done_already"


def test_a_town_calls_one_once_its_whistle_was_refused_or_solved_nothing() -> None:
    centre = delivered(JOINED)
    whistle(centre, "blow", units=(MARKET,))
    deliver(centre, MARKET)
    call(centre, by=TOWN_CENTRE)
    assert meeting(centre).obstacle == "not_a_convener"
    centre.answer("arrive", order_no=number_of(centre, MARKET))
    whistle(centre, "sign", unit=MARKET, rating="unsolved")
    call(centre, by=TOWN_CENTRE)
    assert (meeting(centre).state, meeting(centre).unit) == ("called", TOWN_CENTRE)


def test_the_numbers_of_a_meeting_are_kept_until_the_last_of_its_matters_is_forgotten(held: Centre) -> None:
    first, second = held.matters()
    held.answer("reply", order_no=first.orders[0].order_no)
    held.wait(31 * DAY)
    assert [one.matter_no for one in held.matters()] == [second.matter_no]
    assert len(held.kept("dispatch", "joints")) == 1
    convene(held, "decide", DISTRICT_CENTRE, decisions=(decision(held, MARKET),))
    assert meeting(held).state == "decided"
    held.answer("reply", order_no=held.matters()[0].orders[-1].order_no)
    held.wait(31 * DAY)
    assert held.kept("dispatch", "joints") == {}
    assert held.set_aside() == []
