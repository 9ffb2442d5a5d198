"""Where something happened: from codes, coordinates, grids and addresses to the most exact region that is certain.

Regions are codes by prefix: district 6 digits, town 9, village 12, grid 15. The registry knows facilities
(organisations, devices, estates, roads) and the centre of every grid. What it does not know stays unlocated, with the
system's district as region: a state to be worked off, never a guess.
"""

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from connectors.coordinates import METRES_PER_DEGREE, Point, metres_between

LocatedBy = Literal["point", "place", "grid", "system"]

CELL_DEGREES = 0.004
CELL_METRES = 320.0
"""No cell north of 13° and south of 44° is narrower."""
GRID_REACH_METRES = 5_000.0
"""Further from every grid's centre than this, a position does not lie in the district."""
AGREES_METRES = 1_000.0
"""A reported position this near to the registered place is a better word on where it happened than the registry's."""
EXACT_METRES = 100.0
"""A position rounded more coarsely than this is no point: it says a grid, village or town, where it says only one."""
TIERS = (15, 12, 9)


@dataclass(frozen=True)
class Place:
    """The region's code, and a position in CGCS2000 where one is known; `located_by` says on what it rests."""

    region: str
    located_by: LocatedBy
    place_code: str | None = None
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True)
class Facility:
    """A registered place: an organisation, a device, an estate, a road."""

    place_code: str
    kind: str
    name: str
    address: str
    point: Point
    grid: str


class Places:
    """The facility registry and the grids of one district."""

    def __init__(self, district: str, facilities: Sequence[Facility], grids: Mapping[str, Point]) -> None:
        self.district = district
        self._grids = grids
        self._facilities = {facility.place_code: facility for facility in facilities}
        self._addresses = _unambiguous(facilities)
        self._regions = {grid[:digits] for grid in grids for digits in TIERS}
        self._cells: dict[tuple[int, int], list[str]] = defaultdict(list)
        for grid, centre in grids.items():
            self._cells[_cell(centre)].append(grid)

    @classmethod
    def load(cls, folder: Path) -> "Places":
        """Read `grids.csv` and `places.csv` of a city; ValueError or KeyError where they are not what they must be."""
        grids = {row["grid"]: _point(row) for row in _rows(folder / "grids.csv")}
        facilities = [
            Facility(row["place_code"], row["kind"], row["name"], row["address"], _point(row), row["grid"])
            for row in _rows(folder / "places.csv")
        ]
        districts = {grid[:6] for grid in grids}
        if len(districts) != 1:
            raise ValueError(f"{folder / 'grids.csv'}: the grids lie in {len(districts)} districts, not in one")
        return cls(districts.pop(), facilities, grids)

    def locate(
        self,
        *,
        point: Point | None = None,
        uncertainty_metres: float = 0.0,
        place_codes: Sequence[str] = (),
        region: str | None = None,
        address: str | None = None,
    ) -> Place:
        """The best of what a row says of its place: a registered code, a position, a region's code, an address.

        `uncertainty_metres` is how far off the decimals of `point` leave it.
        """
        exact = point if uncertainty_metres <= EXACT_METRES else None
        said_code = place_codes[0] if place_codes else None
        if facility := self._registered(place_codes):
            near = exact if exact and metres_between(exact, facility.point) <= AGREES_METRES else facility.point
            return Place(facility.grid, "place", facility.place_code, near.longitude, near.latitude)
        if exact and (reached := self._nearest_grid(exact)):
            return Place(reached, "point", said_code, exact.longitude, exact.latitude)
        if region and (known := self._known_region(region)):
            return Place(known, "grid", said_code)
        if address and (facility := self._addresses.get(_plain(address))):
            return Place(facility.grid, "place", facility.place_code, *facility.point)
        if point and (shared := self._shared_region(point, uncertainty_metres)):
            return Place(shared, "point", said_code)
        return Place(self.district, "system", said_code)

    def standard(self, place_codes: Sequence[str], address: str | None) -> Facility | None:
        """The registered place that a row names by code or address."""
        return self._registered(place_codes) or (self._addresses.get(_plain(address)) if address else None)

    def _registered(self, place_codes: Sequence[str]) -> Facility | None:
        return next((self._facilities[code] for code in place_codes if code in self._facilities), None)

    def _known_region(self, code: str) -> str | None:
        """The grid itself, else the village or town of it that exists."""
        return next((code[:digits] for digits in TIERS if code[:digits] in self._regions), None)

    def _shared_region(self, point: Point, uncertainty_metres: float) -> str | None:
        """The smallest region that holds a position wherever in the square of its rounding it lies."""
        off = uncertainty_metres / METRES_PER_DEGREE
        corners = [
            Point(point.longitude + east, point.latitude + north) for east in (-off, off) for north in (-off, off)
        ]
        reached = [self._nearest_grid(corner) or "" for corner in (point, *corners)]
        if not all(reached):
            return None
        return next(
            (reached[0][:digits] for digits in TIERS if len({region[:digits] for region in reached}) == 1), None
        )

    def _nearest_grid(self, point: Point) -> str | None:
        """The grid whose centre is nearest, None where none is within reach."""
        distance, found = GRID_REACH_METRES, None
        ring = 0
        while (ring - 1) * CELL_METRES <= distance:
            for grid in self._ring(_cell(point), ring):
                away = metres_between(point, self._grids[grid])
                if away <= distance:
                    distance, found = away, grid
            ring += 1
        return found

    def _ring(self, cell: tuple[int, int], ring: int) -> Iterator[str]:
        """The grids in the cells that lie `ring` cells away."""
        column, row = cell
        for east in range(-ring, ring + 1):
            step = 1 if abs(east) == ring else 2 * ring
            for north in range(-ring, ring + 1, step or 1):
                yield from self._cells.get((column + east, row + north), ())


def _unambiguous(facilities: Sequence[Facility]) -> dict[str, Facility]:
    """Facilities by name and by address, without those that several share."""
    named: dict[str, list[Facility]] = defaultdict(list)
    for facility in facilities:
        for text in {_plain(facility.name), _plain(facility.address)} - {""}:
            named[text].append(facility)
    return {text: found[0] for text, found in named.items() if len(found) == 1}


def _plain(text: str) -> str:
    return re.sub(r"[\s,,。.]", "", text)


def _cell(point: Point) -> tuple[int, int]:
    return int(point.longitude // CELL_DEGREES), int(point.latitude // CELL_DEGREES)


def _point(row: Mapping[str, str]) -> Point:
    return Point(float(row["longitude"]), float(row["latitude"]))


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a CSV file whose comment lines begin with `#`."""
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(line for line in lines if not line.startswith("#"))
