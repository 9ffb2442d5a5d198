"""What one caller says of a happening: nearly always where, often where exactly, what it is, what comes of it."""

from random import Random

from tests.matching.city_map import CityMap
from tests.matching.happenings import Happening
from tests.matching.parameters import Parameters
from tests.matching.words import where_within, wordings

NAMED = ("estate", "organisation", "bridge", "road")
"""Places that people know by name; of any other they say the nearest house."""
MOST_HOUSES_BESIDE = 4
ENDS_OF_TOWNS = ("街道", "镇")


def spoken(city: CityMap, happening: Happening, parameters: Parameters, random: Random) -> str:
    """The words of one who calls or writes."""
    place = _place(city, happening, parameters, random) if random.random() < parameters.place_named_share else ""
    within = _within(happening, parameters, random) if random.random() < parameters.within_named_share else ""
    has_effect = random.random() < parameters.effect_named_share
    effect = f",{random.choice(wordings()[happening.kind.name].effects)}" if has_effect else ""
    return f"{place}{within}{random.choice(happening.wordings)}{effect}"


def _place(city: CityMap, happening: Happening, parameters: Parameters, random: Random) -> str:
    """Half of those who call leave out in which town that is."""
    spot = happening.spot
    if spot.kind in NAMED:
        name = spot.name
    else:
        road, number = city.road_and_number(happening.point)
        if random.random() < parameters.next_house_share:
            number = max(1, number + random.choice((-1, 1)) * random.randint(1, MOST_HOUSES_BESIDE))
        name = f"{road}{number}号"
    if random.random() < parameters.town_named_share:
        return name
    town = next((spot.town.removesuffix(end) for end in ENDS_OF_TOWNS if spot.town.endswith(end)), spot.town)
    return name.removeprefix(town)


def _within(happening: Happening, parameters: Parameters, random: Random) -> str:
    if random.random() < parameters.other_within_share:
        return where_within(happening.kind.name, happening.spot.kind, random)
    return happening.within
