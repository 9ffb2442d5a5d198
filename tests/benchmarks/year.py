"""Of `dispatch`: a year of the logs of incidents and matters, replayed beside their first pass.

Four matters in five are settled on the spot (自处): event_profiles counts and samples them, and they never come to
dispatch. So both logs are of the year: that of the incidents with every report, that of the matters with all that is
said of what dispatch has to call.

The first pass plays the year: event_profiles asks for matters, dispatch calls, units answer, and every record goes to
Kafka as it is applied. A replay may begin at any cut of the tables, so the halves of each log's year are replayed at
once, on two cores: the first from nothing, the second from the tables at midsummer. Each must give the outputs of the
first pass, in their order, and its tables. The clock is simulated: a year passes at once.
"""

import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context

from streams.engine.garbage import calm_garbage_collector
from tests.benchmarks.bench import Bench, WrongResult
from tests.benchmarks.dispatch_case import CASE, ENGINE
from tests.benchmarks.figures import Figure
from tests.benchmarks.year_facts import MIDSUMMER, Units
from tests.benchmarks.year_log import append
from tests.benchmarks.year_place import BEFORE_IT, PROCESSOR, Place, fresh_place
from tests.benchmarks.year_play import Moment, Play, Written, verified_classes
from tests.benchmarks.year_replay import Part, replay
from tests.benchmarks.year_reports import reports_of_a_year

CORES = 2


def measure_year(bench: Bench) -> list[Figure]:
    """One run, of `bench.matters`. Raises WrongResult where a replay gives anything else than the first pass.

    The processes of the replay import whatever program runs this: it must do nothing when it is imported.
    """
    with fresh_place(bench, "year") as place:
        began = time.monotonic()
        parts = _first_pass(place, bench.matters)
        first_seconds = time.monotonic() - began
        records = {part.place.processor: part.ends.records for part in parts}
        total = sum(records.values())
        bench.say(f"{CASE}: {bench.matters:,} matters, {total:,} records, written and applied in {first_seconds:.0f} s")
        began = time.monotonic()
        with ProcessPoolExecutor(CORES, get_context("spawn")) as pool:
            found = [*pool.map(replay, parts)]
        seconds = time.monotonic() - began
    if differences := [one.difference for one in found if one.difference]:
        raise WrongResult(f"a replay of the year gives {' and '.join(differences)}")
    labels = {
        "matters": str(bench.matters),
        "incident_records": str(records[BEFORE_IT]),
        "matter_records": str(records[PROCESSOR]),
        "seconds": f"{seconds:.0f}",
        "first_pass_seconds": f"{first_seconds:.0f}",
        "cpu_us_a_record": f"{sum(one.cpu_seconds for one in found) / total * 1e6:.0f}",
    }
    return [Figure(CASE, ENGINE, "year_records_per_second", round(total / seconds), "1/s", labels)]


def _first_pass(place: Place, matters: int) -> list[Part]:
    """What is to be replayed: of each log the halves of the year, those that take longest first."""
    play = Play((place, place.of(BEFORE_IT)), Units(verified_classes(place)).respond)
    calm_garbage_collector()
    year = play.written(reports_of_a_year(matters))
    moments = {log: [Moment(0, {}, "")] for log in play.logs}
    for half in (_until_midsummer(year), year):
        append(place, half)
        for log, played in play.logs.items():
            moments[log].append(played.take_moment())
    return [Part(played.place, *both) for log, played in play.logs.items() for both in pairwise(moments[log])]


def _until_midsummer(year: Iterator[Written]) -> Iterator[Written]:
    """The year up to the first record after midsummer."""
    for written in year:
        yield written
        if written.at >= MIDSUMMER:
            return
