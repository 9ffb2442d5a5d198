"""What truly happens: ordinary days over the whole district, a flood evening at the rivers, and what is arranged.

Arranged are pairs of life-threatening incidents side by side, what recurs a day later at the same place, and hazards of
which a device says many readings.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import cos, pi, sin
from random import Random

from connectors.city.ground import GRID, Spot
from connectors.coordinates import Point
from streams.rules.geography import distance_metres
from tests.matching.city_map import CityMap, moved, scattered
from tests.matching.kinds import KIND_OF, KINDS, Kind
from tests.matching.parameters import Parameters
from tests.matching.systems import (
    FIRE_SENSORS,
    GAS_SENSORS,
    METRES_OF_FACILITY,
    SENSORS,
)
from tests.matching.telling import HOUR, MINUTE, TrueIncident
from tests.matching.words import where_within, wordings
from tests.processors.kit import beijing

STARTS_AT = beijing(2026, 7, 10, 6)
FLOOD_AT = STARTS_AT + 13 * HOUR
HOURS_A_DAY = 24
METRES_IN_A_GRID = 90.0
METRES_WHERE_IT_RECURS = 3.0
RECUR_WITHIN_HOURS = 14
RECURRING = ("manhole", "streetlight", "litter", "noise", "traffic", "burst_main", "property", "hazard")
CLOSE_KINDS = ("fire", "fire", "fire", "gas_leak", "gas_leak")
OTHER_KIND_SHARE = 0.25
READ_BY_DEVICES = (
    ("fire", FIRE_SENSORS, "organisation"), ("gas_leak", GAS_SENSORS, "organisation"),
    ("chemicals", "yj_hazchem_iot", "organisation"), ("burst_main", SENSORS, "water_main"),
    ("manhole", SENSORS, "manhole"), ("slope", "gz_geohazard", "slope"),
    ("high_water", "sl_hydrology", "river_station"),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Happening:
    """A true incident before it has a number: `within` is where in its place it is, `wordings` are for what it is.

    A device `reader` says so many `readings` of it.
    """

    kind: Kind
    spot: Spot
    point: Point
    within: str
    wordings: tuple[str, ...]
    began_at: int
    ended_at: int
    situation: frozenset[str] = frozenset()
    reader: str = ""
    readings: int = 0

    def numbered(self, number: int) -> TrueIncident:
        """The incident as the truth keeps it."""
        return TrueIncident(
            number=number,
            kind=self.kind.name,
            incident_class=self.kind.incident_class,
            longitude=self.point.longitude,
            latitude=self.point.latitude,
            began_at=self.began_at,
            ended_at=self.ended_at,
            is_life_threatening=self.kind.is_life_threatening,
            situation=self.situation,
        )


def happenings(city: CityMap, parameters: Parameters, random: Random) -> list[Happening]:
    """All of them, in the order of their beginning."""
    ordinary = list(_ordinary(city, parameters, random))
    found = [
        *ordinary,
        *_flood(city, parameters, random),
        *_close_pairs(city, parameters, random),
        *_sensor_hazards(city, parameters, random),
    ]
    return sorted(_with_recurrences(found, ordinary, parameters, random), key=lambda happening: happening.began_at)


def _happens(kind: Kind, spot: Spot, began_at: int, random: Random, point: Point | None = None) -> Happening:
    """At a spot; where exactly and how long is drawn."""
    metres = METRES_OF_FACILITY.get(spot.kind, METRES_IN_A_GRID)
    ended_at = began_at + round(random.uniform(*kind.hours) * HOUR)
    place = point or scattered(spot.point, metres, random)
    return Happening(
        kind=kind,
        spot=spot,
        point=place,
        within=where_within(kind.name, spot.kind, random),
        wordings=random.choice(wordings()[kind.name].manners),
        began_at=began_at,
        ended_at=ended_at,
    )


def _drawn(city: CityMap, kind: Kind, spots: Sequence[Spot], began_at: int, random: Random) -> Happening:
    """At one of these spots; in a grid it is a house without a code that it happens at."""
    spot = random.choice(spots)
    if spot.kind == GRID:
        point = scattered(spot.point, METRES_IN_A_GRID, random)
        return _happens(kind, city.unregistered(point), began_at, random, point)
    return _happens(kind, spot, began_at, random)


def _ordinary(city: CityMap, parameters: Parameters, random: Random) -> Iterator[Happening]:
    rate = sum(kind.per_day for kind in KINDS)
    for _ in range(round(rate * parameters.ordinary_hours / HOURS_A_DAY)):
        kind = random.choices(KINDS, [kind.per_day for kind in KINDS])[0]
        began_at = STARTS_AT + round(random.uniform(0, parameters.ordinary_hours) * HOUR)
        yield _drawn(city, kind, city.ground.of(*kind.places), began_at, random)


def _flood(city: CityMap, parameters: Parameters, random: Random) -> list[Happening]:
    """What water does, so many times as often as on other days, much of it in quarters that lie low."""
    kinds = [kind for kind in KINDS if kind.flood_weight]
    a_day = sum(kind.per_day for kind in kinds)
    grids = [spot for spot in city.ground.of(GRID) if spot.grid.startswith(parameters.flood_towns)]
    quarters = [random.choice(grids).point for _ in range(parameters.low_lying_quarters)]
    found: list[Happening] = []
    while len(found) < round(a_day * parameters.burst * parameters.flood_hours / HOURS_A_DAY):
        kind = random.choices(kinds, [kind.flood_weight for kind in kinds])[0]
        began_at = FLOOD_AT + round(random.uniform(0, parameters.flood_hours) * HOUR)
        if GRID in kind.places and random.random() < parameters.low_lying_share:
            point = scattered(random.choice(quarters), parameters.quarter_metres, random)
            happening = _happens(kind, city.unregistered(point), began_at, random, point)
        else:
            spots = [s for s in city.ground.of(*kind.places) if s.grid.startswith(parameters.flood_towns)]
            happening = _drawn(city, kind, spots, began_at, random)
        if not any(_touch(happening, other, parameters.touching_metres) for other in found):
            found.append(replace(happening, situation=frozenset({"flood_evening"})))
    return found


def _touch(one: Happening, other: Happening, metres: float) -> bool:
    """Whether two of one kind are so near to one another that everybody would call them one."""
    return one.kind is other.kind and distance_metres(*one.point, *other.point) < metres


def _close_pairs(city: CityMap, parameters: Parameters, random: Random) -> Iterator[Happening]:
    """Two that threaten lives, side by side within minutes; some in one estate or firm."""
    tags = frozenset({"close_pair"})
    for _ in range(parameters.close_pairs):
        kind = KIND_OF[random.choice(CLOSE_KINDS)]
        began_at = STARTS_AT + round(random.uniform(0, parameters.ordinary_hours) * HOUR)
        first = _drawn(city, kind, city.ground.of(*kind.places), began_at, random)
        yield replace(first, situation=tags)
        metres, direction = random.uniform(*parameters.close_metres), random.uniform(0, 2 * pi)
        point = moved(first.point, metres * cos(direction), metres * sin(direction))
        is_same = first.spot.kind != GRID and random.random() < parameters.same_facility_share
        spot = first.spot if is_same else city.unregistered(point)
        if random.random() < OTHER_KIND_SHARE:
            kind = KIND_OF["fire" if kind.name == "gas_leak" else "gas_leak"]
        second_at = began_at + round(random.uniform(*parameters.close_minutes) * MINUTE)
        yield replace(_happens(kind, spot, second_at, random, point), situation=tags)


def _with_recurrences(
    found: list[Happening], ordinary: Sequence[Happening], parameters: Parameters, random: Random
) -> list[Happening]:
    """Some of the first hours happen once more, a day later at the same place: another incident."""
    early = STARTS_AT + RECUR_WITHIN_HOURS * HOUR
    able = [one for one in ordinary if one.kind.name in RECURRING and one.began_at < early]
    firsts = random.sample(able, min(parameters.recurrences, len(able)))
    tags = frozenset({"recurring"})
    again = []
    for first in firsts:
        began_at = first.began_at + round(random.uniform(*parameters.recurs_after_hours) * HOUR)
        point = scattered(first.point, METRES_WHERE_IT_RECURS, random)
        second = _happens(first.kind, first.spot, began_at, random, point)
        again += [
            replace(first, situation=tags),
            replace(second, within=first.within, wordings=first.wordings, situation=tags),
        ]
    known = {id(first) for first in firsts}
    return [*(one for one in found if id(one) not in known), *again]


def _sensor_hazards(city: CityMap, parameters: Parameters, random: Random) -> Iterator[Happening]:
    for number in range(parameters.sensor_hazards):
        name, reader, place = READ_BY_DEVICES[number % len(READ_BY_DEVICES)]
        began_at = STARTS_AT + round(random.uniform(0, parameters.ordinary_hours) * HOUR)
        found = _happens(KIND_OF[name], random.choice(city.ground.of(place)), began_at, random)
        readings = random.randint(*parameters.readings)
        yield replace(found, reader=reader, readings=readings, situation=frozenset({"many_readings"}))
