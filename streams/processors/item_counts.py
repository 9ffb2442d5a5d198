"""Which items no longer come although their system is heard.

An item that every row must have comes as its system does: a row without it is refused. One that may be left out is
counted in rows: it is missing when it has been left out beyond chance, and for a whole week, because much is only said
on working days or at the end of a case.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from streams.contract import TableName, Tables, record
from streams.durations import HOUR_MILLISECONDS
from streams.facts import sources
from streams.rules.absence import is_beyond_chance
from streams.rules.rhythm import HOURS_IN_A_WEEK

WEEK_MILLISECONDS = HOURS_IN_A_WEEK * HOUR_MILLISECONDS


@dataclass(frozen=True, kw_only=True)
class ItemCame:
    """How often an item came, `missed` rows ago and at `came_at` (milliseconds) for the last time."""

    item: str
    came: int
    missed: int
    came_at: int


@record("sources.items.v1")
@dataclass(frozen=True, kw_only=True)
class Items:
    """The items of a system that its rows may leave out, counted over `rows`."""

    system: str
    rows: int
    items: tuple[ItemCame, ...]


ITEMS = TableName("items", Items)


def missing(now: int, batch: sources.Observed, tables: Tables) -> tuple[str, ...]:
    """Count a batch; the items that are missing after it."""
    if not batch.lacking:
        return ()
    counted = tables[ITEMS].get(batch.system) or Items(system=batch.system, rows=0, items=())
    if batch.rows:
        counted = _counted(now, counted, batch.rows, batch.lacking)
        tables[ITEMS].put(batch.system, counted)
    return tuple(known.item for known in counted.items if _is_missing(now, counted.rows, known))


def _counted(now: int, before: Items, rows: int, lacking: Mapping[str, int]) -> Items:
    known = {each.item: each for each in before.items}
    items = []
    for item, without in sorted(lacking.items()):
        last = known.get(item, ItemCame(item=item, came=0, missed=0, came_at=0))
        if came := rows - without:
            items.append(replace(last, came=last.came + came, missed=0, came_at=now))
        else:
            items.append(replace(last, missed=last.missed + rows))
    return Items(system=before.system, rows=before.rows + rows, items=tuple(items))


def _is_missing(now: int, rows: int, known: ItemCame) -> bool:
    if not known.came or now - known.came_at < WEEK_MILLISECONDS:
        return False
    return is_beyond_chance(rows - known.missed, known.came, known.missed)
