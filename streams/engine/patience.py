"""How long a client may be kept waiting before another takes its place (ops/decisions/0134)."""

import time

ASTRAY_SECONDS = 10.0
"""Longer than a worker's session, after which its group has given it up: a group that is there has answered by then."""


class Astray(Exception):
    """A client that waits for what never comes: it may have lost its brokers, or a request of its own, for good."""


class Patience:
    """With one wait of a client: runs out ASTRAY_SECONDS after it was first asked for."""

    def __init__(self) -> None:
        self._waiting_since: float | None = None

    def wait(self, awaited: str) -> None:
        """It has not come yet. Raises Astray, which names it, once patience has run out."""
        now = time.monotonic()
        if self._waiting_since is None:
            self._waiting_since = now
        elif now - self._waiting_since > ASTRAY_SECONDS:
            raise Astray(f"its client has waited {ASTRAY_SECONDS:.0f} s for {awaited}")
