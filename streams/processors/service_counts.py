"""How many services are owed, how many of them too late, how many calls wait: all that is counted of persons.

What changes in a place is gathered for a while and added up, over all partitions, where the place's district has its
own; only whole steps of a place leave from there, and all above it are sums of those (`situation`). So what is told
never depends on a single person, but at a place whose count crosses a whole step; and when it does, not at that moment
(ops/decisions/0123).
"""

from collections.abc import Callable, Iterator, Mapping

from streams.contract import Entry, Output, TableName, Tables, replace
from streams.durations import MINUTE_MILLISECONDS
from streams.facts import people, situation
from streams.processors.person_rules import find_counting_rule
from streams.rules.geography import TIERS
from streams.rules.whole_steps import in_whole_steps

TALLIES = TableName("tallies", people.Tallied)
"""What has changed in a place in this partition since it was last told, under the region, due when it is told."""
PLACES = TableName("counted_places", people.Tallied)
"""How many there are in a place by all partitions, under the region, due when its whole steps are told."""
TOLD = TableName("told_places", situation.ServicesCounted)
"""What was last told of a place."""

GATHERED_SHARE = 4
"""What all partitions have told is told on after so large a part of the interval."""


def tally(now: int, region: str, tables: Tables, *, due: int = 0, overdue: int = 0, calls: int = 0) -> None:
    """So many more in a region, or fewer; what no finer place is known of counts in `…000`. Nothing without a rule."""
    interval = _interval_milliseconds(tables)
    if interval is None or not (due or overdue or calls):
        return
    place = region.ljust(TIERS["grid"], "0")
    before = tables[TALLIES].get(place)
    more = people.Tallied(key=place[:6], occurred_at=now, region=place, due=due, overdue=overdue, calls=calls)
    tables[TALLIES].put(place, _plus(before, more), (now // interval + 1) * interval)


def tell_tally(now: int, entry: Entry, tables: Tables) -> Iterator[Output]:
    """What has changed in this partition goes to the one of the place's district."""
    gathered: people.Tallied = entry.value
    tables[TALLIES].delete(entry.key)
    if gathered.due or gathered.overdue or gathered.calls:
        yield Output("people", gathered.key, replace(gathered, occurred_at=now))


def hear_tally(now: int, said: people.Tallied, tables: Tables) -> None:
    """Some partition's changes."""
    interval = _interval_milliseconds(tables)
    due_at = None if interval is None else now + interval // GATHERED_SHARE
    tables[PLACES].put(said.region, _plus(tables[PLACES].get(said.region), said), due_at)


def tell_place(now: int, entry: Entry, tables: Tables) -> Iterator[Output]:
    """The whole steps of a place leave, where they are others than those that were told."""
    counted: people.Tallied = entry.value
    tables[PLACES].put(entry.key, counted)
    rule = find_counting_rule(tables)
    if rule is None:
        return
    told = situation.ServicesCounted(
        key=counted.key,
        occurred_at=now,
        region=counted.region,
        due=in_whole_steps(counted.due, rule.step),
        overdue=in_whole_steps(counted.overdue, rule.step),
        calls=in_whole_steps(counted.calls, rule.step),
    )
    before = tables[TOLD].get(entry.key)
    if _figures(told) != (_figures(before) if before else (0, 0, 0)):
        tables[TOLD].put(entry.key, told)
        yield Output("situation", told.key, told)


def _figures(told: situation.ServicesCounted) -> tuple[int, int, int]:
    return told.due, told.overdue, told.calls


def _plus(one: people.Tallied | None, other: people.Tallied) -> people.Tallied:
    if one is None:
        return replace(other, id="", source="", trace="")
    return replace(
        one,
        occurred_at=other.occurred_at,
        due=one.due + other.due,
        overdue=one.overdue + other.overdue,
        calls=one.calls + other.calls,
    )


def _interval_milliseconds(tables: Tables) -> int | None:
    rule = find_counting_rule(tables)
    return rule.every_minutes * MINUTE_MILLISECONDS if rule else None


TABLES = (TALLIES, PLACES, TOLD)
COUNTED: Mapping[str, Callable[[int, Entry, Tables], Iterator[Output]]] = {
    TALLIES.name: tell_tally,
    PLACES.name: tell_place,
}
"""What happens when an entry of a table falls due."""
