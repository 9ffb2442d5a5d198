"""Receipts in chains: whole ones are found whole, and whatever is done to one is found, and where."""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import new
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.facts.audit import Receipt
from streams.rules.chain_check import WAITING_AT_MOST, ChainCheck, ChainChecks, ChainFault
from streams.rules.receipt_chain import FIELDS, append, canonical_bytes, head_at
from tests.receipts.receipts import BEGUN_BY, MONDAY, chain_of, deed, forged, forged_chain, some

LENGTHS = st.integers(2, 12)
OTHER: dict[str, Any] = dict.fromkeys(FIELDS, "other") | {"number": 99, "happened_at": 1, "act": "refused"}


def check(receipts: Sequence[Receipt]) -> ChainCheck:
    heard = ChainCheck(BEGUN_BY)
    for one in receipts:
        heard.hear(one)
    heard.end()
    return heard


def fault_of(receipts: Sequence[Receipt]) -> tuple[str, int] | None:
    fault = check(receipts).fault
    return fault and (fault.kind, fault.number)


def test_the_bytes_of_a_receipt_are_those_that_are_written_down() -> None:
    _, first = append(None, BEGUN_BY, deed(act="refused", case_no="", basis="未立案", result="no_case"))
    said = canonical_bytes(first.__dict__)
    assert said.decode() == (
        "audit.receipt.v1\nchain=17:gateway:context:1\nnumber=1:1\nprevious=0:\nact=7:refused\n"
        "token=51:services:1:0000000000000000000000000000000000000001\npurpose=8:services\ncase_no=0:\nbasis=9:未立案\n"
        "actor_unit=12:500117001001\nactor_post=4:grid\nactor_officer=5:W0012\nactor_shift=3:day\n"
        f"actor_role=7:handler\nsecond=0:\nresult=7:no_case\nhappened_at=13:{MONDAY + 1_000}\n"
    )
    assert first.digest == new("sm3", said).hexdigest()


def test_a_chain_begins_with_the_fact_that_began_it_and_goes_on_from_its_head() -> None:
    head, first = append(None, "request:1", deed(1))
    head, second = append(head, "request:2", deed(2))
    assert (first.chain, first.key, first.number, first.previous) == ("request:1", "request:1", 1, "")
    assert (second.chain, second.number, second.previous) == ("request:1", 2, first.digest)
    assert head == head_at(second)


@given(LENGTHS)
def test_a_whole_chain_is_whole_from_its_beginning_and_from_any_head(length: int) -> None:
    receipts = some(length)
    assert check(receipts).head == head_at(receipts[-1])
    for start in range(1, length):
        heard = ChainCheck(BEGUN_BY, head_at(receipts[start - 1]))
        for one in receipts[start:]:
            heard.hear(one)
        assert heard.end() is None
        assert heard.number == length


@given(LENGTHS, st.sampled_from(FIELDS), st.data())
def test_any_field_that_is_changed_is_found_at_its_number(length: int, name: str, data: st.DataObject) -> None:
    receipts = some(length)
    place = data.draw(st.integers(0, length - 1))
    receipts[place] = replace(receipts[place], **{name: OTHER[name]})
    assert fault_of(receipts) == ("changed", receipts[place].number)


@given(LENGTHS, st.sampled_from([name for name in FIELDS if name not in ("chain", "number")]), st.data())
def test_a_changed_receipt_with_a_new_digest_is_found_where_the_next_one_names_another(
    length: int, name: str, data: st.DataObject
) -> None:
    receipts = some(length)
    place = data.draw(st.integers(0, length - 2))
    said = {name: OTHER[name]} | ({"occurred_at": 1} if name == "happened_at" else {})
    receipts[place] = forged(receipts[place], **said)
    assert fault_of(receipts) == ("broken", place + 1 if name == "previous" else place + 2)


@given(LENGTHS, st.data())
def test_a_receipt_that_was_left_out_is_missing(length: int, data: st.DataObject) -> None:
    receipts = some(length)
    place = data.draw(st.integers(0, length - 2))
    del receipts[place]
    assert fault_of(receipts) == ("missing", place + 1)


def test_several_that_were_left_out_are_named_from_first_to_last() -> None:
    receipts = some(9)
    fault = check([*receipts[:2], *receipts[6:]]).fault
    assert fault == ChainFault(BEGUN_BY, 3, "missing", "numbers 3 to 6 are missing")


@given(LENGTHS, st.data())
def test_two_receipts_that_exchanged_their_numbers_are_found(length: int, data: st.DataObject) -> None:
    receipts = some(length)
    one, other = data.draw(st.lists(st.integers(0, length - 1), min_size=2, max_size=2, unique=True).map(sorted))
    receipts[one] = replace(receipts[one], number=other + 1)
    receipts[other] = replace(receipts[other], number=one + 1)
    assert fault_of(receipts) == ("changed", other + 1)
    assert fault_of([forged(receipt) for receipt in receipts]) == ("broken", one + 1)


