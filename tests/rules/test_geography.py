"""Regions by prefix, distances, and cells that cover every circle in China."""

from math import cos, radians

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from streams.rules.geography import CELL_DEGREES, TIERS, cell_of, cells_around, distance_metres, tier_regions

LONGITUDES, LATITUDES = st.floats(73.0, 135.5), st.floats(3.0, 53.6)
"""From the Pamirs to the Ussuri, from the Zengmu shoal to Mohe."""
RADII = st.floats(0, 5_000)
METRES_A_DEGREE = 111_195.0


def moved(longitude: float, latitude: float, east_metres: float, north_metres: float) -> tuple[float, float]:
    north = latitude + north_metres / METRES_A_DEGREE
    return longitude + east_metres / (METRES_A_DEGREE * cos(radians(latitude))), north


@given(LONGITUDES, LATITUDES, RADII, st.floats(-5_000, 5_000), st.floats(-5_000, 5_000))
@example(123.9, 47.35, 900.0, 890.0, 0.0)
@example(106.2628, 29.993, 0.0, 0.0, 0.0)
def test_every_point_of_a_circle_lies_in_a_cell_around_its_centre(
    longitude: float, latitude: float, radius: float, east: float, north: float
) -> None:
    point = moved(longitude, latitude, east, north)
    assume(distance_metres(longitude, latitude, *point) <= radius)
    assert cell_of(*point) in cells_around(longitude, latitude, radius)


@given(LONGITUDES, LATITUDES, RADII)
def test_the_rim_of_a_circle_is_covered_in_every_direction(longitude: float, latitude: float, radius: float) -> None:
    cells = cells_around(longitude, latitude, radius)
    for east, north in ((1, 0), (-1, 0), (0, 1), (0, -1), (0.6, 0.8), (-0.8, -0.6)):
        assert cell_of(*moved(longitude, latitude, radius * east, radius * north)) in cells


@given(LONGITUDES, LATITUDES, RADII)
def test_no_cell_around_a_circle_is_named_twice_or_needlessly_far(
    longitude: float, latitude: float, radius: float
) -> None:
    cells = cells_around(longitude, latitude, radius)
    assert len(cells) == len(set(cells))
    wide = METRES_A_DEGREE * CELL_DEGREES * cos(radians(latitude + 0.1))
    high = METRES_A_DEGREE * CELL_DEGREES
    assert len(cells) <= (2 * radius / wide + 2.1) * (2 * radius / high + 2.1)


@given(LONGITUDES, LATITUDES, LONGITUDES, LATITUDES)
def test_a_distance_is_the_same_both_ways_and_zero_only_to_itself(
    longitude: float, latitude: float, other_longitude: float, other_latitude: float
) -> None:
    there = distance_metres(longitude, latitude, other_longitude, other_latitude)
    assert there == pytest.approx(distance_metres(other_longitude, other_latitude, longitude, latitude), abs=1e-6)
    assert distance_metres(longitude, latitude, longitude, latitude) == 0


@pytest.mark.parametrize(("one", "other", "metres"), [
    ((106.0, 30.0), (106.0, 31.0), 111_195),
    ((106.0, 30.0), (107.0, 30.0), 96_296),
    ((116.391, 39.907), (121.474, 31.230), 1_068_000),
])  # fmt: skip
def test_distances_agree_with_known_ones(one: tuple[float, float], other: tuple[float, float], metres: float) -> None:
    assert distance_metres(*one, *other) == pytest.approx(metres, rel=1e-3)


def test_cells_are_the_same_for_points_in_one_hundredth_of_a_degree() -> None:
    assert cell_of(106.2601, 29.9901) == cell_of(106.2699, 29.9999) == "10626:2999"
    assert cell_of(106.27, 29.9901) != cell_of(106.2699, 29.9901)


REGIONS = st.integers(6, 15).flatmap(lambda digits: st.text("0123456789", min_size=digits, max_size=digits))


@given(REGIONS)
def test_a_region_rolls_up_by_its_prefixes(region: str) -> None:
    regions = dict(tier_regions(region))
    assert list(regions) == list(TIERS) == ["district", "town", "village", "grid"]
    assert [len(code) for code in regions.values()] == [6, 9, 12, 15]
    assert all(regions["grid"].startswith(code) for code in regions.values())
    assert regions["grid"].startswith(region)
    assert set(regions["grid"].removeprefix(region)) <= {"0"}


@given(REGIONS, REGIONS)
def test_regions_that_share_a_tier_share_all_above_it(region: str, other: str) -> None:
    pairs = list(zip(tier_regions(region), tier_regions(other), strict=True))
    same = [one == another for one, another in pairs]
    assert same == sorted(same, reverse=True)
