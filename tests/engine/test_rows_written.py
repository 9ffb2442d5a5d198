"""A transaction writes the rows of what it changed, and none for what came and went within it or never was."""

from hypothesis import given
from hypothesis import strategies as st

from streams.engine.tables import PartitionTables
from tests.engine.toy import ACCOUNTS, Account, toy_codec

CODEC = toy_codec()
ACCOUNT = Account(total=1, records=1)
CHANGES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["put", "arm", "delete", "commit", "roll back"])))


def commit(tables: PartitionTables) -> list[tuple[str, bytes | None]]:
    changes = tables.changes()
    tables.commit(changes)
    return changes


def test_what_is_deleted_without_being_there_is_no_row() -> None:
    tables = PartitionTables([ACCOUNTS], CODEC)
    tables[ACCOUNTS].delete("a")
    assert commit(tables) == []


def test_what_comes_and_goes_within_a_transaction_is_no_row() -> None:
    tables = PartitionTables([ACCOUNTS], CODEC)
    tables[ACCOUNTS].put("a", ACCOUNT, due_at=5)
    tables[ACCOUNTS].delete("a")
    assert commit(tables) == []
    assert tables.next_due() is None


def test_what_was_committed_is_deleted_by_a_row() -> None:
    tables = PartitionTables([ACCOUNTS], CODEC)
    tables[ACCOUNTS].put("a", ACCOUNT)
    commit(tables)
    tables[ACCOUNTS].put("a", ACCOUNT)
    tables[ACCOUNTS].delete("a")
    assert commit(tables) == [("accounts/a", None)]


@given(CHANGES)
def test_the_changelog_holds_what_the_tables_hold_and_deletes_only_what_it_holds(steps: list[tuple[str, str]]) -> None:
    tables, changelog = PartitionTables([ACCOUNTS], CODEC), dict[str, bytes]()
    for key, step in [*steps, ("", "commit")]:
        if step == "put":
            tables[ACCOUNTS].put(key, ACCOUNT)
        elif step == "arm":
            tables[ACCOUNTS].put(key, ACCOUNT, due_at=5)
        elif step == "delete":
            tables[ACCOUNTS].delete(key)
        elif step == "roll back":
            tables.rollback()
        else:
            for full_key, row in commit(tables):
                if row is None:
                    del changelog[full_key]
                else:
                    changelog[full_key] = row
    assert changelog == tables.rows
    restored = PartitionTables([ACCOUNTS], CODEC)
    restored.load(dict(changelog))
    assert (restored.armed, restored.next_due()) == (tables.armed, tables.next_due())
