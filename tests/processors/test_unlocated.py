"""Incidents that no report could place, and how they get their place: once, and counted once."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.facts import matters
from tests.processors.kit import (
    DISTRICT,
    GRID,
    HOUR,
    MATTERS,
    OTHER_GRID,
    OTHER_TOWN_GRID,
    RULES,
    SYSTEM_ONLY,
    TOWN,
    VILLAGE,
    WATER_IN_GRID,
    Centre,
    Spot,
    grid_only,
    incident_class,
    spot,
    unit,
)
from tests.processors.sums import assert_sums

NUMBER = "50011720260921E00001"
NOWHERE_GRID = DISTRICT + "000000000"
WITHOUT_A_DISTRICT_UNIT = (
    *(rule for rule in RULES if getattr(rule, "unit_kind", "") != "water_utility" or hasattr(rule, "incident_class")),
    unit(WATER_IN_GRID, "water_utility", GRID),
)


@pytest.fixture
def centre() -> Centre:
    centre = Centre()
    centre.report("1", SYSTEM_ONLY)
    return centre


def place(centre: Centre) -> tuple[str, float | None, float | None]:
    incident = centre.incident()
    return incident.region, incident.longitude, incident.latitude


def counted_open(centre: Centre) -> dict[str, int]:
    """Open burst mains by region, where there are any."""
    return {
        key.split("|")[0]: tile[0] for key, tile in centre.tiles().items() if key.endswith("|burst_main") and tile[0]
    }


def test_it_counts_as_unlocated_until_a_person_says_where_it_is(centre: Centre) -> None:
    assert counted_open(centre) == dict.fromkeys((DISTRICT, NOWHERE_GRID[:9], NOWHERE_GRID[:12], NOWHERE_GRID), 1)
    centre.locate(NUMBER, spot(30))
    assert place(centre) == (GRID, spot(30).longitude, spot(30).latitude)
    assert centre.matter().region == GRID
    assert counted_open(centre) == dict.fromkeys((DISTRICT, TOWN, VILLAGE, GRID), 1)


def test_a_grid_will_do_where_no_point_is_known(centre: Centre) -> None:
    centre.locate(NUMBER, grid_only())
    assert place(centre) == (GRID, None, None)


def test_the_first_place_stays_and_is_counted_once(centre: Centre) -> None:
    centre.locate(NUMBER, spot(0))
    centre.locate(NUMBER, spot(0))
    centre.locate(NUMBER, spot(0, 0, OTHER_TOWN_GRID))
    assert place(centre)[0] == GRID
    assert counted_open(centre) == dict.fromkeys((DISTRICT, TOWN, VILLAGE, GRID), 1)
    assert len([fact for fact in centre.hub.values(MATTERS) if isinstance(fact, matters.Located)]) == 1


def test_an_incident_that_was_placed_by_its_report_keeps_its_point() -> None:
    centre = Centre()
    centre.report("1", spot(0))
    centre.locate(NUMBER, spot(900, 0, OTHER_GRID))
    centre.update("1", where=spot(900, 0, OTHER_GRID))
    assert place(centre) == (GRID, spot(0).longitude, spot(0).latitude)


@pytest.mark.parametrize("again", ["update", "report"])
def test_a_later_version_of_the_report_brings_the_place(centre: Centre, again: str) -> None:
    if again == "update":
        centre.update("1", where=spot(30))
    else:
        centre.report("1", spot(30))
    assert place(centre) == (GRID, spot(30).longitude, spot(30).latitude)
    assert (centre.incident().reports, centre.matter().region) == (1, GRID)
    assert counted_open(centre) == dict.fromkeys((DISTRICT, TOWN, VILLAGE, GRID), 1)


def test_an_incident_says_how_sure_the_place_is_that_it_got(centre: Centre) -> None:
    assert centre.incident().confidence is None
    centre.update("1", where=replace(spot(30), confidence=0.7))
    assert centre.incident().confidence == 0.7
    centre.report("2", replace(spot(40), confidence=0.9), system="zz_community_e")
    assert [(one.reports, one.confidence) for one in centre.incidents()] == [(2, 0.7)]
    centre.report("3", replace(spot(900, 0, OTHER_GRID), confidence=0.6))
    assert [one.confidence for one in centre.incidents()] == [0.7, 0.6]


def test_what_a_person_says_has_no_measure_of_how_sure_it_is(centre: Centre) -> None:
    centre.locate(NUMBER, spot(0))
    assert place(centre)[0] == GRID
    assert centre.incident().confidence is None


def test_a_later_version_that_says_no_place_changes_none(centre: Centre) -> None:
    centre.update("1", "critical")
    centre.report("1", SYSTEM_ONLY)
    assert place(centre) == (DISTRICT, None, None)


def test_reports_to_come_find_it_at_its_place(centre: Centre) -> None:
    centre.report("2", spot(50), system="zz_community_e")
    assert len(centre.incidents()) == 2
    centre = Centre()
    centre.report("1", SYSTEM_ONLY)
    centre.locate(NUMBER, spot(0))
    centre.report("2", spot(50), system="zz_community_e")
    centre.report("3", grid_only(), system="zw_hotline12345")
    assert centre.incident().reports == 3


def test_long_after_its_time_it_gets_its_place_and_no_report(centre: Centre) -> None:
    centre.wait(10 * HOUR)
    centre.locate(NUMBER, spot(0))
    centre.report("2", spot(50))
    assert [incident.region for incident in centre.incidents()] == [GRID, GRID]


def test_nobody_answered_for_the_district_but_somebody_does_for_the_place() -> None:
    centre = Centre(items=WITHOUT_A_DISTRICT_UNIT)
    centre.report("1", SYSTEM_ONLY)
    assert (centre.matter().state, centre.changes()) == ("unassigned", ["opened", "unassignable"])
    centre.locate(NUMBER, spot(0))
    assert (centre.matter().state, centre.order().unit) == ("assigned", WATER_IN_GRID)
    assert centre.incident().state == "assigned"
    (attempt,) = centre.attempts()
    assert (attempt.region, attempt.longitude) == (GRID, spot(0).longitude)


def test_an_order_that_has_gone_out_stays_with_its_unit() -> None:
    centre = Centre(items=(*RULES, unit(WATER_IN_GRID, "water_utility", GRID)))
    centre.report("1", SYSTEM_ONLY)
    sent = centre.order()
    centre.locate(NUMBER, spot(0))
    assert centre.order() == sent
    assert "assigned" in centre.changes()


def test_an_incident_without_a_matter_gets_its_place_too() -> None:
    centre = Centre(items=(incident_class("burst_main", 500, 7_200, dispatched=False),))
    centre.report("1", SYSTEM_ONLY)
    centre.locate(NUMBER, spot(0))
    assert place(centre)[0] == GRID
    assert centre.matters() == []


def test_a_place_counts_for_nobody_once_its_matter_is_closed(centre: Centre) -> None:
    centre.end_attempt()
    for answer in ("acknowledge", "arrive", "resolve", "reply"):
        centre.answer(answer)
    centre.locate(NUMBER, spot(0))
    assert (place(centre)[0], centre.matter().region) == (GRID, GRID)
    assert counted_open(centre) == {}


@pytest.mark.parametrize(
    ("number", "where"), [("50011720260921E99999", spot(0)), (NUMBER, Spot("500151001001001", 106.0, 29.8))]
)
def test_no_such_incident_and_a_place_in_another_district_are_set_aside(
    centre: Centre, number: str, where: Spot
) -> None:
    centre.locate(number, where)
    assert centre.set_aside() == ["NotLocated"]
    assert place(centre) == (DISTRICT, None, None)


steps = st.lists(
    st.tuples(
        st.sampled_from(["locate", "update", "report"]),
        st.integers(1, 3),
        st.sampled_from([SYSTEM_ONLY, spot(0), grid_only(OTHER_GRID), grid_only(OTHER_TOWN_GRID), grid_only(TOWN)]),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(steps)
def test_in_whatever_order_places_come_each_incident_counts_once_in_one_place(
    told: list[tuple[str, int, Spot]],
) -> None:
    centre = Centre()
    for number in range(1, 4):
        centre.report(str(number), SYSTEM_ONLY)
    first: dict[int, str] = {}
    for how, number, where in told:
        if how == "locate":
            centre.locate(f"50011720260921E{number:05}", where)
        elif how == "update":
            centre.update(str(number), where=None if where is SYSTEM_ONLY else where)
        else:
            centre.report(str(number), where)
        if where is not SYSTEM_ONLY:
            first.setdefault(number, where.region)
    regions = [incident.region for incident in centre.incidents()]
    assert regions == [first.get(number, DISTRICT) for number in range(1, 4)]
    assert [matter.region for matter in centre.matters()] == regions
    assert centre.tiles()[f"{DISTRICT}|burst_main"] == (3, 0, 0)
    assert_sums(centre.tiles())
