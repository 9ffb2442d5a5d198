"""Of `dispatch`: a year of the matters' log, replayed beside its first pass.

The first pass plays the year: dispatch calls, units answer, and every record goes to Kafka as it is applied. A replay
may begin at any cut of the tables, so the two halves of the year are replayed at once, on two cores: the first from
nothing, the second from the tables at midsummer. Each must give the outputs of the first pass, in their order, and its
tables. The clock is simulated: a year passes at once.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import chain, pairwise
from multiprocessing import get_context

from tests.benchmarks.bench import Bench, WrongResult
from tests.benchmarks.dispatch_case import CASE, ENGINE
from tests.benchmarks.figures import Figure
from tests.benchmarks.year_facts import MIDSUMMER, Units, matters_of_a_year
from tests.benchmarks.year_log import append
from tests.benchmarks.year_place import Place, fresh_place
from tests.benchmarks.year_play import Play, Written, rules_at, verified_classes
from tests.benchmarks.year_replay import Moment, Part, replay

MATTERS_A_YEAR = 168_000
"""Of 840,000 (2,300 a day in the catalogue) four in five are settled on the spot (自处) and never come to dispatch."""
EVENTS_OF_A_YEAR = 1_000_000
"""`bench.events` for a whole year; with fewer, as much less happens in it."""


def measure_year(bench: Bench) -> list[Figure]:
    """One run. Raises WrongResult where a replay gives anything else than the first pass."""
    matters = max(1, MATTERS_A_YEAR * bench.events // EVENTS_OF_A_YEAR)
    with fresh_place(bench, "year") as place:
        began = time.monotonic()
        moments = [Moment(0, {}, ""), *_first_pass(place, matters)]
        first_seconds, records = time.monotonic() - began, moments[-1].records
        bench.say(f"{CASE}: {matters:,} matters, {records:,} records, written and applied in {first_seconds:.0f} s")
        began = time.monotonic()
        with ProcessPoolExecutor(2, get_context("spawn")) as pool:
            found = [*pool.map(replay, (Part(place, *both) for both in pairwise(moments)))]
        seconds = time.monotonic() - began
    if any(found):
        raise WrongResult(f"a replay of the year gives {' and '.join(filter(None, found))}")
    labels = {"matters": str(matters), "records": str(records), "seconds": f"{seconds:.0f}"}
    labels |= {"first_pass_seconds": f"{first_seconds:.0f}"}
    return [Figure(CASE, ENGINE, "year_records_per_second", round(records / seconds), "1/s", labels)]


def _first_pass(place: Place, matters: int) -> Iterator[Moment]:
    """The moments at midsummer and at the year's end."""
    play = Play(place, Units(verified_classes(place)).respond)
    year = play.written(chain(rules_at(place), matters_of_a_year(matters)))
    for half in (_until_midsummer(year), year):
        append(place, half)
        outputs = play.take_digest()
        yield Moment(play.records, play.partition.all_rows(), outputs)


def _until_midsummer(year: Iterator[Written]) -> Iterator[Written]:
    """The year up to the first record after midsummer."""
    for written in year:
        yield written
        if written.at >= MIDSUMMER:
            return
