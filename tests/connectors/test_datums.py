"""Systems whose positions are in another datum than their contract says."""

from collections.abc import Sequence
from math import cos, radians, sin
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.coordinates import DATUMS, METRES_PER_DEGREE, Datum, Point, from_cgcs2000
from connectors.datums import FEWEST_PLACES, MOST_PLACES, Comparison, DatumWatch, Suspicion

HECHUAN = Point(106.2620, 29.9930)
datums = st.sampled_from(DATUMS)


def moved(point: Point, metres: float, bearing: float) -> Point:
    north, east = metres * cos(bearing), metres * sin(bearing)
    longitude = point.longitude + east / METRES_PER_DEGREE / cos(radians(point.latitude))
    return Point(longitude, point.latitude + north / METRES_PER_DEGREE)


def said_in(datum: Datum, places: int, random: Random, scatter_metres: float = 300.0) -> list[Comparison]:
    """As many places of the district, each with a position somewhere around it, in one datum."""
    told = []
    for number in range(places):
        standard = Point(HECHUAN.longitude + random.uniform(-0.2, 0.2), HECHUAN.latitude + random.uniform(-0.2, 0.2))
        around = moved(standard, random.uniform(0, scatter_metres), random.uniform(0, 6.3))
        told.append(Comparison(f"P{number}", from_cgcs2000(around, datum), standard))
    return told


def judged(declared: Datum, told: Sequence[Comparison]) -> Suspicion | None:
    watch = DatumWatch(declared)
    for comparison in told:
        watch.note(comparison)
    return watch.suspicion()


@settings(deadline=None)
@given(declared=datums, delivered=datums, places=st.integers(60, 200), seed=st.integers(0, 10**6))
def test_the_datum_delivered_is_found_however_the_positions_scatter(
    declared: Datum, delivered: Datum, places: int, seed: int
) -> None:
    suspicion = judged(declared, said_in(delivered, places, Random(seed)))
    assert suspicion == (None if delivered == declared else Suspicion(delivered, places))


@settings(deadline=None)
@given(declared=datums, delivered=datums, seed=st.integers(0, 10**6), bearing=st.floats(0, 6.3))
def test_a_few_positions_a_kilometre_off_change_nothing(
    declared: Datum, delivered: Datum, seed: int, bearing: float
) -> None:
    told = said_in(delivered, 100, Random(seed), scatter_metres=50)
    strays = [
        Comparison(f"S{number}", moved(one.said, 1_000, bearing), one.standard) for number, one in enumerate(told[:15])
    ]
    suspicion = judged(declared, told + strays)
    assert (suspicion.datum if suspicion else declared) == delivered


@pytest.mark.parametrize("places", [FEWEST_PLACES - 1, FEWEST_PLACES])
def test_few_places_are_not_judged(places: int) -> None:
    suspicion = judged("CGCS2000", said_in("GCJ-02", places, Random(1), scatter_metres=20))
    assert (suspicion is not None) == (places == FEWEST_PLACES)


def test_one_place_told_of_often_counts_once() -> None:
    (told,) = said_in("GCJ-02", 1, Random(1), scatter_metres=20)
    assert judged("CGCS2000", [told] * 500) is None


def test_places_told_of_without_any_order_are_no_datum() -> None:
    assert judged("CGCS2000", said_in("CGCS2000", 200, Random(1), scatter_metres=2_500)) is None


def test_a_system_that_was_put_right_is_suspected_no_longer_and_no_more_is_kept_than_is_judged() -> None:
    watch = DatumWatch("CGCS2000")
    for comparison in said_in("GCJ-02", 3 * MOST_PLACES, Random(1)):
        watch.note(comparison)
    assert watch.suspicion() == Suspicion("GCJ-02", MOST_PLACES)
    for comparison in said_in("CGCS2000", MOST_PLACES, Random(2)):
        watch.note(comparison)
    assert watch.suspicion() is None


def test_positions_far_from_their_places_are_not_compared() -> None:
    told = [Comparison(one.place_code, Point(116.4, 39.9), one.standard) for one in said_in("GCJ-02", 50, Random(1))]
    assert judged("CGCS2000", told) is None
