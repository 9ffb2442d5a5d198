"""Whether a worker is ready, and why not."""

import time

STILL_SECONDS = 5.0
"""No round of a loop takes so long unless it waits for Kafka: some of librdkafka's calls do not keep their timeouts."""


class Readiness:
    """A worker's troubles, by what is concerned: its partitions, its transactions, or Kafka as a whole.

    Written by the worker's thread, read by others.
    """

    def __init__(self) -> None:
        self._troubles = {"partitions": "starting"}
        self._came_round_at = time.monotonic()

    def trouble(self, concern: str, sentence: str) -> None:
        self._troubles[concern] = sentence

    def settle(self, *concerns: str) -> None:
        """These concerns are no trouble any more; without any named, none is."""
        for concern in concerns or tuple(self._troubles):
            self._troubles.pop(concern, None)

    def come_round(self) -> None:
        """The worker begins another round of one of its loops."""
        self._came_round_at = time.monotonic()

    def reasons(self) -> tuple[str, ...]:
        """Why the worker is not ready; empty when it is."""
        still_seconds = time.monotonic() - self._came_round_at
        if still_seconds > STILL_SECONDS:
            return *self._troubles.values(), f"stands still for {still_seconds:.0f} s: Kafka has not answered a call"
        return tuple(self._troubles.values())
