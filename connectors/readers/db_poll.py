"""A table of a department's database, asked again and again what has changed since (SQLAlchemy Core, only SELECT).

The contract's version item is the table's update time, its record item the key. Pages go by (update time, key), so that
no row is passed over however many share an instant, and no connection is held while Kafka is waited for. Each round
begins a little before the last (`overlap`), because a transaction may commit after a later stamp was read; what was
read before is recognised by its id. Update times are whole seconds: a round reads only up to the newest stamp seen a
second before, so that a row cannot change again within the stamp it was read with.

Each round is proved, slice by slice: the key and stamp of every row that the table has there were read. And where rows
are deleted for good, all keys are compared with those known before, every so often.
"""

import json
import logging
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import filterfalse

from sqlalchemy import ColumnElement

from connectors.contract import Batch, Contract, RawRow, SourceAway
from connectors.personal import names_person, without_numbers
from connectors.readers.packing import packed, unpacked
from connectors.readers.source_table import Fields, Place, SourceTable
from connectors.times import SHANGHAI
from streams.codec import Origin

STAMP_SECONDS = 1.0
FUTURE = timedelta(days=1)
ROUNDS_TO_PROVE = 3
SLICE_ROWS = 10_000
"""So many rows are proved at once: what is remembered of a round stays small, however long the table."""
MOST_KEYS = 500_000
"""Keys that a reader remembers, to see which have gone: some 100 bytes of memory each while it compares."""

ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Position:
    """The stamp that was read last, and the keys known then, packed, where deletions are looked for."""

    stamp: str | None = None
    packed_keys: str | None = None

    @classmethod
    def load(cls, cursor: str | None) -> "Position":
        if cursor is None:
            return cls()
        fields = json.loads(cursor)
        return cls(fields["stamp"], fields.get("keys"))

    def cursor(self) -> str:
        keys = {} if self.packed_keys is None else {"keys": self.packed_keys}
        return json.dumps({"stamp": self.stamp, **keys})

    @property
    def keys(self) -> frozenset[str]:
        """None known is none, too."""
        return frozenset() if self.packed_keys is None else frozenset(unpacked(self.packed_keys))


