"""What items may hold."""

import math
from contextlib import suppress
from datetime import date, datetime
from typing import Any

import pytest

from connectors.values import (
    Code,
    Day,
    EpochTime,
    LocalTime,
    Masked,
    PersonToken,
    Position,
    Real,
    Text,
    ValueType,
    Violation,
    Whole,
    ZonedTime,
)

EVERY_TYPE = [
    Text(),
    Code({"1": "一"}),
    Whole(),
    Real(),
    LocalTime(),
    ZonedTime(),
    EpochTime(),
    Day(),
    Position("GCJ-02"),
    Masked(),
    PersonToken("requests"),
]


@pytest.mark.parametrize(
    ("kind", "value", "parsed"),
    [
        (Text(), " JQ1 ", "JQ1"),
        (Text(), 20261122, "20261122"),
        (Code({"1": "一级"}), 1, "1"),
        (Whole(), "42", 42),
        (Whole(-5), -5, -5),
        (Real(), 3, 3.0),
        (LocalTime(), "2026-11-22 08:00:00", 1_795_305_600_000),
        (LocalTime(), datetime(2026, 11, 22, 8), 1_795_305_600_000),  # noqa: DTZ001 - as a driver gives it
        (ZonedTime(), "2026-11-22T00:00:00Z", 1_795_305_600_000),
        (EpochTime(), 1_795_305_600_123, 1_795_305_600_123),
        (Day(), "20270101", "2027-01-01"),
        (Day(), date(2027, 1, 1), "2027-01-01"),
        (Position("GCJ-02"), "106.26, 29.98", "106.26, 29.98"),
        (PersonToken("requests"), "+86 138-0013-8000", "13800138000"),
        (PersonToken("requests"), 13800138000, "13800138000"),
        (PersonToken("requests"), "023-42750000", "02342750000"),
    ],
)
def test_a_good_value_is_parsed(kind: ValueType, value: Any, parsed: Any) -> None:
    assert kind.parse(value) == parsed


@pytest.mark.parametrize(
    ("kind", "value", "rule"),
    [
        (Text(3), "四个字长", "length"),
        (Text(), "a\x00b", "characters"),
        (Text(), "\ud800", "characters"),
        (Text(15, r"\d{15}"), "５" * 15, "pattern"),
        (Text(), True, "type"),
        (Text(), ["a"], "type"),
        (Code({"1": "一级"}), "2", "code_table"),
        (Code({"True": "真"}), True, "code_table"),
        (Whole(1, 5), 6, "range"),
        (Whole(), 1.5, "type"),
        (Whole(), "1e9", "type"),
        (Whole(), True, "type"),
        (Real(), math.nan, "range"),
        (Real(), math.inf, "range"),
        (Real(), "高", "type"),
        (LocalTime(), 20261122, "time"),
        (EpochTime(), 1_795_305_600, "time"),
        (Position("GCJ-02"), "29.98,106.26", "position"),
        (Position("GCJ-02"), "0,0", "position"),
        (Position("GCJ-02"), "nan,nan", "position"),
        (Position("GCJ-02"), "106.26", "position"),
        (PersonToken("requests"), "张三", "phone"),
    ],
)
def test_a_bad_value_breaks_its_rule(kind: ValueType, value: Any, rule: str) -> None:
    with pytest.raises(Violation) as broken:
        kind.parse(value)
    assert broken.value.rule == rule


@pytest.mark.parametrize("kind", EVERY_TYPE)
@pytest.mark.parametrize("value", [None, True, [], {}, b"\xff", 10**400, -1.5, "", "\ud800", object()])
def test_a_type_never_fails_otherwise(kind: ValueType, value: Any) -> None:
    with suppress(Violation):
        kind.parse(value)


@pytest.mark.parametrize(
    "number",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+8613800138000",
        "86 13800138000",
        "11010519491231002X",
        "110105194912310021",
        "110105491231002",
    ],
)
def test_a_number_that_the_department_forgot_is_masked(number: str) -> None:
    assert Masked().parse(f"联系人{number}速回") == "联系人***速回"


@pytest.mark.parametrize("text", ["门牌 1234567 号", "单号 20261122000012345678", "10086"])
def test_other_numbers_stay(text: str) -> None:
    assert Masked().parse(text) == text
