"""What departments report in a year: four matters in five settled on the spot (自处), the others for dispatch to call.

A matter that is not settled on the spot is told of by one to three reports, from two systems. Each has a point of its
own, so that few are taken for one another.
"""

import heapq
from collections.abc import Iterator
from itertools import count
from random import Random

from streams.contract import Fact
from streams.facts.incidents import Reported
from tests.benchmarks.year_facts import (
    CLASSES,
    GRIDS,
    MINUTE,
    STARTS_AT,
    URGENCIES,
    YEAR_MILLISECONDS,
    Matter,
    Said,
    begun,
)

ON_THE_SPOT = 4
"""So many of five matters are settled by the grid worker who finds them: most of the catalogue's 2,300 a day."""
MATTERS_A_DISPATCHED_ONE = 5
MOST_REPORTS, MOST_MINUTES_LATER = 3, 30
TOLD_ONCE = ("service_request",)
"""Classes of which no two reports are one incident (`classes.yaml`)."""
LONGITUDES, LATITUDES = (106.0, 106.6), (29.85, 30.35)
"""About what the district covers, in degrees."""


def reports_of_a_year(matters: int, seed: int = 1) -> Iterator[Said]:
    """What is told of so many matters, in the order of its append times; the same for the same numbers."""
    random, order = Random(seed), count()
    moments = sorted(STARTS_AT + random.randrange(YEAR_MILLISECONDS) for _ in range(matters))
    waiting: list[tuple[int, int, Fact]] = []
    for number, opened_at in enumerate(moments):
        while waiting and waiting[0][0] <= opened_at:
            at, _, fact = heapq.heappop(waiting)
            yield at, fact
        incident_class = random.choice(CLASSES)
        matter = Matter(number, opened_at, incident_class, random.choice(URGENCIES), random.choice(GRIDS))
        point = random.uniform(*LONGITUDES), random.uniform(*LATITUDES)
        if number % MATTERS_A_DISPATCHED_ONE < ON_THE_SPOT:
            yield opened_at, reported(matter, opened_at, 1, point, on_the_spot=True)
            continue
        yield opened_at, reported(matter, opened_at, 1, point)
        reports = 1 if incident_class in TOLD_ONCE else random.randint(1, MOST_REPORTS)
        for report in range(2, reports + 1):
            at = opened_at + random.randint(1, MOST_MINUTES_LATER) * MINUTE
            heapq.heappush(waiting, (at, next(order), reported(matter, at, report, point)))
    yield from ((at, fact) for at, _, fact in (heapq.heappop(waiting) for _ in range(len(waiting))))


def reported(
    matter: Matter, at: int, report: int, point: tuple[float, float], *, on_the_spot: bool = False
) -> Reported:
    """One telling of a matter; the first is a grid worker's, who may have settled it already."""
    longitude, latitude = point
    return Reported(
        **begun(f"reported:{matter.number}:{report}", "zz_grid_app", f"{matter.number}", at),
        system="zz_grid_app" if report == 1 else "zw_hotline12345",
        record_no=f"R{matter.number}-{report}",
        incident_class=matter.incident_class,
        urgency=matter.urgency,
        recorded_at=at,
        region=matter.region,
        longitude=longitude,
        latitude=latitude,
        located_by="point",
        self_resolved=on_the_spot,
    )
