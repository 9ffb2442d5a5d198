"""Counts matters into tiles, and all else that departments tell of a place into figures.

Every matter counts once at each tier, per class and over all classes; every condition once at each tier, per kind, for
as long as it holds; everything counted on its own day. What no finer place is known of counts in the region `…000` of
that tier. So at every instant the grids of a village add up to the village, villages to the town, towns to the
district.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar, NamedTuple

from streams.contract import Entry, Fact, Output, TableName, Tables
from streams.durations import DAY_MILLISECONDS
from streams.facts import situation, views
from streams.facts.vocabulary import Subject
from streams.rules.calendar import city_date, date_over_at
from streams.rules.geography import Tier, tier_regions

ALL_CLASSES = "*"

SENSOR_ALARM = "sensor_alarm"
"""The kind of condition that a reading above its normal range is."""
ENDED_KEPT_MILLISECONDS = DAY_MILLISECONDS
"""How long an ended condition is remembered, so that a word on it from before its end is known to be old."""
DAYS_SHOWN_MILLISECONDS = 2 * DAY_MILLISECONDS
"""How long after its end the figures of a day are kept: what comes late is counted on its own day."""


class TileKey(NamedTuple):
    """Which tile: a region at its tier, a class or all of them."""

    tier: Tier
    region: str
    incident_class: str

    def __str__(self) -> str:
        return f"{self.region}|{self.incident_class}"


class FigureKey(NamedTuple):
    """Which figure: a region at its tier, a kind, and a day where it is counted by days."""

    tier: Tier
    region: str
    kind: str
    day: str | None = None

    def __str__(self) -> str:
        return f"{self.region}|{self.kind}|{self.day}" if self.day else f"{self.region}|{self.kind}"


class Count(NamedTuple):
    """How much one matter adds to a tile."""

    open: int
    acknowledged: int
    overdue: int


NOTHING = Count(0, 0, 0)

MATTERS = TableName("matters", situation.MatterMoved)
TILES = TableName("tiles", views.Tile)
CONDITIONS = TableName("conditions", situation.Condition)
FIGURES = TableName("figures", views.Figure)
SERVICES = TableName("services", situation.ServicesCounted)


class Situation:
    """Owner of the situation log."""

    name: ClassVar[str] = "situation"
    tables: ClassVar[tuple[TableName[Any], ...]] = (MATTERS, TILES, CONDITIONS, FIGURES, SERVICES)
    reads: ClassVar[tuple[type[Fact], ...]] = (
        situation.MatterMoved,
        situation.Condition,
        situation.Measured,
        situation.Counted,
        situation.ServicesCounted,
    )
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"tiles": (views.Tile,), "figures": (views.Figure,)}

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        match record:
            case situation.MatterMoved():
                return self._move(now, record, tables)
            case situation.Condition():
                return self._hear(now, record, tables)
            case situation.Measured():
                return self._hear(now, alarm_of(record), tables)
            case situation.Counted():
                return self._count(now, record, tables)
            case situation.ServicesCounted():
                return self._count_services(now, record, tables)
            case _:
                return ()

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        if entry.table == CONDITIONS.name:
            yield from self._end(now, entry.key, entry.value, tables)
        elif entry.table == FIGURES.name:
            tables[FIGURES].delete(entry.key)
            yield Output("figures", entry.key, None)

    # Matters.

    def _move(self, now: int, record: situation.MatterMoved, tables: Tables) -> Iterator[Output]:
        before = tables[MATTERS].get(record.matter_no)
        if record.open:
            tables[MATTERS].put(record.matter_no, record)
        elif before is not None:
            tables[MATTERS].delete(record.matter_no)
        yield from self._recount(now, before, record, tables)

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

    def _count_services(self, now: int, record: situation.ServicesCounted, tables: Tables) -> Iterator[Output]:
        """What is told of services counts in tiles of its own, at every tier the sum of what was told below it."""
        before = tables[SERVICES].get(record.region)
        tables[SERVICES].put(record.region, record)
        changes = {code: plus(one, service_counts(before)[code], -1) for code, one in service_counts(record).items()}
        for tier, region in tier_regions(record.region):
            for code, change in changes.items():
                if change != NOTHING:
                    yield self._change_tile(now, TileKey(tier, region, code), change, record.id, tables, at_least=True)

    def _change_tile(
        self, now: int, key: TileKey, change: Count, caused_by: str, tables: Tables, *, at_least: bool = False
    ) -> Output:
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
            at_least=at_least,
        )
        tables[TILES].put(str(key), tile)
        return Output("tiles", str(key), tile)

    # Conditions and counts.

    def _hear(self, now: int, heard: situation.Condition, tables: Tables) -> Iterator[Output]:
        """The latest word on a condition by its department's own time; an older one changes nothing."""
        key = f"{heard.system}/{heard.kind}/{heard.subject}"
        before = tables[CONDITIONS].get(key)
        if before is not None and before.recorded_at > heard.recorded_at:
            return
        if heard.until is not None and heard.until <= now:
            heard = replace(heard, holds=False)
        if before is None and not heard.holds:
            return
        tables[CONDITIONS].put(key, heard, due_at=heard.until if heard.holds else now + ENDED_KEPT_MILLISECONDS)
        changes: dict[tuple[Tier, str], int] = {}
        for condition, sign in ((before, -1), (heard, 1)):
            if condition is not None and condition.holds:
                for tier, region in tier_regions(condition.region):
                    changes[tier, region] = changes.get((tier, region), 0) + sign
        for (tier, region), change in changes.items():
            if change:
                yield self._change_figure(FigureKey(tier, region, heard.kind), now, change, heard.id, tables)

    def _end(self, now: int, key: str, condition: situation.Condition, tables: Tables) -> Iterator[Output]:
        """A condition ends by itself at its time; one that has ended is forgotten a day later."""
        if not condition.holds:
            tables[CONDITIONS].delete(key)
            return
        tables[CONDITIONS].put(key, replace(condition, holds=False), due_at=now + ENDED_KEPT_MILLISECONDS)
        for tier, region in tier_regions(condition.region):
            yield self._change_figure(FigureKey(tier, region, condition.kind), now, -1, condition.id, tables)

    def _count(self, now: int, counted: situation.Counted, tables: Tables) -> Iterator[Output]:
        """On the day it happened; days that are shown no more stay as they were."""
        day = city_date(counted.occurred_at)
        if counted.count and date_over_at(day) + DAYS_SHOWN_MILLISECONDS > now:
            for tier, region in tier_regions(counted.region):
                key = FigureKey(tier, region, counted.kind, day)
                yield self._change_figure(key, now, counted.count, counted.id, tables)

    def _change_figure(self, key: FigureKey, now: int, change: int, caused_by: str, tables: Tables) -> Output:
        before = tables[FIGURES].get(str(key))
        figure = views.Figure(
            region=key.region,
            tier=key.tier,
            kind=key.kind,
            day=key.day,
            count=(before.count if before else 0) + change,
            as_of=now,
            caused_by=caused_by,
        )
        due_at = date_over_at(key.day) + DAYS_SHOWN_MILLISECONDS if key.day else None
        tables[FIGURES].put(str(key), figure, due_at=due_at)
        return Output("figures", str(key), figure)


