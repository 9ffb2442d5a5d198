"""GCJ-02, the datum of street maps, and CGCS2000, the hub's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.coordinates import Point, cgcs2000_to_gcj02, gcj02_to_cgcs2000, metres_between, to_cgcs2000

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
