"""One table of a department's database as it may be asked: only read, never for long, every agreed column there.

SQLite, PostgreSQL and MariaDB are tried in tests; whatever else SQLAlchemy speaks to is reached by its URL. A moment is
compared as what the column holds: a text where the department keeps texts, else a moment without a zone.
"""

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import (
    URL,
    ColumnElement,
    DateTime,
    Engine,
    Select,
    and_,
    column,
    create_engine,
    event,
    func,
    inspect,
    make_url,
    or_,
    select,
    table,
)
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import TypeEngine

from connectors.contract import Contract, SourceAway
from connectors.personal import MASK, masked

STATEMENT_SECONDS = 60
PAGE_ROWS = 1000
QUOTED = re.compile(r"""(?:'[^']*'?|"[^"]*"?|`[^`]*`?|=\s*\(.*|«[^»]*»?|“[^”]*”?)""")
"""What a database shows of what it was asked or of what it holds, also where the quotation was cut off."""

Fields = dict[str, Any]
"""A row by the names of its columns."""


class Place(NamedTuple):
    """A row's place in the order in which a table is read."""

    stamp: Any
    key: Any


class SourceTable:
    """The table `name` at `url`; SourceAway where it is not there, lacks a column, or does not answer."""

    def __init__(self, contract: Contract, url: str, name: str, *, full_scan: bool) -> None:
        self._name = name
        self._engine = _open(make_url(url))
        try:
            types = self._types()
            self._check(contract, types, full_scan=full_scan)
        except BaseException:
            self.close()
            raise
        self.stamp = _typed(contract.item(contract.version[0]).source_field, types)
        self.key = _typed(contract.item(contract.record[0]).source_field, types)
        self.page_rows = PAGE_ROWS
        self._stamp_is_text = not isinstance(self.stamp.type, DateTime)
        fields = [_typed(item.source_field, types) for item in contract.all_items if item.source_field in types]
        self._source = table(name)
        self._rows = select(*fields).select_from(self._source).order_by(self.stamp, self.key).limit(self.page_rows)

    def close(self) -> None:
        self._engine.dispose()

    def newest(self, before: datetime) -> Any:
        """The highest stamp that is not after a moment; None where there is none."""
        newest = select(func.max(self.stamp).label("newest")).select_from(self._source)
        return self._ask(newest.where(self.stamp <= self._bound(str(before))))[0]["newest"]

    def strays(self, ahead: datetime) -> list[Fields]:
        """Rows whose stamp is missing or after a moment."""
        return self._ask(self._rows.where(or_(self.stamp.is_(None), self.stamp > self._bound(str(ahead)))))

    def page(self, since: str | None, after: Place | None, newest: Any) -> list[Fields]:
        """The next rows in the order of stamp and key, after a place or from a stamp on, up to the newest."""
        return self._ask(self.page_question(since, after, newest))

    def page_question(self, since: str | None, after: Place | None, newest: Any) -> Select[Any]:
        """What `page` asks."""
        return self._rows.where(self._after(since, after), self.stamp <= newest)

    def place_of(self, row: Fields) -> Place:
        return Place(row[self.stamp.name], row[self.key.name])

    def slice(self, since: str | None, after: Place | None, last: Place | None, newest: Any) -> ColumnElement[bool]:
        """The rows that pages give after a place or from a stamp on, up to the last place, or else to the newest."""
        until = self.stamp <= newest
        if last is not None:
            until = and_(self.stamp <= last.stamp, or_(self.stamp < last.stamp, self.key <= last.key))
        return and_(self._after(since, after), until)

    def places(self, within: ColumnElement[bool]) -> list[Place]:
        """The place of every row of a slice."""
        return [self.place_of(row) for row in self._ask(self.places_question(within))]

    def places_question(self, within: ColumnElement[bool]) -> Select[Any]:
        """What `places` asks."""
        return select(self.stamp, self.key).select_from(self._source).where(within)

    def rows_at(self, within: ColumnElement[bool], places: Sequence[Place]) -> Iterator[list[Fields]]:
        """The rows of a slice that have the keys of some places, page by page."""
        for start in range(0, len(places), self.page_rows):
            keys = {place.key for place in places[start : start + self.page_rows]}
            yield self._ask(self._rows.where(within, self.key.in_(keys)))

    def count(self, since: str | None, newest: Any) -> int:
        """How many rows lie in a window."""
        counted = select(func.count().label("rows")).select_from(self._source)
        return int(self._ask(counted.where(self._after(since, None), self.stamp <= newest))[0]["rows"])

    def keys(self) -> set[str]:
        """Every key there is."""
        return {str(row[self.key.name]) for row in self._ask(select(self.key).select_from(self._source))}

    def _after(self, since: str | None, after: Place | None) -> ColumnElement[bool]:
        if after is not None:
            stamp, key = after
            return and_(self.stamp >= stamp, or_(self.stamp > stamp, self.key > key))  # a range that an index can begin
        return self.stamp >= self._bound(since) if since else self.stamp.is_not(None)

    def _bound(self, stamp: str) -> Any:
        return stamp if self._stamp_is_text else datetime.fromisoformat(stamp)

    def _types(self) -> dict[str, TypeEngine[Any]]:
        try:
            return {found["name"]: found["type"] for found in inspect(self._engine).get_columns(self._name)}
        except NoSuchTableError as error:
            raise SourceAway(f"table {self._name} cannot be read: there is no such table") from error
        except SQLAlchemyError as error:
            raise SourceAway(f"table {self._name} cannot be read: {reason_of(error)}") from error

    def _check(self, contract: Contract, types: dict[str, TypeEngine[Any]], *, full_scan: bool) -> None:
        wanted = [item.source_field for item in contract.all_items if item.name != "change"]
        if missing := [field for field in wanted if field not in types]:
            raise SourceAway(f"table {self._name} lacks {', '.join(missing)}")
        stamp = contract.item(contract.version[0]).source_field
        if full_scan or stamp in self._led_by():
            return
        raise SourceAway(
            f"table {self._name} has no index that begins with {stamp}, so that every poll would read all of it: "
            "ask the department for one, or set full_scan: true"
        )

    def _led_by(self) -> set[str]:
        """The columns that an index or the primary key begins with."""
        looked = inspect(self._engine)
        indexes: list[Sequence[str | None]] = [index["column_names"] for index in looked.get_indexes(self._name)]
        indexes.append(looked.get_pk_constraint(self._name)["constrained_columns"])
        return {columns[0] for columns in indexes if columns and columns[0]}

    def _ask(self, question: Select[Any]) -> list[Fields]:
        try:
            with self._engine.connect() as connection:
                result = connection.execute(question)
                names = tuple(result.keys())
                return [dict(zip(names, row, strict=True)) for row in result]
        except SQLAlchemyError as error:
            raise SourceAway(f"table {self._name} cannot be read: {reason_of(error)}") from error


