"""How many reports a second are matched, how long one takes, and what it costs more where more incidents are open.

The same reports of two hours are told to hubs with different backlogs, a few to each in turn, so that whatever else
the machine does strikes all of them. What is counted is the time of the processor, of one worker and of nothing else.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from time import process_time_ns

from streams.contract import Fact, replace
from streams.engine.garbage import calm_garbage_collector
from streams.facts.incidents import Reported
from tests.benchmarks.bench import Bench
from tests.benchmarks.figures import Figure
from tests.benchmarks.open_incidents import Backlog, fill
from tests.matching.city_map import hechuan_map
from tests.matching.happenings import STARTS_AT, Happening, happenings
from tests.matching.parameters import NORMAL
from tests.matching.telling import HOUR, MINUTE
from tests.matching.todays_hub import TodaysHub
from tests.matching.told import Desks

CASE, ENGINE = "matching", "hub"
HOURS, TIMES_ORDINARY = 2.0, 6.0
"""Six ordinary hours' happenings in each: 100 an hour, about as many as the backlogs have that begin as fast."""
TOLD = replace(NORMAL, ordinary_hours=HOURS * TIMES_ORDINARY, burst=0.0, close_pairs=0, recurrences=0, sensor_hazards=0)
BACKLOGS = (Backlog(1_000, 10), Backlog(10_000, 100), Backlog(100_000, 1_000), Backlog(10_000, 7.2))
"""Three that grow because nothing is ended, and one in which fourteen times as much begins in an hour."""
IN_TURN = 25
NANOSECONDS = 1_000_000_000
NANOSECONDS_A_MILLISECOND = 1_000_000


class TimedHub(TodaysHub):
    """Knows how long transactions took to end (ns of the processor)."""

    def __init__(self) -> None:
        super().__init__()
        self.committing = 0

    def commit(self) -> None:
        begins = process_time_ns()
        super().commit()
        self.committing += process_time_ns() - begins


@dataclass
class Course:
    """A hub with a backlog, and how long it took (ns of the processor): for each report, and for everything."""

    backlog: Backlog
    hub: TimedHub
    arrivals: list[int] = field(default_factory=list)
    whole: int = 0

    def tell(self, at: int, fact: Fact) -> None:
        """Let what is due fire, then tell a fact."""
        data, begins = self.hub.encode(fact), process_time_ns()
        self.hub.wait(at)
        told_at, committing = process_time_ns(), self.hub.committing
        self.hub.apply(at, fact.key.encode(), data)
        ends = process_time_ns()
        self.whole += ends - begins
        if isinstance(fact, Reported):
            self.arrivals.append(ends - told_at - (self.hub.committing - committing))

    def wait(self, until: int) -> None:
        """Let time go by, and what is due fire."""
        begins = process_time_ns()
        self.hub.wait(until)
        self.hub.commit()
        self.whole += process_time_ns() - begins


def measure_speed(bench: Bench) -> list[Figure]:
    """`reports_per_second` and `p99_ms` of each backlog, and `cost_growth` from the smallest to each other one."""
    facts = list(_facts())
    _warm_up(facts)
    courses = [_course(backlog) for backlog in BACKLOGS]
    with _calm_garbage_collector():
        for begins in range(0, len(facts), IN_TURN):
            for course in courses:
                for at, fact in facts[begins : begins + IN_TURN]:
                    course.tell(at, fact)
        for course in courses:
            course.wait(facts[-1][0] + HOUR)
    for course in courses:
        bench.say(f"{CASE}: {course.backlog.incidents:,} open: {_a_second(course.whole, course):,.0f} reports/s")
    return [*(figure for course in courses for figure in _figures(course)), *_growth(courses)]


def _facts() -> Iterator[tuple[int, Fact]]:
    """Append times and facts, in order: all that departments say, and nothing that dispatch does."""
    random, city = Random("matching:speed"), hechuan_map()
    desks = Desks(city, TOLD, random)
    tellings = [
        telling
        for number, one in enumerate(happenings(city, TOLD, random))
        for telling in desks.tellings(number, _within_hours(one))
    ]
    said = [one for each in tellings for one in ((each.appended_at, each.fact), *each.later)]
    until = STARTS_AT + round(HOURS * HOUR)
    yield from sorted((one for one in said if one[0] < until), key=lambda one: (one[0], one[1].id))


def _within_hours(happening: Happening) -> Happening:
    earlier = (happening.began_at - STARTS_AT) // round(HOURS * HOUR) * round(HOURS * HOUR)
    return replace(happening, began_at=happening.began_at - earlier, ended_at=happening.ended_at - earlier)


@contextmanager
def _calm_garbage_collector() -> Iterator[None]:
    """As in a worker, and afterwards as before."""
    thresholds = gc.get_threshold()
    calm_garbage_collector()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*thresholds)


def _warm_up(facts: Sequence[tuple[int, Fact]]) -> None:
    """What is worked out once in a process is worked out before anything is measured."""
    course = _course(Backlog(0, HOURS))
    for at, fact in facts:
        course.tell(at, fact)


def _course(backlog: Backlog) -> Course:
    hub = TimedHub()
    hub.begin(STARTS_AT - round(backlog.hours * HOUR) - MINUTE)
    fill(hub.tables, backlog, until=STARTS_AT)
    hub.wait(STARTS_AT)
    hub.commit()
    return Course(backlog, hub)


def _a_second(nanoseconds: int, course: Course) -> float:
    return len(course.arrivals) * NANOSECONDS / nanoseconds


def _figures(course: Course) -> Iterator[Figure]:
    labels = {**_labels(course), "reports": str(len(course.arrivals))}
    whole, arrivals = course.whole, sorted(course.arrivals)
    p99 = arrivals[len(arrivals) * 99 // 100] / NANOSECONDS_A_MILLISECOND
    speeds = {"three_looks_and_commits": whole, "arrival": sum(arrivals)}
    for counted, nanoseconds in speeds.items():
        value = round(_a_second(nanoseconds, course), 1)
        yield Figure(CASE, ENGINE, "reports_per_second", value, "1/s", {**labels, "counted": counted})
    yield Figure(CASE, ENGINE, "p99_ms", round(p99, 2), "ms", {**labels, "counted": "arrival"})


def _growth(courses: Sequence[Course]) -> Iterator[Figure]:
    least, *others = courses
    for course in others:
        labels = {**_labels(course), "from": str(least.backlog.incidents)}
        growths = {
            "three_looks_and_commits": course.whole / least.whole,
            "arrival": sum(course.arrivals) / sum(least.arrivals),
        }
        for counted, value in growths.items():
            yield Figure(CASE, ENGINE, "cost_growth", round(value, 2), "1", {**labels, "counted": counted})


def _labels(course: Course) -> dict[str, str]:
    return {"open": str(course.backlog.incidents), "begin_an_hour": f"{course.backlog.an_hour:.0f}"}
