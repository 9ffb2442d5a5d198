"""Clocks that an outage of the hub has hit: what was breached is exempted in the open, and stays on the list."""

from collections.abc import Generator, Iterator
from dataclasses import replace
from functools import partial

from streams.contract import Output, Tables
from streams.facts import views
from streams.facts.measures import Measure
from streams.processors.matter_outputs import notice, show
from streams.processors.matter_walk import sweep
from streams.processors.matters_of_incidents import remaining
from streams.processors.measures import MEASURES, covers, find_rule, outage_due_at, outages_on, shown
from streams.processors.order_states import with_order
from streams.rules.numbering import matter_no_of
from streams.rules.outages import hits


def sweep_outage(now: int, key: str, measure: Measure, tables: Tables) -> Iterator[Output]:
    """One slice of the matters in an outage's regions, and an entry due at once for the rest of them."""
    exempted = yield from sweep(now, key, measure, partial(_exempt_matter, now, measure, tables), tables)
    if exempted:
        yield from _count(now, measure.measure_no, exempted, tables)


def excuse(now: int, number: str, kind: str, tables: Tables) -> Generator[Output, None, bool]:
    """Whether an outage declared before hits the clock whose deadline has come; then it is exempted and not breached.

    `number` is that of its order, or of its matter where it is the centre's.
    """
    matter = remaining(matter_no_of(number), tables)
    if matter is None:
        return False
    order = next((one for one in matter.orders if one.order_no == number), None)
    clocks = order.clocks if order else matter.clocks
    clock = next((one for one in clocks if one.kind == kind and one.state == "running"), None)
    outage = _hitting(matter, clock, tables) if clock else None
    if clock is None or outage is None:
        return False
    exempted = exempt(clock, outage)
    clocks = tuple(exempted if one is clock else one for one in clocks)
    after = with_order(matter, replace(order, clocks=clocks)) if order else replace(matter, clocks=clocks)
    yield _told(now, matter, order, exempted)
    yield from show(now, matter, after, tables)
    yield from _count(now, outage.measure_no, 1, tables)
    return True


def _hitting(matter: views.Matter, clock: views.Clock, tables: Tables) -> Measure | None:
    percent = None
    for outage in outages_on(matter, tables):
        percent = find_rule("outage", tables).hit_percent if percent is None else percent
        if hits(outage, clock.started_at, clock.due_at, percent):
            return outage
    return None


def exempt(clock: views.Clock, outage: Measure) -> views.Clock:
    """The clock as excused by an outage: missed, and counted for nobody."""
    return replace(clock, state="exempted", outage_no=outage.measure_no)


def _exempt_matter(now: int, outage: Measure, tables: Tables, matter: views.Matter) -> Generator[Output, None, int]:
    """How many breached clocks of a matter the outage exempts."""
    if not covers(outage, matter):
        return 0
    percent = find_rule("outage", tables).hit_percent
    changed = replace(
        matter,
        clocks=_exempted(matter.clocks, outage, percent),
        earlier_clocks=_exempted(matter.earlier_clocks, outage, percent),
        orders=tuple(
            replace(
                order,
                clocks=_exempted(order.clocks, outage, percent),
                earlier_clocks=_exempted(order.earlier_clocks, outage, percent),
            )
            for order in matter.orders
        ),
    )
    count = 0
    for order, before, after in _changes(matter, changed):
        if after is not before:
            count += 1
            yield _told(now, matter, order, after)
    if count:
        yield from show(now, matter, changed, tables)
    return count


def _exempted(clocks: tuple[views.Clock, ...], outage: Measure, percent: int) -> tuple[views.Clock, ...]:
    """The clocks, those that were breached and hit exempted."""
    return tuple(
        exempt(clock, outage)
        if clock.state == "breached" and hits(outage, clock.started_at, clock.due_at, percent)
        else clock
        for clock in clocks
    )


def _changes(
    before: views.Matter, after: views.Matter
) -> Iterator[tuple[views.Order | None, views.Clock, views.Clock]]:
    """Each clock before and after, with the order it is of; None for the centre's."""
    for old, new in zip((*before.earlier_clocks, *before.clocks), (*after.earlier_clocks, *after.clocks), strict=True):
        yield None, old, new
    for order, changed in zip(before.orders, after.orders, strict=True):
        olds, news = (*order.earlier_clocks, *order.clocks), (*changed.earlier_clocks, *changed.clocks)
        for old, new in zip(olds, news, strict=True):
            yield changed, old, new


def _told(now: int, matter: views.Matter, order: views.Order | None, clock: views.Clock) -> Output:
    told = notice(now, matter, "exempted", order, clock)
    return told._replace(value=replace(told.value, measure_no=clock.outage_no))


def _count(now: int, outage_no: str, exempted: int, tables: Tables) -> Iterator[Output]:
    """The outage with so many more clocks on its list, still due when it was."""
    key = f"outage/{outage_no}"
    outage = tables[MEASURES].get(key)
    if outage is not None:
        counted = replace(outage, clocks=outage.clocks + exempted, as_of=now)
        tables[MEASURES].put(key, counted, outage_due_at(now, counted))
        yield shown(counted)
