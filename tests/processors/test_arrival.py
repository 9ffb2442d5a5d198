"""A unit that says it has arrived: believed by the caller, a photo or its position, else it is its own claim."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.facts import views
from streams.processors.arrival import NEAR_METRES, PLACES, MatterPlace, with_arrival
from tests.processors.kit import LATITUDE, LONGITUDE, SYSTEM_ONLY, Centre, answered, spot


@pytest.fixture
def centre() -> Centre:
    """One burst main, urgent, and its order delivered."""
    centre = Centre()
    centre.report("1")
    centre.end_attempt("delivered")
    return centre


def position(east_metres: float) -> dict[str, str]:
    where = spot(east_metres)
    return {"evidence": "place", "evidence_reference": f"{where.longitude:.6f},{where.latitude:.6f}"}


@pytest.mark.parametrize(("said", "arrival"), [
    ({}, "claimed"),
    ({"evidence": "caller", "evidence_reference": "HF-0417"}, "confirmed"),
    ({"evidence": "photo", "evidence_reference": "ZP-1"}, "confirmed"),
    ({"evidence": "photo"}, "claimed"),
    (position(NEAR_METRES - 20), "confirmed"),
    (position(NEAR_METRES + 20), "claimed"),
    ({"evidence": "place", "evidence_reference": "here"}, "claimed"),
    ({"evidence": "place", "evidence_reference": "inf,nan"}, "claimed"),
])  # fmt: skip
def test_an_arrival_is_confirmed_by_what_can_be_checked_and_else_claimed(
    centre: Centre, said: dict[str, Any], arrival: str
) -> None:
    centre.answer("arrive", **said)

    assert (centre.order().state, centre.order().arrival) == ("arrived", arrival)
    assert centre.set_aside() == []


def test_before_anybody_arrives_nothing_is_said_of_it(centre: Centre) -> None:
    centre.answer("accept")
    assert centre.order().arrival is None


def test_a_claim_is_confirmed_later_without_arriving_a_second_time(centre: Centre) -> None:
    centre.answer("arrive")
    before = centre.changes()

    centre.answer("arrive", **position(5))

    assert centre.order().arrival == "confirmed"
    assert centre.changes() == before


def test_what_was_confirmed_stays_confirmed(centre: Centre) -> None:
    centre.answer("arrive", evidence="photo", evidence_reference="ZP-1")
    centre.answer("arrive", **position(5_000))
    assert centre.order().arrival == "confirmed"


def test_a_position_cannot_be_checked_before_the_matter_has_a_point() -> None:
    centre = Centre()
    centre.report("1", SYSTEM_ONLY)
    centre.end_attempt("delivered")
    centre.answer("arrive", **position(5_000))
    assert centre.order().arrival == "claimed"
    centre.locate(centre.incident().incident_no, spot(5_000))

    centre.answer("arrive", **position(5_000))

    assert centre.order().arrival == "confirmed"


@given(st.text(max_size=40))
def test_whatever_stands_for_a_position_is_a_claim_or_near(reference: str) -> None:
    order = views.Order(order_no="50011720260921M00001-01", unit="u", unit_name="u", state="accepted", clocks=())
    said = answered(0, order.order_no, "arrive", evidence="place", evidence_reference=reference)

    class OnePlace:
        def get(self, _: str) -> MatterPlace:
            return MatterPlace(longitude=LONGITUDE, latitude=LATITUDE)

    arrived = with_arrival(order, said, {PLACES: OnePlace()})  # type: ignore[arg-type]

    assert arrived.arrival == "claimed"
