"""What items may hold."""

import math
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from connectors.values import (
    Code,
    CodeList,
    CreditCode,
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
    PersonToken("population", "certificate"),
    PersonToken("services", "household"),
    CodeList(Text(9, r"\d{9}")),
    CreditCode(),
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
        (Real(), "-12.50", -12.5),
        (Real(), Decimal("1250000.50"), 1_250_000.5),
        (CodeList(Text(9, r"\d{9}")), "500117001,500117002;500117001", "500117001,500117002"),
        (CodeList(Text(9, r"\d{9}")), ["500117001"], "500117001"),
        (CreditCode(), "91350100m000100y43", "91350100M000100Y43"),
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
        (PersonToken("population", "certificate"), "11010519491231002x", "11010519491231002X"),
        (PersonToken("population", "certificate"), "110105491231002", "11010519491231002X"),
        (PersonToken("services", "household"), "hk500117001", "HK500117001"),
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
        (Real(), "1e9", "type"),
        (Real(), Decimal("NaN"), "range"),
        (CodeList(Text(9, r"\d{9}")), "全区", "pattern"),
        (CodeList(Text(9)), "500117001,,500117002", "pattern"),
        (CodeList(Text(9), most=1), ["1", "2"], "length"),
        (CodeList(Text(9)), [], "type"),
        (CreditCode(), "91350100M000100Y4", "pattern"),
        (PersonToken("requests"), "张三", "phone"),
        (PersonToken("population", "certificate"), "110105194912310021", "identity_number"),
        (PersonToken("population", "certificate"), "11010519491331002X", "identity_number"),
        (PersonToken("population", "certificate"), "1101054912310", "identity_number"),
        (PersonToken("services", "household"), "户口簿", "pattern"),
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


def test_a_credit_code_with_a_wrong_check_character_is_taken_and_doubted() -> None:
    """The second one is really registered, whatever GB 32100 says."""
    kind = CreditCode()
    assert kind.doubt(kind.parse("91350100M000100Y43")) is None
    assert kind.doubt(kind.parse("91350203M0001QAY9B")) == "credit_code"
