"""A table of a department's database, asked again and again what has changed since (SQLAlchemy Core, only SELECT).

The contract's version item is the table's update time, its record item the key. Pages go by (update time, key), so that
no row is passed over however many share an instant, and no connection is held while Kafka is waited for. Each round
begins a little before the last (`overlap`), because a transaction may commit after a later stamp was read; what was
read before is recognised by its id. Update times are whole seconds: a round reads only up to the newest stamp seen a
second before, so that a row cannot change again within the stamp it was read with.
"""

import json
import sqlite3
import threading
from collections.abc import Generator, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Engine,
    RowMapping,
    Select,
    and_,
    column,
    create_engine,
    event,
    func,
    make_url,
    or_,
    select,
    table,
)
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from connectors.contract import Batch, Contract, RawRow, SourceAway
from connectors.times import SHANGHAI
from streams.codec import Origin

PAGE_ROWS = 1000
STAMP_SECONDS = 1.0
FUTURE = timedelta(days=1)


class DatabaseReader:
    """Polls one table. `database` is an SQLAlchemy URL."""

    def __init__(self, contract: Contract, database: str, name: str, every_seconds: float, overlap_seconds: float):
        self._database = database
        self._name = name
        self._every_seconds = every_seconds
        self._overlap = timedelta(seconds=overlap_seconds)
        self._stamp: ColumnElement[Any] = column(contract.item(contract.version[0]).source_field)
        self._key: ColumnElement[Any] = column(contract.item(contract.record[0]).source_field)
        source = table(name)
        fields: list[ColumnElement[Any]] = [column(item.source_field) for item in contract.all_items]
        self._newest = select(func.max(self._stamp).label("newest")).select_from(source)
        self._rows = select(*fields).select_from(source).order_by(self._stamp, self._key).limit(PAGE_ROWS)

    def batches(self, cursor: str | None, stop: threading.Event) -> Generator[Batch, None, None]:
        engine = self._open()
        since: str | None = json.loads(cursor)["stamp"] if cursor else None
        try:
            while not stop.is_set():
                asked = False
                for batch in self._round(engine, since, stop):
                    asked = True
                    yield batch
                    since = json.loads(batch.cursor)["stamp"] if batch.cursor else since
                if not asked:
                    yield Batch(())
                stop.wait(self._every_seconds)
        finally:
            engine.dispose()

    def _round(self, engine: Engine, since: str | None, stop: threading.Event) -> Iterator[Batch]:
        """Everything from the overlap before `since` up to the newest stamp of a second ago, and strays."""
        ahead = str(datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0) + FUTURE)
        newest = self._ask(engine, self._newest.where(self._stamp <= ahead))[0]["newest"]
        if strays := self._ask(engine, self._rows.where(or_(self._stamp.is_(None), self._stamp > ahead))):
            yield Batch([self._row(row) for row in strays])
        if newest is None or stop.wait(STAMP_SECONDS):
            return
        after = self._stamp >= self._begin(since) if since else self._stamp.is_not(None)
        while rows := self._ask(engine, self._rows.where(after, self._stamp <= str(newest))):
            stamp, key = str(rows[-1][self._stamp.name]), rows[-1][self._key.name]
            yield Batch([self._row(row) for row in rows], json.dumps({"stamp": stamp}))
            after = or_(self._stamp > stamp, and_(self._stamp == stamp, self._key > key))

    def _begin(self, since: str) -> str:
        try:
            return str(datetime.fromisoformat(since) - self._overlap)
        except ValueError:
            return since

    def _open(self) -> Engine:
        url = make_url(self._database)
        if url.drivername.startswith("sqlite") and url.database and not Path(url.database).is_file():
            raise SourceAway(f"database file {url.database} is not there")  # SQLite would make an empty one
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _read_only)
        return engine

    def _ask(self, engine: Engine, question: Select[Any]) -> Sequence[RowMapping]:
        try:
            with engine.connect() as connection:
                return connection.execute(question).mappings().all()
        except SQLAlchemyError as error:
            reason = error.orig if isinstance(error, DBAPIError) else error
            raise SourceAway(f"table {self._name} cannot be read: {reason}") from error

    def _row(self, values: RowMapping) -> RawRow:
        raw = json.dumps(dict(values), ensure_ascii=False, default=str).encode(errors="surrogateescape")
        return RawRow(raw, dict(values), Origin(self._name, 0, -1))


def _read_only(connection: sqlite3.Connection, _record: object) -> None:
    """No write, whatever is asked; a text that is no UTF-8 comes as one that no contract takes."""
    connection.text_factory = lambda data: data.decode(errors="surrogateescape")
    connection.execute("PRAGMA query_only = ON")
