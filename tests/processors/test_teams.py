"""Lead and assisting units: orders and clocks of their own, how they roll up, and units that are complained of."""

from dataclasses import replace
from typing import Any

import pytest

from streams.facts import deliveries, rules
from streams.facts.incidents import MasterOrder
from streams.facts.matters import Mirrored
from tests.processors.kit import (
    DELIVERIES,
    DISTRICT,
    EMERGENCY,
    GRID,
    HOUR,
    MATTERS,
    MINUTE,
    OTHER_TOWN_GRID,
    RULES,
    TOWN,
    WATER,
    Centre,
    clock_limit,
    spot,
    unit,
)

TRAFFIC, HERE, THERE, WATER_HERE, CENTRE_OF_DISTRICT = "traffic", "town-1", "town-2", "water-town", "centre-district"


def rule(one: Any, **changed: Any) -> Any:
    """The call of a burst main with more in it."""
    is_call = isinstance(one, rules.Call) and one.incident_class == "burst_main"
    return replace(one, **changed) if is_call else one


def ruled(*more: Any, **changed: Any) -> Centre:
    """A centre with these words in the call of a burst main."""
    others = (
        unit(TRAFFIC, "traffic_duty", DISTRICT),
        unit(HERE, "town_centre", TOWN),
        unit(THERE, "town_centre", "500117002"),
        unit(CENTRE_OF_DISTRICT, "district_centre", DISTRICT),
        clock_limit("urgent", "resolve", 4, "hour"),
        clock_limit("urgent", "reply", 5, "hour"),
    )
    return Centre(items=(*(rule(one, **changed) for one in RULES), *others, *more))


@pytest.fixture
def centre() -> Centre:
    """Traffic and the town's centre always assist."""
    return ruled(assisting=("traffic_duty", "town_centre"))


def orders(centre: Centre) -> dict[str, str]:
    """Unit and state of each order by the end of its number."""
    return {f"{one.order_no[-2:]} {one.role}": one.unit for one in centre.matter().orders}


def number(centre: Centre, unit_code: str) -> str:
    return next(one.order_no for one in centre.matter().orders if one.unit == unit_code)


def deliver_all(centre: Centre) -> None:
    for place in range(len(centre.matter().orders)):
        centre.end_attempt("delivered", delivery=place)


def answer(centre: Centre, unit_code: str, *answers: str) -> None:
    for one in answers:
        centre.wait(MINUTE)
        centre.answer(one, order_no=number(centre, unit_code))


# Who is called.


def test_each_that_assists_gets_an_order_and_clocks_of_its_own(centre: Centre) -> None:
    centre.report("1", spot(0))
    assert orders(centre) == {"01 lead": WATER, "02 assist": TRAFFIC, "03 assist": HERE}
    deliver_all(centre)
    kinds = {one.unit: [clock.kind for clock in one.clocks] for one in centre.matter().orders}
    assert kinds == {
        WATER: ["acknowledge", "arrive", "reply", "resolve"],
        TRAFFIC: ["acknowledge", "arrive", "resolve"],
        HERE: ["acknowledge", "arrive", "resolve"],
    }


def test_over_the_border_the_units_of_every_town_are_called_once() -> None:
    centre = ruled(assisting_across=("town_centre", "traffic_duty"))
    centre.report("1", spot(0))
    assert orders(centre) == {"01 lead": WATER}
    centre.report("2", spot(100, grid=OTHER_TOWN_GRID))
    centre.report("3", spot(120, grid=OTHER_TOWN_GRID))
    assert orders(centre) == {"01 lead": WATER, "02 assist": HERE, "03 assist": THERE, "04 assist": TRAFFIC}
    requests = [one for one in centre.hub.values(DELIVERIES) if isinstance(one, deliveries.Requested)]
    assert len(requests) == 4
    assert centre.matter().towns == (TOWN, "500117002")


def test_where_a_department_leads_only_who_must_assist_is_called(centre: Centre) -> None:
    centre.report("CG1", spot(0), system="cg_digital", order=MasterOrder(order_no="CG1", unit="市政设施所"))
    assert orders(centre) == {"02 assist": TRAFFIC, "03 assist": HERE}


def test_where_a_department_has_called_its_own_nobody_is(centre: Centre) -> None:
    order = MasterOrder(order_no="SX1", unit="区城管局", assisting=("区交通局",))
    centre.report("SX1", spot(0), system="zz_shzl2", order=order)
    assert centre.matter().orders == ()


# How the parts roll up.


