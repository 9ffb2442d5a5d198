"""Places: from what a row says to the most exact region that is certain."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.city.ground import GRID, Ground
from connectors.coordinates import Point, metres_between
from connectors.grids import GRID_REACH_METRES
from connectors.places import Places
from connectors.uncertainties import uncertainties
from streams.cities.city import CITIES
from streams.facts.incidents import Updated
from streams.facts.reference import Grid
from tests.connectors.fleet_samples import AFTERWARDS, accepted, hechuan, intake, samples

NEAR_HECHUAN = st.builds(Point, st.floats(105.9, 106.7), st.floats(29.6, 30.3))
ROAD, ROAD_GRID, ROAD_POINT = "RD00101", "500117001020008", Point(106.2591, 29.98436)


def test_a_registered_place_has_its_grid_and_position() -> None:
    place = hechuan().locate(place_codes=[ROAD])
    assert (place.region, place.located_by, place.place_code) == (ROAD_GRID, "place", ROAD)
    assert (place.longitude, place.latitude) == ROAD_POINT


def test_a_position_near_a_registered_place_is_the_better_word_on_where() -> None:
    caller = Point(ROAD_POINT.longitude + 0.002, ROAD_POINT.latitude)
    place = hechuan().locate(place_codes=[ROAD], point=caller)
    assert (place.region, place.longitude, place.latitude) == (ROAD_GRID, *caller)


def test_a_position_far_from_the_registered_place_does_not_move_it() -> None:
    place = hechuan().locate(place_codes=[ROAD], point=Point(106.31, 29.996))
    assert (place.longitude, place.latitude) == ROAD_POINT


def test_the_second_code_counts_where_the_first_is_not_registered() -> None:
    place = hechuan().locate(place_codes=["KD99999", "91500117HC001001XB"])
    assert (place.region, place.place_code) == ("500117001017010", "91500117HC001001XB")


def test_an_unregistered_code_stays_beside_the_position() -> None:
    place = hechuan().locate(place_codes=["NOWHERE"], point=Point(106.2628, 29.993))
    assert (place.region, place.located_by, place.place_code) == ("500117001001001", "point", "NOWHERE")


@pytest.mark.parametrize(
    ("grid", "region"),
    [
        ("500117001001001", "500117001001001"),
        ("500117001001999", "500117001001"),
        ("500117001999999", "500117001"),
    ],
)
def test_a_grid_that_is_not_there_is_its_village_or_town_that_is(grid: str, region: str) -> None:
    place = hechuan().locate(region=grid)
    assert (place.region, place.located_by, place.longitude) == (region, "grid", None)


@pytest.mark.parametrize(
    ("said", "metres"),
    [
        ({"place_codes": ["MH00101"]}, 5.0),
        ({"place_codes": ["ES00102"]}, 80.0),
        ({"address": "合阳城锦绣苑"}, 80.0),
        ({"point": Point(106.2628, 29.993), "within_metres": 30.0}, 30.0),
        ({"point": Point(106.2628, 29.993)}, 150.0),
        ({"point": Point(106.2628, 29.993), "within_metres": 30.0, "rounded_metres": 55.0}, 55.0),
        ({"place_codes": [ROAD], "point": ROAD_POINT, "within_metres": 80.0}, 80.0),
        ({"place_codes": [ROAD], "point": Point(106.31, 29.996), "within_metres": 80.0}, 300.0),
        ({"region": "500117001001"}, 600.0),
        ({"region": "500117001"}, 2_000.0),
        ({"address": "桥头那边"}, None),
    ],
)
def test_how_uncertain_a_place_is_follows_from_how_it_is_known(said: dict[str, Any], metres: float | None) -> None:
    assert hechuan().locate(**said).uncertainty_metres == metres


def test_a_grid_is_as_uncertain_as_its_neighbours_are_far() -> None:
    street, village = hechuan().locate(region="500117001001001"), hechuan().locate(region="500117106001001")
    assert 80 < (street.uncertainty_metres or 0) < 130
    assert 250 < (village.uncertainty_metres or 0) < 400


def test_a_grid_without_neighbours_is_as_uncertain_as_grids_are_and_one_that_gets_some_is_not() -> None:
    centre = Point(106.2628, 29.993)
    places = Places("500117", [], {"500117001001001": centre})
    assert places.locate(region="500117001001001").uncertainty_metres == uncertainties().regions["grid"]
    off = (-0.002, 0.002)
    around = [Point(centre.longitude + east, centre.latitude + north) for east in off for north in off]
    for number, point in enumerate(around, 2):
        places.learn(drawn(f"50011700100100{number}", point))
    (metres,) = {round(metres_between(centre, point) / 2) for point in around}
    assert places.locate(region="500117001001001").uncertainty_metres == metres


def test_each_kind_of_registered_place_of_the_city_has_its_uncertainty() -> None:
    kinds = {spot.kind for spots in Ground.load(CITIES / "hechuan").spots.values() for spot in spots} - {GRID}
    assert kinds <= uncertainties().kinds.keys()
    assert uncertainties().of_kind("a kind of another city") == uncertainties().kinds["other"]


def test_a_telephone_that_says_how_exact_it_is_is_believed_down_to_what_telephones_can_do() -> None:
    known = uncertainties()
    assert known.of_point("mast", 42.5) == 42.5
    assert known.of_point("mast", 0.5) == known.least_metres
    assert known.of_point("mast", None) == 300.0


def drawn(grid: str, centre: Point) -> Grid:
    """A grid as the address system says it."""
    said = {"id": grid, "key": grid, "source": "gz_std_address", "trace": grid, "occurred_at": 1, "recorded_at": 1}
    return Grid(**said, grid=grid, longitude=centre.longitude, latitude=centre.latitude, valid=True)  # type: ignore[arg-type]


def test_a_grid_of_another_district_says_nothing() -> None:
    assert hechuan().locate(region="500151001001001").located_by == "system"


@pytest.mark.parametrize("text", ["合阳城街道合阳城人民路", " 合阳城街道 合阳城人民路。", "合阳城人民路"])
def test_an_address_or_name_in_the_registry_is_that_place(text: str) -> None:
    place = hechuan().locate(address=text)
    assert (place.region, place.place_code, place.located_by) == (ROAD_GRID, ROAD, "place")


@pytest.mark.parametrize("text", ["桥头那边", "人民路", ""])
def test_a_vague_address_is_not_guessed(text: str) -> None:
    place = hechuan().locate(address=text)
    assert (place.region, place.located_by, place.place_code) == ("500117", "system", None)


def test_a_name_that_two_places_share_is_neither(tmp_path: Path) -> None:
    (tmp_path / "city.yaml").write_text("{name: 合川区, parent: 重庆市}")
    (tmp_path / "grids.csv").write_text("# synthetic\ngrid,name,longitude,latitude\n500117001001001,一,106.2,29.9\n")
    (tmp_path / "places.csv").write_text(
        "# synthetic\nplace_code,kind,name,address,longitude,latitude,grid\n"
        "A,road,滨江路,甲,106.2,29.9,500117001001001\nB,road,滨江路,乙,106.2,29.9,500117001001001\n"
    )
    assert Places.load(tmp_path).locate(address="滨江路").located_by == "system"
    assert Places.load(tmp_path).locate(address="乙").place_code == "B"


def test_a_position_outside_the_district_is_unlocated_and_gives_no_coordinates() -> None:
    place = hechuan().locate(point=Point(116.4, 39.9))
    assert (place.region, place.located_by, place.longitude, place.latitude) == ("500117", "system", None, None)


@given(NEAR_HECHUAN)
def test_the_nearest_grid_is_the_nearest_of_all(point: Point) -> None:
    distance, nearest = min((metres_between(point, centre), grid) for grid, centre in hechuan().grids.centres.items())
    place = hechuan().locate(point=point)
    assert (place.region == nearest) if distance < GRID_REACH_METRES else (place.located_by == "system")


def test_grids_of_two_districts_are_no_city(tmp_path: Path) -> None:
    (tmp_path / "city.yaml").write_text("{name: 合川区, parent: 重庆市}")
    grids = ("500117001001001,一,106.2,29.9", "500151001001001,二,106.1,29.8")
    (tmp_path / "grids.csv").write_text("\n".join(("grid,name,longitude,latitude", *grids)))
    (tmp_path / "places.csv").write_text("place_code,kind,name,address,longitude,latitude,grid\n")
    with pytest.raises(ValueError, match="2 districts"):
        Places.load(tmp_path)


def test_a_coarse_position_is_the_region_that_holds_all_of_it_and_no_point() -> None:
    places = hechuan()
    grid = places.grids.centres["500117001001001"]
    near, coarse = places.locate(point=grid), places.locate(point=grid, rounded_metres=556.6)
    assert near.region.startswith(coarse.region)
    assert len(coarse.region) < len(near.region)
    assert (coarse.located_by, coarse.longitude, coarse.latitude) == ("point", None, None)


def test_a_position_so_coarse_that_several_towns_could_be_meant_is_unlocated() -> None:
    place = hechuan().locate(point=Point(106.3, 30.0), rounded_metres=5_566)
    assert (place.region, place.located_by) == ("500117", "system")


def test_a_grid_that_was_said_is_surer_than_a_coarse_position() -> None:
    place = hechuan().locate(point=Point(106.31, 29.99), rounded_metres=556.6, region="500117001001001")
    assert (place.region, place.located_by) == ("500117001001001", "grid")


def test_a_coarse_position_does_not_move_a_registered_place() -> None:
    place = hechuan().locate(place_codes=[ROAD], point=Point(106.26, 29.98), rounded_metres=556.6)
    assert (place.longitude, place.latitude) == ROAD_POINT


@given(NEAR_HECHUAN, st.floats(0, 600))
def test_less_certainty_never_says_another_region_only_a_larger_one(point: Point, uncertainty_metres: float) -> None:
    place = hechuan().locate(point=point, rounded_metres=uncertainty_metres)
    exact = hechuan().locate(point=point)
    assert exact.region.startswith(place.region)


@pytest.mark.parametrize(("place_code", "region"), [(ROAD, ROAD_GRID), (None, None)])
def test_a_later_version_of_a_row_brings_its_place_where_it_says_one(
    place_code: str | None, region: str | None, tmp_path: Path
) -> None:
    row = samples()["ga_alarm110"].row(
        place_code=place_code, geo_point=None, alarm_status="20", seq=2, record_time="2026-11-22 08:05:00"
    )
    (fact,) = accepted(intake("ga_alarm110", tmp_path).take(row, AFTERWARDS)).facts
    assert isinstance(fact, Updated)
    assert (fact.region, fact.longitude) == (region, ROAD_POINT.longitude if region else None)


LATER_WORDS: list[tuple[str, dict[str, str | None], dict[str, str]]] = [
    ("ga_alarm110", {"geo_point": None}, {"place_code": ROAD}),
    ("zw_hotline12345", {"address": "桥头那边"}, {"place_code": ROAD}),
    ("zz_shzl2", {}, {"grid_code": ROAD_GRID}),
    ("cg_digital", {"geo_point": "116.4,39.9"}, {"part_code": ROAD}),
    ("yj_command", {}, {"geo_point": f"{ROAD_POINT.longitude},{ROAD_POINT.latitude}"}),
]
"""Systems that go on with a record, with fields that say no place and one that says it."""
OF_NO_RECORD = ("mode.changed",)
CASES = [
    (system, event_type, unsaid, said)
    for system, unsaid, said in LATER_WORDS
    for event_type in list(samples()[system].events)[1:]
    if event_type not in OF_NO_RECORD
]


@pytest.mark.parametrize(("system", "event_type", "unsaid", "said"), CASES)
def test_every_later_word_on_a_record_brings_the_place_that_the_first_lacked(
    system: str, event_type: str, unsaid: dict[str, str | None], said: dict[str, str], tmp_path: Path
) -> None:
    taking, sample, silence = intake(system, tmp_path), samples()[system], dict.fromkeys(said)
    event = sample.events[event_type]["row"]
    placed = accepted(taking.take(sample.row(**{**event, **unsaid, **said}), AFTERWARDS))
    (fact,) = [fact for fact in placed.facts if isinstance(fact, Updated)]
    assert fact.region == placed.row.place.region != "500117"
    unplaced = accepted(taking.take(sample.row(**{**event, **silence, **unsaid}), AFTERWARDS))
    assert unplaced.is_unlocated
    assert not [fact for fact in unplaced.facts if isinstance(fact, Updated) and fact.region is not None]
