"""The same table on real PostgreSQL and MariaDB: typed columns, moments without a zone, deletions, restarts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from connectors.contract import RawRow, SourceAway
from connectors.readers.db_poll import DatabaseReader
from connectors.readers.source_table import Place, SourceTable
from connectors.standard_items import CHANGE
from connectors.systems import fleet
from streams.embedded.ports import free_port
from tests.connectors.database_servers import HOST, DatabaseServer, mariadb, postgresql
from tests.connectors.reading import Read, reading

CONTRACT = fleet()["rs_wage_clue"].contract
WHOSE_ROWS_GO = replace(CONTRACT, full_dump=True, additions=(*CONTRACT.additions, CHANGE))
AT = datetime(2026, 11, 22, 8)  # noqa: DTZ001 - a department's database has no zone
COLUMNS = {
    "postgresql": "clue_no varchar(40) PRIMARY KEY, org_uscc char(18), wage_amount numeric(14,2), worker_count int, "
    "clue_source varchar(2), handle_status varchar(2), found_time timestamp, update_time timestamp(0)",
    "mariadb": "clue_no varchar(40) PRIMARY KEY, org_uscc char(18), wage_amount decimal(14,2), worker_count int, "
    "clue_source varchar(2), handle_status varchar(2), found_time datetime, update_time datetime",
}


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.db_poll.STAMP_SECONDS", 0.02)


@dataclass
class Department:
    """A department's database, and what its clerks do in it."""

    kind: str
    server: DatabaseServer
    url: str

    @property
    def _engine(self) -> Engine:
        return create_engine(self.url, poolclass=NullPool)

    def run(self, statement: str, **values: Any) -> Any:
        with self._engine.begin() as connection:
            result = connection.execute(text(statement), values)
            return result.fetchall() if result.returns_rows else None

    def start(self) -> None:
        self.server.start(lambda: self._engine.connect().close())

    def put(self, *clues: str, seconds: int = 0, **changes: Any) -> None:
        for clue in clues:
            row = {
                "clue_no": clue, "org_uscc": "91500117HC001006XG", "wage_amount": "320000.50", "worker_count": 25,
                "clue_source": "1", "handle_status": "1", "found_time": AT,
                "update_time": AT + timedelta(seconds=seconds), **changes,
            }  # fmt: skip
            self.run("DELETE FROM wage_clue WHERE clue_no = :clue_no", clue_no=clue)
            self.run(f"INSERT INTO wage_clue VALUES ({', '.join(f':{name}' for name in row)})", **row)  # noqa: S608

    def reader(self, **settings: Any) -> DatabaseReader:
        contract = WHOSE_ROWS_GO if "deletes_every_seconds" in settings else CONTRACT
        return DatabaseReader(contract, self.url, "wage_clue", 0.02, 120, **settings)


@pytest.fixture(scope="module", params=["postgresql", "mariadb"])
def department(request: pytest.FixtureRequest) -> Iterator[Department]:
    port = free_port()
    server = postgresql(port) if request.param == "postgresql" else mariadb(port)
    urls = {
        "postgresql": f"postgresql+psycopg://hub@{HOST}:{port}/postgres",
        "mariadb": f"mariadb+pymysql://root@{HOST}:{port}/mysql",
    }
    department = Department(request.param, server, urls[request.param])
    try:
        department.start()
        yield department
    finally:
        server.remove()


@pytest.fixture
def table(department: Department) -> Department:
    department.run("DROP TABLE IF EXISTS wage_clue")
    department.run(f"CREATE TABLE wage_clue ({COLUMNS[department.kind]})")
    department.run("CREATE INDEX wage_clue_by_update ON wage_clue (update_time, clue_no)")
    return department


def numbers(rows: list[RawRow]) -> list[str]:
    return [row.values["clue_no"] for row in rows if row.values]


def test_a_typed_row_fits_the_contract(table: Department) -> None:
    table.put("QX1")
    with reading(table.reader()) as read:
        (row,) = read.rows(1)
    assert row.values is not None
    checked = CONTRACT.check(row.values)
    assert (checked["wage_amount"], checked["worker_count"]) == (320_000.5, 25)
    assert checked["update_time"] == checked["found_time"] == 1_795_305_600_000
    assert read.cursor == '{"stamp": "2026-11-22 08:00:00"}'


