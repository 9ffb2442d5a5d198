"""How much a department may push: requests and rows a second, with a burst. Pure: the clock is an argument."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.catalogue import SECONDS_A_DAY

TIMES_THE_USUAL = 1000
"""A flood evening is fifty times the usual; a backlog after a day of silence comes faster still."""
LEAST_A_SECOND = 200.0
BURST_SECONDS = 30


class WrongQuota(Exception):
    """A setting of the topology that is no quota; the text names it."""


class OverQuota(Exception):
    """More than the department may push now; it may come again after `retry_after_seconds`."""

    def __init__(self, what: str, retry_after_seconds: int) -> None:
        super().__init__(f"more {what} than this department's quota: slow down")
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True)
class Rates:
    """What a department may push, a second and for longer; `requests` and `rows` are counted apart."""

    requests: float
    rows: float

    @classmethod
    def of(cls, per_day: int, settings: Mapping[str, Any]) -> "Rates":
        """From the catalogue's rows a day, unless the connector's settings name other rates; WrongQuota."""
        usual = max(LEAST_A_SECOND, per_day / SECONDS_A_DAY * TIMES_THE_USUAL)
        return cls(_setting(settings, "requests_per_second", usual), _setting(settings, "rows_per_second", usual))


class Bucket:
    """Fills by `per_second` up to `most`; what is taken must be in it."""

    def __init__(self, per_second: float, most: float) -> None:
        self._per_second = per_second
        self._most = self._filled = most
        self._at = -math.inf

    def take(self, amount: float, now_seconds: float) -> float:
        """0 if `amount` was taken, else after how many seconds it will be there; then nothing was taken.

        `now_seconds` never goes back; an `amount` above the most waits for a full bucket.
        """
        self._filled = min(self._most, self._filled + (now_seconds - self._at) * self._per_second)
        self._at = now_seconds
        needed = min(amount, self._most)
        if self._filled < needed:
            return (needed - self._filled) / self._per_second
        self._filled -= needed
        return 0.0


class Quota:
    """The buckets of one department. Belongs to one event loop."""

    def __init__(self, rates: Rates) -> None:
        self._requests = Bucket(rates.requests, rates.requests * BURST_SECONDS)
        self._rows = Bucket(rates.rows, rates.rows * BURST_SECONDS)

    def take_request(self, now_seconds: float) -> None:
        """Count one request; OverQuota."""
        _take(self._requests, 1, "requests", now_seconds)

    def take_rows(self, rows: int, now_seconds: float) -> None:
        """Count the rows of one request, all or none; OverQuota."""
        _take(self._rows, rows, "rows", now_seconds)


def _take(bucket: Bucket, amount: int, what: str, now_seconds: float) -> None:
    wait_seconds = bucket.take(amount, now_seconds)
    if wait_seconds > 0:
        raise OverQuota(what, math.ceil(wait_seconds))


def _setting(settings: Mapping[str, Any], name: str, usual: float) -> float:
    try:
        rate = float(settings.get(name, usual))
    except (TypeError, ValueError) as error:
        raise WrongQuota(f"{name} is no number") from error
    if not 0 < rate < math.inf:
        raise WrongQuota(f"{name} must be above 0")
    return rate
