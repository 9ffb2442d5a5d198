"""Where a department says that something is: a point off by so much, a registered place, a grid, a town."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from connectors.city.ground import Spot
from connectors.coordinates import Point
from streams.contract import replace
from streams.rules.geography import TIERS
from tests.matching.city_map import CityMap, scattered
from tests.matching.happenings import Happening
from tests.matching.parameters import Parameters
from tests.matching.systems import METRES_OF_FACILITY, System
from tests.matching.telling import POINT_WAYS

NEIGHBOURING_METRES = 250.0
CERTAIN = 1.0


@dataclass(frozen=True, kw_only=True)
class Whereabouts:
    """What a report says of its place, as a connector would have found it, and what is odd about that."""

    region: str
    located_by: Literal["point", "place", "grid", "system"]
    place_code: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    confidence: float | None = None
    centre: Point | None = None
    uncertainty_metres: float
    quirks: frozenset[str]


def whereabouts(
    city: CityMap, happening: Happening, system: System, parameters: Parameters, random: Random
) -> Whereabouts | None:
    """None where the system cannot tell of such a place."""
    is_named = happening.spot.kind in system.facilities
    ways = {way: share for way, share in system.ways.items() if way != "facility" or is_named}
    if not ways:
        return None
    way = random.choices([*ways], [*ways.values()])[0]
    if way in POINT_WAYS:
        is_named = is_named and random.random() < parameters.facility_named_share
        return _at_point(city, happening, way, parameters, random, is_named=is_named)
    if way == "facility":
        return of_facility(happening.spot, "by_facility" if len(system.ways) == 1 else "place_only")
    if way == "text" and is_named and random.random() < parameters.address_is_code_share:
        return of_facility(happening.spot, "place_only")
    if way == "text" and random.random() < parameters.address_is_standard_share:
        return _at_address(city, happening, parameters, random)
    is_grid = way == "grid" or random.random() < parameters.address_is_grid_share
    return _in_region(city, happening, parameters, random, is_grid=is_grid)


def _at_point(
    city: CityMap,
    happening: Happening,
    way: str,
    parameters: Parameters,
    random: Random,
    *,
    is_named: bool,
) -> Whereabouts:
    metres = parameters.metres_of[way] * parameters.noise
    said = of_point(city, scattered(happening.point, metres, random), metres, way)
    if not is_named:
        return said
    spot = happening.spot
    return replace(said, region=spot.grid, located_by="place", place_code=spot.place_code, confidence=CERTAIN)


def _at_address(city: CityMap, happening: Happening, parameters: Parameters, random: Random) -> Whereabouts:
    """The house that the caller names, or one beside it, as the address library has it."""
    metres = parameters.standard_metres * parameters.noise
    return of_house(city, scattered(happening.point, metres, random), metres)


def _in_region(
    city: CityMap,
    happening: Happening,
    parameters: Parameters,
    random: Random,
    *,
    is_grid: bool,
) -> Whereabouts:
    """A grid, now and then the next one, or a town; now and then of another town altogether."""
    quirks = {"grid_only" if is_grid else "town_only"}
    region, _ = city.grid_of(happening.point)
    if is_grid and random.random() < parameters.of_wrongs(parameters.neighbouring_grid_share):
        next_region, _ = city.grid_of(scattered(happening.point, NEIGHBOURING_METRES, random))
        quirks |= {"neighbouring_grid"} if next_region != region else set()
        region = next_region
    if random.random() < parameters.of_wrongs(parameters.wrong_town_share):
        town = region[: TIERS["town"]]
        region = random.choice([spot.grid for spot in city.ground.of("grid") if not spot.grid.startswith(town)])
        quirks.add("wrong_town")
    if is_grid:
        return of_region(city, region, parameters.grid_metres, *quirks)
    return of_region(city, region[: TIERS["town"]], parameters.town_metres, *quirks)


# What is said of each kind of place.


def of_point(city: CityMap, point: Point, metres: float, way: str) -> Whereabouts:
    """A point and the grid that it lies in."""
    region, confidence = city.grid_of(point)
    return Whereabouts(
        region=region,
        located_by="point",
        longitude=point.longitude,
        latitude=point.latitude,
        confidence=confidence,
        uncertainty_metres=metres,
        quirks=frozenset({POINT_WAYS[way]}),
    )


def of_facility(spot: Spot, quirk: str) -> Whereabouts:
    """Of a registered place one point is known, wherever in it something happens."""
    return Whereabouts(
        region=spot.grid,
        located_by="place",
        place_code=spot.place_code,
        longitude=spot.point.longitude,
        latitude=spot.point.latitude,
        confidence=CERTAIN,
        uncertainty_metres=METRES_OF_FACILITY[spot.kind],
        quirks=frozenset({quirk}),
    )


def of_house(city: CityMap, point: Point, metres: float) -> Whereabouts:
    """A house of the address library."""
    region, confidence = city.grid_of(point)
    _, number = city.road_and_number(point)
    return Whereabouts(
        region=region,
        located_by="place",
        place_code=f"DZ{region}{number:03}",
        longitude=point.longitude,
        latitude=point.latitude,
        confidence=confidence,
        uncertainty_metres=metres,
        quirks=frozenset({"place_only"}),
    )


def of_region(city: CityMap, region: str, metres: float, *quirks: str) -> Whereabouts:
    """A grid or a town and nothing more."""
    return Whereabouts(
        region=region,
        located_by="grid",
        confidence=CERTAIN,
        centre=city.middle_of(region),
        uncertainty_metres=metres,
        quirks=frozenset(quirks),
    )
