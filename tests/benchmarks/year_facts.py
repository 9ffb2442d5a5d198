"""A year of the matters' log, in the order of its append times: what `year_records_per_second` is measured on.

Matters come at any minute of the year. Each is told of by one to three reports, its call is delivered, and the unit
goes through all six answers, most in time and some late, so that clocks are met and breached.
"""

import heapq
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from random import Random

from streams.contract import Fact
from streams.facts.matters import Answered, Delivered, Joined, Opened
from streams.facts.vocabulary import Urgency
from streams.rules.calendar import BEIJING

DISTRICT = "500117"
STARTS_AT = round(datetime(2025, 1, 1, tzinfo=BEIJING).timestamp() * 1000)
YEAR_MILLISECONDS = 365 * 86_400_000
MIDSUMMER = STARTS_AT + YEAR_MILLISECONDS // 2
MINUTE = 60_000
CLASSES = ("burst_main", "flooding", "gas_leak", "manhole", "streetlight", "environment", "service_request", "traffic")
URGENCIES: tuple[Urgency, ...] = ("routine", "routine", "routine", "routine", "urgent", "urgent", "critical")
GRIDS = tuple(f"{DISTRICT}{town:03}001{grid:03}" for town in (1, 2, 3, 104, 105) for grid in range(1, 21))
IN_TIME = {
    "critical": ((1, 4), (4, 9), (5, 9), (10, 28), (60, 1_200), (1_200, 1_400)),
    "urgent": ((1, 9), (9, 28), (10, 28), (15, 55), (60, 1_200), (1_200, 1_400)),
    "routine": ((1, 50), (50, 200), (60, 240), (60, 480), (300, 1_400), (1_400, 2_700)),
}
"""By urgency, how many minutes after the delivery each answer comes, at least and at most: within `clocks.yaml`."""
ANSWERS = ("acknowledge", "accept", "first_contact", "arrive", "resolve", "reply")
LATE_SHARE, TIMES_LATE = 0.05, 4
"""One unit in twenty takes four times as long."""

UnitOf = Callable[[str, Urgency, str], str | None]
"""Whom the rules call for a class, an urgency and a region."""
Said = tuple[int, Fact]
"""An append time and what is appended then."""


@dataclass(frozen=True)
class Matter:
    """What happens once: when, what and where, and how many tell of it."""

    number: int
    opened_at: int
    incident_class: str
    urgency: Urgency
    region: str
    reports: int


def year_of(matters: int, unit_of: UnitOf, seed: int = 1) -> Iterator[Said]:
    """All facts of so many matters; the same for the same numbers."""
    random, order = Random(seed), count()
    moments = sorted(STARTS_AT + random.randrange(YEAR_MILLISECONDS) for _ in range(matters))
    of_day: Counter[str] = Counter()
    waiting: list[tuple[int, int, Fact]] = []
    for number, opened_at in enumerate(moments):
        while waiting and waiting[0][0] <= opened_at:
            at, _, fact = heapq.heappop(waiting)
            yield at, fact
        matter = Matter(
            number, opened_at, random.choice(CLASSES), random.choice(URGENCIES), random.choice(GRIDS),
            random.randint(1, 3),
        )  # fmt: skip
        for at, fact in _facts(matter, numbered(opened_at, of_day), unit_of, random):
            heapq.heappush(waiting, (at, next(order), fact))
    yield from ((at, fact) for at, _, fact in (heapq.heappop(waiting) for _ in range(len(waiting))))


def numbered(opened_at: int, of_day: Counter[str]) -> str:
    """The number that dispatch will give: the district, the day, how many came before on it."""
    day = datetime.fromtimestamp(opened_at / 1000, BEIJING).strftime("%Y%m%d")
    of_day[day] += 1
    return f"{DISTRICT}{day}M{of_day[day]:05}"


def _facts(matter: Matter, matter_no: str, unit_of: UnitOf, random: Random) -> Iterator[Said]:
    yield matter.opened_at, opened(matter)
    for report in range(2, matter.reports + 1):
        at = matter.opened_at + random.randint(1, 30) * MINUTE
        yield at, joined(matter, at, report)
    unit = unit_of(matter.incident_class, matter.urgency, matter.region)
    if unit is None:
        return
    delivered_at = matter.opened_at + random.randint(300, 5_000)
    yield delivered_at, delivered(matter, delivered_at, f"{matter_no}-01")
    times = TIMES_LATE if random.random() < LATE_SHARE else 1
    for answer, (least, most) in zip(ANSWERS, IN_TIME[matter.urgency], strict=True):
        at = delivered_at + times * random.randint(least * MINUTE, most * MINUTE)
        yield at, answered(matter, at, f"{matter_no}-01", answer, unit)


def opened(matter: Matter) -> Opened:
    """The matter is opened."""
    return Opened(
        id=f"opened:{matter.number}",
        key=DISTRICT,
        source="event_profiles",
        trace=f"{matter.number}",
        occurred_at=matter.opened_at,
        incident_no=f"I{matter.number}",
        incident_class=matter.incident_class,
        urgency=matter.urgency,
        region=matter.region,
        system="zz_grid_app",
        record_no=f"R{matter.number}",
    )


def joined(matter: Matter, at: int, report: int) -> Joined:
    """One more report joins it."""
    return Joined(
        id=f"joined:{matter.number}:{report}",
        key=DISTRICT,
        source="event_profiles",
        trace=f"{matter.number}",
        occurred_at=at,
        incident_no=f"I{matter.number}",
        system="zw_hotline12345",
        record_no=f"R{matter.number}-{report}",
        reports=report,
        region=matter.region,
    )


def delivered(matter: Matter, at: int, order_no: str) -> Delivered:
    """Its call has reached the unit."""
    return Delivered(
        id=f"delivered:{matter.number}",
        key=DISTRICT,
        source="delivery",
        trace=f"{matter.number}",
        occurred_at=at,
        order_no=order_no,
        delivery_no=f"{order_no}-D1",
        channel="webhook",
        attempts=1,
    )


def answered(matter: Matter, at: int, order_no: str, answer: str, unit: str) -> Answered:
    """The unit answers."""
    return Answered(
        id=f"answered:{matter.number}:{answer}",
        key=DISTRICT,
        source="gateway",
        trace=f"{matter.number}",
        occurred_at=at,
        order_no=order_no,
        answer=answer,  # type: ignore[arg-type]
        channel="api",
        actor_unit=unit,
        actor_post="值班员",
        actor_officer="0001",
        actor_shift="day",
    )