class DatabaseReader:
    """Polls one table. `database` is an SQLAlchemy URL; with `deletes_every_seconds` deleted rows are rows too."""

    def __init__(
        self,
        contract: Contract,
        database: str,
        name: str,
        every_seconds: float,
        overlap_seconds: float,
        *,
        deletes_every_seconds: float | None = None,
        full_scan: bool = False,
    ) -> None:
        self._contract = contract
        self._database = database
        self._name = name
        self._origin = Origin(name, 0, -1)
        self._every_seconds = every_seconds
        self._overlap = timedelta(seconds=overlap_seconds)
        self._deletes_every_seconds = deletes_every_seconds
        self._full_scan = full_scan
        self._keys_due_at = 0.0
        self._position = Position()

    def batches(self, cursor: str | None, stop: threading.Event) -> Generator[Batch, None, None]:
        table = SourceTable(self._contract, self._database, self._name, full_scan=self._full_scan)
        self._position = Position.load(cursor)
        try:
            while not stop.is_set():
                asked = False
                for batch in self._round(table, stop):
                    asked = True
                    yield batch
                if not asked:
                    yield Batch(())
                stop.wait(self._every_seconds)
        finally:
            table.close()

    def _round(self, table: SourceTable, stop: threading.Event) -> Iterator[Batch]:
        """Everything from the overlap before the position up to the newest stamp of a second ago; strays; deletions."""
        ahead = datetime.now(SHANGHAI).replace(tzinfo=None, microsecond=0) + FUTURE
        newest = table.newest(ahead)
        if strays := table.strays(ahead):
            yield Batch([self._row(row) for row in strays])
        if newest is not None and not stop.wait(STAMP_SECONDS):
            yield from self._window(table, self._begin(self._position.stamp), newest)
        if self._deletes_every_seconds is not None and time.monotonic() >= self._keys_due_at:
            yield from self._deletions(table)
            self._keys_due_at = time.monotonic() + self._deletes_every_seconds

    def _window(self, table: SourceTable, since: str | None, newest: object) -> Iterator[Batch]:
        """All rows of a window. One of several slices is counted at the end, for what was committed behind a slice."""
        for _ in range(ROUNDS_TO_PROVE):
            proved = yield from self._slices(table, since, newest)
            if proved < SLICE_ROWS or table.count(since, newest) <= proved:
                return
        raise self._overtaken(newest)

    def _slices(self, table: SourceTable, since: str | None, newest: object) -> Generator[Batch, None, int]:
        """Page after page, proved slice after slice; returns how many rows the table had in all of them."""
        proved = 0
        begin = last = None
        read: set[Place] = set()
        more = False
        while rows := table.page(since, last, newest):
            last = table.place_of(rows[-1])
            read.update(map(table.place_of, rows))
            if not names_person(str(last.stamp)):
                self._position = replace(self._position, stamp=str(last.stamp))
            more = len(rows) == table.page_rows
            yield Batch(list(map(self._row, rows)), self._position.cursor(), more=more)
            if len(read) >= SLICE_ROWS:
                proved += yield from self._proved(table, table.slice(since, begin, last, newest), read)
                begin, read = last, set()
        if more:  # the last page was full and none came behind it: it must not wait for the next round
            yield Batch(())
        return proved + (yield from self._proved(table, table.slice(since, begin, None, newest), read))

    def _proved(self, table: SourceTable, within: ColumnElement[bool], read: set[Place]) -> Generator[Batch, None, int]:
        """Reads what the table has in a slice and was not read: committed late, behind a page. Returns how many it has.

        Rows that were read and have changed since lie in a later window.
        """
        for _ in range(ROUNDS_TO_PROVE):
            there = table.places(within)
            missed = [place for place in there if place not in read]
            if not missed:
                return len(there)
            for rows in table.rows_at(within, missed):
                read.update(map(table.place_of, rows))
                yield Batch(list(map(self._row, rows)))
        raise self._overtaken(there[-1].stamp)

    def _overtaken(self, newest: object) -> SourceAway:
        until = without_numbers(str(newest))
        return SourceAway(f"table {self._name}: rows up to {until} go on coming in behind the reader")

    def _deletions(self, table: SourceTable) -> Iterator[Batch]:
        keys = frozenset(filterfalse(names_person, table.keys()))
        if len(keys) > MOST_KEYS:
            raise SourceAway(f"table {self._name} has {len(keys)} keys; deletions are looked for among {MOST_KEYS}")
        gone = sorted(self._position.keys - keys)
        if keys or not gone:  # a table that is empty all at once is being filled anew
            self._position = replace(self._position, packed_keys=packed(sorted(keys)))
            yield Batch([self._gone(key) for key in gone], self._position.cursor())
        else:
            logger.warning("table %s is empty, it had %d rows; none counts as deleted", self._name, len(gone))

    def _gone(self, key: str) -> RawRow:
        """A row with nothing but its key; it has gone since the newest stamp that was read."""
        values = {self._contract.item(self._contract.record[0]).source_field: key}
        version = f"gone@{self._position.stamp}"
        noted_at = round(datetime.now(SHANGHAI).timestamp() * 1000)
        return RawRow(key.encode(), values, self._origin, version=version, noted_at=noted_at, change="removed")

    def _begin(self, since: str | None) -> str | None:
        """A little before; a stamp that is no moment is taken as it is."""
        try:
            return str(datetime.fromisoformat(since) - self._overlap) if since else None
        except ValueError:
            return since

    def _row(self, fields: Fields) -> RawRow:
        return RawRow(ENCODER.encode(fields).encode(errors="surrogateescape"), fields, self._origin)
