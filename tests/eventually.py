"""The one way in which tests wait."""

import time
from collections.abc import Callable
from typing import TypeVar

PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 0.25
PAUSE_SHARE = 0.05
"""Of what was waited so far: whoever waits long for a busy machine does not keep it busy by looking."""

Found = TypeVar("Found")


def eventually(condition: Callable[[], Found], *, within_seconds: float = 30.0) -> Found:
    """What `condition` returns as soon as that is true; AssertionError where it is not within `within_seconds`.

    Between two looks it leaves the machine to what it waits for, at least for as long as a look takes.
    """
    began_at = time.monotonic()
    while True:
        looked_at = time.monotonic()
        if found := condition():
            return found
        now = time.monotonic()
        if now > began_at + within_seconds:
            raise AssertionError(f"not within {within_seconds} s: {condition}; it last said {found!r}")
        usual = min(max(PAUSE_SECONDS, PAUSE_SHARE * (now - began_at)), LONGEST_PAUSE_SECONDS)
        time.sleep(max(usual, now - looked_at))
