"""Tells a worker that took its own name from itself in an outage from one whose name another worker has taken.

A static member that was cut off asks to join again while its first request may still be on its way; whichever comes
second fences the other. That happens some while after the trouble began. Another worker fences out of the blue.
"""

import time
from collections.abc import Callable
from math import inf

OUT_OF_THE_BLUE_SECONDS = 2.0
"""Below that the trouble is the fencing itself: partitions lost, a transaction refused."""
AFTERMATH_SECONDS = 30.0
"""How long after the last trouble it may still be the cause."""


class Fencing:
    """Remembers since when there has been trouble with Kafka. `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began_at = self._last_at = -inf

    def note_trouble(self) -> None:
        """Kafka did not answer, gave partitions away or refused something."""
        now = self._now()
        if now - self._last_at > AFTERMATH_SECONDS:
            self._began_at = now
        self._last_at = now

    def is_own_doing(self) -> bool:
        """Whether being fenced now is likely the worker's own doing; true once for each time of trouble."""
        now = self._now()
        own = now - self._last_at <= AFTERMATH_SECONDS and now - self._began_at >= OUT_OF_THE_BLUE_SECONDS
        self._began_at = self._last_at = -inf
        return own
