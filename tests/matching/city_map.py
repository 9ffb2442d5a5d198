"""The ground that the truth happens on: Hechuan's towns, grids and registered places, with distances in metres."""

from dataclasses import dataclass
from functools import cache
from math import cos, radians
from random import Random

from connectors.city.ground import GRID, Ground, Spot
from connectors.coordinates import METRES_PER_DEGREE, Point
from connectors.places import Places
from streams.cities.city import CITIES
from streams.rules.geography import TIERS

DISTRICT = "500117"
TWO_OF_THREE = 1.5096
"""A round normal scatter lies within so many standard deviations of one axis in 68 of 100 cases."""
HOUSE_METRES, HOUSES_A_ROAD = 12.0, 300


@dataclass(frozen=True)
class CityMap:
    """Spots by kind, and the grid of any point as the connectors find it."""

    ground: Ground
    places: Places

    def grid_of(self, point: Point) -> tuple[str, float | None]:
        """The region that a point lies in and how sure that is; the district where no grid is near."""
        found = self.places.grids.nearest(point)
        return (found.region, found.confidence) if found else (DISTRICT, None)

    def spot_of(self, place_code: str) -> Spot:
        """A registered place."""
        return next(spot for spots in self.ground.spots.values() for spot in spots if spot.place_code == place_code)

    def middle_of(self, region: str) -> Point:
        """The middle of a grid or town, as connectors say it where there is no point."""
        middle = self.places.grids.middle(region)
        assert middle is not None
        return middle

    def road_and_number(self, point: Point) -> tuple[str, int]:
        """The road of the town that a house at a point stands at, and its number, which grows to the east."""
        grid, _ = self.grid_of(point)
        roads = [road for road in self.ground.of("road") if road.grid.startswith(grid[: TIERS["town"]])]
        metres_east = point.longitude * METRES_PER_DEGREE * cos(radians(point.latitude))
        return roads[int(grid[-6:]) % len(roads)].name, 1 + int(metres_east / HOUSE_METRES) % HOUSES_A_ROAD

    def unregistered(self, point: Point) -> Spot:
        """A house without a code of its own at a point, named by its road and number."""
        grid, _ = self.grid_of(point)
        road, number = self.road_and_number(point)
        return Spot(grid, GRID, f"{road}{number}号", f"{road}{number}号", point, grid, self.town_of(road))

    def town_of(self, road: str) -> str:
        """The town of a road: 合阳城街道 of 合阳城人民路."""
        return next(spot.town for spot in self.ground.of("road") if spot.name == road)


def moved(point: Point, east_metres: float, north_metres: float) -> Point:
    """A point so far from another, to seven decimals."""
    longitude = point.longitude + east_metres / (METRES_PER_DEGREE * cos(radians(point.latitude)))
    return Point(round(longitude, 7), round(point.latitude + north_metres / METRES_PER_DEGREE, 7))


def scattered(point: Point, metres: float, random: Random) -> Point:
    """A point that lies within so many metres of another in two cases of three."""
    deviation = metres / TWO_OF_THREE
    return moved(point, random.gauss(0, deviation), random.gauss(0, deviation))


@cache
def hechuan_map() -> CityMap:
    """Read once."""
    folder = CITIES / "hechuan"
    return CityMap(Ground.load(folder), Places.load(folder))
