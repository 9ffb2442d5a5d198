"""What a processor keeps and shows in one transaction is encoded once, and its row says what was shown."""

from dataclasses import replace

from streams.engine.tables import NOT_DUE, PartitionTables
from tests.engine.toy import ACCOUNTS, Account, toy_codec

CODEC = toy_codec()
SHOWN = b"what was shown"
ACCOUNT = Account(total=1, records=1)


def tables_with(account: Account) -> PartitionTables:
    tables = PartitionTables([ACCOUNTS], CODEC)
    tables[ACCOUNTS].put("a", account)
    return tables


def test_the_row_of_a_value_that_was_shown_has_the_bytes_that_it_was_shown_with() -> None:
    tables = tables_with(ACCOUNT)
    tables.note_encoded(ACCOUNT, SHOWN)
    assert tables.changes() == [("accounts/a", NOT_DUE + SHOWN)]


def test_a_value_that_is_kept_after_it_was_shown_has_a_row_of_its_own() -> None:
    tables = tables_with(ACCOUNT)
    tables.note_encoded(ACCOUNT, SHOWN)
    later = replace(ACCOUNT, total=2)
    tables[ACCOUNTS].put("a", later)
    assert tables.changes() == [("accounts/a", NOT_DUE + CODEC.encode(later))]


def test_what_was_shown_is_forgotten_with_its_transaction() -> None:
    tables = tables_with(ACCOUNT)
    tables.note_encoded(ACCOUNT, SHOWN)
    tables.rollback()
    tables[ACCOUNTS].put("a", ACCOUNT)
    assert tables.changes() == [("accounts/a", NOT_DUE + CODEC.encode(ACCOUNT))]
