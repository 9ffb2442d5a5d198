"""Where a department says that something is: a point off by so much, a registered place, a grid, a town."""

from dataclasses import dataclass
from random import Random
from typing import Literal

from connectors.city.ground import Spot
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
        return _at_facility(happening.spot, "by_facility" if len(system.ways) == 1 else "place_only")
    if way == "text" and is_named and random.random() < parameters.address_is_code_share:
        return _at_facility(happening.spot, "place_only")
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
    point = scattered(happening.point, metres, random)
    region, confidence = city.grid_of(point)
    if is_named:
        region, confidence = happening.spot.grid, CERTAIN
    return Whereabouts(
        region=region,
        located_by="place" if is_named else "point",
        place_code=happening.spot.place_code if is_named else None,
        longitude=point.longitude,
        latitude=point.latitude,
        confidence=confidence,
        uncertainty_metres=metres,
        quirks=frozenset({POINT_WAYS[way]}),
    )


def _at_facility(spot: Spot, quirk: str) -> Whereabouts:
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


def _at_address(city: CityMap, happening: Happening, parameters: Parameters, random: Random) -> Whereabouts:
    """The house that the caller names, or one beside it, as the address library has it."""
    point = scattered(happening.point, parameters.standard_metres * parameters.noise, random)
    region, confidence = city.grid_of(point)
    _, number = city.road_and_number(point)
    return Whereabouts(
        region=region,
        located_by="place",
        place_code=f"DZ{region}{number:03}",
        longitude=point.longitude,
        latitude=point.latitude,
        confidence=confidence,
        uncertainty_metres=parameters.standard_metres * parameters.noise,
        quirks=frozenset({"place_only"}),
    )


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
    return Whereabouts(
        region=region if is_grid else region[: TIERS["town"]],
        located_by="grid",
        confidence=CERTAIN,
        uncertainty_metres=parameters.grid_metres if is_grid else parameters.town_metres,
        quirks=frozenset(quirks),
    )
