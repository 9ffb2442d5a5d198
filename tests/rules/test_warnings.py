"""A warning explains what is of its classes, in its areas, and began while it was in force or soon after."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.durations import MINUTE_MILLISECONDS
from streams.facts.warnings import HazardWarning
from streams.rules.warnings import explains, gravest, over_at

FROM_AT, UNTIL_AT = 1_783_681_200_000, 1_783_702_800_000
RAINSTORM = HazardWarning(
    warning_no="CAP1", system="qx_warning", event_code="11B03", name="暴雨", level=2, areas=("500117001", "500117002"),
    from_at=FROM_AT, until_at=UNTIL_AT, cancelled=False, explains=("flooding", "geohazard"), lasts_minutes=60,
    said_at=FROM_AT, as_of=FROM_AT,
)  # fmt: skip
OVER_AT = UNTIL_AT + 60 * MINUTE_MILLISECONDS


@pytest.mark.parametrize(
    ("began_at", "is_explained"),
    [(FROM_AT - 1, False), (FROM_AT, True), (UNTIL_AT, True), (OVER_AT - 1, True), (OVER_AT, False)],
)
def test_it_explains_what_begins_from_its_beginning_until_the_water_is_gone(
    began_at: int, *, is_explained: bool
) -> None:
    assert over_at(RAINSTORM) == OVER_AT
    assert explains(RAINSTORM, "flooding", "500117001001001", began_at) is is_explained


@pytest.mark.parametrize("region", ["500117001", "500117001001", "500117002001001"])
def test_it_explains_what_lies_in_one_of_its_areas(region: str) -> None:
    assert explains(RAINSTORM, "flooding", region, FROM_AT)


@pytest.mark.parametrize("region", ["500117", "500117003001001", "500118001", ""])
def test_it_explains_nothing_beside_them_nor_what_lies_somewhere_in_the_district(region: str) -> None:
    assert not explains(RAINSTORM, "flooding", region, FROM_AT)


def test_a_warning_of_the_whole_district_explains_what_lies_somewhere_in_it() -> None:
    assert explains(replace(RAINSTORM, areas=("500117",)), "flooding", "500117", FROM_AT)


def test_it_explains_no_other_class() -> None:
    assert not explains(RAINSTORM, "fire", "500117001001001", FROM_AT)


@given(st.permutations([("CAP1", 2, 5), ("CAP2", 1, 3), ("CAP3", 1, 4), ("CAP4", 3, 9)]))
def test_of_several_the_gravest_counts_and_of_those_the_one_that_came_last(order: list[tuple[str, int, int]]) -> None:
    warnings = [replace(RAINSTORM, warning_no=number, level=level, from_at=at) for number, level, at in order]
    found = gravest(warnings)
    assert found is not None
    assert found.warning_no == "CAP3"


def test_of_none_there_is_none() -> None:
    assert gravest([]) is None
