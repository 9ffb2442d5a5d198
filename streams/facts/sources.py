"""Facts of the sources log: what publishers saw of a system. Keyed by system."""

from collections.abc import Mapping
from dataclasses import dataclass

from streams.contract import Fact, record


@record("sources.observed.v1")
@dataclass(frozen=True, kw_only=True)
class Observed(Fact):
    """One batch of a connector: how many rows, how new, how many wrong or late."""

    system: str
    rows: int
    facts: int
    wrong: int
    late: int
    newest_at: int
    items: Mapping[str, int]
    fresh_seconds: int
