"""The tables of one partition: committed rows as bytes, one transaction's changes in an overlay, due moments in a heap.

A row is what the changelog holds under `<table>/<key>`: eight bytes of due moment (zero: none), then the value in the
wire format. Rows stay bytes until touched, so that a million clocks cost bytes and not objects, and the due index is
built without decoding. Keys that start with `~` are the engine's own.
"""

import heapq
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Generic, TypeVar

from sortedcontainers import SortedList

from streams.codec import Codec, CodecError
from streams.contract import Entry, TableName

V = TypeVar("V")

DUE_BYTES = 8
NOT_DUE = bytes(DUE_BYTES)
CACHED_VALUES = 50_000
"""Decoded values kept in memory beside the bytes; the oldest go first."""
STALE_HEAP = 10_000
"""The due heap is rebuilt when it holds this many more moments than are armed, and twice as many."""
STEP_ENTRIES = 500
"""A step may change at most this many entries; longer work puts an entry due at once that goes on."""

Change = tuple[Any, int | None]
"""A value (None: deleted) and its due moment."""


class StepTooLarge(Exception):
    """One step changed more than 500 entries."""


class RowDamaged(Exception):
    """A row of the changelog is not what was written."""


class UnknownTable(Exception):
    """A processor used a table that it does not declare, or scanned one that is not ordered."""


