"""A department's table, polled: watermark with overlap, keyset pages, soft deletes, local times."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.contract import RawRow, SourceAway
from connectors.readers.db_poll import DatabaseReader
from connectors.readers.source_table import SourceTable
from connectors.systems import fleet
from connectors.times import SHANGHAI
from tests.connectors.reading import reading

CONTRACT = fleet()["ga_public_order"].contract
COLUMNS = (
    "case_no TEXT PRIMARY KEY",
    "case_class TEXT",
    "accept_time TEXT",
    "place_code TEXT",
    "case_status TEXT",
    "is_deleted INTEGER",
    "update_time TEXT",
)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.db_poll.STAMP_SECONDS", 0.02)


@pytest.fixture
def table(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(tmp_path / "cases.sqlite3", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"CREATE TABLE case_summary ({', '.join(COLUMNS)})")
    connection.execute("CREATE INDEX by_update ON case_summary (update_time, case_no)")
    yield connection
    connection.close()


def reader(folder: Path, overlap_seconds: float = 120, **settings: Any) -> DatabaseReader:
    database = f"sqlite:///{folder / 'cases.sqlite3'}"
    return DatabaseReader(CONTRACT, database, "case_summary", 0.02, overlap_seconds, **settings)


def put(table: sqlite3.Connection, case_no: str, update_time: object, **changes: object) -> None:
    row = {
        "case_no": case_no,
        "case_class": "盗窃",
        "accept_time": "2026-11-22 07:00:00",
        "place_code": None,
        "case_status": "1",
        "is_deleted": 0,
        "update_time": update_time,
        **changes,
    }
    table.execute(f"INSERT OR REPLACE INTO case_summary VALUES ({', '.join(':' + name for name in row)})", row)  # noqa: S608


def told(rows: list[RawRow]) -> list[tuple[object, object]]:
    return [(row.values["case_no"], row.values["update_time"]) for row in rows if row.values]


def test_rows_come_in_the_order_of_their_update(table: sqlite3.Connection, tmp_path: Path) -> None:
    put(table, "B", "2026-11-22 08:00:02")
    put(table, "A", "2026-11-22 08:00:05")
    with reading(reader(tmp_path)) as read:
        assert told(read.rows(2)) == [("B", "2026-11-22 08:00:02"), ("A", "2026-11-22 08:00:05")]
    assert read.cursor == '{"stamp": "2026-11-22 08:00:05"}'


def test_a_row_has_the_departments_own_names_and_words(table: sqlite3.Connection, tmp_path: Path) -> None:
    put(table, "A", "2026-11-22 08:00:00")
    with reading(reader(tmp_path)) as read:
        (row,) = read.rows(1)
    assert row.values == {
        "case_no": "A",
        "case_class": "盗窃",
        "accept_time": "2026-11-22 07:00:00",
        "place_code": None,
        "case_status": "1",
        "is_deleted": 0,
        "update_time": "2026-11-22 08:00:00",
    }
    assert "盗窃".encode() in row.raw


def test_more_rows_of_one_second_than_a_page_holds_are_all_read(table: sqlite3.Connection, tmp_path: Path) -> None:
    for number in range(2500):
        put(table, f"C{number:04}", "2026-11-22 08:00:00")
    with reading(reader(tmp_path)) as read:
        rows = read.rows(2500)
    assert [number for number, _ in told(rows)] == [f"C{number:04}" for number in range(2500)]


def test_a_changed_row_is_read_again_and_a_deleted_one_is_seen(table: sqlite3.Connection, tmp_path: Path) -> None:
    put(table, "A", "2026-11-22 08:00:00")
    put(table, "B", "2026-11-22 08:00:00")
    with reading(reader(tmp_path, overlap_seconds=0)) as read:
        read.rows(2)
        put(table, "A", "2026-11-22 09:00:00", case_status="9")
        put(table, "B", "2026-11-22 09:00:01", is_deleted=1)
        later: dict[object, object] = {}
        while ("B", 1) not in later.items():
            later |= {
                row.values["case_no"]: row.values["is_deleted"]
                for row in read.next().rows
                if row.values and str(row.values["update_time"]) >= "2026-11-22 09"
            }
    assert later == {"A": 0, "B": 1}


def test_a_restarted_reader_goes_on_at_its_cursor(table: sqlite3.Connection, tmp_path: Path) -> None:
    put(table, "A", "2026-11-22 08:00:00")
    put(table, "B", "2026-11-22 09:00:00")
    with reading(reader(tmp_path)) as read:
        read.rows(2)
    put(table, "C", "2026-11-22 09:30:00")
    with reading(reader(tmp_path), read.cursor) as read:
        assert told(read.rows(2)) == [("B", "2026-11-22 09:00:00"), ("C", "2026-11-22 09:30:00")]


def test_a_commit_later_than_its_stamp_is_found_in_the_overlap(table: sqlite3.Connection, tmp_path: Path) -> None:
    put(table, "A", "2026-11-22 08:01:00")
    with reading(reader(tmp_path)) as read:
        read.rows(1)
        put(table, "B", "2026-11-22 07:59:30")
        while "B" not in dict(told(rows := list(read.next().rows))):
            assert dict(told(rows)) == {"A": "2026-11-22 08:01:00"}


def test_a_row_that_changes_within_the_second_it_is_read_in_is_not_read_half(
    table: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page is read a moment after its newest stamp was seen: then that second is over."""
    put(table, "A", "2026-11-22 08:00:00")
    asked = SourceTable._ask

    def change_after_the_first_question(self: SourceTable, *question: object) -> object:
        answer = asked(self, *question)  # type: ignore[arg-type]
        put(table, "A", "2026-11-22 08:00:00", case_status="9")
        return answer

    monkeypatch.setattr(SourceTable, "_ask", change_after_the_first_question)
    with reading(reader(tmp_path)) as read:
        (row,) = read.rows(1)
    assert row.values is not None
    assert row.values["case_status"] == "9"


