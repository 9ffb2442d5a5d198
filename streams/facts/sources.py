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


@record("sources.catalogued.v1")
@dataclass(frozen=True, kw_only=True)
class Catalogued(Fact):
    """The exchange platform published or changed an entry of its catalogue of shared resources."""

    system: str
    catalog_code: str
    resource_name: str
    schema_version: str
    update_cycle: str
    changed: bool
    published_at: int
