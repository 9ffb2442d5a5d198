"""The one way in which tests wait."""

import time
from collections.abc import Callable
from typing import TypeVar

PAUSE_SECONDS = 0.02

Found = TypeVar("Found")


def eventually(condition: Callable[[], Found], *, within_seconds: float = 30.0) -> Found:
    """What `condition` returns as soon as that is true; AssertionError where it is not within `within_seconds`.

    Between two looks it leaves the machine to what it waits for, at least for as long as a look takes.
    """
    give_up_at = time.monotonic() + within_seconds
    while True:
        looked_at = time.monotonic()
        if found := condition():
            return found
        now = time.monotonic()
        if now > give_up_at:
            raise AssertionError(f"not within {within_seconds} s: {condition}; it last said {found!r}")
        time.sleep(max(PAUSE_SECONDS, now - looked_at))