@pytest.mark.parametrize("stamp", [None, "9999-12-31 00:00:00", "昨天", "2026/11/22 08:00:00"])
def test_a_stamp_that_is_none_hides_no_later_row(table: sqlite3.Connection, tmp_path: Path, stamp: str | None) -> None:
    put(table, "STRAY", stamp)
    put(table, "A", "2026-11-22 08:00:00")
    with reading(reader(tmp_path)) as read:
        assert told(read.rows(2)) == [("STRAY", stamp), ("A", "2026-11-22 08:00:00")]
    assert read.cursor == '{"stamp": "2026-11-22 08:00:00"}'


def test_a_stamp_of_tomorrow_waits_for_its_day(table: sqlite3.Connection, tmp_path: Path) -> None:
    soon = (datetime.now(SHANGHAI) + timedelta(hours=1)).strftime("%Y-%m-%d %H:%M:%S")
    put(table, "A", soon)
    with reading(reader(tmp_path)) as read:
        assert told(read.rows(1)) == [("A", soon)]


def test_an_empty_table_is_asked_in_vain(table: sqlite3.Connection, tmp_path: Path) -> None:
    with reading(reader(tmp_path)) as read:
        assert read.until_idle() == []
        put(table, "A", "2026-11-22 08:00:00")
        assert told(read.rows(1)) == [("A", "2026-11-22 08:00:00")]


def test_a_text_that_is_no_utf8_is_a_row_like_any_other(table: sqlite3.Connection, tmp_path: Path) -> None:
    put(table, "A", "2026-11-22 08:00:00")
    table.execute("UPDATE case_summary SET case_class = CAST(x'cef7ff' AS TEXT)")
    put(table, "B", "2026-11-22 08:00:01")
    with reading(reader(tmp_path)) as read:
        rows = read.rows(2)
    assert b"\xce\xf7\xff" in rows[0].raw
    assert [number for number, _ in told(rows)] == ["A", "B"]


def test_a_database_that_is_not_there_is_said_and_not_made(tmp_path: Path) -> None:
    with reading(reader(tmp_path)) as read, pytest.raises(SourceAway, match="not there"):
        read.next()
    assert list(tmp_path.iterdir()) == []


