"""Ids known: against a plain list of all that ever came, whatever the order of commits, aborts and restarts."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as some

from streams.engine import known
from streams.engine.known import KnownIds
from streams.engine.tables import RowDamaged
from streams.facts.engine import Remembered

REMEMBERED_IDS = 6
REMEMBERED_MILLISECONDS = 10

ids = some.sampled_from("abc")
comings = some.lists(some.tuples(ids, some.sampled_from([0, 1, 4, 10])), max_size=6)
transactions = some.lists(some.tuples(comings, some.sampled_from(["commit", "abort", "restart"])), max_size=6)


class Coming(NamedTuple):
    identity: str
    clock: int
    check: int


def check_in(comings: list[Coming], identity: str, clock: int) -> int | None:
    """What the last coming of an id says, if it is neither too old nor too many ids ago."""
    for age, coming in enumerate(reversed(comings), 1):
        if coming.identity == identity:
            counts = age <= REMEMBERED_IDS and clock - coming.clock < REMEMBERED_MILLISECONDS
            return coming.check if counts else None
    return None


@pytest.fixture(autouse=True, scope="module")
def short_memory() -> Iterator[None]:
    """Ids are forgotten soon enough for a test to see it."""
    patch = pytest.MonkeyPatch()
    patch.setattr(known, "REMEMBER_IDS", REMEMBERED_IDS)
    patch.setattr(known, "REMEMBER_MILLISECONDS", REMEMBERED_MILLISECONDS)
    yield
    patch.undo()


@given(transactions)
def test_an_id_is_known_as_long_as_it_counts_and_only_from_what_was_committed(
    transactions: list[tuple[list[tuple[str, int]], str]],
) -> None:
    ids = KnownIds()
    stored: dict[str, Remembered] = {}
    committed: list[Coming] = []
    clock = offset = 0
    for comings, end in transactions:
        open_ones: list[Coming] = []
        for identity, passed in comings:
            clock, offset = clock + passed, offset + 1
            expected = check_in([*committed, *open_ones], identity, clock)
            assert ids.check_of(identity, clock) == expected
            if expected is None:
                open_ones.append(Coming(identity, clock, check=offset))
                ids.add(identity, clock, offset)
        changes = ids.changes(offset, clock)
        if end == "abort":
            ids.rollback()
            continue
        ids.commit(changes)
        committed += open_ones
        stored |= {name: row for name, row in changes if row is not None}
        for name, row in changes:
            if row is None:
                del stored[name]
        if end == "restart":
            ids = KnownIds()
            ids.load(stored)


def test_what_no_longer_counts_leaves_memory() -> None:
    ids = KnownIds()
    for offset in range(10 * REMEMBERED_IDS):
        ids.add(f"id-{offset}", 0, offset)
        ids.commit(ids.changes(offset, 0))
    assert len(ids.rows()) <= REMEMBERED_IDS + 1


def test_a_row_that_holds_too_few_checks_or_times_is_damaged() -> None:
    row = Remembered(first=0, ids=("a", "b"), checks=bytes(4), ats=bytes(16))
    with pytest.raises(RowDamaged, match="2 ids, 4 bytes of checks, 16 of times"):
        KnownIds().load({f"{known.ROW}{0:020}": row})
