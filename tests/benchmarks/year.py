"""Of `dispatch`: a year of the matters' log, applied by a worker of the hub and then replayed beside what it published.

A replay may begin at any cut of the tables, so the two halves of the year are replayed at once, on two cores: the first
from nothing, the second from the tables at midsummer. Each must give the outputs that were published, in their order,
and the tables that the worker had at its end. The clock is simulated: a year passes at once.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, pairwise
from multiprocessing import get_context

from streams.codec import Codec
from streams.engine.clock import SimulatedClock
from streams.engine.restore import read_settled_rows
from tests.benchmarks.bench import Bench, WrongResult
from tests.benchmarks.dispatch_case import CASE, ENGINE
from tests.benchmarks.figures import Figure
from tests.benchmarks.year_digest import digest_of_rows, latest_of
from tests.benchmarks.year_facts import MIDSUMMER, STARTS_AT, YEAR_MILLISECONDS, Said
from tests.benchmarks.year_first_pass import append, rules_and_year, rules_at, wait_until_done, working
from tests.benchmarks.year_place import Place, fresh_place
from tests.benchmarks.year_replay import Found, Moment, Part, replay

MATTERS_A_YEAR = 840_000
"""2,300 a day, as the catalogue has it."""
EVENTS_OF_A_YEAR = 1_000_000
"""`bench.events` for a whole year; with fewer, as much less happens in it."""
ENDS_AT = STARTS_AT + YEAR_MILLISECONDS + 60 * 86_400_000
"""When the last clock has long ended."""


def measure_year(bench: Bench) -> list[Figure]:
    """One run. Raises WrongResult where a replay gives anything else than the first pass."""
    matters = MATTERS_A_YEAR * bench.events // EVENTS_OF_A_YEAR
    with fresh_place(bench, "year") as place:
        records, first_seconds = 0, 0.0
        moments = [_moment(place)]
        for half, until_at in zip(
            _halves(rules_and_year(rules_at(place), matters, Codec.load())), (MIDSUMMER, ENDS_AT), strict=True
        ):
            records += append(place, half)
            with working(place, SimulatedClock(until_at)) as worker:
                first_seconds += wait_until_done(place, worker, until_at)
            moments.append(_moment(place))
            bench.say(f"{CASE}: {records:,} records applied in {first_seconds:.0f} s")
        began = time.monotonic()
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            halves = [*pool.map(replay, (Part(place, *both) for both in pairwise(moments)))]
        seconds = time.monotonic() - began
    _check(halves, moments[1:])
    outputs = sum(half.published.outputs for half in halves)
    labels = {"matters": str(matters), "records": str(records), "outputs": str(outputs)}
    labels |= {"seconds": f"{seconds:.0f}", "first_pass_seconds": f"{first_seconds:.0f}"}
    return [Figure(CASE, ENGINE, "year_records_per_second", round(records / seconds), "1/s", labels)]


def _halves(year: Iterator[Said]) -> Iterator[Iterator[Said]]:
    """What is said until midsummer, then the rest; the first is to be taken before the second."""
    later: list[Said] = []

    def until_midsummer() -> Iterator[Said]:
        for said in year:
            if said[0] >= MIDSUMMER:
                later.append(said)
                return
            yield said

    yield until_midsummer()
    yield chain(later, year)


def _moment(place: Place) -> Moment:
    changelog = place.topology.topic_name(place.wiring.changelog)
    rows = read_settled_rows(place.bootstrap, changelog, [place.number])[place.number]
    return Moment(place.log_end(), place.output_ends(), rows)


def _check(halves: list[Found], ends: list[Moment]) -> None:
    for number, (half, end) in enumerate(zip(halves, ends, strict=True), 1):
        if half.replayed.in_order != half.published.in_order:
            raise WrongResult(f"half {number} of the year: a replay gives other outputs than were published")
        if digest_of_rows(half.rows) != digest_of_rows(end.rows):
            raise WrongResult(f"half {number} of the year: a replay gives other tables than the worker's")
    if latest_of(*(half.replayed for half in halves)) != latest_of(*(half.published for half in halves)):
        raise WrongResult("a replay of the year gives other views than were published")
