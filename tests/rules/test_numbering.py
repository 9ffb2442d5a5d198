"""Numbers route themselves, count by district and the city's day, and leave no gap."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.engine.tables import PartitionTables
from streams.rules.calendar import city_date
from streams.rules.numbering import NUMBERS, LastNumber, next_number
from tests.processors.kit import beijing, codec

DAY = 86_400_000


def empty_tables() -> PartitionTables:
    return PartitionTables([NUMBERS], codec())


@given(st.lists(st.tuples(st.integers(0, DAY), st.sampled_from(["500117", "500151", "320205"])), max_size=40))
def test_numbers_of_a_district_and_day_follow_one_another_from_one(steps: list[tuple[int, str]]) -> None:
    tables, now, given_out = empty_tables(), beijing(2026, 12, 30), Counter[str]()
    for waited, district in steps:
        now += waited
        start = f"{district}{city_date(now)}E"
        given_out[start] += 1
        assert next_number(now, district, "E", tables) == f"{start}{given_out[start]:05}"


@given(st.lists(st.integers(0, 10 * DAY), max_size=30))
def test_one_entry_a_district_is_kept_however_many_days_pass(waits: list[int]) -> None:
    tables, now = empty_tables(), beijing(2026, 1, 1)
    for waited in waits:
        now += waited
        next_number(now, "500117", "E", tables)
    assert len(tables.changes()) == min(1, len(waits))


def test_more_than_five_digits_a_day_still_make_different_numbers() -> None:
    tables, now = empty_tables(), beijing(2026, 9, 21)
    tables[NUMBERS].put("500117", LastNumber(date="20260921", last=99_998))
    numbers = [next_number(now, "500117", "M", tables) for _ in range(3)]
    assert numbers == ["50011720260921M99999", "50011720260921M100000", "50011720260921M100001"]


@pytest.mark.parametrize(("instant", "date"), [
    (beijing(2026, 9, 21), "20260921"),
    (beijing(2026, 9, 22) - 1, "20260921"),
    (beijing(2026, 9, 22), "20260922"),
    (beijing(2026, 12, 31, 23, 59), "20261231"),
    (beijing(2024, 2, 29, 12), "20240229"),
])  # fmt: skip
def test_the_citys_day_is_beijings(instant: int, date: str) -> None:
    assert city_date(instant) == date


def test_beijing_is_eight_hours_before_greenwich() -> None:
    assert city_date(0) == city_date(16 * 3_600_000 - 1) == "19700101"
    assert city_date(16 * 3_600_000) == "19700102"
