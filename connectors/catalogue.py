"""The catalogue of the district's department systems (`catalogue.yaml`): what there is to be connected."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from connectors.vocabulary import DataClass

CATALOGUE = Path(__file__).with_name("catalogue.yaml")
SECONDS_A_DAY = 86_400


@dataclass(frozen=True)
class CatalogueItem:
    """One shared data item."""

    name: str
    title: str
    data_class: DataClass


@dataclass(frozen=True)
class CatalogueSystem:
    """One department system, connected or not.

    `every_seconds` is the period of a poll or a file, 0 where rows come as they happen; `per_day` how many come a day.
    """

    system: str
    name: str
    department: str
    purpose: str
    transport: str
    every_seconds: int
    per_day: int
    fresh_seconds: int
    late_seconds: int
    event_types: tuple[str, ...]
    items: tuple[CatalogueItem, ...]


def load_catalogue(path: Path = CATALOGUE) -> dict[str, CatalogueSystem]:
    """Every system by its code."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    systems = yaml.load(path.read_text(encoding="utf-8"), loader)["systems"]  # noqa: S506 - a safe loader
    return {fields["code"]: _system(fields) for fields in systems}


def listed(system: str) -> CatalogueSystem | None:
    """The entry of one system of the district's own catalogue, None where it has none."""
    return district_catalogue().get(system)


def rows_per_day(system: str) -> int:
    """How many rows the catalogue promises of a system, 0 where it does not list it."""
    entry = listed(system)
    return entry.per_day if entry else 0


@cache
def district_catalogue() -> dict[str, CatalogueSystem]:
    """The district's own catalogue, read once; nobody changes it."""
    return load_catalogue()


def _system(fields: dict[str, Any]) -> CatalogueSystem:
    return CatalogueSystem(
        system=fields["code"],
        name=fields["name"],
        department=fields["department"],
        purpose=fields["purpose"],
        transport=fields["transport"],
        every_seconds=fields.get("every_s", 0),
        per_day=fields["per_day"],
        fresh_seconds=fields["fresh_s"],
        late_seconds=fields["late_min"] * 60,
        event_types=tuple(fields["event_types"]),
        items=tuple(CatalogueItem(*item) for item in fields["items"]),
    )
