"""Waiting for whole processes, on a machine that may be busy with other tests."""

from collections.abc import Callable

from tests.eventually import Found, eventually

PATIENCE_SECONDS = 120.0


def patiently(condition: Callable[[], Found]) -> Found:
    """As `eventually`, but for as long as processes need to start."""
    return eventually(condition, within_seconds=PATIENCE_SECONDS)
