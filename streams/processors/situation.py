"""Counts matters into tiles: per grid, village, town and district, per class and over all classes.

Every matter counts once at each tier; what no finer place is known of counts in the region `…000` of that tier. So at
every instant the grids of a village add up to the village, villages to the town, towns to the district.
"""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NamedTuple

from streams.contract import Entry, Fact, Output, TableName, Tables
from streams.facts import situation, views
from streams.rules.geography import Tier, tier_regions

ALL_CLASSES = "*"


class TileKey(NamedTuple):
    """Which tile: a region at its tier, a class or all of them."""

    tier: Tier
    region: str
    incident_class: str

    def __str__(self) -> str:
        return f"{self.region}|{self.incident_class}"


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

    name: ClassVar[str] = "situation"
    tables: ClassVar[tuple[TableName[Any], ...]] = (MATTERS, TILES)
    reads: ClassVar[tuple[type[Fact], ...]] = (situation.MatterMoved,)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"tiles": (views.Tile,)}

    def on_record(self, now: int, record: situation.MatterMoved, tables: Tables) -> Iterable[Output]:
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
        changes: dict[TileKey, Count] = {}
        for matter, sign in ((before, -1), (after, 1)):
            for tile in tile_keys(matter) if matter else ():
                changes[tile] = plus(changes.get(tile, NOTHING), count(matter), sign)
        for tile, change in changes.items():
            if change != NOTHING:
                yield self._change_tile(now, tile, change, after.id, tables)

    def _change_tile(self, now: int, key: TileKey, change: Count, caused_by: str, tables: Tables) -> Output:
        before = tables[TILES].get(str(key))
        counted = plus(Count(before.open, before.acknowledged, before.overdue) if before else NOTHING, change, 1)
        tile = views.Tile(
            region=key.region,
            tier=key.tier,
            incident_class=key.incident_class,
            open=counted.open,
            acknowledged=counted.acknowledged,
            overdue=counted.overdue,
            as_of=now,
            caused_by=caused_by,
        )
        tables[TILES].put(str(key), tile)
        return Output("tiles", str(key), tile)


def tile_keys(matter: situation.MatterMoved) -> Iterator[TileKey]:
    """Every tile a matter counts in."""
    for tier, region in tier_regions(matter.region):
        for incident_class in (matter.incident_class, ALL_CLASSES):
            yield TileKey(tier, region, incident_class)


def count(matter: situation.MatterMoved | None) -> Count:
    """What a matter adds: nothing once it is closed."""
    if matter is None or not matter.open:
        return NOTHING
    return Count(1, int(matter.acknowledged), int(matter.overdue))


def plus(count: Count, other: Count, sign: int) -> Count:
    """The sum or difference of two counts."""
    return Count(*(one + sign * another for one, another in zip(count, other, strict=True)))
