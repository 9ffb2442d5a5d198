"""Going through the matters of a district in slices: a step may change few entries (design 2.1)."""

from collections.abc import Callable, Generator, Iterator

from streams.contract import Output, Tables
from streams.facts import views
from streams.facts.measures import Measure
from streams.processors.matter_outputs import MATTERS
from streams.processors.measures import MEASURES, sweep_from
from streams.rules.numbering import district_of_number
from streams.rules.office_calendar import day_name, day_of

LOOKED_BACK_DAYS = 1_100
"""Three years: an older matter that is still open keeps the times it has."""

LOOKED_AT = 500
"""Matters that one step looks at."""

CHANGED = 40
"""Clocks that one step changes: each is an entry, and what watches it has entries too."""


Apply = Callable[[views.Matter], Generator[Output, None, int]]
"""What is done to each matter; it returns how many clocks it changed."""


def sweep(now: int, key: str, measure: Measure, apply: Apply, tables: Tables) -> Generator[Output, None, int]:
    """One slice of a measure's matters, and an entry due at once for the rest; how many clocks were changed."""
    tables[MEASURES].delete(key)
    changed = 0
    walk = matters_after(now, district_of_number(measure.measure_no), key.rpartition("/")[2], tables)
    for looked_at, matter in enumerate(walk, 1):
        changed += yield from apply(matter)
        if changed >= CHANGED or looked_at >= LOOKED_AT:
            sweep_from(now, measure, matter.matter_no, tables)
            break
    return changed


def matters_after(now: int, district: str, matter_no: str, tables: Tables) -> Iterator[views.Matter]:
    """The district's matters after one, in the order of their numbers, the oldest day first."""
    today = day_of(now)
    for day in range(today - LOOKED_BACK_DAYS, today + 1):
        prefix = f"{district}{day_name(day)}M"
        if matter_no[: len(prefix)] <= prefix:
            for number, matter in tables[MATTERS].scan(prefix):
                if number > matter_no:
                    yield matter
