"""What a department hands over: one row, in the department's own words, at one moment of the play."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any, Literal

from connectors.coordinates import METRES_PER_DEGREE, Point
from connectors.times import SHANGHAI

Envelope = Literal["", "structured", "binary", "batch"]
LOCAL_FORMAT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, kw_only=True)
class HandOver:
    """One version of one record.

    `row` is what the medium carries; `record_no` and `version` are what the contract makes of it. `happening` is 0
    where it says nothing about one. `times` counts how often it is handed over. Over HTTP, `event_type` and `envelope`
    say as what; `replaces` marks a version that overwrites the one before it in place.
    """

    at_seconds: float
    system: str
    record_no: str
    version: str
    row: Mapping[str, Any]
    happening: int = 0
    times: int = 1
    event_type: str = ""
    envelope: Envelope = ""
    replaces: bool = False


@dataclass(frozen=True)
class Play:
    """A run of the city: `started_at` (milliseconds) and what a second of it is worth."""

    seed: int
    started_at: int
    speed: float

    def instant(self, at_seconds: float) -> int:
        return self.started_at + round(at_seconds * 1000)

    def moment(self, at_seconds: float) -> datetime:
        """In Beijing time."""
        return datetime.fromtimestamp(self.instant(at_seconds) / 1000, SHANGHAI)

    def local_text(self, at_seconds: float) -> str:
        """As departments write it: local, without a zone."""
        return self.moment(at_seconds).strftime(LOCAL_FORMAT)

    def number(self, prefix: str, count: int) -> str:
        """A record number that no other run gives."""
        return f"{prefix}{self.moment(0):%Y%m%d%H%M%S}{count:05}"

    def random(self, purpose: str) -> Random:
        """A source of chance for one purpose, so that one department's draws change no other's."""
        return Random(f"{self.seed}/{purpose}")

    def minutes(self, random: Random, low: float, high: float) -> float:
        """Seconds of the play that some minutes of the city's life take."""
        return random.uniform(low, high) * 60 / self.speed


def nearby(point: Point, random: Random, metres: float) -> Point:
    """A point at most `metres` away to each side, to about a metre."""
    east, north = (random.uniform(-metres, metres) / METRES_PER_DEGREE for _ in range(2))
    return Point(round(point.longitude + east, 5), round(point.latitude + north, 5))
