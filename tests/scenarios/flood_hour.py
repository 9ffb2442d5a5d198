"""A flood hour in Hechuan: a main bursts and 900 people call, while other things happen beside it.

Pure description: who tells what and when, how each unit behaves, and what must be true in the end.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, pi, radians, sin, sqrt
from random import Random
from typing import Any

from streams.contract import Fact
from streams.facts.incidents import Reported, SourceClosed, Updated
from streams.facts.vocabulary import Urgency
from streams.rules.calendar import BEIJING
from tests.scenarios.units import (
    MINUTE,
    SECOND,
    Manner,
    Said,
    Step,
    Units,
    minutes,
    of_acknowledge,
    of_arrive,
    to_deadline,
)

INCIDENTS = "hub.log.incidents.v1"
DISTRICT = "500117"
STARTS_AT = round(datetime(2025, 7, 7, 9, tzinfo=BEIJING).timestamp() * 1_000)
"""A working morning of the flood season, as offices open; simulated time lies in the past."""
HOUR = 60 * MINUTE
ENDS_AT = STARTS_AT + 5 * HOUR
METRES_A_DEGREE = 111_195.0

PROMPT = Manner(
    steps=(
        Step("acknowledge", of_acknowledge(0.1, 0.5)),
        Step("accept", of_acknowledge(0.6, 0.9)),
        Step("arrive", of_arrive(0.3, 0.9)),
        Step("first_contact", minutes(62, 64)),
        Step("resolve", minutes(90, 120)),
        Step("reply", minutes(125, 150)),
    )
)
PROMPT_WITHOUT_ARRIVAL = Manner(
    steps=(
        Step("acknowledge", of_acknowledge(0.2, 0.8)),
        Step("resolve", minutes(90, 120)),
        Step("reply", minutes(125, 150)),
    )
)
LATE = Manner(
    steps=(
        Step("acknowledge", of_acknowledge(1.1, 2.0)),
        Step("arrive", of_arrive(1.1, 1.5)),
        Step("resolve", minutes(90, 120)),
        Step("reply", minutes(125, 150)),
        Step("report", minutes(151, 155)),
    )
)
NEVER = Manner()
BUSY_THEN_AT_ONCE = Manner(
    endings=("failed", "delivered"),
    steps=(
        Step("acknowledge", of_acknowledge(0, 0)),
        Step("arrive", of_arrive(0.5, 0.9)),
        Step("reply", minutes(100, 110)),
        Step("report", minutes(111, 115)),
    ),
    in_response=True,
)
ON_THE_BRINK = Manner(
    steps=(Step("acknowledge", to_deadline("acknowledge", -1)), Step("arrive", to_deadline("arrive", 0)))
)
LATE_BY_THE_HUBS_TIME = Manner(steps=(Step("acknowledge", of_acknowledge(1.2, 1.6), claimed=of_acknowledge(0.3, 0.9)),))
PHONED = Manner(
    endings=("timeout",),
    steps=(Step("acknowledge", minutes(20, 25)), Step("arrive", minutes(50, 70)), Step("resolve", minutes(90, 100))),
    phoned=True,
)
UNREACHABLE = Manner(endings=("timeout",), phoned=True)
SWALLOWED = Manner(endings=("swallowed", "delivered"), steps=PROMPT.steps)


@dataclass(frozen=True)
class Truth:
    """What must have become of each incident of a happening: its matter's state, its clocks', what was told of it."""

    matter: str | None
    acknowledge: str | None = None
    arrive: str | None = None
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Happening:
    """Something that happens at a place: by how many calls it is told, and how the unit takes it."""

    name: str
    incident_class: str
    urgency: Urgency
    calls: int
    region: str
    truth: Truth
    manner: Manner = NEVER
    point: tuple[float, float] | None = None
    spread_metres: float = 10.0
    systems: tuple[str, ...] = ("ga_alarm110", "zz_community_e")
    incidents: int = 1
    closed_at_source: bool = False


MET, BREACHED = "met", "breached"
SEAT = (106.2628, 29.993)
GRID = "500117001001001"

MAIN = Happening(
    name="the burst main", incident_class="burst_main", urgency="urgent", calls=900, region=GRID, point=SEAT,
    spread_metres=200, manner=PROMPT, systems=("ga_alarm110", "zz_community_e", "cg_municipal_iot"),
    truth=Truth("closed", MET, MET, ("first_contacted", "closed")),
)  # fmt: skip

HAPPENINGS = (
    MAIN,
    Happening(
        name="a second main across the river", incident_class="burst_main", urgency="critical", calls=6,
        region="500117002001001", point=(106.31115, 29.996), manner=LATE,
        truth=Truth("closed", BREACHED, BREACHED, ("answered_late", "closed")),
    ),
    Happening(
        name="the underpass beside the main", incident_class="flooding", urgency="critical", calls=25,
        region=GRID, point=(106.2640, 29.994), spread_metres=150,
        truth=Truth("assigned", BREACHED, BREACHED, ("breached",)),
    ),
    Happening(
        name="gas in a cellar", incident_class="gas_leak", urgency="critical", calls=3,
        region="500117001001002", point=(106.27566, 29.99323), manner=BUSY_THEN_AT_ONCE,
        truth=Truth("closed", MET, MET, ("closed",)),
    ),
    Happening(
        name="an open manhole", incident_class="manhole", urgency="urgent", calls=2,
        region="500117001001003", point=(106.27045, 29.99337), manner=PHONED,
        truth=Truth("resolved", MET, MET, ("undelivered", "delivered")),
    ),
    Happening(
        name="a crash on the bridge", incident_class="traffic", urgency="urgent", calls=2,
        region="500117003001001", point=(106.27183, 29.961), manner=ON_THE_BRINK, systems=("ga_alarm110",),
        truth=Truth("in_hand", MET, BREACHED, ("answered_late",)),
    ),
    Happening(
        name="a dark street", incident_class="streetlight", urgency="routine", calls=1,
        region="500117104001001", point=(106.36711, 30.236), manner=LATE_BY_THE_HUBS_TIME,
        truth=Truth("in_hand", BREACHED, None, ("answered_late",)),
    ),
    Happening(
        name="a fire nobody can place", incident_class="fire", urgency="urgent", calls=1, region=DISTRICT,
        manner=SWALLOWED, systems=("ga_alarm110",), truth=Truth("closed", MET, MET, ("closed",)),
    ),
    Happening(
        name="rubbish in a yard", incident_class="environment", urgency="routine", calls=1,
        region="500117001001004", point=(106.27801, 29.99398), manner=UNREACHABLE, systems=("zz_community_e",),
        truth=Truth("assigned", None, None, ("undelivered",)),
    ),
    Happening(
        name="a quarrel", incident_class="public_security", urgency="routine", calls=1,
        region=GRID, point=SEAT, systems=("ga_alarm110",), closed_at_source=True, truth=Truth(None),
    ),
    Happening(
        name="questions of residents", incident_class="service_request", urgency="routine", calls=4,
        region=GRID, point=SEAT, spread_metres=0, manner=PROMPT_WITHOUT_ARRIVAL, systems=("zz_community_e",),
        incidents=4, truth=Truth("closed", MET, None, ("closed",)),
    ),
)  # fmt: skip


def units(seed: int) -> Units:
    """The units of the story."""
    return Units({(one.incident_class, one.region): one.manner for one in HAPPENINGS}, seed)


def told(seed: int, every_seconds: int = 1, happenings: Sequence[Happening] = HAPPENINGS) -> list[Said]:
    """What departments append to the incidents log, by time; readers fetch together, `every_seconds`."""
    said = [fact for happening in happenings for fact in _told_of(happening, seed, every_seconds)]
    return sorted(said, key=lambda one: (one.at, one.fact.id))


def _told_of(happening: Happening, seed: int, every_seconds: int) -> Iterator[Said]:
    random = Random(f"{seed}/{happening.name}")
    step = every_seconds * SECOND
    for number in range(happening.calls):
        # The first call within seconds, the most of them soon, the last within the hour.
        second = 5 if number == 0 else random.triangular(6, 3_600, 300)
        at = STARTS_AT + -(-round(second * SECOND) // step) * step
        report = _report(happening, number, at, random)
        yield Said(at, INCIDENTS, report)
        yield from _later_words(happening, report, at, random, step)


def _report(happening: Happening, number: int, at: int, random: Random) -> Reported:
    system = happening.systems[0] if number == 0 else random.choice(happening.systems)
    longitude, latitude = _point(happening, random)
    if number > 0 and random.random() < 0.1:
        longitude = latitude = None
    return Reported(
        **_envelope(system, f"{happening.incident_class}-{happening.region}-{number:04}", 1),
        occurred_at=max(STARTS_AT, at - random.randint(0, 8 * MINUTE)),
        incident_class=happening.incident_class,
        urgency=happening.urgency if number == 0 or happening.incidents > 1 else random.choice(("routine", "urgent")),
        recorded_at=at,
        region=happening.region,
        longitude=longitude,
        latitude=latitude,
        located_by="system" if happening.point is None else "grid" if longitude is None else "point",
        self_resolved=False,
    )


def _later_words(happening: Happening, report: Reported, at: int, random: Random, step: int) -> Iterator[Said]:
    """Some records are updated, now and then before they are reported; some are closed at their department."""
    said: list[tuple[int, Callable[..., Fact], dict[str, Any]]] = []
    if random.random() < 0.06:
        said.append((random.randint(-4, 8), Updated, {"urgency": happening.urgency}))
    if happening.closed_at_source or random.random() < 0.06:
        said.append((random.randint(10, 60), SourceClosed, {}))
    for version, (after_steps, kind, fields) in enumerate(said, start=2):
        word_at = max(STARTS_AT + step, at + after_steps * max(step, 30 * SECOND))
        envelope = _envelope(report.system, report.record_no, version)
        yield Said(word_at, INCIDENTS, kind(**envelope, occurred_at=word_at, recorded_at=word_at, **fields))


def _envelope(system: str, record_no: str, version: int) -> dict[str, Any]:
    row = f"{system}:{record_no}:{version}"
    return {
        "id": f"{row}#1", "key": DISTRICT, "source": system, "trace": row, "system": system, "record_no": record_no,
    }  # fmt: skip


def _point(happening: Happening, random: Random) -> tuple[float | None, float | None]:
    """Somewhere in the circle of those who see it."""
    if happening.point is None:
        return None, None
    longitude, latitude = happening.point
    away, angle = happening.spread_metres * sqrt(random.random()), random.uniform(0, 2 * pi)
    east, north = away * cos(angle), away * sin(angle)
    return (
        longitude + east / (METRES_A_DEGREE * cos(radians(latitude))),
        latitude + north / METRES_A_DEGREE,
    )
