"""The ids that a partition has applied, so that a second coming is recognised (ops/decisions/0021).

An id counts for so long and so many later ids. Both depend on the partition clock and on the order of ids alone, never
on batches: what is in memory is only trimmed a whole row at a time, after its last id has ceased to count.
"""

import struct
from collections.abc import Mapping
from itertools import takewhile
from struct import pack, unpack, unpack_from

from streams.engine.tables import RowDamaged
from streams.facts.engine import Remembered

ROW = "~remembered/"
REMEMBER_MILLISECONDS = 72 * 3_600_000
REMEMBER_IDS = 200_000
"""A second coming of an id is dropped for 72 hours or 200,000 ids of the partition, whichever is less."""
CHECK_BITS = 32
CHECK = (1 << CHECK_BITS) - 1
AT_BYTES = 8


class KnownIds:
    """Ids, each with its number in the order of coming and its content's check, and the rows they stand in.

    Number and check share one integer: a million ids are then a million small objects, not four.
    """

    def __init__(self) -> None:
        self._packed: dict[str, int] = {}
        self._rows: dict[str, Remembered] = {}
        self._following = 0
        self._fresh: list[str] = []
        self._fresh_ats: list[int] = []

    def check_of(self, identity: str, clock: int) -> int | None:
        """The check of the record that came under this id, if it still counts."""
        packed = self._packed.get(identity)
        if packed is None:
            return None
        number = packed >> CHECK_BITS
        return packed & CHECK if self._counts(number, self._at(number), clock) else None

    def add(self, identity: str, clock: int, check: int) -> None:
        """An id was applied in the open transaction."""
        self._packed[identity] = self._following << CHECK_BITS | check
        self._fresh.append(identity)
        self._fresh_ats.append(clock)
        self._following += 1

    def _counts(self, number: int, at: int, clock: int) -> bool:
        return clock - at < REMEMBER_MILLISECONDS and self._following - number <= REMEMBER_IDS

    def _at(self, number: int) -> int:
        """When the id of this number was applied. Looked for from the end: most second comings follow soon."""
        first_fresh = self._following - len(self._fresh)
        if number >= first_fresh:
            return self._fresh_ats[number - first_fresh]
        row = next(row for row in reversed(self._rows.values()) if row.first <= number)
        return _at_in(row, number - row.first)

    # Transactions.

    def changes(self, offset: int, clock: int) -> list[tuple[str, Remembered | None]]:
        """The row of what came in the transaction, and the rows of which no id counts any more: None."""
        rows: list[tuple[str, Remembered | None]] = [(name, None) for name in self._forgotten(clock)]
        if self._fresh:
            rows.append((f"{ROW}{offset:020}", self._fresh_row()))
        return rows

    def commit(self, changes: list[tuple[str, Remembered | None]]) -> None:
        """What `changes` said is known to be committed."""
        self._fresh = []
        self._fresh_ats = []
        for name, row in changes:
            if row is None:
                self._forget(self._rows.pop(name))
            else:
                self._rows[name] = row

    def rollback(self) -> None:
        """The transaction is known not to be committed."""
        for identity in self._fresh:
            self._packed.pop(identity, None)
        self._following -= len(self._fresh)
        self._fresh = []
        self._fresh_ats = []

    def _fresh_row(self) -> Remembered:
        count = len(self._fresh)
        return Remembered(
            first=self._following - count,
            ids=tuple(self._fresh),
            checks=pack(f">{count}I", *[self._packed[identity] & CHECK for identity in self._fresh]),
            ats=pack(f">{count}q", *self._fresh_ats),
        )

    def _forgotten(self, clock: int) -> list[str]:
        """The oldest rows whose last id no longer counts."""
        return [name for name, _ in takewhile(lambda item: not self._last_counts(item[1], clock), self._rows.items())]

    def _last_counts(self, row: Remembered, clock: int) -> bool:
        last = len(row.ids) - 1
        return self._counts(row.first + last, _at_in(row, last), clock)

    def _forget(self, row: Remembered) -> None:
        for number, identity in enumerate(row.ids, row.first):
            # An id that came again after it had ceased to count stands in a later row too.
            if self._packed.get(identity, -1) >> CHECK_BITS == number:
                del self._packed[identity]

    # Restoring.

    def rows(self) -> Mapping[str, Remembered]:
        """The committed rows, as `load` takes them."""
        return self._rows

    def load(self, rows: Mapping[str, Remembered]) -> None:
        """Take over restored rows. Raises RowDamaged."""
        for name in sorted(rows):
            row = self._rows[name] = rows[name]
            try:
                checks = unpack(f">{len(row.ids)}I", row.checks)
                unpack(f">{len(row.ids)}q", row.ats)
            except struct.error as error:
                raise RowDamaged(f"{name}: {error}") from error
            for number, (identity, check) in enumerate(zip(row.ids, checks, strict=True), row.first):
                self._packed[identity] = number << CHECK_BITS | check
            self._following = row.first + len(row.ids)


def _at_in(row: Remembered, index: int) -> int:
    at: int = unpack_from(">q", row.ats, index * AT_BYTES)[0]
    return at
