"""Regions by the prefixes of their codes, distances, and the cells that make a search by place cheap."""

from collections.abc import Iterator
from functools import lru_cache
from math import asin, cos, degrees, floor, radians, sin, sqrt
from typing import Literal

Tier = Literal["district", "town", "village", "grid"]

TIERS: dict[Tier, int] = {"district": 6, "town": 9, "village": 12, "grid": 15}
"""Digits of a region code at each tier (GB/T 2260 and the statistics codes; three more for a grid, our proposal)."""

EARTH_METRES = 6_371_008.8
CELL_DEGREES = 0.01
"""A cell is 1,112 m high and, at Hechuan's latitude, 963 m wide."""
RECTANGLES_KEPT = 10_000
"""Neighbouring cells of a district, by what is asked for near each of its cells."""
ROUNDING_METRES = 1.0
"""More than what rounding can move a point at the rim of a circle."""


def tier_regions(region: str) -> Iterator[tuple[Tier, str]]:
    """Tier and code of a region and all above it, down to a grid: what no finer place is known of counts in `…000`."""
    padded = region.ljust(TIERS["grid"], "0")
    return ((tier, padded[:digits]) for tier, digits in TIERS.items())


def distance_metres(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """The great-circle distance between two points in degrees."""
    north = radians(other_latitude - latitude)
    east = radians(other_longitude - longitude)
    square = sin(north / 2) ** 2 + cos(radians(latitude)) * cos(radians(other_latitude)) * sin(east / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(square)))


def cell_of(longitude: float, latitude: float) -> str:
    """The cell a point lies in."""
    return _cell(floor(longitude / CELL_DEGREES), floor(latitude / CELL_DEGREES))


def cells_around(longitude: float, latitude: float, radius_metres: float) -> tuple[str, ...]:
    """Every cell that a circle of a city's size can touch; not for the poles or the date line."""
    reach = (radius_metres + ROUNDING_METRES) / EARTH_METRES
    north = degrees(reach)
    east = degrees(asin(sin(reach) / cos(radians(latitude))))
    return _cells(
        floor((longitude - east) / CELL_DEGREES),
        floor((longitude + east) / CELL_DEGREES),
        floor((latitude - north) / CELL_DEGREES),
        floor((latitude + north) / CELL_DEGREES),
    )


@lru_cache(maxsize=RECTANGLES_KEPT)
def _cells(west: int, east: int, south: int, north: int) -> tuple[str, ...]:
    return tuple(_cell(column, row) for column in range(west, east + 1) for row in range(south, north + 1))


def _cell(east: int, north: int) -> str:
    return f"{east}:{north}"