def _typed(name: str, types: dict[str, TypeEngine[Any]]) -> ColumnElement[Any]:
    found: ColumnElement[Any] = column(name, types[name])
    return found


def reason_of(error: SQLAlchemyError) -> str:
    """What the database says, in its first line and without what it quotes, which may be a row's own values."""
    said = str(error.orig if isinstance(error, DBAPIError) else error).strip()
    return masked(QUOTED.sub(MASK, said.splitlines()[0])) if said else type(error).__name__


def _open(url: URL) -> Engine:
    """An engine without a pool: no connection is held between two polls."""
    dialect = url.get_backend_name()
    if dialect == "sqlite" and url.database and not Path(url.database).is_file():
        raise SourceAway(f"database file {url.database} is not there")  # SQLite would make an empty one
    connect = {}
    if dialect == "postgresql":
        connect["options"] = f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_SECONDS}s"
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=connect)
    if dialect == "sqlite":
        event.listen(engine, "connect", _read_only_sqlite)
    elif dialect in ("mysql", "mariadb"):
        event.listen(engine, "connect", _read_only_mysql)
    return engine


def _read_only_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    """No write, whatever is asked; a text that is no UTF-8 comes as one that no contract takes."""
    connection.text_factory = lambda data: data.decode(errors="surrogateescape")
    connection.execute("PRAGMA query_only = ON")


def _read_only_mysql(connection: Any, _record: object) -> None:
    """MariaDB and MySQL limit a statement by settings of different names."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION TRANSACTION READ ONLY")
        for limit in (f"max_statement_time = {STATEMENT_SECONDS}", f"max_execution_time = {STATEMENT_SECONDS * 1000}"):
            with suppress(connection.Error):
                cursor.execute(f"SET SESSION {limit}")
