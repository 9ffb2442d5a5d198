"""Clocks under a level of alert: what begins while it is in force, and what runs when it is ordered.

A level hastens and never puts off; it leaves alone what was decided for one order alone, an extension or a deadline set
by hand. What it has hastened stays so when it ends (ops/decisions/0102).
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from functools import partial

from streams.contract import Output, Tables
from streams.durations import MINUTE_MILLISECONDS
from streams.facts import views
from streams.facts.measures import Measure
from streams.processors.deadline_moves import DeadlineMoves, arm_moved, rejudged, spans_of
from streams.processors.dispatch_rules import Calendars, OrderLimit
from streams.processors.matter_outputs import request_word, show
from streams.processors.matter_walk import sweep
from streams.processors.measures import MEASURES, find_rule, levels_on, shown
from streams.processors.order_states import with_order
from streams.processors.running_clocks import arm
from streams.rules.hastening import effect_on, hastened


class Hastening:
    """Applies the levels in force to clocks. Raises NoRulesInForce, UnknownMeasure, UnknownCalendar."""

    def __init__(self) -> None:
        self._moves = DeadlineMoves()
        self._calendars = Calendars()

    def told(
        self, now: int, matter: views.Matter, limits: Iterable[OrderLimit], tables: Tables
    ) -> tuple[OrderLimit, ...]:
        """The times that a unit is told with its order: the shortest that a level in force leaves it."""
        levels = levels_on(matter, tables)
        return tuple(self._shortest(now, matter, one, levels, tables) for one in limits)

    def also_called(self, matter: views.Matter, tables: Tables) -> tuple[str, ...]:
        """The kinds of units that the levels in force call beside the everyday ones."""
        effects = (
            effect_on(find_rule(one.measure, tables), matter.incident_class) for one in levels_on(matter, tables)
        )
        return tuple(dict.fromkeys(kind for effect in effects if effect for kind in effect.also_called))

    def begun(self, now: int, matter: views.Matter, order: views.Order, tables: Tables) -> views.Order:
        """An order whose clocks have just begun, under the levels in force."""
        levels = levels_on(matter, tables)
        if not levels:
            return order
        clocks = [self._hastened(now, matter, order, clock, levels, tables) for clock in order.clocks]
        for before, clock in zip(order.clocks, clocks, strict=True):
            if clock is not before:
                arm(order.order_no, clock, tables)
        return replace(order, clocks=tuple(clocks))

    def begun_of_centre(self, now: int, matter: views.Matter, tables: Tables) -> views.Matter:
        """A matter whose clocks of the centre have just begun, under the levels in force."""
        levels = levels_on(matter, tables)
        if not levels:
            return matter
        clocks = [self._hastened(now, matter, None, clock, levels, tables) for clock in matter.clocks]
        for before, clock in zip(matter.clocks, clocks, strict=True):
            if clock is not before:
                arm(matter.matter_no, clock, tables)
        return replace(matter, clocks=tuple(clocks))

    def sweep(self, now: int, key: str, measure: Measure, tables: Tables) -> Iterator[Output]:
        """One slice of the matters that a level falls on, and an entry due at once for the rest of them."""
        level = tables[MEASURES].get(f"level/{measure.measure_no}")
        if level is None:
            tables[MEASURES].delete(key)
            return
        moved = yield from sweep(now, key, measure, partial(self._apply, now, level, tables), tables)
        if moved:
            counted = replace(level, clocks=level.clocks + moved, as_of=now)
            tables[MEASURES].put(f"level/{level.measure_no}", counted, counted.review_at)
            yield shown(counted)

    def _apply(self, now: int, level: Measure, tables: Tables, matter: views.Matter) -> Generator[Output, None, int]:
        """How many clocks of a matter the level has moved; they are armed, told and shown."""
        if matter.state == "closed" or level not in levels_on(matter, tables):
            return 0
        moved, changed = 0, matter
        for order in (None, *matter.orders):
            clocks = []
            for clock in order.clocks if order else matter.clocks:
                after = self._hastened(now, matter, order, clock, (level,), tables)
                moved += after is not clock
                for told in arm_moved(now, matter, order, clock, after, tables):
                    yield told._replace(value=replace(told.value, measure_no=level.measure_no))
                clocks.append(after)
            if order is None:
                changed = replace(changed, clocks=tuple(clocks))
            else:
                after_all = replace(order, clocks=tuple(clocks))
                yield from word_of_haste(now, matter, order, after_all, f"{order.order_no}-H{level.measure_no}")
                changed = with_order(changed, after_all)
        if moved:
            yield from show(now, matter, changed, tables)
        return moved

    def _hastened(
        self,
        now: int,
        matter: views.Matter,
        order: views.Order | None,
        clock: views.Clock,
        levels: Iterable[Measure],
        tables: Tables,
    ) -> views.Clock:
        """The clock under the levels, the same where none of them brings its deadline nearer."""
        if clock.state != "running" or clock.extended or clock.set_due_at is not None:
            return clock
        spans = spans_of(order, clock.kind) if order else []
        for level in levels:
            rule = find_rule(level.measure, tables)
            limit = hastened(rule, matter.incident_class, matter.urgency, clock.kind, clock.limit)
            if limit is None:
                continue
            under = views.Hastened(
                measure_no=level.measure_no,
                name=level.name,
                limit=limit,
                counted_from_at=views.counted_from(clock),
                reaction_until_at=level.from_at + rule.reaction_minutes * MINUTE_MILLISECONDS,
            )
            due_at = self._moves.due_at(replace(clock, hastened=under), spans, tables)
            if due_at < clock.due_at:
                clock = _ordered_by(level, rejudged(now, replace(clock, hastened=under), due_at, "level", None))
        return clock

    def _shortest(
        self, now: int, matter: views.Matter, told: OrderLimit, levels: Iterable[Measure], tables: Tables
    ) -> OrderLimit:
        shortest, due_at = told.limit, self._calendars.due_at(told.limit, now, tables)
        for level in levels:
            rule = find_rule(level.measure, tables)
            limit = hastened(rule, matter.incident_class, matter.urgency, told.kind, told.limit)
            if limit is not None and (sooner := self._calendars.due_at(limit, now, tables)) < due_at:
                shortest, due_at = limit, sooner
        return replace(told, limit=shortest)


def word_of_haste(
    now: int, matter: views.Matter, before: views.Order, after: views.Order, delivery_no: str
) -> Iterator[Output]:
    """What the unit is told of deadlines that have come nearer: the next of them."""
    nearer = [new for old, new in zip(before.clocks, after.clocks, strict=False) if new.due_at < old.due_at]
    if nearer:
        first = min(nearer, key=lambda clock: clock.due_at)
        yield request_word(now, matter, after, "hastened", after.unit, delivery_no, first)


def _ordered_by(level: Measure, moved: views.Clock) -> views.Clock:
    """The clock with the level named as what moved its deadline last."""
    *before, last = moved.moves
    return replace(moved, moves=(*before, replace(last, measure_no=level.measure_no)))