def test_pages_restarts_and_changes_leave_no_gap(table: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.source_table.PAGE_ROWS", 7)
    table.put(*(f"QX{number:02}" for number in range(20)))
    with reading(table.reader()) as read:
        first = read.rows(7)
    with reading(table.reader(), read.cursor) as read:
        rest = read.rows(20)
        table.put("QX05", seconds=300, handle_status="3")
        changed = next(row for row in iter(lambda: read.rows(1)[-1], None) if row.values["handle_status"] == "3")  # type: ignore[index]
    assert set(numbers([*first, *rest])) == {f"QX{number:02}" for number in range(20)}
    assert changed.values is not None
    assert str(changed.values["update_time"]) == "2026-11-22 08:05:00"


def read_keys(read: Read) -> None:
    """Read on until the reader knows which keys there are."""
    while '"keys"' not in str(read.cursor):
        read.next()


def test_rows_deleted_for_good_are_told(table: Department) -> None:
    table.put("QX1", "QX2")
    with reading(table.reader(deletes_every_seconds=0)) as read:
        read_keys(read)
        table.run("DELETE FROM wage_clue WHERE clue_no = 'QX1'")
        gone: list[RawRow] = []
        while not gone:
            gone = [row for row in read.next().rows if row.change == "removed"]
    assert numbers(gone) == ["QX1"]


def test_a_table_emptied_at_once_deletes_nothing(table: Department) -> None:
    table.put("QX1", "QX2")
    with reading(table.reader(deletes_every_seconds=0)) as read:
        read_keys(read)
        table.run("DELETE FROM wage_clue")
        assert [row for _ in range(5) for row in read.next().rows if row.change == "removed"] == []


def test_a_row_committed_behind_slices_that_were_proved_is_read_in_the_same_round(
    table: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an overlap no later round would look where its stamp lies."""
    monkeypatch.setattr("connectors.readers.source_table.PAGE_ROWS", 4)
    monkeypatch.setattr("connectors.readers.db_poll.SLICE_ROWS", 4)
    for number in range(10):
        table.put(f"QX{number:02}", seconds=number)
    places = SourceTable.places

    def places_before_a_commit(self: SourceTable, *asked: Any) -> Any:
        found = places(self, *asked)
        table.put("LATE", seconds=-60)
        return found

    monkeypatch.setattr(SourceTable, "places", places_before_a_commit)
    reader = DatabaseReader(CONTRACT, table.url, "wage_clue", 0.02, 0)
    with reading(reader) as read:
        found = numbers(read.rows(21))
    assert found[:10] == [f"QX{number:02}" for number in range(10)]
    assert set(found[10:]) == {"LATE", *found[:10]}


def test_a_page_and_its_proof_are_read_along_the_index(table: Department) -> None:
    """No full scan and no sort of all that lies behind: the plan of the server says so."""
    stamps = [f"'{AT + timedelta(seconds=number)}'" for number in range(20_000)]
    rows = [f"('QX{number:05}', '', 1, 1, '1', '1', {stamp}, {stamp})" for number, stamp in enumerate(stamps)]
    table.run(f"INSERT INTO wage_clue VALUES {', '.join(rows)}")  # noqa: S608
    table.run("ANALYZE wage_clue" if table.kind == "postgresql" else "ANALYZE TABLE wage_clue")
    source = SourceTable(CONTRACT, table.url, "wage_clue", full_scan=False)
    begin, last, newest = (AT + timedelta(seconds=seconds) for seconds in (10_000, 11_000, 20_000))
    within = source.slice(None, Place(begin, "QX10000"), Place(last, "QX11000"), newest)
    for question in (source.page_question(None, Place(begin, "QX10000"), newest), source.places_question(within)):
        with source._engine.connect() as connection:
            said = question.compile(connection, compile_kwargs={"literal_binds": True})
            plan = str(connection.execute(text(f"EXPLAIN {said}")).fetchall())
        assert "wage_clue_by_update" in plan
        assert not {"Seq Scan", "Sort", "filesort"} & set(re.findall(r"[A-Z]\w+ Scan|\w+", plan))


def test_a_table_without_an_index_on_its_update_time_is_refused(table: Department) -> None:
    table.put("QX1")
    table.run("DROP INDEX wage_clue_by_update" + (" ON wage_clue" if table.kind == "mariadb" else ""))
    with reading(table.reader()) as read, pytest.raises(SourceAway, match="no index that begins with update_time"):
        read.next()
    with reading(table.reader(full_scan=True)) as read:
        assert numbers(read.rows(1)) == ["QX1"]


def test_a_database_that_goes_down_in_the_middle_is_gone_on_with_when_it_is_back(
    table: Department, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.readers.source_table.PAGE_ROWS", 5)
    table.put(*(f"QX{number:02}" for number in range(12)))
    with reading(table.reader()) as read:
        first = read.rows(5)
        table.server.stop()
        with pytest.raises(SourceAway, match="wage_clue cannot be read"):
            read.rows(100)
    table.start()
    with reading(table.reader(), read.cursor) as read:
        rest = read.rows(12)
    assert set(numbers([*first, *rest])) == {f"QX{number:02}" for number in range(12)}


def test_nothing_can_be_written_and_a_long_statement_ends(table: Department, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.readers.source_table.STATEMENT_SECONDS", 1)
    source = SourceTable(CONTRACT, table.url, "wage_clue", full_scan=False)
    sleep = "SELECT pg_sleep(20)" if table.kind == "postgresql" else "SELECT SLEEP(20), BENCHMARK(1, 1)"
    with source._engine.connect() as connection, pytest.raises(DBAPIError, match=r"(?i)read.only"):
        connection.execute(text("DELETE FROM wage_clue"))
    with source._engine.connect() as connection, pytest.raises(DBAPIError, match=r"(?i)timeout|max_statement_time"):
        connection.execute(text(sleep))


def test_a_column_that_has_vanished_is_named(table: Department) -> None:
    table.run("ALTER TABLE wage_clue DROP COLUMN handle_status")
    with reading(table.reader()) as read, pytest.raises(SourceAway, match="lacks handle_status"):
        read.next()


def test_sql_in_a_text_is_a_text(table: Department) -> None:
    table.put("QX'); DROP TABLE wage_clue; --")
    with reading(table.reader()) as read:
        assert numbers(read.rows(1)) == ["QX'); DROP TABLE wage_clue; --"]
    assert table.run("SELECT count(*) FROM wage_clue") == [(1,)]
