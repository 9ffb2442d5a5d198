"""Registers of the district (底数), one compacted topic each, keyed by code: what places and bodies there are."""

from dataclasses import dataclass

from streams.contract import Fact, record


@record("reference.address.v1")
@dataclass(frozen=True, kw_only=True)
class Address(Fact):
    """A standard address."""

    address_code: str
    text: str
    grid: str
    longitude: float | None = None
    latitude: float | None = None
    valid: bool
    recorded_at: int


@record("reference.grid.v1")
@dataclass(frozen=True, kw_only=True)
class Grid(Fact):
    """A grid as it was last drawn."""

    grid: str
    longitude: float | None = None
    latitude: float | None = None
    valid: bool
    recorded_at: int


@record("reference.house.v1")
@dataclass(frozen=True, kw_only=True)
class House(Fact):
    """A rented house."""

    house_code: str
    use: str
    occupants: int | None = None
    region: str
    recorded_at: int


@record("reference.organisation.v1")
@dataclass(frozen=True, kw_only=True)
class Organisation(Fact):
    """A registered organisation."""

    organisation_code: str
    name: str | None = None
    kind: str
    active: bool
    region: str
    recorded_at: int
