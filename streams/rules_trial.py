"""What other rules would have made of the matters that were opened: counted whole, listed up to a number.

Compared is what the rules say, old and new, of each matter at its place; what units answered plays no part. Memory
grows with the rules, not with the matters.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import NamedTuple, get_args

from streams.codec import Codec
from streams.contract import Fact, Tables
from streams.durations import SECOND_MILLISECONDS
from streams.engine.tables import PartitionTables
from streams.facts.matters import Located, Opened
from streams.facts.rules import RULES_KEY, InForce, Limit
from streams.facts.vocabulary import ClockKind, Urgency
from streams.processors.dispatch_rules import RULES, Calendars, call_limits, find_called, find_limit
from streams.processors.stages import first_limits

MOST_LISTED = 1_000
MOST_WAITING = 10_000
"""Matters for which nobody was called yet and that may get a place; the oldest are judged as they are."""

MOST_REMEMBERED = 100_000
"""Incidents whose matter was taken: the log may say twice that one is opened."""


class Outcome(NamedTuple):
    """Whom the rules call (None: nobody) and within what times; the centre's own time to call is among them."""

    unit: str | None = None
    limits: Mapping[ClockKind, Limit] = MappingProxyType({})


class Moved(NamedTuple):
    """A way in which matters go elsewhere: their class, who was called, who would be."""

    incident_class: str
    before: str | None
    after: str | None


class Retimed(NamedTuple):
    """A way in which a clock differs: class, urgency, kind of clock, its time before and after (None: no such clock).

    Times that are alike differ by their calendar.
    """

    incident_class: str
    urgency: Urgency
    clock: ClockKind
    before: Limit | None
    after: Limit | None


class Clock(NamedTuple):
    """A clock that differs: how many seconds from the opening it would have had, were the order delivered at once."""

    clock: ClockKind
    before_seconds: int | None
    after_seconds: int | None


class Listed(NamedTuple):
    """A matter that would have been dealt with otherwise."""

    incident_no: str
    incident_class: str
    urgency: Urgency
    region: str
    before: str | None
    after: str | None
    clocks: tuple[Clock, ...]


class _Waiting(NamedTuple):
    opened: Opened
    at: int
    region: str
    before: Outcome
    after: Outcome


def ruled(rules: Iterable[Fact], codec: Codec) -> Tables:
    """Tables in which these rules are in force, for dispatch's own steps."""
    tables = PartitionTables(RULES.tables, codec)
    mine = [rule for rule in rules if isinstance(rule, RULES.kinds)]
    for rule in mine:
        RULES.note(0, replace(rule, version="tried"), tables)  # type: ignore[call-arg]
    in_force = InForce(key=RULES_KEY, occurred_at=0, version="tried", effective_at=0, items=len(mine))
    RULES.note(0, in_force, tables)
    tables.commit(tables.changes())
    return tables


class _Side:
    """One of the two sets of rules: what it says of a matter, and how long its times are."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._calendars = Calendars()

    def outcome(self, matter: _Waiting) -> Outcome:
        """Whom these rules call at the matter's place."""
        opened = matter.opened
        called = find_called(opened.incident_class, opened.urgency, matter.region, self._tables, opened.complained_unit)
        if called is None:
            return Outcome()
        told = call_limits(opened.urgency, called.call, self._tables)
        first = first_limits(opened.incident_class, opened.urgency, told, self._tables)
        limits = {one.kind: one.limit for one in first}
        assign = find_limit(opened.urgency, "any", "assign", self._tables)
        return Outcome(called.unit.unit, {"assign": assign, **limits} if assign else limits)

    def seconds(self, limit: Limit | None, at: int) -> int | None:
        """How long a time is that begins at an instant."""
        if limit is None:
            return None
        return (self._calendars.due_at(limit, at, self._tables) - at) // SECOND_MILLISECONDS


class Trial:
    """Takes what the matters' log says, in its order; `finish` judges the matters that still have nobody."""

    def __init__(self, before: Tables, after: Tables) -> None:
        self._before, self._after = _Side(before), _Side(after)
        self.matters = 0
        self.differing = 0
        self.elsewhere: Counter[Moved] = Counter()
        self.clocks: Counter[Retimed] = Counter()
        self.listed: list[Listed] = []
        self._waiting: dict[str, _Waiting] = {}
        self._taken: dict[str, None] = {}

    def take(self, fact: Opened | Located, at: int) -> None:
        """A matter is opened at an instant, or one that nobody was called for gets its place."""
        if isinstance(fact, Located):
            self._locate(fact)
        elif fact.incident_no not in self._taken:
            self._open(fact, at)

    def finish(self) -> None:
        """Judge what still waits: nobody would be called for it by the one rules, or the other, or both."""
        while self._waiting:
            self._judge(self._waiting.pop(next(iter(self._waiting))))

    def _open(self, opened: Opened, at: int) -> None:
        self.matters += 1
        self._taken[opened.incident_no] = None
        if len(self._taken) > MOST_REMEMBERED:
            del self._taken[next(iter(self._taken))]
        self._decide(_Waiting(opened, at, opened.region, Outcome(), Outcome()))

    def _locate(self, located: Located) -> None:
        waiting = self._waiting.pop(located.incident_no, None)
        if waiting is not None:
            self._decide(waiting._replace(region=located.region))

    def _decide(self, matter: _Waiting) -> None:
        """An order that has gone out stays with its unit, by either rules."""
        before, after = (
            outcome if outcome.unit else side.outcome(matter)
            for outcome, side in ((matter.before, self._before), (matter.after, self._after))
        )
        decided = matter._replace(before=before, after=after)
        if before.unit and after.unit:
            self._judge(decided)
            return
        self._waiting[matter.opened.incident_no] = decided
        if len(self._waiting) > MOST_WAITING:
            self._judge(self._waiting.pop(next(iter(self._waiting))))

    def _judge(self, matter: _Waiting) -> None:
        opened, before, after = matter.opened, matter.before, matter.after
        clocks = tuple(self._clocks(matter)) if before.unit and after.unit else ()
        if before.unit == after.unit and not clocks:
            return
        self.differing += 1
        if before.unit != after.unit:
            self.elsewhere[Moved(opened.incident_class, before.unit, after.unit)] += 1
        for clock in clocks:
            limits = before.limits.get(clock.clock), after.limits.get(clock.clock)
            self.clocks[Retimed(opened.incident_class, opened.urgency, clock.clock, *limits)] += 1
        if len(self.listed) < MOST_LISTED:
            about = (opened.incident_no, opened.incident_class, opened.urgency, matter.region)
            self.listed.append(Listed(*about, before.unit, after.unit, clocks))

    def _clocks(self, matter: _Waiting) -> Iterator[Clock]:
        """The clocks of a matter that differ by their time or by what it comes to."""
        for kind in get_args(ClockKind):
            old, new = matter.before.limits.get(kind), matter.after.limits.get(kind)
            clock = Clock(kind, self._before.seconds(old, matter.at), self._after.seconds(new, matter.at))
            if old != new or clock.before_seconds != clock.after_seconds:
                yield clock
