"""What truly happens in the simulated city, and who comes to know of it.

Rates are a day's, chosen so that what the departments tell adds up to the catalogue's messages a day (110: 620,
社区e通: 420, case summaries: 45). A happening is one of these wherever it happens; each department that
tells of it does so in its own words, later, and not always.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from connectors.city.ground import Ground, Spot

SECONDS_IN_A_DAY = 86_400
SECONDS_IN_A_MINUTE = 60
OPENING_CASES = 5


@dataclass(frozen=True)
class Teller:
    """A department that may tell: with what chance, how many times at most, how many minutes later."""

    system: str
    chance: float
    most: int
    after_minutes: tuple[float, float]


@dataclass(frozen=True)
class HappeningKind:
    """One sort of happening: its class (of the hub), how many a day, where, and who tells."""

    incident_class: str
    per_day: float
    places: tuple[str, ...]
    tellers: tuple[Teller, ...]


POLICE, RESIDENTS, CASES, SENSORS = "ga_alarm110", "zz_community_e", "ga_public_order", "cg_municipal_iot"

KINDS = (
    HappeningKind("fire", 4, ("estate", "organisation"), (Teller(POLICE, 1, 3, (0, 5)),)),
    HappeningKind("traffic", 50, ("road", "bridge"), (Teller(POLICE, 1, 2, (0, 5)),)),
    HappeningKind(
        "public_security",
        75,
        ("road", "estate", "organisation"),
        (Teller(POLICE, 1, 1, (0, 10)), Teller(CASES, 0.4, 1, (30, 120))),
    ),
    HappeningKind(
        "burst_main",
        6,
        ("water_main",),
        (Teller(SENSORS, 0.8, 4, (0, 2)), Teller(RESIDENTS, 0.9, 5, (2, 30)), Teller(POLICE, 0.4, 2, (5, 20))),
    ),
    HappeningKind(
        "flooding",
        5,
        ("water_main",),
        (Teller(SENSORS, 0.7, 4, (0, 2)), Teller(RESIDENTS, 0.9, 6, (2, 30)), Teller(POLICE, 0.6, 2, (5, 20))),
    ),
    HappeningKind("gas_leak", 4, ("estate", "organisation"), (Teller(POLICE, 1, 2, (0, 5)),)),
    HappeningKind("manhole", 25, ("manhole",), (Teller(RESIDENTS, 0.8, 2, (5, 60)), Teller(SENSORS, 0.5, 2, (0, 2)))),
    HappeningKind(
        "streetlight", 30, ("streetlight",), (Teller(RESIDENTS, 0.8, 2, (10, 120)), Teller(SENSORS, 0.6, 2, (0, 2)))
    ),
    HappeningKind("environment", 80, ("road", "estate"), (Teller(RESIDENTS, 1, 1, (5, 60)),)),
    HappeningKind(
        "service_request",
        130,
        ("estate", "organisation"),
        (Teller(RESIDENTS, 0.7, 1, (5, 60)), Teller(POLICE, 0.35, 1, (0, 10))),
    ),
)


@dataclass(frozen=True)
class Happening:
    """One true happening; `at_seconds` counts from the start of the play."""

    number: int
    incident_class: str
    spot: Spot
    at_seconds: float


@dataclass(frozen=True)
class Telling:
    """One department telling of one happening for the n-th time (from 0)."""

    happening: Happening
    system: str
    turn: int
    at_seconds: float


def happenings(ground: Ground, random: Random, speed: float) -> Iterator[Happening]:
    """Without end, in order of time; a `speed` of 60 lets an hour's happenings happen in a minute."""
    rate = sum(kind.per_day for kind in KINDS) * speed / SECONDS_IN_A_DAY
    spots = {kind.incident_class: ground.of(*kind.places) for kind in KINDS}
    at_seconds, number = 0.0, 0
    while True:
        at_seconds += random.expovariate(rate)
        number += 1
        kind = random.choices(KINDS, [kind.per_day for kind in KINDS])[0]
        yield Happening(number, kind.incident_class, random.choice(spots[kind.incident_class]), at_seconds)


def opening(ground: Ground, random: Random) -> list[Telling]:
    """What lies on the desks of those who keep case summaries when the play begins: its start is no empty hour."""
    spots = ground.of("road", "estate", "organisation")
    return [
        Telling(Happening(-number, "public_security", random.choice(spots), 0.0), CASES, 0, random.uniform(0, 5))
        for number in range(1, OPENING_CASES + 1)
    ]


def tellings(happening: Happening, random: Random, speed: float) -> list[Telling]:
    """Who tells of it; somebody always does."""
    tellers = next(kind.tellers for kind in KINDS if kind.incident_class == happening.incident_class)
    told = [teller for teller in tellers if random.random() < teller.chance] or [tellers[0]]
    return [
        _telling(happening, teller, turn, random, speed)
        for teller in told
        for turn in range(random.randint(1, teller.most))
    ]


def _telling(happening: Happening, teller: Teller, turn: int, random: Random, speed: float) -> Telling:
    waits_seconds = random.uniform(*teller.after_minutes) * SECONDS_IN_A_MINUTE / speed
    return Telling(happening, teller.system, turn, happening.at_seconds + waits_seconds)


def expected_per_day(system: str, kinds: Sequence[HappeningKind] = KINDS) -> float:
    """How many tellings of a department a day brings on average."""
    return sum(
        kind.per_day * teller.chance * (1 + teller.most) / 2
        for kind in kinds
        for teller in kind.tellers
        if teller.system == system
    )
