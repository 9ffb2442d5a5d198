"""What names a contract: every agreed word changes it, and nothing else does."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Contract, Item, Whereabouts
from connectors.contract_digest import digest, shortened
from connectors.systems import fleet
from connectors.values import Code, Text, Whole

CODES = {"01": "火警", "02": "内涝", "03": "燃气泄漏"}
CONTRACT = Contract(
    system="zz_form",
    name="排查表",
    department="数据局",
    purpose="排查",
    zone="government",
    passage="direct",
    agreement_no="合数协〔2026〕001号",
    authorisation="authorised",
    event_types=("form.filled",),
    fresh_seconds=60,
    late_seconds=60,
    items=(Item("code", "类别", "inner", Code(CODES)), Item("count", "数量", "inner", Whole(0, 10))),
    record=("code",),
    occurred="at",
)


def with_code(table: dict[Any, str]) -> Contract:
    return replace(CONTRACT, items=(Item("code", "类别", "inner", Code(table)), CONTRACT.items[1]))


OTHERWISE: dict[str, Callable[[], Contract]] = {
    "a code more": lambda: with_code({**CODES, "04": "其他"}),
    "a code of another meaning": lambda: with_code({**CODES, "03": "其他"}),
    "another range": lambda: replace(CONTRACT, items=(CONTRACT.items[0], replace(CONTRACT.items[1], type=Whole(0, 9)))),
    "another type": lambda: replace(CONTRACT, items=(CONTRACT.items[0], replace(CONTRACT.items[1], type=Text(10)))),
    "another class": lambda: replace(CONTRACT, items=(CONTRACT.items[0], replace(CONTRACT.items[1], data_class="pii"))),
    "no longer required": lambda: replace(CONTRACT, items=(replace(CONTRACT.items[0], required=False),)),
    "another purpose": lambda: replace(CONTRACT, purpose="执法"),
    "items in another order": lambda: replace(CONTRACT, items=CONTRACT.items[::-1]),
    "an item as an addition": lambda: replace(CONTRACT, items=CONTRACT.items[:1], additions=CONTRACT.items[1:]),
    "a place": lambda: replace(CONTRACT, whereabouts=Whereabouts(region="code")),
    "another freshness": lambda: replace(CONTRACT, fresh_seconds=61),
}


@pytest.mark.parametrize("otherwise", OTHERWISE.values(), ids=OTHERWISE)
def test_what_was_agreed_otherwise_is_another_contract(otherwise: Callable[[], Contract]) -> None:
    assert digest(otherwise()) != digest(CONTRACT)


@given(st.permutations(list(CODES.items())))
def test_the_order_of_a_code_table_says_nothing(codes: list[tuple[str, str]]) -> None:
    assert digest(with_code(dict(codes))) == digest(CONTRACT)


def test_what_is_decided_on_the_authorisation_is_no_other_contract() -> None:
    assert digest(replace(CONTRACT, authorisation="suspended")) == digest(CONTRACT)


def test_a_word_that_contracts_learn_later_leaves_the_digest_of_those_that_do_not_use_it() -> None:
    @dataclass(frozen=True, kw_only=True)
    class LaterContract(Contract):
        expires: str = ""

    said = {field.name: getattr(CONTRACT, field.name) for field in fields(CONTRACT)}
    assert digest(LaterContract(**said)) == digest(CONTRACT)
    assert digest(LaterContract(**said, expires="2026-12-31")) != digest(CONTRACT)


def test_what_has_no_one_form_has_no_digest() -> None:
    with pytest.raises(TypeError, match="set"):
        digest(replace(CONTRACT, record={"code"}))  # type: ignore[arg-type]


def test_no_two_systems_have_one_digest_and_people_can_tell_them_apart() -> None:
    digests = {digest(connector.contract) for connector in fleet().values()}
    assert len(digests) == len({shortened(one) for one in digests}) == len(fleet())
