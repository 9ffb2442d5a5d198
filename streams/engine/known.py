"""The ids that a partition has applied, so that a second coming is recognised (ops/decisions/0021).

An id counts for so long and so many later ids. Both depend on the partition clock and on the order of ids alone, never
on batches: what is in memory is only trimmed a whole row at a time, after its last id has ceased to count.
"""

from collections.abc import Mapping, Sequence
from itertools import takewhile
from struct import pack, unpack_from

from streams.durations import HOUR_MILLISECONDS
from streams.engine.tables import RowDamaged
from streams.facts.engine import Remembered

ROW = "~remembered/"
REMEMBER_MILLISECONDS = 72 * HOUR_MILLISECONDS
REMEMBER_IDS = 200_000
"""A second coming of an id is dropped for 72 hours or 200,000 ids of the partition, whichever is less."""
CHECK_BYTES, AT_BYTES = 4, 8


class KnownIds:
    """Ids and the rows they stand in; those of the open transaction apart, in the order of their coming.

    A committed id leads to its row, and only a second coming looks for its place there: what comes once, as nearly all
    do, costs one look-up.
    """

    def __init__(self) -> None:
        self._row_of: dict[str, Remembered] = {}
        self._rows: dict[str, Remembered] = {}
        self._following = 0
        self._fresh: dict[str, int] = {}
        self._fresh_ids: list[str] = []
        self._fresh_checks: list[int] = []
        self._fresh_ats: list[int] = []

    def check_of(self, identity: str, clock: int) -> int | None:
        """The check of the record that came under this id, if it still counts."""
        place = self._fresh.get(identity)
        if place is not None:
            number = self._following - len(self._fresh_ids) + place
            return self._fresh_checks[place] if self._counts(number, self._fresh_ats[place], clock) else None
        row = self._row_of.get(identity)
        if row is None:
            return None
        place = _last_place(row.ids, identity)
        return _check_in(row, place) if self._counts(row.first + place, _at_in(row, place), clock) else None

    def add(self, identity: str, clock: int, check: int) -> None:
        """An id was applied in the open transaction."""
        self._fresh[identity] = len(self._fresh_ids)
        self._fresh_ids.append(identity)
        self._fresh_checks.append(check)
        self._fresh_ats.append(clock)
        self._following += 1

    def _counts(self, number: int, at: int, clock: int) -> bool:
        return clock - at < REMEMBER_MILLISECONDS and self._following - number <= REMEMBER_IDS

    # Transactions.

    def changes(self, offset: int, clock: int) -> list[tuple[str, Remembered | None]]:
        """The row of what came in the transaction, and the rows of which no id counts any more: None."""
        rows: list[tuple[str, Remembered | None]] = [(name, None) for name in self._forgotten(clock)]
        if self._fresh_ids:
            rows.append((f"{ROW}{offset:020}", self._fresh_row()))
        return rows

    def commit(self, changes: list[tuple[str, Remembered | None]]) -> None:
        """What `changes` said is known to be committed."""
        self._forget_fresh()
        for name, row in changes:
            if row is None:
                self._forget(self._rows.pop(name))
            else:
                self._remember(name, row)

    def rollback(self) -> None:
        """The transaction is known not to be committed."""
        self._following -= len(self._fresh_ids)
        self._forget_fresh()

    def _forget_fresh(self) -> None:
        self._fresh = {}
        self._fresh_ids = []
        self._fresh_checks = []
        self._fresh_ats = []

    def _fresh_row(self) -> Remembered:
        count = len(self._fresh_ids)
        return Remembered(
            first=self._following - count,
            ids=tuple(self._fresh_ids),
            checks=pack(f">{count}I", *self._fresh_checks),
            ats=pack(f">{count}q", *self._fresh_ats),
        )

    def _remember(self, name: str, row: Remembered) -> None:
        self._rows[name] = row
        self._row_of.update(dict.fromkeys(row.ids, row))

    def _forgotten(self, clock: int) -> list[str]:
        """The oldest rows whose last id no longer counts."""
        return [name for name, _ in takewhile(lambda item: not self._last_counts(item[1], clock), self._rows.items())]

    def _last_counts(self, row: Remembered, clock: int) -> bool:
        last = len(row.ids) - 1
        return self._counts(row.first + last, _at_in(row, last), clock)

    def _forget(self, row: Remembered) -> None:
        for identity in row.ids:
            # An id that came again after it had ceased to count stands in a later row too.
            if self._row_of.get(identity) is row:
                del self._row_of[identity]

    # Restoring.

    def rows(self) -> Mapping[str, Remembered]:
        """The committed rows, as `load` takes them."""
        return self._rows

    def load(self, rows: Mapping[str, Remembered]) -> None:
        """Take over restored rows. Raises RowDamaged."""
        for name in sorted(rows):
            row = rows[name]
            count = len(row.ids)
            if len(row.checks) != count * CHECK_BYTES or len(row.ats) != count * AT_BYTES:
                raise RowDamaged(f"{name}: {count} ids, {len(row.checks)} bytes of checks, {len(row.ats)} of times")
            self._remember(name, row)
            self._following = row.first + count


def _last_place(ids: Sequence[str], identity: str) -> int:
    """An id stands in its row twice where it came again after it had ceased to count."""
    return len(ids) - 1 - ids[::-1].index(identity)


def _check_in(row: Remembered, place: int) -> int:
    check: int = unpack_from(">I", row.checks, place * CHECK_BYTES)[0]
    return check


def _at_in(row: Remembered, place: int) -> int:
    at: int = unpack_from(">q", row.ats, place * AT_BYTES)[0]
    return at
