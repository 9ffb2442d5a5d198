"""The hub's deadlines beside the oracle's, for cases at random; `make bench CASE=dispatch` asks 200,000 others."""

from itertools import product

import pytest

from tests.oracle import comparison
from tests.oracle.comparison import described, differences
from tests.oracle.counted_time import deadline
from tests.oracle.random_cases import DAY_ENDS, MOST, STARTS, random_case

CASES, PARTS = 5_000, 10


@pytest.mark.parametrize("part", range(PARTS))
def test_the_hub_says_the_oracles_deadline(part: int) -> None:
    assert differences(range(part, CASES, PARTS)) == []


def test_every_way_of_counting_comes_up() -> None:
    cases = [random_case(number) for number in range(2_000)]
    told = {(case.limit.unit, case.limit.start, case.limit.day_end, case.limit.rolls_over) for case in cases}
    passing = product(("minute", "hour", "office_hour"), STARTS, ("same_time",), (False,))
    office_days = product(("office_day",), STARTS, DAY_ENDS, (False,))
    rolling = product(("natural_day", "month"), STARTS, DAY_ENDS, (False, True))
    assert told == {*passing, *office_days, *rolling}
    assert {case.limit.unit for case in cases if len(case.suspended) == 3} == set(MOST)


def test_suspensions_are_in_order_and_do_not_overlap() -> None:
    for case in map(random_case, range(500)):
        instants = [case.caused_at, *(edge for span in case.suspended for edge in span)]
        assert instants == sorted(instants), described(case)
        assert all(first < last for first, last in case.suspended), described(case)


def test_a_number_names_the_same_case_again() -> None:
    assert random_case(4_711) == random_case(4_711)
    assert random_case(4_711) != random_case(4_712)


def test_a_hub_that_is_a_millisecond_off_is_found_and_its_case_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "hub_deadline", lambda *asked: deadline(*asked) + 1)
    found = differences(range(3))
    assert [text.partition(" ")[0] for text in found] == ["random_case(0)", "random_case(1)", "random_case(2)"]
    assert "the oracle says" in found[0]
