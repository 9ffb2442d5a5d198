"""Orders go to whoever leads in the region, where the call list makes an exception for it."""

from streams.contract import Fact
from streams.facts import deliveries
from tests.processors.kit import (
    DELIVERIES,
    OTHER_TOWN_GRID,
    RULES,
    SYSTEM_ONLY,
    TOWN,
    WATER,
    Centre,
    grid_only,
    publish_rules,
    spot,
    unit,
)
from tests.processors.test_who_is_called import item

TOWN_CENTRE = "town-centre"
NUMBER = "50011720260921E00001"


def listed(*exceptions: tuple[str, str]) -> tuple[Fact, ...]:
    """Rules in which burst mains are one item, with these exceptions."""
    burst_mains = item("0999", "burst_main", *exceptions, lead="water_utility")
    return (*RULES, burst_mains, unit(TOWN_CENTRE, "town_centre", TOWN))


IN_TOWN = listed((TOWN, "town_centre"))


def test_where_a_town_leads_its_own_unit_is_called_within_the_time_of_the_call() -> None:
    centre = Centre(items=IN_TOWN)
    centre.report()
    assert centre.order().unit == TOWN_CENTRE
    (request,) = (fact for fact in centre.hub.values(DELIVERIES) if isinstance(fact, deliveries.Requested))
    assert [(limit.kind, limit.amount, limit.unit) for limit in request.limits] == [
        ("acknowledge", 10, "minute"),
        ("arrive", 1, "hour"),
    ]


def test_elsewhere_the_unit_of_the_call_is_called() -> None:
    centre = Centre(items=IN_TOWN)
    centre.report("1", grid_only(OTHER_TOWN_GRID))
    assert centre.order().unit == WATER


def test_an_order_that_went_out_before_its_place_was_known_stays_with_its_unit() -> None:
    centre = Centre(items=IN_TOWN)
    centre.report("1", SYSTEM_ONLY)
    assert centre.order().unit == WATER
    centre.locate(NUMBER, spot())
    assert centre.order().unit == WATER


def test_a_matter_that_nobody_was_called_for_goes_to_the_lead_of_its_place_once_that_is_known() -> None:
    without_water = tuple(rule for rule in IN_TOWN if getattr(rule, "unit", "") != WATER)
    centre = Centre(items=without_water)
    centre.report("1", SYSTEM_ONLY)
    assert centre.matter().orders == ()
    centre.locate(NUMBER, spot())
    assert centre.order().unit == TOWN_CENTRE


def test_an_exception_that_a_later_version_takes_back_no_longer_holds() -> None:
    centre = Centre(items=IN_TOWN)
    publish_rules(centre.hub, listed(), version="2")
    centre.hub.settle()
    centre.report()
    assert centre.order().unit == WATER
    assert [key.partition("/")[0] for key in centre.kept("dispatch", "items")] == ["2"]
