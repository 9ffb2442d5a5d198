"""Open clocks reckoned anew when other calendars come into force, in slices; the deadline as it was stays beside it."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace

from streams.contract import Entry, Fact, Output, TableName, Tables, record
from streams.facts import views
from streams.facts.rules import InForce
from streams.processors.deadline_moves import DeadlineMoves, arm_moved, in_time, rejudged, spans_of
from streams.processors.dispatch_rules import RULES, UnknownCalendar, calendar_days
from streams.processors.matter_outputs import MATTERS, show
from streams.rules.versions import CURRENT, IN_FORCE

LOOKED_AT, CHANGED = 500, 200
"""How many matters a slice looks at, and after how many clocks and matters it ends: a step may change 500 entries."""

CALENDARS = "calendars"


@record("dispatch.recount.v1")
@dataclass(frozen=True, kw_only=True)
class Recount:
    """Under `calendars` the calendars that clocks go by, in short; else a recount that goes on after a matter, at once.

    `version` is that of the rules, or for `calendars` the digest of what they rest on.
    """

    version: str
    after: str = ""


RECOUNTS = TableName("recounts", Recount)


def note_rule(now: int, fact: Fact, tables: Tables) -> None:
    """Keep a rule; where it brings other calendars into force, a recount begins."""
    RULES.note(now, fact, tables)
    if isinstance(fact, InForce):
        _begin(now, tables)


def _begin(now: int, tables: Tables) -> None:
    in_force = tables[IN_FORCE].get(CURRENT)
    if in_force is None:
        return
    known, digest = tables[RECOUNTS].get(CALENDARS), calendar_days(tables)
    if known is not None and known.version == digest:
        return
    tables[RECOUNTS].put(CALENDARS, Recount(version=digest))
    if known is not None:
        tables[RECOUNTS].put(f"{in_force.version}/", Recount(version=in_force.version), due_at=now)


class Recounts:
    """Moves the deadlines of running clocks, matter by matter. Breaches stay, and so do deadlines set by hand."""

    def __init__(self) -> None:
        self._moves = DeadlineMoves()

    def note_moment(self, now: int, entry: Entry, tables: Tables) -> Iterator[Output]:
        """A due moment of the rules has come, which may bring other calendars into force, or of a recount."""
        if entry.table == RECOUNTS.name:
            yield from self._go_on(now, entry.key, entry.value, tables)
            return
        RULES.due(now, entry.key, entry.value, tables)
        if not entry.key.startswith("sweep/"):
            _begin(now, tables)

    def _go_on(self, now: int, key: str, recount: Recount, tables: Tables) -> Iterator[Output]:
        """A slice; what is left goes on under a new key, unless other rules have come into force since."""
        tables[RECOUNTS].delete(key)
        if recount.version != RULES.version(tables):
            return
        changed, last = 0, recount.after
        found = tables[MATTERS].following(recount.after, LOOKED_AT)
        for matter_no, matter in found:
            last = matter_no
            if matter.state != "closed":
                moved = yield from self._recounted(now, matter, tables)
                changed += moved
            if changed >= CHANGED:
                break
        if changed >= CHANGED or len(found) == LOOKED_AT:
            successor = replace(recount, after=last)
            tables[RECOUNTS].put(f"{recount.version}/{last}", successor, due_at=now)

    def _recounted(self, now: int, matter: views.Matter, tables: Tables) -> Generator[Output, None, int]:
        """How many entries changed: the matter with its clocks, or none."""
        orders = []
        for order in matter.orders:
            clocks = yield from self._clocks(now, matter, order, order.clocks, tables)
            orders.append(replace(order, clocks=clocks))
        own = yield from self._clocks(now, matter, None, matter.clocks, tables)
        after = replace(matter, orders=tuple(orders), clocks=own)
        if after == matter:
            return 0
        yield from show(now, matter, after, tables)
        before = views.clocks_of(matter)
        return 1 + sum(one is not other for one, other in zip(before, views.clocks_of(after), strict=True))

    def _clocks(
        self,
        now: int,
        matter: views.Matter,
        order: views.Order | None,
        clocks: tuple[views.Clock, ...],
        tables: Tables,
    ) -> Generator[Output, None, tuple[views.Clock, ...]]:
        changed = []
        for clock in clocks:
            moved = self._moved(now, order, clock, tables)
            yield from arm_moved(now, matter, order, clock, moved, tables)
            changed.append(moved)
        return tuple(changed)

    def _moved(self, now: int, order: views.Order | None, clock: views.Clock, tables: Tables) -> views.Clock:
        """The clock by the calendars in force; as it was where those do not have its own any more."""
        if clock.state != "running" or clock.set_due_at is not None:
            return clock
        try:
            due_at = self._moves.due_at(clock, spans_of(order, clock.kind) if order else (), tables)
        except UnknownCalendar:
            return clock
        return rejudged(now, clock, in_time(now, clock, due_at, "revised"), "revised", None)
