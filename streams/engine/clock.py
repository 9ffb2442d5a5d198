"""The owner's own clock: it only decides when to append a tick, never what happens."""

import threading
import time
from typing import Protocol


class OwnClock(Protocol):
    """Milliseconds since the epoch. A simulated clock also stamps everything that is written."""

    simulated: bool

    def now(self) -> int: ...


class WallClock:
    """The machine's clock; the broker stamps records by its own."""

    simulated = False

    def now(self) -> int:
        return time.time_ns() // 1_000_000


class SimulatedClock:
    """Stands still until a driver sets it forward."""

    simulated = True

    def __init__(self, now: int) -> None:
        self._now = now
        self._lock = threading.Lock()

    def now(self) -> int:
        with self._lock:
            return self._now

    def set_forward(self, instant: int) -> None:
        """Move to a later instant; an earlier one is ignored."""
        with self._lock:
            self._now = max(self._now, instant)