@given(LENGTHS, st.data())
def test_two_receipts_that_exchanged_their_places_are_told_and_the_chain_is_whole(
    length: int, data: st.DataObject
) -> None:
    receipts = some(length)
    one, other = data.draw(st.lists(st.integers(0, length - 1), min_size=2, max_size=2, unique=True).map(sorted))
    receipts[one], receipts[other] = receipts[other], receipts[one]
    heard = check(receipts)
    assert heard.fault is None
    assert heard.number == length
    assert sorted(heard.late) == list(range(one + 1, other + 1))


@given(LENGTHS, st.data())
def test_a_receipt_that_was_put_in_is_found_at_its_number(length: int, data: st.DataObject) -> None:
    receipts = some(length)
    place = data.draw(st.integers(0, length - 1))
    put_in = forged(receipts[place], act="exported")
    receipts.insert(data.draw(st.integers(0, length)), put_in)
    assert fault_of(receipts) == ("doubled", place + 1)


@given(LENGTHS, st.data())
def test_receipts_that_were_numbered_anew_are_found_where_that_begins(length: int, data: st.DataObject) -> None:
    receipts = some(length)
    place = data.draw(st.integers(0, length - 2))
    left = [*receipts[:place], *(forged(one, number=one.number - 1) for one in receipts[place + 1 :])]
    assert fault_of(left) == ("broken", place + 1)


@given(st.permutations(some(6)), st.data())
def test_what_is_published_again_changes_nothing(order: list[Receipt], data: st.DataObject) -> None:
    again = data.draw(st.lists(st.sampled_from(order), max_size=4))
    heard = check([*order, *again])
    assert heard.fault is None
    assert heard.head == head_at(some(6)[-1])


@pytest.mark.parametrize("envelope", [{"key": "another"}, {"occurred_at": MONDAY}])
def test_an_envelope_that_says_otherwise_is_found(envelope: dict[str, Any]) -> None:
    receipts = some(3)
    receipts[1] = replace(receipts[1], **envelope)
    assert fault_of(receipts) == ("misplaced", 2)


def test_a_number_below_one_is_found() -> None:
    assert fault_of([forged(some(1)[0], number=0)]) == ("unnumbered", 0)


def test_a_chain_whose_beginning_is_gone_is_told_before_all_of_it_is_held() -> None:
    receipts = some(WAITING_AT_MOST + 20)
    heard = ChainCheck(BEGUN_BY)
    for one in receipts[1:]:
        heard.hear(one)
    assert heard.fault == ChainFault(BEGUN_BY, 1, "missing", "number 1 is missing")


@given(LENGTHS, st.data())
def test_a_chain_that_was_cut_back_or_rewritten_is_found_by_the_head_it_once_had(
    length: int, data: st.DataObject
) -> None:
    receipts = some(length)
    seen = data.draw(st.integers(1, length))
    head, place = head_at(receipts[seen - 1]), data.draw(st.integers(1, seen))
    for made, kind, number in (
        (receipts[: seen - 1], "cut_back", seen),
        (forged_chain(receipts, place, result="other"), "rewritten", seen),
        (receipts, None, 0),
    ):
        fault = check(made).compare(head)
        assert (fault and (fault.kind, fault.number)) == (kind and (kind, number))


def test_chains_are_judged_each_for_itself_and_one_that_is_gone_is_cut_back() -> None:
    one, other, gone = some(3, "a"), some(4, "b"), some(2, "c")
    checks = ChainChecks()
    for receipt in (one[0], other[0], one[2], other[1], other[2], other[3]):
        checks.hear(receipt)
    faults = checks.end([head_at(other[2]), head_at(gone[1])])
    assert [(fault.chain, fault.kind, fault.number) for fault in faults] == [("a", "missing", 2), ("c", "cut_back", 1)]
    assert checks.heads() == [head_at(one[0]), head_at(other[3])]
    assert checks.receipts == 6


def test_from_a_trusted_head_older_receipts_are_passed_over_and_the_head_itself_is_compared() -> None:
    receipts = some(5)
    heard = ChainCheck(BEGUN_BY, head_at(receipts[2]))
    for one in receipts:
        heard.hear(one)
    assert heard.end() is None
    assert heard.compare(head_at(receipts[0])) is None
    heard.hear(forged(receipts[2], result="other"))
    assert heard.fault is not None
    assert (heard.fault.kind, heard.fault.number) == ("doubled", 3)


def test_two_deeds_that_differ_in_where_a_field_ends_have_different_bytes() -> None:
    one, other = chain_of(deed(actor_unit="ab", actor_post="c")), chain_of(deed(actor_unit="a", actor_post="bc"))
    assert one[0].digest != other[0].digest
    assert chain_of(deed(basis="x\nresult=7:granted"))[0].digest != chain_of(deed(basis="x"))[0].digest
