"""Which closed incident a new one recurs: place, family and days, the same one in whatever order they come."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.facts.rules import IncidentClass
from streams.rules.geography import cell_of, cells_around, distance_metres
from streams.rules.recurrence import REACH_METRES, VAGUEST_METRES, Happening, metres_apart, recurs

MONDAY = 1_795_305_600_000
DAY = 86_400_000
LONGITUDE, LATITUDE = 106.2628, 29.993
DEGREES_A_METRE = 1 / 111_195
FAMILIES = {"burst_main": "water", "water_supply": "water", "fire": "fire"}
RULE = IncidentClass(
    key="rules", occurred_at=MONDAY, version="1", incident_class="burst_main", name="供水管爆裂", radius_metres=500,
    window_seconds=7_200, dispatched=True, recurrence_days=7,
)  # fmt: skip


def happening(number: int = 1, **said: Any) -> Happening:
    """By default a burst main, told of from an exact point, that happened and was closed on Monday."""
    fields: dict[str, Any] = {
        "incident_class": "burst_main",
        "longitude": LONGITUDE,
        "latitude": LATITUDE,
        "uncertainty_metres": 20.0,
        "occurred_at": MONDAY,
        "closed_at": MONDAY,
        **said,
    }
    return Happening(incident_no=f"50011720261122E{number:05}", **fields)


NEW = happening(9, occurred_at=MONDAY + DAY, closed_at=None)


def of_one_family(one: str, other: str) -> bool:
    return FAMILIES[one] == FAMILIES[other]


def recurred(*others: Happening, new: Happening = NEW, rule: IncidentClass = RULE) -> str | None:
    return recurs(new, others, rule, of_one_family)


def test_what_happens_at_the_place_of_a_closed_incident_recurs_it() -> None:
    assert recurred(happening(1), happening(2, incident_class="fire")) == happening(1).incident_no


@pytest.mark.parametrize(
    "other",
    [
        {"closed_at": None},
        {"closed_at": MONDAY + DAY + 1},
        {"closed_at": MONDAY - 6 * DAY - 1},
        {"incident_class": "fire"},
        {"latitude": LATITUDE + 90 * DEGREES_A_METRE},
        {"longitude": None},
        {"uncertainty_metres": VAGUEST_METRES + 1},
        {"incident_no": NEW.incident_no},
    ],
    ids=["open", "closed_after_it", "too_long_ago", "of_another_family", "elsewhere", "no_point", "vague", "itself"],
)
def test_no_other_incident_is_recurred(other: dict[str, Any]) -> None:
    assert recurred(replace(happening(1), **other)) is None


def test_the_last_moment_of_the_days_counts_and_of_a_class_without_days_nothing_recurs() -> None:
    last = happening(1, closed_at=MONDAY - 6 * DAY)
    assert recurred(last) == last.incident_no
    at_once = happening(1, closed_at=NEW.occurred_at)
    assert recurred(at_once, rule=replace(RULE, recurrence_days=0)) is None


def test_one_registered_place_is_one_place_however_vague_its_points_are_and_two_are_two() -> None:
    manhole: dict[str, Any] = {"place_code": "JG00101", "longitude": None, "latitude": None}
    new = replace(NEW, **manhole)
    assert recurred(happening(1, **manhole), new=new) == happening(1).incident_no
    assert recurred(happening(1, place_code="JG00102"), new=replace(NEW, place_code="JG00101")) is None
    assert recurred(happening(1), new=replace(NEW, place_code="JG00101")) == happening(1).incident_no


def test_of_several_it_recurs_the_one_closed_last_and_of_those_the_nearest() -> None:
    early, late = happening(1), happening(2, closed_at=MONDAY + 60_000, latitude=LATITUDE + 30 * DEGREES_A_METRE)
    assert recurred(early, late) == late.incident_no
    nearer = happening(3, closed_at=MONDAY + 60_000, latitude=LATITUDE + 10 * DEGREES_A_METRE)
    assert recurred(late, nearer, early) == nearer.incident_no


PLACED = st.builds(
    happening,
    number=st.integers(1, 8),
    latitude=st.floats(LATITUDE, LATITUDE + 300 * DEGREES_A_METRE),
    uncertainty_metres=st.none() | st.floats(0, 250),
    closed_at=st.none() | st.integers(MONDAY - 8 * DAY, MONDAY + 2 * DAY),
    place_code=st.sampled_from([None, "JG00101"]),
    incident_class=st.sampled_from(list(FAMILIES)),
)


@given(st.lists(PLACED, max_size=8, unique_by=lambda one: one.incident_no).flatmap(st.permutations))
def test_in_whichever_order_they_come_it_is_the_same_one(others: list[Happening]) -> None:
    assert recurred(*others) == recurred(*sorted(others, key=lambda one: one.incident_no))


@given(PLACED)
def test_whatever_point_may_be_one_place_lies_within_the_reach_that_is_searched(other: Happening) -> None:
    if metres_apart(NEW, other) is not None and not (NEW.place_code and other.place_code):
        assert other.longitude is not None
        assert other.latitude is not None
        assert distance_metres(LONGITUDE, LATITUDE, other.longitude, other.latitude) <= REACH_METRES
        assert cell_of(other.longitude, other.latitude) in cells_around(LONGITUDE, LATITUDE, REACH_METRES)
