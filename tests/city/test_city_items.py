"""The call list's items: complete, led everywhere, and every fault shown where it stands."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.meanings.grid_items import GRID_ITEMS, incident_of_grid_item
from streams.cities.items import TIERS
from streams.facts.rules import Item, Unit
from streams.responsibility import matrix, regions_named
from tests.hechuan import faults_of, hechuan, spoil

CITY = hechuan()
UNITS = [rule for rule in CITY.rules if isinstance(rule, Unit)]
MANHOLE = '{item: "0401", name: 井盖路灯'


def line_of(path: Path, text: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def test_hechuan_has_26_types_and_48_items_in_six_classes_and_every_type_has_items_or_a_reason() -> None:
    known = CITY.call_list
    assert (len(known.types), len(known.items), len(known.classes)) == (26, 48, 6)
    assert {item.item_type for item in known.items} | known.without_items.keys() == known.types.keys()
    assert all(len([item for item in known.items if item.item_class == code]) == 8 for code in known.classes)
    assert len({item.lead for item in known.items}) > 15


def test_items_are_facts_as_well() -> None:
    assert tuple(rule for rule in CITY.rules if isinstance(rule, Item)) == CITY.call_list.items


def test_the_list_says_of_each_item_what_the_grids_app_makes_of_it() -> None:
    assert {item.item: item.name for item in CITY.call_list.items} == GRID_ITEMS
    for item in CITY.call_list.items:
        assert (item.incident_class, item.urgency) == incident_of_grid_item(item.item), item.item
        assert item.item.startswith(item.item_class)


def test_ten_boundaries_have_a_question_a_line_and_somebody_on_each_side() -> None:
    boundaries = CITY.call_list.boundaries
    assert len({boundary.boundary for boundary in boundaries}) == 10
    kinds = {unit.unit_kind for unit in UNITS}
    for boundary in boundaries:
        assert boundary.question
        assert boundary.line
        assert {side.lead for side in boundary.sides} <= kinds


def test_both_ladders_climb_to_the_top_of_their_side() -> None:
    area, line = CITY.call_list.ladders
    assert [step.tier for step in area.steps] == ["grid", "village", "town", "district"]
    assert line.steps[-1].tier == TIERS[-1]


@given(st.sampled_from(sorted(CITY.regions)), st.sampled_from(CITY.call_list.items))
def test_in_every_region_an_item_has_one_lead_and_that_kind_has_a_unit_there(region: str, item: Item) -> None:
    rows = [row for row in matrix(CITY) if row.item == item and region.startswith(row.regions)]
    local = [row for row in rows if row.regions != (CITY.code,)]
    assert len(local) <= 1
    assert len(rows) == len(local) + 1
    (row,) = local or rows
    answered = [unit for unit in UNITS if unit.unit_kind == row.lead]
    if len(region) > 6:
        assert any(region.startswith(unit.region) for unit in answered)
    assert row.lead not in row.assisting


def test_the_matrix_says_whom_the_hub_calls_where_items_of_a_class_agree_and_where_they_do_not() -> None:
    rows = {(row.item.item, row.regions): row.called for row in matrix(CITY)}
    assert rows["0401", ("500117",)] == "city_management"
    assert rows["0401", ("5001171",)] == "town_centre"
    assert rows["0402", ("5001171",)] == "city_management"
    assert rows["0204", ("500117",)] == "human_resources"


def test_no_exception_makes_the_hub_call_police_fire_or_ambulance() -> None:
    called = {row.called for row in matrix(CITY) if row.called}
    assert not any(word in kind for kind in called for word in ("police", "fire", "ambulance"))


def test_regions_are_named_by_their_towns() -> None:
    assert regions_named(("500117",), CITY) == "合川区"
    assert regions_named(("500117001", "500117002"), CITY) == "合阳城街道、钓鱼城街道"
    assert regions_named(("5001171",), CITY) == "沙鱼镇等23个镇街"
    assert regions_named(("500117001001",), CITY) == CITY.regions["500117001001"]


EXCEPTION = 'exceptions: [{region: "5001171", lead: town_centre, assisting: [city_management]}]'


@pytest.mark.parametrize(
    ("where", "before", "after", "said"),
    [
        (MANHOLE, "lead: city_management, assisting: [town_centre], on_the_spot: false, ex", "ex", "'lead' is missing"),
        (MANHOLE, "assisting: [town_centre]", "assisting: [city_management]", "cannot assist itself"),
        (MANHOLE, "assisting: [town_centre]", "assisting: [village]", "no unit of kind 'village' can assist"),
        (MANHOLE, "assisting: [town_centre]", "assisting: [town_hall]", "unknown kind of unit 'town_hall'"),
        (MANHOLE, "lead: city_management", "lead: station", "no unit of kind 'station' answers for 500117001"),
        (MANHOLE, "lead: city_management", "lead: housing", "calls.yaml calls 'city_management' for manhole, urgent"),
        (MANHOLE, "incident_class: manhole", "incident_class: manholes", "did you mean 'manhole'?"),
        (MANHOLE, "item_type: municipal_facilities", "item_type: municipal", "unknown type 'municipal'"),
        (MANHOLE, 'item_class: "04"', 'item_class: "07"', "unknown class '07'"),
        (MANHOLE, "urgency: urgent", "urgency: soon", "unknown urgency 'soon'"),
        (MANHOLE, "complexity: simple", "complexity: easy", "unknown complexity 'easy'"),
        (MANHOLE, "on_the_spot: false", "on_the_spot: no way", "'on_the_spot' must be true or false"),
        (MANHOLE, 'item: "0401"', 'item: "0402"', "0402 stands here a second time"),
        (MANHOLE, EXCEPTION, EXCEPTION.replace('"5001171"', '"500118"'), "'500118' begins no region inside"),
        (MANHOLE, EXCEPTION, EXCEPTION.replace('"5001171"', '"500117"'), "'500117' begins no region inside"),
        (
            MANHOLE,
            EXCEPTION,
            EXCEPTION.replace("lead: town", "lead: village"),
            "unknown kind of unit 'village_centre'",
        ),
        (MANHOLE, EXCEPTION, EXCEPTION.replace("lead: town_centre", "lead: grid"), "'grid' answers for 500117100"),
        (
            MANHOLE,
            EXCEPTION,
            EXCEPTION.replace("]}]", ']}, {region: "500117103", lead: emergency, assisting: []}]'),
            "'500117103' overlaps with '5001171'",
        ),
        ("tier: town, unit_kind: town_centre", "tier: town", "tier: grid", "from 'village' to 'grid' does not go up"),
        ("tier: town, unit_kind: town_centre", "tier: town", "tier: village", "'village' to 'village' does not go up"),
        ("tier: district, unit_kind: district_centre", "district_centre", "grid", "on this ladder already: a loop"),
        ("tier: leader", "tier: leader", "tier: king", "unknown tier 'king'"),
        ("tier: leader", "unit_kind: leader", "unit_kind: village", "nobody stands at its end"),
        ("area_ladder: grid", "grid_to_district", "grid_to_heaven", "unknown ladder 'grid_to_heaven'"),
        ("work_safety: 由应急", "work_safety", "fire_safety", "there are items of type 'fire_safety'"),
        ("红线以外的市政道路", "city_management", "housing", "the same unit leads on every side"),
        ("红线以外的市政道路", "city_management", "station", "no unit of kind 'station' answers for"),
    ],
)
def test_a_fault_of_the_list_is_said_where_it_stands(
    copy: Path, where: str, before: str, after: str, said: str
) -> None:
    path = copy / "items.yaml"
    number = line_of(path, where)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert before in lines[number - 1]
    lines[number - 1] = lines[number - 1].replace(before, after, 1)
    path.write_text("\n".join(lines), encoding="utf-8")

    faults = faults_of(copy)

    near = {f"items.yaml:{line}:" for line in range(number - 3, number + 2)}
    assert any(said in fault and fault.partition(" ")[0] in near for fault in faults), faults


def test_a_type_without_items_and_without_a_reason_and_a_class_without_items_are_faults(copy: Path) -> None:
    path = copy / "items.yaml"
    spoil(path, '  "06": 服务民意\n', '  "06": 服务民意\n  "07": 其他\n')
    spoil(path, "  work_safety: 由应急", "  # work_safety: 由应急")
    faults = faults_of(copy)
    assert (
        f"items.yaml:{line_of(path, '  work_safety: 安全')}: items: types: no item is of type 'work_safety'"
        in "".join(faults)
    )
    assert any("no item is of class '07'" in fault for fault in faults)


def test_all_faults_of_the_list_are_shown_at_once_and_a_list_that_is_gone_too(copy: Path) -> None:
    path = copy / "items.yaml"
    spoil(path, "lead: police_station_liaison", "lead: police")
    spoil(path, "tier: village", "tier: hamlet")
    spoil(path, "question: 井盖", "asked: 井盖")
    spoil(path, "area_ladder: grid_to_district", "area_ladder: up")
    faults = faults_of(copy)
    for said in ("'police'", "'hamlet'", "'question' is missing", "unknown key 'asked'", "unknown ladder 'up'"):
        assert any(said in fault for fault in faults), faults
    path.unlink()
    assert any(fault.startswith("items.yaml: cannot be read") for fault in faults_of(copy))
