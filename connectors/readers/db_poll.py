"""A table of a department's database, asked again and again what has changed since (SQLAlchemy Core, only SELECT).

The contract's version item is the table's update time, its record item the key. Pages go by (update time, key), so that
no row is passed over however many share an instant, and no connection is held while Kafka is waited for. Each round
begins a little before the last (`overlap`), because a transaction may commit after a later stamp was read; what was
read before is recognised by its id. Update times are whole seconds: a round reads only up to the newest stamp seen a
second before, so that a row cannot change again within the stamp it was read with.

Each round is proved: what the table says lies in its window was read. And where rows are deleted for good, all keys are
compared with those known before, every so often.
"""

import json
import logging
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import RowMapping

from connectors.contract import Batch, Contract, RawRow, SourceAway
from connectors.readers.packing import packed, unpacked
from connectors.readers.source_table import SourceTable
from connectors.times import SHANGHAI
from streams.codec import Origin

STAMP_SECONDS = 1.0
FUTURE = timedelta(days=1)
ROUNDS_TO_PROVE = 3
PROVED_BY_KEY_ROWS = 10_000
"""A window of more rows, as the first one is, is proved by their number alone."""
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


@dataclass
class _Window:
    """What one round has read: its first stamp, its newest, key and stamp of each row."""

    since: str | None
    newest: object
    read: set[tuple[str, str]] = field(default_factory=set)


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
            window = _Window(self._begin(self._position.stamp), newest)
            for _ in range(ROUNDS_TO_PROVE):
                yield from self._pages(table, window)
                if not (missed := self._missed(table, window)):
                    break
            else:
                raise SourceAway(f"table {self._name}: {missed} rows up to {newest} go on coming in behind the reader")
        if self._deletes_every_seconds is not None and time.monotonic() >= self._keys_due_at:
            yield from self._deletions(table)
            self._keys_due_at = time.monotonic() + self._deletes_every_seconds

    def _pages(self, table: SourceTable, window: _Window) -> Iterator[Batch]:
        after = None
        while rows := table.page(window.since, after, window.newest):
            last = rows[-1]
            after = (last[table.stamp.name], last[table.key.name])
            window.read |= {(str(row[table.key.name]), str(row[table.stamp.name])) for row in rows}
            self._position = replace(self._position, stamp=str(after[0]))
            yield Batch([self._row(row) for row in rows], self._position.cursor())

    def _missed(self, table: SourceTable, window: _Window) -> int:
        """How many rows of the window the table holds that were not read: committed late, behind a page.

        Rows that were read and have changed since lie in a later window.
        """
        if len(window.read) > PROVED_BY_KEY_ROWS and table.count(window.since, window.newest) <= len(window.read):
            return 0
        return len(table.window(window.since, window.newest) - window.read)

    def _deletions(self, table: SourceTable) -> Iterator[Batch]:
        keys = frozenset(table.keys())
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

    def _row(self, values: RowMapping) -> RawRow:
        fields = dict(values)
        return RawRow(ENCODER.encode(fields).encode(errors="surrogateescape"), fields, self._origin)