def test_a_column_that_has_vanished_is_named(table: sqlite3.Connection, tmp_path: Path) -> None:
    table.execute("ALTER TABLE case_summary DROP COLUMN case_status")
    put_without = "INSERT INTO case_summary (case_no, update_time) VALUES ('A', '2026-11-22 08:00:00')"
    table.execute(put_without)
    with reading(reader(tmp_path)) as read, pytest.raises(SourceAway, match="case_status"):
        read.next()


def test_a_database_that_fails_between_pages_is_gone_on_with_at_the_last_page(
    table: sqlite3.Connection, tmp_path: Path
) -> None:
    for number in range(1500):
        put(table, f"C{number:04}", f"2026-11-22 08:{number // 60:02}:{number % 60:02}")
    with reading(reader(tmp_path, overlap_seconds=0)) as read:
        first = read.rows(1)
        table.execute("ALTER TABLE case_summary RENAME TO gone")
        with pytest.raises(SourceAway):
            read.next()
    table.execute("ALTER TABLE gone RENAME TO case_summary")
    with reading(reader(tmp_path, overlap_seconds=0), read.cursor) as read:
        rest = read.rows(501)
    numbers = {number for number, _ in told(first + rest)}
    assert numbers == {f"C{number:04}" for number in range(1500)}


def test_the_reader_cannot_write(table: sqlite3.Connection, tmp_path: Path) -> None:
    put(table, "A", "2026-11-22 08:00:00")
    source = SourceTable(CONTRACT, f"sqlite:///{tmp_path / 'cases.sqlite3'}", "case_summary", full_scan=False)
    with source._engine.connect() as connection, pytest.raises(Exception, match="readonly"):
        connection.exec_driver_sql("DELETE FROM case_summary")
    assert table.execute("SELECT count(*) FROM case_summary").fetchone() == (1,)


def test_a_table_that_every_poll_would_read_whole_is_asked_for_an_index(
    table: sqlite3.Connection, tmp_path: Path
) -> None:
    put(table, "A", "2026-11-22 08:00:00")
    table.execute("DROP INDEX by_update")
    with reading(reader(tmp_path)) as read, pytest.raises(SourceAway, match="no index that begins with update_time"):
        read.next()
    with reading(reader(tmp_path, full_scan=True)) as read:
        assert told(read.rows(1)) == [("A", "2026-11-22 08:00:00")]


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "cases.sqlite3").execute("CREATE TABLE another (a TEXT)")
    with reading(reader(tmp_path)) as read, pytest.raises(SourceAway, match="no such table"):
        read.next()


def commits_behind(monkeypatch: pytest.MonkeyPatch, asked: str, commit: Callable[[], None]) -> None:
    """After each time that the reader has asked the table for a `page` or for `places`, a clerk commits something."""
    answered = getattr(SourceTable, asked)

    def answer(self: SourceTable, *question: Any) -> Any:
        found = answered(self, *question)
        commit()
        return found

    monkeypatch.setattr(SourceTable, asked, answer)


