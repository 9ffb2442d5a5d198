"""Counts matters into tiles: per grid, village, town and district, per class and over all classes.

Every matter counts once at each tier; what no finer place is known of counts in the region `…000` of that tier. So at
every instant the grids of a village add up to the village, villages to the town, towns to the district.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import ClassVar, NamedTuple

from streams.contract import Entry, Fact, Output, TableName, Tables
from streams.facts import situation, views
from streams.rules.geography import tier_regions

ALL_CLASSES = "*"


class Count(NamedTuple):
    """How much one matter adds to a tile."""

    open: int
    acknowledged: int
    overdue: int


NOTHING = Count(0, 0, 0)

MATTERS = TableName("matters", situation.MatterMoved)
TILES = TableName("tiles", views.Tile)


class Situation:
    """Owner of the situation log."""

    name: ClassVar = "situation"
    tables: ClassVar = (MATTERS, TILES)
    reads: ClassVar[tuple[type[Fact], ...]] = (situation.MatterMoved,)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"tiles": (views.Tile,)}

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        assert isinstance(record, situation.MatterMoved)
        before = tables[MATTERS].get(record.matter_no)
        if record.open:
            tables[MATTERS].put(record.matter_no, record)
        elif before is not None:
            tables[MATTERS].delete(record.matter_no)
        yield from self._recount(now, before, record, tables)

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        return ()

    def _recount(
        self, now: int, before: situation.MatterMoved | None, after: situation.MatterMoved, tables: Tables
    ) -> Iterator[Output]:
        changes: dict[str, tuple[str, str, str, Count]] = {}
        for matter, sign in ((before, -1), (after, 1)):
            if matter is None:
                continue
            for key, tier, region, incident_class in tile_keys(matter):
                _, _, _, change = changes.get(key, (tier, region, incident_class, NOTHING))
                changes[key] = (tier, region, incident_class, plus(change, count(matter), sign))
        for key, (tier, region, incident_class, change) in changes.items():
            if change != NOTHING:
                yield self._change_tile(now, key, tier, region, incident_class, change, after.id, tables)

    def _change_tile(
        self,
        now: int,
        key: str,
        tier: str,
        region: str,
        incident_class: str,
        change: Count,
        caused_by: str,
        tables: Tables,
    ) -> Output:
        tile = tables[TILES].get(key) or views.Tile(
            region=region,
            tier=tier,  # type: ignore[arg-type]
            incident_class=incident_class,
            open=0,
            acknowledged=0,
            overdue=0,
            as_of=now,
            caused_by=caused_by,
        )
        tile = replace(
            tile,
            open=tile.open + change.open,
            acknowledged=tile.acknowledged + change.acknowledged,
            overdue=tile.overdue + change.overdue,
            as_of=now,
            caused_by=caused_by,
        )
        tables[TILES].put(key, tile)
        return Output("tiles", key, tile)


def tile_keys(matter: situation.MatterMoved) -> Iterator[tuple[str, str, str, str]]:
    """Key, tier, region and class of every tile a matter counts in."""
    for tier, region in tier_regions(matter.region):
        for incident_class in (matter.incident_class, ALL_CLASSES):
            yield f"{region}|{incident_class}", tier, region, incident_class


def count(matter: situation.MatterMoved) -> Count:
    """What a matter adds: nothing once it is closed."""
    if not matter.open:
        return NOTHING
    return Count(1, int(matter.acknowledged), int(matter.overdue))


def plus(count: Count, other: Count, sign: int) -> Count:
    """The sum or difference of two counts."""
    return Count(*(one + sign * another for one, another in zip(count, other, strict=True)))
