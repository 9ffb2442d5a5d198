"""The one way in which tests wait."""

import time
from collections.abc import Callable
from typing import TypeVar

PAUSE_SECONDS = 0.02

Found = TypeVar("Found")


def eventually(condition: Callable[[], Found], *, within_seconds: float = 10.0) -> Found:
    """What `condition` returns as soon as that is true; AssertionError where it is not within `within_seconds`."""
    give_up_at = time.monotonic() + within_seconds
    while not (found := condition()):
        if time.monotonic() > give_up_at:
            raise AssertionError(f"not within {within_seconds} s: {condition}; it last said {found!r}")
        time.sleep(PAUSE_SECONDS)
    return found
