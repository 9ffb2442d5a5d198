"""GCJ-02, the datum of street maps, BD-09, that of Baidu's, and CGCS2000, the hub's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.coordinates import (
    DATUMS,
    Datum,
    Point,
    bd09_to_gcj02,
    cgcs2000_to_gcj02,
    from_cgcs2000,
    gcj02_to_bd09,
    gcj02_to_cgcs2000,
    metres_between,
    to_cgcs2000,
    uncertainty_metres,
)
from connectors.values import Position

IN_CHINA = st.builds(Point, st.floats(74, 135), st.floats(18, 53))


def test_the_shift_is_the_published_one() -> None:
    """A position at Shanghai's Hongqiao that public converters agree on."""
    shifted = cgcs2000_to_gcj02(Point(121.5272106, 31.1774276))
    assert shifted.longitude == pytest.approx(121.531541859215, abs=1e-11)
    assert shifted.latitude == pytest.approx(31.17530398364597, abs=1e-11)


def test_in_hechuan_a_street_map_is_off_by_half_a_kilometre() -> None:
    place = Point(106.2620, 29.9930)
    assert 400 < metres_between(place, cgcs2000_to_gcj02(place)) < 600


@given(IN_CHINA)
def test_the_way_back_is_exact_to_a_millimetre(place: Point) -> None:
    assert metres_between(gcj02_to_cgcs2000(cgcs2000_to_gcj02(place)), place) < 0.001


def test_a_position_already_in_cgcs2000_stays_where_it_is() -> None:
    assert to_cgcs2000(Point(106.123456789, 29.987654321), "CGCS2000") == Point(106.1234568, 29.9876543)


def test_a_position_in_gcj02_is_moved() -> None:
    place = Point(106.2620, 29.9930)
    assert metres_between(to_cgcs2000(cgcs2000_to_gcj02(place), "GCJ-02"), place) < 0.02


def test_the_second_shift_is_the_published_one() -> None:
    """A position in Beijing as public converters give it; their way back is off by less than a metre."""
    shown = gcj02_to_bd09(Point(116.404, 39.915))
    assert shown == pytest.approx((116.41036949371029, 39.92133699351021), abs=1e-11)
    published = Point(116.39762729119315, 39.90865673957631)
    assert metres_between(bd09_to_gcj02(Point(116.404, 39.915)), published) < 1.0


def test_in_hechuan_baidus_map_is_off_by_more_than_a_kilometre() -> None:
    place = Point(106.2620, 29.9930)
    assert 1_000 < metres_between(place, from_cgcs2000(place, "BD-09")) < 1_600


@given(IN_CHINA)
def test_the_way_back_from_baidus_map_is_exact_to_a_millimetre(place: Point) -> None:
    assert metres_between(bd09_to_gcj02(gcj02_to_bd09(place)), place) < 0.001


@given(IN_CHINA, st.sampled_from(DATUMS))
def test_there_and_back_is_the_same_place_in_every_datum(place: Point, datum: Datum) -> None:
    assert metres_between(to_cgcs2000(from_cgcs2000(place, datum), datum), place) < 0.02


@pytest.mark.parametrize(("places", "metres"), [(0, 55_660), (2, 556.6), (4, 5.566), (6, 0.05566)])
def test_each_decimal_makes_a_position_ten_times_surer(places: int, metres: float) -> None:
    assert uncertainty_metres(places) == pytest.approx(metres)


@pytest.mark.parametrize(("text", "places"), [("106.26,29.99", 2), ("106.2,29.993", 3), ("106,30", 0)])
def test_of_two_numbers_the_longer_says_how_they_were_rounded(text: str, places: int) -> None:
    assert Position("BD-09").uncertainty_metres(text) == uncertainty_metres(places)
