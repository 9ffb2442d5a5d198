"""The records of `w1`: what is read, what is kept, what is published."""

from collections.abc import Mapping
from dataclasses import dataclass

from streams.contract import Fact, record
from streams.facts.vocabulary import Urgency


@record("bench.reading.v1")
@dataclass(frozen=True, kw_only=True)
class Reading(Fact):
    """One reading of a facility, 186 bytes on the wire; `value` in thousandths. Key: the facility."""

    category: str
    region: str
    longitude: float
    latitude: float
    metric: str
    value: int
    urgency: Urgency
    content: str


@record("bench.tally.v1")
@dataclass(frozen=True, kw_only=True)
class Tally:
    """What is kept of a facility."""

    counts: Mapping[str, int]
    events: int
    total: int
    last_value: int
    last_at: int


@record("bench.profile.v1")
@dataclass(frozen=True, kw_only=True)
class Profile:
    """What is published of a facility after each reading; `as_of` is the partition clock."""

    facility: str
    region: str
    counts: Mapping[str, int]
    events: int
    total: int
    last_value: int
    last_at: int
    as_of: int