def in_slices_of_five(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.source_table.PAGE_ROWS", 5)
    monkeypatch.setattr("connectors.readers.db_poll.SLICE_ROWS", 5)


def test_a_row_that_comes_in_behind_a_page_is_found_in_the_same_round(
    table: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its transaction began early and ended late; without an overlap no later round would find it."""
    put(table, "B", "2026-11-22 08:00:00")
    put(table, "C", "2026-11-22 09:00:00")
    commits_behind(monkeypatch, "page", lambda: put(table, "A", "2026-11-22 07:00:00"))
    with reading(reader(tmp_path, overlap_seconds=0)) as read:
        assert [number for number, _ in told(read.rows(3))] == ["B", "C", "A"]
        assert read.cursor == '{"stamp": "2026-11-22 09:00:00"}'


def test_a_row_that_comes_in_behind_slices_that_were_proved_is_found_in_the_same_round(
    table: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_slices_of_five(monkeypatch)
    for number in range(12):
        put(table, f"C{number:02}", f"2026-11-22 08:00:{number:02}")
    commits_behind(monkeypatch, "places", lambda: put(table, "A", "2026-11-22 07:00:00"))
    with reading(reader(tmp_path, overlap_seconds=0)) as read:
        numbers = [number for number, _ in told(read.rows(12 + 13))]
    assert numbers[:12] == [f"C{number:02}" for number in range(12)]
    assert set(numbers[12:]) == {"A", *numbers[:12]}


def test_rows_that_go_on_coming_in_behind_the_reader_are_said(
    table: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(table, "B", "2026-11-22 09:00:00")
    numbers = count()
    commits_behind(monkeypatch, "page", lambda: put(table, "A", "2026-11-22 08:00:00"))
    commits_behind(monkeypatch, "places", lambda: put(table, f"A{next(numbers)}", "2026-11-22 08:00:00"))
    with reading(reader(tmp_path)) as read, pytest.raises(SourceAway, match="go on coming in behind the reader"):
        read.rows(100)


def test_rows_entered_twice_are_proved_as_they_are(
    table: sqlite3.Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Clerks of a table without a key enter rows twice: it holds more rows than there are numbers."""
    in_slices_of_five(monkeypatch)
    table.execute("DROP TABLE case_summary")
    table.execute(f"CREATE TABLE case_summary ({', '.join(COLUMNS).replace(' PRIMARY KEY', '')})")
    table.execute("CREATE INDEX by_update ON case_summary (update_time)")
    for number in range(8):
        put(table, f"C{number}", "2026-11-22 08:00:00")
        put(table, f"C{number}", "2026-11-22 08:00:00")
    with reading(reader(tmp_path)) as read:
        rows_of_several_rounds = read.rows(50)
    assert {number for number, _ in told(rows_of_several_rounds)} == {f"C{number}" for number in range(8)}


@given(
    rows=st.dictionaries(st.integers(0, 40), st.integers(0, 9), max_size=30),
    page=st.integers(1, 6),
    slice_rows=st.integers(1, 12),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_row_is_read_once_whatever_the_pages_and_slices(
    table: sqlite3.Connection, tmp_path: Path, rows: dict[int, int], page: int, slice_rows: int
) -> None:
    table.execute("DELETE FROM case_summary")
    for number, second in rows.items():
        put(table, f"C{number}", f"2026-11-22 08:00:0{second}")
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        reading(reader(tmp_path)) as read,
    ):
        monkeypatch.setattr("connectors.readers.source_table.PAGE_ROWS", page)
        monkeypatch.setattr("connectors.readers.db_poll.SLICE_ROWS", slice_rows)
        found = told(read.rows(len(rows)))
    expected = [(f"C{number}", f"2026-11-22 08:00:0{second}") for number, second in rows.items()]
    assert found == sorted(expected, key=lambda row: (row[1], row[0]))


def deleting(folder: Path) -> DatabaseReader:
    return reader(folder, deletes_every_seconds=0)


def test_rows_deleted_for_good_are_rows_without_anything_but_their_number(
    table: sqlite3.Connection, tmp_path: Path
) -> None:
    put(table, "A", "2026-11-22 08:00:00")
    put(table, "B", "2026-11-22 08:00:01")
    with reading(deleting(tmp_path)) as read:
        while '"keys"' not in str(read.cursor):
            read.next()
    table.execute("DELETE FROM case_summary WHERE case_no = 'A'")
    with reading(deleting(tmp_path), read.cursor) as read:
        gone = next(
            row for row in iter(lambda: next(iter(read.next().rows), None), ...) if row and row.change == "removed"
        )
    assert (gone.values, gone.version) == ({"case_no": "A"}, "gone@2026-11-22 08:00:01")


def test_a_table_that_is_emptied_at_once_deletes_nothing(table: sqlite3.Connection, tmp_path: Path) -> None:
    put(table, "A", "2026-11-22 08:00:00")
    with reading(deleting(tmp_path)) as read:
        while '"keys"' not in str(read.cursor):
            read.next()
        table.execute("DELETE FROM case_summary")
        assert [row for _ in range(5) for row in read.next().rows if row.change == "removed"] == []
