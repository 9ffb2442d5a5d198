"""Which rows of a system were taken before: what comes again is recognised here, the rest by the owners of logs."""

from collections import OrderedDict
from dataclasses import dataclass
from typing import NamedTuple

from connectors.kafka import Acknowledgement
from streams.durations import HOUR_MILLISECONDS


@dataclass(frozen=True)
class Reach:
    """How far back rows are known: the latest `rows`, and no older than `milliseconds` where that is said."""

    rows: int
    milliseconds: int | None = None

    def since(self, now: int) -> int | None:
        """The earliest instant (milliseconds) of rows that are still known at `now`; None: any."""
        return None if self.milliseconds is None else max(0, now - self.milliseconds)


LAST_BATCHES = Reach(4096)
"""More than any two batches and an overlap: after a crash the rows of the batch that was on its way are among them, and
those of the one before, whose cursor may have been lost."""
THREE_DAYS = Reach(200_000, 72 * HOUR_MILLISECONDS)
"""For departments that push, and may push again: as long as the owners of logs know ids (`ops/decisions/0068`)."""


class Known(NamedTuple):
    """A row that was taken before: what it said, and where it is, its place in the parcel while on its way.

    It is `complete` if this process knows that its facts were written too, not only the row.
    """

    digest: bytes
    where: int | Acknowledgement
    taken_at: int
    complete: bool = True


class KnownRows:
    """The rows of one system by id, as far back as `reach` says."""

    def __init__(self, reach: Reach) -> None:
        self.reach = reach
        self._rows: OrderedDict[str, Known] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rows)

    def get(self, row_id: str) -> Known | None:
        return self._rows.get(row_id)

    def put(self, row_id: str, known: Known) -> None:
        """Know a row, and forget those that are now out of reach."""
        self._rows[row_id] = known
        since = self.reach.since(known.taken_at) or 0
        while len(self._rows) > self.reach.rows or next(iter(self._rows.values())).taken_at < since:
            self._rows.popitem(last=False)
