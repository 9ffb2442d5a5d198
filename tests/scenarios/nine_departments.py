"""One flooded underpass, told of 900 times in two hours by nine departments, while other things happen near by.

Pure description. Who tells how exactly is drawn as for the scoring of matching (`tests/matching`): scattered points,
addresses without a point, towns alone, wrong classes, slips of the pen, late ones, some twice, closings before their
reports, calls handed from one platform to the other.
"""

from collections.abc import Iterator
from functools import cache
from random import Random

from streams.contract import Fact, replace
from tests.matching.city_map import CityMap, hechuan_map, moved, scattered
from tests.matching.happenings import Happening
from tests.matching.kinds import KIND_OF, Teller
from tests.matching.parameters import NORMAL
from tests.matching.telling import HOUR, MINUTE, Truth
from tests.matching.told import Desks
from tests.matching.words import where_within, wordings
from tests.scenarios.flood_hour import STARTS_AT
from tests.scenarios.tellings import ALL_SETTLED, INCIDENTS
from tests.scenarios.units import SECOND, Said

BEGINS_AT = STARTS_AT + 5 * MINUTE
LASTS_MINUTES = 120.0
WORK_LASTS = 6 * HOUR
"""Longer than the story: no department ends its work while others tell."""
ENDS_AT = BEGINS_AT + round(LASTS_MINUTES * MINUTE) + ALL_SETTLED
ROUND = 30 * SECOND
"""Readers fetch together, for Kafka's sake: each moment costs it two transactions."""

UNDERPASS = "BR10901"
REPORTS = 900
SPOTS, SPOT_METRES = 60, 60.0
"""From so many spots it is told, two of three of them so near to its middle."""

SHARES = {
    "ga_alarm110": (0.25, ""),
    "zw_hotline12345": (0.32, ""),
    "zz_grid_app": (0.16, ""),
    "cg_digital": (0.08, ""),
    "cg_municipal_iot": (0.1, ""),
    "video_xueliang": (0.02, ""),
    "yj_command": (0.03, ""),
    "xj_alarm119": (0.025, "rescue"),
    "wj_ambulance120": (0.015, "medical"),
}
"""Of each department's system: its share of what is told, and as what where it has no word for a flood."""

BESIDE = (
    ("traffic", 20, 420, 160),
    ("flooding", 30, -950, 300),
    ("fire", 35, -60, 380),
    ("public_security", 45, 120, -260),
    ("illness", 50, 520, -400),
    ("manhole", 60, -300, -220),
    ("lift", 75, 260, 340),
    ("trapped_by_water", 80, -150, 500),
)
"""Kind, minute, metres east and north of the flood: what else happens."""


def told(one: Truth) -> list[Said]:
    """All that departments append while the story lasts, by time."""
    said = [_in_rounds(step.at, step.fact) for step in one.steps() if step.fact is not None]
    return sorted((each for each in said if each.at < ENDS_AT), key=lambda each: (each.at, each.fact.id))


def _in_rounds(at: int, fact: Fact) -> Said:
    """Told at the beginning of a round, read at the end of one."""
    return Said(-(-at // ROUND) * ROUND, INCIDENTS, replace(fact, occurred_at=fact.occurred_at // ROUND * ROUND))


@cache
def truth(seed: int, reports: int = REPORTS) -> Truth:
    """Who tells what, with what it tells of: the flood is number 0."""
    city, random = hechuan_map(), Random(f"nine departments {seed}")
    desks = Desks(city, NORMAL, random)
    flood = flooded(city, random)
    of_it = [one for each in from_its_spots(flood, reports, random) for one in desks.tellings(0, each)]
    others = [beside(city, flood, random, *one) for one in BESIDE]
    of_others = [one for number, each in enumerate(others, 1) for one in desks.tellings(number, each)]
    incidents = [each.numbered(number) for number, each in enumerate((flood, *others))]
    return Truth(incidents, [*of_it[:reports], *of_others])


def flooded(city: CityMap, random: Random) -> Happening:
    spot = city.spot_of(UNDERPASS)
    return Happening(
        kind=KIND_OF["flooding"],
        spot=spot,
        point=spot.point,
        within=where_within("flooding", spot.kind, random),
        wordings=wordings()["flooding"].manners[1],
        began_at=BEGINS_AT,
        ended_at=BEGINS_AT + WORK_LASTS,
    )


def from_its_spots(flood: Happening, reports: int, random: Random) -> Iterator[Happening]:
    """The flood as it is told from each spot: by these departments, at these times."""
    drawn = [*SHARES, *random.choices([*SHARES], [share for share, _ in SHARES.values()], k=reports - len(SHARES))]
    tellers = [Teller(system, 1, 1, (0, LASTS_MINUTES), SHARES[system][1]) for system in drawn]
    random.shuffle(tellers)
    for first in range(SPOTS):
        point = scattered(flood.point, SPOT_METRES, random)
        yield replace(flood, point=point, kind=replace(flood.kind, tellers=tuple(tellers[first::SPOTS])))


def beside(
    city: CityMap, flood: Happening, random: Random, name: str, minute: int, east: float, north: float
) -> Happening:
    """Something else, so many minutes after the flood began and so many metres from it."""
    point = moved(flood.point, east, north)
    return Happening(
        kind=KIND_OF[name],
        spot=city.unregistered(point),
        point=point,
        within=where_within(name, "grid", random),
        wordings=random.choice(wordings()[name].manners),
        began_at=BEGINS_AT + minute * MINUTE,
        ended_at=BEGINS_AT + WORK_LASTS,
    )


def records_of(one: Truth, number: int) -> frozenset[str]:
    """`<system>/<record_no>` of what is told of an incident."""
    return frozenset(telling.record for telling in one.tellings if telling.incident == number)
