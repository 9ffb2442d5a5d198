"""The grids of one district by their centres: which is nearest to a position and how sure that is, which codes exist.

Regions are codes by prefix: district 6 digits, town 9, village 12, grid 15.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from connectors.coordinates import METRES_PER_DEGREE, Point, metres_between
from streams.facts.reference import Grid

CELL_DEGREES = 0.004
CELL_METRES = 320.0
"""No cell north of 13° and south of 44° is narrower."""
GRID_REACH_METRES = 5_000.0
"""Further from every grid's centre than this, a position does not lie in the district."""
GRID_DIGITS = 15
TIERS = (GRID_DIGITS, 12, 9)
NEIGHBOURS, MOST_RINGS = 4, 16
"""Of a grid: those that are asked for, and so many cells away at most."""
MOST_GRIDS = 100_000
"""A district has some thousands; what would be more than this is a fault of the sender, and is not kept."""
MIDDLE_DECIMALS = 6
"""A tenth of a metre."""


class Found(NamedTuple):
    """A region, and how likely it is the right one, from 0 to 1."""

    region: str
    confidence: float


class Grids:
    """Grids that can be drawn, redrawn and dissolved. Not for several threads at once."""

    def __init__(self, district: str, centres: Mapping[str, Point]) -> None:
        self.district = district
        self.centres: dict[str, Point] = {}
        self._said_at: dict[str, int] = {}
        self._regions: Counter[str] = Counter()
        self._middles: dict[str, Point] = {}
        self._cells: dict[tuple[int, int], list[str]] = defaultdict(list)
        self._sizes: dict[str, float | None] = {}
        for grid, centre in centres.items():
            self.draw(grid, centre)

    def take(self, said: Grid) -> None:
        """Have a grid of this district as it is said, unless a later word on it is known."""
        grid = said.grid
        is_ours = grid.startswith(self.district) and len(grid) == GRID_DIGITS
        is_late = said.recorded_at < self._said_at.get(grid, 0)
        if not is_ours or is_late or (grid not in self._said_at and len(self._said_at) >= MOST_GRIDS):
            return
        self._said_at[grid] = said.recorded_at
        if not said.valid:
            self.dissolve(grid)
        elif said.longitude is not None and said.latitude is not None:
            self.draw(grid, Point(said.longitude, said.latitude))

    def draw(self, grid: str, centre: Point) -> None:
        """Have a grid with this centre, as new or as redrawn."""
        self.dissolve(grid)
        self._middles.clear()
        self.centres[grid] = centre
        self._sizes.clear()
        self._cells[_cell(centre)].append(grid)
        self._regions.update(grid[:digits] for digits in TIERS)

    def dissolve(self, grid: str) -> None:
        """Have it no longer, nor the village or town of which it was the last grid."""
        centre = self.centres.pop(grid, None)
        if centre is not None:
            self._middles.clear()
            self._cells[_cell(centre)].remove(grid)
            self._sizes.clear()
            self._regions.subtract(grid[:digits] for digits in TIERS)

    def known(self, code: str) -> str | None:
        """The grid itself, else the village or town of it that exists."""
        return next((code[:digits] for digits in TIERS if self._regions[code[:digits]] > 0), None)

    def middle(self, region: str) -> Point | None:
        """The centre of a grid; of a village or town the mean of its grids' centres; None where there is none.

        Worked out anew when a grid has changed.
        """
        if region in self.centres:
            return self.centres[region]
        if len(region) not in TIERS:
            return None
        if region not in self._middles:
            own = [centre for grid, centre in self.centres.items() if grid.startswith(region)]
            if not own:
                return None
            self._middles[region] = Point(
                round(sum(centre.longitude for centre in own) / len(own), MIDDLE_DECIMALS),
                round(sum(centre.latitude for centre in own) / len(own), MIDDLE_DECIMALS),
            )
        return self._middles[region]

    def nearest(self, point: Point) -> Found | None:
        """The grid whose centre is nearest, None where none is within reach.

        Where its boundary lies is not known. If anywhere between the two nearest centres is as likely as elsewhere,
        then it lies beyond the position with the probability that is said: 1 at a centre, 0.5 halfway to the next.
        """
        found, distance, next_distance = "", GRID_REACH_METRES, GRID_REACH_METRES
        ring = 0
        while (ring - 1) * CELL_METRES <= next_distance:
            for grid in self._ring(_cell(point), ring):
                away = metres_between(point, self.centres[grid])
                if away <= distance:
                    found, distance, next_distance = grid, away, distance
                elif away < next_distance:
                    next_distance = away
            ring += 1
        if not found:
            return None
        return Found(found, round(next_distance / (distance + next_distance), 2) if next_distance else 0.5)

    def within_metres(self, grid: str) -> float | None:
        """How near to its centre two of three places in a grid lie; None where its neighbours are not known.

        Half of what lies between its centre and those of the nearest grids: of a square of that width 0.46.
        """
        if grid not in self._sizes:
            self._sizes[grid] = self._half_way_to_neighbours(grid)
        return self._sizes[grid]

    def _half_way_to_neighbours(self, grid: str) -> float | None:
        centre = self.centres.get(grid)
        if centre is None:
            return None
        away: list[float] = []
        for ring in range(MOST_RINGS):
            others = (other for other in self._ring(_cell(centre), ring) if other != grid)
            away += [metres_between(centre, self.centres[other]) for other in others]
            nearest = sorted(metres for metres in away if metres <= ring * CELL_METRES)[:NEIGHBOURS]
            if len(nearest) == NEIGHBOURS:
                return float(round(sum(nearest) / NEIGHBOURS / 2))
        return None

    def shared(self, point: Point, uncertainty_metres: float) -> Found | None:
        """The smallest region that holds a position wherever in the square of its rounding it lies.

        It is at least as likely as the least likely of the grids that are found in the square.
        """
        off = uncertainty_metres / METRES_PER_DEGREE
        corners = [
            Point(point.longitude + east, point.latitude + north) for east in (-off, off) for north in (-off, off)
        ]
        reached = [found for corner in (point, *corners) if (found := self.nearest(corner))]
        if len(reached) <= len(corners):
            return None
        confidence = min(found.confidence for found in reached)
        regions = [found.region for found in reached]
        return next(
            (
                Found(regions[0][:digits], confidence)
                for digits in TIERS
                if len({region[:digits] for region in regions}) == 1
            ),
            None,
        )

    def _ring(self, cell: tuple[int, int], ring: int) -> Iterator[str]:
        """The grids in the cells that lie `ring` cells away."""
        column, row = cell
        for east in range(-ring, ring + 1):
            step = 1 if abs(east) == ring else 2 * ring
            for north in range(-ring, ring + 1, step or 1):
                yield from self._cells.get((column + east, row + north), ())


def _cell(point: Point) -> tuple[int, int]:
    return int(point.longitude // CELL_DEGREES), int(point.latitude // CELL_DEGREES)
