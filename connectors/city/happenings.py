"""What truly happens in the simulated city, and who comes to know of it.

Rates are a day's, chosen so that what the departments tell, and what each keeps of its own accord, adds up to the
catalogue's messages a day. A happening is one of these wherever it happens; each department that tells of it does so in
its own words, later, and not always.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from connectors.city.ground import Ground, Spot

SECONDS_IN_A_DAY = 86_400
SECONDS_IN_A_MINUTE = 60


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
HOTLINE, GRIDS, STREETS, CENTRE = "zw_hotline12345", "zz_grid_app", "cg_digital", "zz_shzl2"
BRIGADE, AMBULANCES, COMMAND, CAMERAS = "xj_alarm119", "wj_ambulance120", "yj_command", "video_xueliang"

KINDS = (
    HappeningKind(
        "fire",
        4,
        ("estate", "organisation"),
        (
            Teller(POLICE, 1, 3, (0, 5)),
            Teller(BRIGADE, 0.9, 1, (0, 5)),
            Teller("xj_fire_iot", 0.5, 2, (0, 1)),
            Teller("ga_estate_security", 0.2, 1, (0, 2)),
            Teller(CAMERAS, 0.3, 2, (1, 5)),
            Teller(AMBULANCES, 0.2, 1, (3, 15)),
            Teller(COMMAND, 0.3, 1, (10, 30)),
        ),
    ),
    HappeningKind(
        "traffic",
        50,
        ("road", "bridge"),
        (
            Teller(POLICE, 1, 2, (0, 5)),
            Teller("ga_traffic_accident", 0.8, 1, (2, 10)),
            Teller(AMBULANCES, 0.25, 1, (1, 10)),
        ),
    ),
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
        (
            Teller(SENSORS, 0.8, 4, (0, 2)),
            Teller(RESIDENTS, 0.9, 5, (2, 30)),
            Teller(POLICE, 0.4, 2, (5, 20)),
            Teller(HOTLINE, 0.8, 4, (2, 30)),
            Teller(STREETS, 0.5, 1, (10, 60)),
            Teller(GRIDS, 0.5, 2, (5, 60)),
        ),
    ),
    HappeningKind(
        "flooding",
        5,
        ("water_main",),
        (
            Teller(SENSORS, 0.7, 4, (0, 2)),
            Teller(RESIDENTS, 0.9, 6, (2, 30)),
            Teller(POLICE, 0.6, 2, (5, 20)),
            Teller(HOTLINE, 0.8, 5, (2, 30)),
            Teller(STREETS, 0.5, 1, (10, 60)),
            Teller(GRIDS, 0.7, 2, (5, 60)),
            Teller(CAMERAS, 0.4, 2, (1, 10)),
            Teller(COMMAND, 0.2, 1, (20, 60)),
        ),
    ),
    HappeningKind(
        "gas_leak",
        4,
        ("estate", "organisation"),
        (
            Teller(POLICE, 1, 2, (0, 5)),
            Teller("cg_gas", 0.6, 3, (0, 1)),
            Teller(HOTLINE, 0.4, 2, (2, 15)),
            Teller(BRIGADE, 0.4, 1, (2, 10)),
            Teller(GRIDS, 0.2, 1, (10, 60)),
            Teller(COMMAND, 0.2, 1, (10, 30)),
        ),
    ),
    HappeningKind(
        "manhole",
        25,
        ("manhole",),
        (
            Teller(RESIDENTS, 0.8, 2, (5, 60)),
            Teller(SENSORS, 0.5, 2, (0, 2)),
            Teller(STREETS, 0.7, 1, (10, 120)),
            Teller(HOTLINE, 0.4, 1, (5, 90)),
            Teller(GRIDS, 0.4, 1, (5, 120)),
            Teller(CENTRE, 0.1, 1, (30, 180)),
        ),
    ),
    HappeningKind(
        "streetlight",
        30,
        ("streetlight",),
        (
            Teller(RESIDENTS, 0.8, 2, (10, 120)),
            Teller(SENSORS, 0.6, 2, (0, 2)),
            Teller(STREETS, 0.5, 1, (30, 240)),
            Teller(HOTLINE, 0.4, 1, (20, 240)),
        ),
    ),
    HappeningKind(
        "environment",
        80,
        ("road", "estate"),
        (
            Teller(RESIDENTS, 1, 1, (5, 60)),
            Teller(STREETS, 0.5, 1, (10, 120)),
            Teller(GRIDS, 0.5, 1, (10, 180)),
            Teller(HOTLINE, 0.3, 1, (10, 120)),
            Teller(CENTRE, 0.1, 1, (60, 300)),
        ),
    ),
    HappeningKind(
        "service_request",
        130,
        ("estate", "organisation"),
        (Teller(RESIDENTS, 0.7, 1, (5, 60)), Teller(POLICE, 0.35, 1, (0, 10)), Teller(HOTLINE, 0.5, 1, (5, 60))),
    ),
    HappeningKind(
        "elevator",
        7,
        ("lift",),
        (
            Teller("sj_special_equipment", 0.9, 1, (0, 3)),
            Teller("ga_estate_security", 0.4, 1, (0, 1)),
            Teller(BRIGADE, 0.4, 1, (2, 10)),
        ),
    ),
    HappeningKind(
        "geohazard",
        1.5,
        ("slope",),
        (Teller("gz_geohazard", 0.9, 3, (0, 2)), Teller(GRIDS, 0.6, 2, (5, 60)), Teller(COMMAND, 0.5, 1, (10, 40))),
    ),
    HappeningKind("high_water", 1.5, ("river_station",), (Teller("sl_hydrology", 1, 4, (0, 10)),)),
    HappeningKind(
        "hazardous_chemicals",
        1.5,
        ("organisation",),
        (Teller("yj_hazchem_iot", 0.9, 3, (0, 1)), Teller(BRIGADE, 0.5, 1, (2, 10)), Teller(COMMAND, 0.5, 1, (5, 30))),
    ),
    HappeningKind(
        "pollution",
        8,
        ("air_station",),
        (
            Teller("hb_monitor", 0.7, 3, (0, 10)),
            Teller("hb_complaint", 0.7, 2, (10, 120)),
            Teller(HOTLINE, 0.5, 2, (10, 120)),
        ),
    ),
    HappeningKind(
        "road_block", 12, ("road_section",), (Teller("jt_highway", 1, 1, (5, 30)), Teller(HOTLINE, 0.3, 2, (5, 60)))
    ),
    HappeningKind(
        "water_supply",
        4,
        ("water_plant",),
        (
            Teller("sw_water_supply", 0.8, 1, (1, 10)),
            Teller(HOTLINE, 0.5, 3, (10, 60)),
            Teller(GRIDS, 0.4, 1, (10, 90)),
        ),
    ),
    HappeningKind(
        "wage",
        9,
        ("organisation",),
        (
            Teller("rs_wage_clue", 0.8, 1, (30, 300)),
            Teller(HOTLINE, 0.4, 1, (20, 200)),
            Teller(CENTRE, 0.3, 1, (60, 400)),
        ),
    ),
    HappeningKind(
        "property",
        25,
        ("estate",),
        (
            Teller("zj_property", 0.7, 1, (30, 300)),
            Teller(HOTLINE, 0.4, 1, (10, 200)),
            Teller(CENTRE, 0.2, 1, (60, 400)),
        ),
    ),
    HappeningKind(
        "dispute",
        25,
        ("estate", "organisation"),
        (
            Teller("zz_hezhou", 0.4, 1, (30, 600)),
            Teller("sf_mediation", 0.4, 1, (60, 900)),
            Teller(GRIDS, 0.5, 1, (10, 200)),
            Teller(CENTRE, 0.3, 1, (60, 400)),
        ),
    ),
    HappeningKind(
        "hazard",
        40,
        ("organisation",),
        (
            Teller("yj_hazard", 0.6, 1, (30, 300)),
            Teller(GRIDS, 0.5, 1, (5, 120)),
            Teller(CENTRE, 0.2, 1, (60, 300)),
        ),
    ),
    HappeningKind(
        "consumer",
        45,
        ("organisation",),
        (Teller("sj_consumer12315", 0.7, 1, (10, 200)), Teller(HOTLINE, 0.3, 1, (10, 200))),
    ),
    HappeningKind("campus", 6, ("organisation",), (Teller("jy_school", 1, 1, (20, 120)),)),
)


OPENING = (
    (CASES, "public_security", 5),
    (POLICE, "public_security", 2),
    (POLICE, "service_request", 1),
    (RESIDENTS, "environment", 2),
    (SENSORS, "streetlight", 1),
)
OPENING_SECONDS, HURRIED_SECONDS = (0.0, 5.0), (1.5, 4.0)
"""When what lies on desks at the beginning is handed over, and how soon its next version follows."""
OVERWRITTEN_SECONDS = (8.0, 10.0)
"""How soon where it overwrites the one before in a table: late enough for several polls of a hub that is starting."""


@dataclass(frozen=True)
class Happening:
    """One true happening; `at_seconds` counts from the start of the play."""

    number: int
    incident_class: str
    spot: Spot
    at_seconds: float

    @property
    def is_opening(self) -> bool:
        """Whether it lies on desks when the play begins, so that all that is said of it comes soon."""
        return self.number < 0


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
    """What lies on the desks of those who keep no stories of their own when the play begins."""
    told: list[Telling] = []
    for system, incident_class, times in OPENING:
        kind = next(kind for kind in KINDS if kind.incident_class == incident_class)
        for _ in range(times):
            spot = random.choice(ground.of(*kind.places))
            happening = Happening(-1 - len(told), incident_class, spot, 0.0)
            told.append(Telling(happening, system, 0, random.uniform(*OPENING_SECONDS)))
    return told


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