def tile_keys(matter: situation.MatterMoved) -> Iterator[TileKey]:
    """Every tile a matter counts in."""
    for tier, region in tier_regions(matter.region):
        for incident_class in (matter.incident_class, ALL_CLASSES):
            yield TileKey(tier, region, incident_class)


def alarm_of(reading: situation.Measured) -> situation.Condition:
    """A reading as the condition of its facility's metric: whether it is above normal."""
    return situation.Condition(
        id=reading.id,
        key=reading.key,
        source=reading.source,
        trace=reading.trace,
        occurred_at=reading.occurred_at,
        system=reading.system,
        kind=SENSOR_ALARM,
        subject=f"{reading.facility}/{reading.metric}",
        holds=reading.alarm_level > 0,
        level=reading.alarm_level,
        region=reading.region,
        recorded_at=reading.recorded_at,
    )


def count(matter: situation.MatterMoved | None) -> Count:
    """What a matter adds: nothing once it is closed."""
    if matter is None or not matter.open:
        return NOTHING
    return Count(1, int(matter.acknowledged), int(matter.overdue))


def service_counts(told: situation.ServicesCounted | None) -> dict[Subject, Count]:
    """What is told of services in a region, by the class of its tiles; who has acknowledged is not told."""
    if told is None:
        return {"service_due": NOTHING, "help_call": NOTHING}
    return {"service_due": Count(told.due, 0, told.overdue), "help_call": Count(told.calls, 0, 0)}


def plus(count: Count, other: Count, sign: int) -> Count:
    """The sum or difference of two counts."""
    return Count(*(one + sign * another for one, another in zip(count, other, strict=True)))
