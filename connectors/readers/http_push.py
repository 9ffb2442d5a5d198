"""Rows that a department pushes to the gateway. The source keeps no cursor for us: a receipt is its cursor.

The gateway awaits `accept`, in its event loop; the connector's thread takes what has come meanwhile as one batch and
publishes it. So a row is acknowledged to the department only after Kafka has acknowledged it, and many at once cost
little more than one.
"""

import asyncio
import itertools
import queue
import threading
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from connectors.authorisation import Obstacle
from connectors.contract import Batch, RawRow, Receipt
from connectors.readers.json_rows import read_object
from streams.codec import Origin

MOST_ROWS = 500
MOST_WAITING_ROWS = 5000
WAIT_SECONDS = 1.0
RECEIPT_SECONDS = 10.0
"""How long a sender waits for Kafka before it is told to come again."""


class IntakeFull(Exception):
    """More rows wait for Kafka than may: the department has to come back later."""


class IntakeFailed(Exception):
    """The rows could not be carried to Kafka; the department has to send them again."""


def pushed_row(data: bytes, event_type: str, event_id: str, door: str) -> RawRow:
    """The row of one CloudEvent: its data as JSON bytes, its type and id, the door it came through."""
    values, fault = read_object(data)
    return RawRow(data, values, Origin(door, 0, -1), fault, event_type, event_id)


@dataclass(frozen=True)
class _Pushed:
    """Rows of one request and who awaits their receipts."""

    rows: Sequence[RawRow]
    loop: asyncio.AbstractEventLoop
    receipts: asyncio.Future[list[Receipt]]


Outcome = Sequence[Receipt] | None
"""The receipts of one request; None where its rows did not reach Kafka."""


def _tell(outcomes: Iterable[tuple[_Pushed, Outcome]]) -> None:
    """Wake whoever awaits, a whole batch at a time: each call into another thread's loop costs a system call."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Pushed, Outcome]]] = {}
    for pushed, outcome in outcomes:
        by_loop.setdefault(pushed.loop, []).append((pushed, outcome))
    for loop, told in by_loop.items():
        with suppress(RuntimeError):  # the loop has ended, and with it whoever awaited
            loop.call_soon_threadsafe(_settle, told)


def _give_up(receipts: asyncio.Future[list[Receipt]]) -> None:
    if not receipts.done():
        receipts.set_exception(TimeoutError())


def _settle(told: Iterable[tuple[_Pushed, Outcome]]) -> None:
    for pushed, outcome in told:
        if pushed.receipts.done():
            continue
        if outcome is None:
            pushed.receipts.set_exception(IntakeFailed("the rows did not reach Kafka"))
        else:
            pushed.receipts.set_result(list(outcome))


class PushIntake:
    """The reader of one system behind the gateway. `accept` belongs to event loops, `batches` to the connector.

    `open` and `close` may be called from anywhere.
    """

    def __init__(self) -> None:
        self._pushed: queue.SimpleQueue[_Pushed] = queue.SimpleQueue()
        self._waiting_rows = 0
        self._closed = False
        self._closed_by: Obstacle | None = None
        self._lock = threading.Lock()

    @property
    def closed_by(self) -> Obstacle | None:
        """Why it takes no rows, where that is because none may be taken."""
        return self._closed_by

    async def accept(self, rows: Sequence[RawRow]) -> list[Receipt]:
        """One receipt a row, when Kafka has acknowledged all of them.

        Raises IntakeFull at once, IntakeFailed later, TimeoutError where Kafka has not in RECEIPT_SECONDS. A caller
        that gives up waiting has no receipt, though the rows may still be written; sent again they are duplicates.
        """
        if not rows:
            return []
        loop = asyncio.get_running_loop()
        pushed = _Pushed(rows, loop, loop.create_future())
        with self._lock:
            if self._closed:
                raise IntakeFailed("the connector has been stopped")
            if self._waiting_rows and self._waiting_rows + len(rows) > MOST_WAITING_ROWS:
                raise IntakeFull(f"{self._waiting_rows} rows wait for Kafka")
            self._waiting_rows += len(rows)
            self._pushed.put(pushed)
        deadline = loop.call_later(RECEIPT_SECONDS, _give_up, pushed.receipts)
        try:
            return await pushed.receipts
        finally:
            deadline.cancel()

    def batches(self, cursor: str | None, stop: threading.Event) -> Generator[Batch, None, None]:
        while not stop.is_set():
            if taken := self._take():
                yield from self._batch(taken)

    def _take(self, within_seconds: float = WAIT_SECONDS) -> list[_Pushed]:
        """What waits, up to a batch; requests are never parted."""
        try:
            taken = [self._pushed.get(timeout=within_seconds)]
        except queue.Empty:
            return []
        size = len(taken[0].rows)
        while size < MOST_ROWS:
            try:
                taken.append(self._pushed.get_nowait())
            except queue.Empty:
                break
            size += len(taken[-1].rows)
        return taken

    def _batch(self, taken: Sequence[_Pushed]) -> Generator[Batch, None, None]:
        try:
            yield Batch([row for pushed in taken for row in pushed.rows], on_receipts=_settling(taken))
        except GeneratorExit:
            _fail(taken)
            raise
        finally:
            self._let_go(taken)

    def open(self) -> None:
        """Take rows: they wait until they are asked for."""
        with self._lock:
            self._closed, self._closed_by = False, None

    def close(self, obstacle: Obstacle | None = None) -> None:
        """Fail what waits and what comes, until it is opened."""
        with self._lock:
            self._closed, self._closed_by = True, obstacle
        while taken := self._take(0.0):
            _fail(taken)
            self._let_go(taken)

    def _let_go(self, taken: Sequence[_Pushed]) -> None:
        with self._lock:
            self._waiting_rows -= sum(len(pushed.rows) for pushed in taken)


def _fail(taken: Sequence[_Pushed]) -> None:
    _tell((pushed, None) for pushed in taken)


def _settling(taken: Sequence[_Pushed]) -> Callable[[Sequence[Receipt]], None]:
    def settle(receipts: Sequence[Receipt]) -> None:
        ends = itertools.accumulate(len(pushed.rows) for pushed in taken)
        _tell((pushed, receipts[end - len(pushed.rows) : end]) for pushed, end in zip(taken, ends, strict=True))

    return settle
