"""Readings that somebody should ask about: what is found, with which receipts, and what is not."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.facts.audit import Receipt
from streams.rules.calendar import BEIJING
from streams.rules.unusual_reading import ReadingLimits, unusual_readings
from tests.receipts.receipts import chain_of, deed

LIMITS = ReadingLimits(persons_an_hour=3, refused_in_a_row=2, night_from_hour=22, night_until_hour=6)
MINUTE, HOUR = 60_000, 3_600_000


def at(hour: int, minute: int = 0, day: int = 23) -> int:
    return round(datetime(2026, 11, day, hour, minute, tzinfo=BEIJING).timestamp() * 1000)


def done(*said: dict[str, Any]) -> list[Receipt]:
    """Receipts by what is said of each; by default a reading by day, for a case."""
    return chain_of(*(deed(number, **{"happened_at": at(9, number), **one}) for number, one in enumerate(said)))


def found(receipts: list[Receipt], limits: ReadingLimits = LIMITS) -> list[tuple[str, int, list[int]]]:
    """Kind, amount and numbers of the receipts of each finding."""
    unusual = unusual_readings(receipts, limits)
    return [(one.kind, one.amount, [number for _, number in one.receipts]) for one in unusual]


def test_as_many_persons_as_the_limit_in_an_hour_are_usual_and_one_more_is_not() -> None:
    assert found(done({}, {}, {})) == []
    assert found(done({}, {}, {}, {})) == [("many_persons", 4, [1, 2, 3, 4])]


def test_the_same_person_read_again_is_one_person() -> None:
    assert found(done(*({"token": "services:1:a"},) * 9)) == []


def test_an_hour_is_over_after_sixty_minutes() -> None:
    readings = [{}, {}, {}, {"happened_at": at(10, 0)}]
    assert found(done(*readings)) == []
    readings[3] = {"happened_at": at(10, 0) - 1}
    assert found(done(*readings)) == [("many_persons", 4, [1, 2, 3, 4])]


def test_spans_that_touch_are_one_and_spans_apart_are_two() -> None:
    touching = [{"happened_at": at(9) + number * 15 * MINUTE} for number in range(8)]
    assert found(done(*touching)) == [("many_persons", 4, [1, 2, 3, 4, 5, 6, 7, 8])]
    apart = [{"happened_at": at(9, number)} for number in range(4)] + [{"happened_at": at(15, n)} for n in range(4)]
    assert found(done(*apart)) == [("many_persons", 4, [1, 2, 3, 4]), ("many_persons", 4, [5, 6, 7, 8])]


def test_each_officer_is_looked_at_alone_also_one_of_the_same_number_in_another_unit() -> None:
    assert found(done({}, {"actor_officer": "W0013"}, {}, {"actor_unit": "500117001002"}, {})) == []


def test_refusals_in_a_row_are_unusual_and_one_that_was_granted_between_them_ends_the_row() -> None:
    refused = {"act": "refused", "result": "wrong_role"}
    assert found(done(refused, refused)) == []
    assert found(done(refused, {}, refused, refused)) == []
    assert found(done(refused, refused, refused, {})) == [("refused_in_a_row", 3, [1, 2, 3])]


@pytest.mark.parametrize(
    ("hour", "minute", "unusual"), [(21, 59, False), (22, 0, True), (3, 0, True), (5, 59, True), (6, 0, False)]
)
def test_a_reading_at_night_without_a_case_is_unusual(hour: int, minute: int, *, unusual: bool) -> None:
    one = {"happened_at": at(hour, minute), "case_no": "", "act": "broke_glass"}
    assert found(done(one)) == ([("night_without_case", 1, [1])] if unusual else [])
    assert found(done({**one, "case_no": "50011720261122M00001"})) == []


def test_a_night_is_one_finding_and_the_next_night_another() -> None:
    nights = [at(23), at(1, day=24), at(23, day=24)]
    assert found(done(*({"happened_at": one, "case_no": ""} for one in nights))) == [
        ("night_without_case", 2, [1, 2]),
        ("night_without_case", 1, [3]),
    ]


def test_a_night_within_one_day_and_no_night_at_all_can_be_said() -> None:
    early = replace(LIMITS, night_from_hour=1, night_until_hour=5)
    assert [early.is_night(at(hour)) for hour in (0, 1, 4, 5)] == [False, True, True, False]
    never = replace(LIMITS, night_from_hour=0, night_until_hour=0)
    assert not any(never.is_night(at(hour)) for hour in range(24))


def test_what_the_hub_does_itself_and_what_is_no_reading_is_not_looked_at() -> None:
    assert found(done(*({"actor_officer": ""},) * 9)) == []
    assert found(done(*({"act": "approved", "case_no": "", "happened_at": at(23)},) * 9)) == []


@given(st.permutations(done(*({} for _ in range(5)), *({"act": "refused"} for _ in range(3)))))
def test_the_order_of_what_is_given_changes_nothing(order: list[Receipt]) -> None:
    assert found(order) == [("many_persons", 5, [1, 2, 3, 4, 5]), ("refused_in_a_row", 3, [6, 7, 8])]


def test_a_receipt_that_was_published_twice_counts_once() -> None:
    refused = done({"act": "refused"}, {"act": "refused"})
    assert found([*refused, *refused]) == []


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 300)), max_size=25), st.integers(1, 4))
def test_many_persons_are_found_exactly_where_some_hour_has_more_than_the_limit(
    readings: list[tuple[int, int]], most: int
) -> None:
    said = done(*({"token": f"services:1:{who}", "happened_at": at(7) + minute * MINUTE} for who, minute in readings))
    hours = [
        {one.token for one in said if start.happened_at <= one.happened_at < start.happened_at + HOUR} for start in said
    ]
    limits = replace(LIMITS, persons_an_hour=most)
    findings = [one for one in unusual_readings(said, limits) if one.kind == "many_persons"]
    assert max((one.amount for one in findings), default=0) == max(
        (len(hour) for hour in hours if len(hour) > most), default=0
    )
    named = [place for one in findings for place in one.receipts]
    assert len(named) == len(set(named))
