"""How soon a transaction may begin after the last one, so that a busy broker gets larger ones, not more of them."""

REST_FACTOR = 3
LONGEST_REST_SECONDS = 0.1
"""Transactions take at most a third of the time as long as nothing waits (ops/decisions/0020)."""


class Pace:
    """No sooner than `seconds` after the last one began; later after slow ones. 0: no pace at all.

    The quicker of the last two counts. A lone slow one, held up by the broker's collector, is no strain: resting after
    it would only hold up the records that come next.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last_took = 0.0
        self.next_at = 0.0
        """When the next one may begin (monotonic seconds). Records that wait already need not wait for it."""

    def took(self, began: float, ended: float) -> None:
        """A transaction began and ended at these moments (monotonic seconds)."""
        if not self._seconds:
            return
        rest = REST_FACTOR * min(ended - began, self._last_took)
        self._last_took = ended - began
        self.next_at = began + max(self._seconds, min(rest, LONGEST_REST_SECONDS))