def test_a_matter_is_resolved_when_the_lead_is_and_all_that_assist(centre: Centre) -> None:
    centre.report("1", spot(0))
    deliver_all(centre)
    answer(centre, WATER, "acknowledge", "resolve")
    assert centre.matter().state == "in_hand"
    awaited = [one.unit for one in centre.notices() if one.change == "assistants_awaited"]
    assert awaited == [TRAFFIC, HERE]
    answer(centre, TRAFFIC, "resolve")
    assert centre.matter().state == "in_hand"
    answer(centre, HERE, "resolve")
    assert centre.matter().state == "resolved"
    answer(centre, WATER, "reply")
    assert centre.matter().state == "closed"


def test_a_reply_of_the_lead_waits_for_the_last_that_assists(centre: Centre) -> None:
    centre.report("1", spot(0))
    deliver_all(centre)
    answer(centre, WATER, "resolve", "reply")
    assert centre.matter().state == "in_hand"
    answer(centre, HERE, "resolve")
    answer(centre, TRAFFIC, "reply")
    assert centre.matter().state == "closed"


def test_whoever_assists_cannot_end_a_matter_that_the_lead_has_not(centre: Centre) -> None:
    centre.report("1", spot(0))
    deliver_all(centre)
    answer(centre, HERE, "resolve", "reply")
    answer(centre, TRAFFIC, "resolve", "reply")
    assert centre.matter().state == "in_hand"
    answer(centre, WATER, "resolve")
    assert centre.matter().state == "resolved"


def test_a_late_assistant_is_named_and_the_lead_is_not_late_for_it(centre: Centre) -> None:
    centre.report("1", spot(0))
    deliver_all(centre)
    answer(centre, WATER, "acknowledge")
    answer(centre, TRAFFIC, "acknowledge")
    centre.wait(8 * MINUTE)
    breaches = [(one.unit, one.clock) for one in centre.notices() if one.change == "breached"]
    assert breaches == [(HERE, "acknowledge")]


def test_a_masters_end_waits_for_those_that_the_hub_called_to_assist(centre: Centre) -> None:
    centre.report("CG1", spot(0), system="cg_digital", order=MasterOrder(order_no="CG1", unit="市政设施所"))
    deliver_all(centre)
    centre.wait(MINUTE)
    centre.append(
        MATTERS,
        Mirrored(
            key=DISTRICT, occurred_at=centre.now, system="cg_digital", order_no="CG1", state="closed",
            recorded_at=centre.now,
        ),
    )  # fmt: skip
    centre.hub.settle()
    assert centre.matter().state == "in_hand"
    answer(centre, TRAFFIC, "resolve")
    answer(centre, HERE, "resolve")
    assert centre.matter().state == "closed"


# Units that are complained of.


def test_a_unit_that_is_complained_of_does_not_lead_and_the_next_of_its_kind_does() -> None:
    centre = ruled(unit(WATER_HERE, "water_utility", TOWN), instead=("district_centre",))
    centre.report("1", spot(0), complained_unit=WATER_HERE)
    assert orders(centre) == {"01 lead": WATER}
    assert "unit_avoided" in centre.changes()
    assert centre.matter().avoided == WATER_HERE


def test_where_nobody_of_its_kind_is_left_the_next_on_the_ladder_leads() -> None:
    centre = ruled(instead=("town_centre", "district_centre"))
    centre.report("1", spot(0), complained_unit=WATER)
    assert orders(centre) == {"01 lead": HERE}


def test_where_nobody_is_left_at_all_the_centre_keeps_it() -> None:
    centre = ruled()
    centre.report("1", spot(0), complained_unit=WATER)
    assert (centre.matter().orders, centre.changes()) == ((), ["opened", "unassignable"])


def test_a_unit_that_is_complained_of_does_not_assist_either(centre: Centre) -> None:
    centre.report("1", spot(0), complained_unit=HERE)
    assert orders(centre) == {"01 lead": WATER, "02 assist": TRAFFIC}


def test_a_complaint_of_somebody_else_changes_nothing(centre: Centre) -> None:
    centre.report("1", spot(0), complained_unit=EMERGENCY)
    assert number(centre, WATER).endswith("-01")
    assert "unit_avoided" not in centre.changes()


# Clocks that a call goes without.


def test_an_enquiry_has_no_arrival() -> None:
    centre = ruled(without=("arrive",))
    centre.report("1", spot(0))
    centre.end_attempt("delivered")
    assert "arrive" not in [clock.kind for clock in centre.order().clocks]
    centre.wait(2 * HOUR)
    assert "breached arrive" not in centre.changes()


def test_nothing_is_told_of_a_clock_that_the_call_goes_without() -> None:
    centre = ruled(without=("arrive",))
    centre.report("1", spot(0))
    (request,) = (one for one in centre.hub.values(DELIVERIES) if isinstance(one, deliveries.Requested))
    assert (request.region, [one.kind for one in request.limits]) == (GRID, ["acknowledge", "reply", "resolve"])
