"""Receipts as a processor gives them, through the engine: whole chains, one a partition, whatever goes wrong."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.contract import Entry, Fact, Output, TableName, Tables
from streams.engine.memory import NO_FAULTS, Faults, MemoryHub
from streams.facts.audit import Receipt
from streams.facts.people import Resident
from streams.processors.person_profiles import PersonProfiles
from streams.receipts.reading import AUDIT
from streams.rules.chain_check import ChainChecks
from streams.rules.receipt_chain import CHAINS, ChainHead, receipt_given
from tests.processors.kit import START_AT, codec, topology
from tests.receipts.receipts import deed

PEOPLE = "hub.log.people.v1"
CRASHES = Faults(twice=0.3, crash_before_commit=0.2, crash_after_commit=0.2, handed_over=0.2, shuffled=True, batch=7)


class Registrar:
    """Owns the people log in these tests: a receipt for each fact, as person_profiles gives one for each deed."""

    name: ClassVar[str] = PersonProfiles.name
    tables: ClassVar[tuple[TableName[Any], ...]] = (CHAINS,)
    reads: ClassVar[tuple[type[Fact], ...]] = PersonProfiles.reads
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"audit": (Receipt,)}

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        yield receipt_given(tables, record.id, replace(deed(), token=record.key, happened_at=now))

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        return ()


def moved(number: int) -> Resident:
    token = f"services:1:{number % 7:040x}"
    return Resident(
        id=f"row:{number}", key=token, trace=f"row:{number}", occurred_at=START_AT, token=token,
        content=None, recorded_at=START_AT + number,
    )  # fmt: skip


def heard(faults: Faults, facts: int = 40) -> tuple[ChainChecks, list[Receipt]]:
    """What comes of facts about seven persons, as the topic of receipts has it, judged."""
    hub = MemoryHub(topology(), {"person_profiles": Registrar()}, codec(), START_AT, faults)
    for number in range(facts):
        hub.publish(PEOPLE, moved(number))
    hub.settle()
    receipts = [one for one in hub.values(AUDIT) if isinstance(one, Receipt)]
    checks = ChainChecks()
    for one in receipts:
        checks.hear(one)
    return checks, receipts


def heads(checks: ChainChecks) -> list[ChainHead]:
    assert checks.end() == []
    return checks.heads()


def test_each_partition_has_one_chain_named_by_the_fact_that_began_it() -> None:
    checks, receipts = heard(NO_FAULTS)
    assert len(receipts) == sum(head.number for head in heads(checks)) == 40
    assert 1 < len(checks.chains) <= topology().topics[PEOPLE].partitions
    assert {one.chain for one in receipts if one.number == 1} <= {f"row:{number}" for number in range(40)}
    assert {one.key for one in receipts} == set(checks.chains)
    assert all(one.id and one.source == "person_profiles" and one.trace for one in receipts)


@given(st.integers(0, 2**32))
def test_crashes_hand_overs_and_records_that_come_twice_leave_the_same_chains(seed: int) -> None:
    expected, _ = heard(NO_FAULTS)
    checks, receipts = heard(replace(CRASHES, seed=seed))
    assert heads(checks) == heads(expected)
    assert len(receipts) == 40


@pytest.mark.parametrize("missing", [1, 3])
def test_a_receipt_that_is_lost_on_its_way_is_found_in_its_chain(missing: int) -> None:
    _, receipts = heard(NO_FAULTS)
    chain = receipts[0].chain
    checks = ChainChecks()
    for one in receipts:
        if (one.chain, one.number) != (chain, missing):
            checks.hear(one)
    assert [(fault.chain, fault.number, fault.kind) for fault in checks.end()] == [(chain, missing, "missing")]