class PartitionTables:
    """All tables of one partition of one processor."""

    def __init__(self, names: Iterable[TableName[Any]], codec: Codec) -> None:
        self._codec = codec
        self.rows: dict[str, bytes] = {}
        self.overlay: dict[str, Change] = {}
        self.cache: dict[str, Any] = {}
        self.heap: list[tuple[int, str]] = []
        self._popped: list[tuple[int, str]] = []
        self._armed = 0
        self.undo: list[tuple[str, Change | None]] = []
        self._encoded: dict[int, tuple[Any, bytes]] = {}
        """By identity, for as long as the transaction: the value, which keeps that identity its own, and its bytes."""
        self._tables = {name.name: PartitionTable(self, name) for name in names}
        self._ordered: dict[str, SortedList[str]] = {
            name: SortedList() for name, table in self._tables.items() if table.ordered
        }
        self._appeared: dict[str, SortedList[str]] = {name: SortedList() for name in self._ordered}

    def __getitem__(self, name: TableName[V]) -> "PartitionTable[V]":
        try:
            return self._tables[name.name]
        except KeyError:
            raise UnknownTable(f"table {name.name} is not declared") from None

    # Reading and changing, within a step.

    def get(self, full_key: str) -> Any:
        """The value as this transaction sees it, or None."""
        change = self.overlay.get(full_key)
        if change is not None:
            return change[0]
        value = self.cache.get(full_key)
        return value if value is not None else self.decoded(full_key)

    def decoded(self, full_key: str) -> Any:
        """The committed value of a row that has not been touched yet, or None."""
        row = self.rows.get(full_key)
        if row is None:
            return None
        value = self.cache[full_key] = self.value_of(full_key, row)
        return value

    def value_of(self, full_key: str, row: bytes) -> Any:
        """The value in a row; raises RowDamaged."""
        try:
            return self._codec.decode(row[DUE_BYTES:])
        except CodecError as error:
            raise RowDamaged(f"{full_key}: {error.detail}") from error

    def change(self, full_key: str, value: Any, due_at: int | None) -> None:
        before = self.overlay.get(full_key)
        self.undo.append((full_key, before))
        self.overlay[full_key] = (value, due_at)
        if due_at is not None:
            heapq.heappush(self.heap, (due_at, full_key))
        if before is None and self._ordered:
            table = full_key.partition("/")[0]
            if table in self._ordered and full_key not in self.rows:
                self._appeared[table].add(full_key)

    def scan(self, table: str, prefix: str) -> list[tuple[str, Any]]:
        if table not in self._ordered:
            raise UnknownTable(f"table {table} is not declared ordered")
        first, last = f"{table}/{prefix}", f"{table}/{prefix}\U0010ffff"
        found = [*self._ordered[table].irange(first, last)]
        if self._appeared[table]:
            found = sorted([*found, *self._appeared[table].irange(first, last)])
        start = len(table) + 1
        values = ((full_key[start:], self.get(full_key)) for full_key in found)
        return [(key, value) for key, value in values if value is not None]

    def following(self, table: str, key: str, most: int) -> list[tuple[str, Any]]:
        if table not in self._ordered:
            raise UnknownTable(f"table {table} is not declared ordered")
        first, last = f"{table}/{key}", f"{table}/\U0010ffff"
        keys = heapq.merge(
            self._ordered[table].irange(first, last, (False, True)),
            self._appeared[table].irange(first, last, (False, True)),
        )
        start = len(table) + 1
        present = ((full_key[start:], value) for full_key in keys if (value := self.get(full_key)) is not None)
        return [*islice(present, most)]

    def due_of(self, full_key: str) -> int | None:
        """When an entry is due as this transaction sees it."""
        change = self.overlay.get(full_key)
        if change is not None:
            return change[1]
        row = self.rows.get(full_key)
        return int.from_bytes(row[:DUE_BYTES], "big") or None if row is not None else None

    # Steps.

    def check_step(self) -> None:
        """Raise StepTooLarge if the step changed too many entries."""
        if len({key for key, _ in self.undo}) > STEP_ENTRIES:
            raise StepTooLarge(f"a step changed {len(self.undo)} entries, at most {STEP_ENTRIES} are allowed")

    def undo_step(self) -> None:
        """Take back what the step changed; its pushed due moments become stale by themselves."""
        for full_key, before in reversed(self.undo):
            if before is not None:
                self.overlay[full_key] = before
                continue
            del self.overlay[full_key]
            if appeared := self._appeared.get(full_key.partition("/")[0]):
                appeared.discard(full_key)
        self.undo.clear()

    # Due moments.

    def next_due(self) -> int | None:
        """The earliest due moment, or None."""
        heap = self.heap
        while heap:
            due_at, full_key = heap[0]
            if self.due_of(full_key) == due_at:
                return due_at
            heapq.heappop(heap)
        return None

    def take_due(self) -> tuple[int, str, Entry]:
        """Take the entry that `next_due` spoke of: clears its due moment and returns moment, full key, entry."""
        due_at, full_key = heapq.heappop(self.heap)
        self._popped.append((due_at, full_key))
        value = self.get(full_key)
        self.overlay[full_key] = (value, None)
        table, _, key = full_key.partition("/")
        return due_at, full_key, Entry(table, key, value)

    @property
    def armed(self) -> int:
        """How many committed entries wait for a due moment."""
        return self._armed

    # Transactions.

    def note_encoded(self, value: Any, data: bytes) -> None:
        """A value was emitted in this transaction: where it is an entry too, its row need not be encoded again."""
        self._encoded[id(value)] = (value, data)

    def changes(self) -> list[tuple[str, bytes | None]]:
        """What the overlay means for the changelog: full key and row, None for a deleted one.

        What came and went within the transaction, and what was deleted without being there, is no row of it.
        """
        return [
            (
                full_key,
                None
                if value is None
                else (NOT_DUE if due_at is None else due_at.to_bytes(DUE_BYTES, "big")) + self._encode(value),
            )
            for full_key, (value, due_at) in self.overlay.items()
            if value is not None or full_key in self.rows
        ]

    def _encode(self, value: Any) -> bytes:
        emitted = self._encoded.get(id(value))
        return self._codec.encode(value) if emitted is None else emitted[1]

    def commit(self, changes: Iterable[tuple[str, bytes | None]]) -> None:
        """Make the overlay, as `changes` encoded it, the committed state."""
        rows, cache, overlay = self.rows, self.cache, self.overlay
        for full_key, row in changes:
            value, due_at = overlay[full_key]
            before = rows.get(full_key)
            if before is not None and before[:DUE_BYTES] != NOT_DUE:
                self._armed -= 1
            if row is None:
                rows.pop(full_key, None)
                cache.pop(full_key, None)
                continue
            rows[full_key] = row
            cache[full_key] = value
            if due_at is not None:
                self._armed += 1
        self._commit_order()
        self._forget_transaction()
        self._trim()

    def rollback(self) -> None:
        """Drop the overlay as if the transaction had never begun."""
        for due in self._popped:
            heapq.heappush(self.heap, due)
        self._forget_transaction()

    def _forget_transaction(self) -> None:
        self.overlay.clear()
        self._popped.clear()
        self.undo.clear()
        self._encoded.clear()
        for appeared in self._appeared.values():
            appeared.clear()

    def _commit_order(self) -> None:
        for table, appeared in self._appeared.items():
            if appeared:
                self._ordered[table].update(key for key in appeared if key in self.rows)
        for full_key, (value, _) in self.overlay.items():
            if value is None:
                ordered = self._ordered.get(full_key.partition("/")[0])
                if ordered is not None:
                    ordered.discard(full_key)

    def _trim(self) -> None:
        if len(self.cache) > CACHED_VALUES:
            for full_key in list(islice(self.cache, len(self.cache) - CACHED_VALUES * 9 // 10)):
                del self.cache[full_key]
        if len(self.heap) > STALE_HEAP + 2 * self._armed:
            self._build_heap()

    # Restoring.

    def load(self, rows: dict[str, bytes]) -> None:
        """Take over the restored rows (`<table>/<key>` to row) and build the indices."""
        self.rows = rows
        self._build_heap()
        self._armed = len(self.heap)
        keys: dict[str, list[str]] = {table: [] for table in self._ordered}
        for full_key in rows:  # once, however many tables are ordered
            if (ordered := keys.get(full_key.partition("/")[0])) is not None:
                ordered.append(full_key)
        self._ordered = {table: SortedList(ordered) for table, ordered in keys.items()}

    def _build_heap(self) -> None:
        self.heap = [
            (int.from_bytes(row[:DUE_BYTES], "big"), full_key)
            for full_key, row in self.rows.items()
            if row[:DUE_BYTES] != NOT_DUE
        ]
        heapq.heapify(self.heap)


class PartitionTable(Generic[V]):
    """What a processor sees of one table."""

    def __init__(self, tables: PartitionTables, name: TableName[V]) -> None:
        self._tables = tables
        self._name = name.name
        self._start = name.name + "/"
        self.ordered = name.ordered

    def get(self, key: str) -> V | None:
        # The two look-ups of PartitionTables.get, here once more: this is the hottest path of all.
        full_key, tables = self._start + key, self._tables
        change = tables.overlay.get(full_key)
        value: V | None = change[0] if change is not None else tables.cache.get(full_key) or tables.decoded(full_key)
        return value

    def put(self, key: str, value: V, due_at: int | None = None) -> None:
        self._tables.change(self._start + key, value, due_at)

    def delete(self, key: str) -> None:
        self._tables.change(self._start + key, None, None)

    def scan(self, prefix: str = "") -> Iterator[tuple[str, V]]:
        return iter(self._tables.scan(self._name, prefix))

    def following(self, key: str, most: int) -> list[tuple[str, V]]:
        return self._tables.following(self._name, key, most)
