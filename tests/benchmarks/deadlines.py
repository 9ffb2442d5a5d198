"""Of `dispatch`: how many deadlines at random the hub reckons as the tests' own oracle does (`tests/oracle/`).

One case for every five of `bench.events`, on all cores, from numbers that the tests do not use. One that differs fails.
"""

import os
from multiprocessing import get_context

from tests.benchmarks.bench import Bench, WrongResult
from tests.benchmarks.dispatch_case import CASE, ENGINE
from tests.benchmarks.figures import Figure
from tests.oracle.comparison import differences

FIRST_NUMBER = 1_000_000
EVENTS_A_CASE = 5
CASES_A_PART = 500
PARTS_A_LINE = 20


def compare_deadlines(bench: Bench) -> list[Figure]:
    """Counts: the same in every run of one size."""
    cases = max(1, bench.events // EVENTS_A_CASE)
    found = _compare(bench, cases)
    if found:
        raise WrongResult(f"{len(found)} of {cases} deadlines differ: {found[0]}")
    labels = {"first": str(FIRST_NUMBER)}
    return [
        Figure(CASE, ENGINE, "oracle_cases", cases, "cases", labels),
        Figure(CASE, ENGINE, "oracle_differences", len(found), "cases", labels),
    ]


def _compare(bench: Bench, cases: int) -> list[str]:
    """Where hub and oracle differ, in words, in the order of the numbers."""
    end = FIRST_NUMBER + cases
    parts = [range(first, min(first + CASES_A_PART, end)) for first in range(FIRST_NUMBER, end, CASES_A_PART)]
    found: list[str] = []
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        for number, part in enumerate(pool.imap(differences, parts), 1):
            found += part
            if number % PARTS_A_LINE == 0 or number == len(parts):
                bench.say(f"{CASE}: {min(number * CASES_A_PART, cases)} of {cases} deadlines, {len(found)} differ")
    return found
