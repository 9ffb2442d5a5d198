"""Deadlines that move: reckoned anew from all that stops and extends a clock, with what they were before.

A breach that the new deadline contradicts is withdrawn in the open; one that it does not stays.
"""

from collections.abc import Collection, Generator
from dataclasses import replace

from streams.contract import Output, Tables
from streams.durations import DAY_MILLISECONDS
from streams.facts import views
from streams.facts.vocabulary import ClockKind, MoveCause
from streams.processors.dispatch_rules import Calendars
from streams.processors.matter_outputs import notice
from streams.processors.running_clocks import arm
from streams.rules.hastening import hastened_due_at
from streams.rules.time_limits import Span, joined

LEAST_NOTICE_MILLISECONDS = DAY_MILLISECONDS
"""A deadline that comes nearer leaves at least so much time, or what was left of it."""


class DeadlineMoves:
    """Moves the deadlines of clocks that have started and were not met."""

    def __init__(self) -> None:
        self._calendars = Calendars()

    def move(
        self,
        now: int,
        matter: views.Matter,
        order: views.Order,
        kinds: Collection[ClockKind],
        cause: MoveCause,
        request_no: str | None,
        tables: Tables,
    ) -> Generator[Output, None, views.Order]:
        """The order with the deadlines of these kinds as they are now. Raises NoRulesInForce, UnknownCalendar."""
        clocks = []
        for clock in order.clocks:
            if clock.kind not in kinds or clock.state not in ("running", "breached"):
                clocks.append(clock)
                continue
            due_at = in_time(now, clock, self.due_at(clock, spans_of(order, clock.kind), tables), cause)
            moved = rejudged(now, clock, due_at, cause, request_no)
            clocks.append(moved)
            yield from arm_moved(now, matter, order, clock, moved, tables)
        return replace(order, clocks=tuple(clocks))

    def due_at(self, clock: views.Clock, spans: Collection[Span], tables: Tables) -> int:
        """The deadline of a clock by the calendar in force, or after the one that a leader has set."""
        if clock.set_due_at is None or clock.set_at is None:
            limit = replace(clock.limit, amount=clock.limit.amount + clock.extended)
            everyday = self._calendars.due_at(limit, views.counted_from(clock), tables, tuple(spans))
            if clock.hastened is None or clock.extended:
                return everyday
            told = clock.hastened
            due_at = self._calendars.due_at(told.limit, told.counted_from_at, tables, tuple(spans))
            return hastened_due_at(everyday, due_at, told.reaction_until_at)
        due_at, set_at = clock.set_due_at, clock.set_at
        for begins, ends in joined((span for span in spans if span[0] >= set_at), set_at):
            if begins < due_at:
                due_at += ends - begins
        return due_at


def spans_of(order: views.Order, kind: ClockKind) -> list[Span]:
    """The spans in which a clock of the order does not count."""
    return [(one.from_at, one.until_at) for one in order.suspensions if kind in one.kinds]


def in_time(now: int, clock: views.Clock, due_at: int, cause: MoveCause) -> int:
    """The deadline, not nearer than is fair: a revision leaves a day's notice, nothing moves one into the past.

    A unit that resumes by itself has what was left, however little.
    """
    if clock.state != "running" or due_at >= clock.due_at:
        return due_at
    is_near = cause == "revised" or due_at <= now
    return max(due_at, min(clock.due_at, now + LEAST_NOTICE_MILLISECONDS)) if is_near else due_at


def rejudged(now: int, clock: views.Clock, due_at: int, cause: MoveCause, request_no: str | None) -> views.Clock:
    """The clock with another deadline, and judged by it: a breach that it contradicts runs on or is withdrawn."""
    if due_at == clock.due_at:
        return clock
    move = views.Move(moved_at=now, was_due_at=clock.due_at, cause=cause, request_no=request_no)
    moved = replace(clock, due_at=due_at, moves=(*clock.moves, move))
    if clock.state != "breached":
        return moved
    if clock.ended_at is None and due_at > now:
        return replace(moved, state="running")
    if clock.ended_at is not None and clock.ended_at < due_at:
        return replace(moved, state="withdrawn")
    return moved


def arm_moved(
    now: int, matter: views.Matter, order: views.Order | None, clock: views.Clock, moved: views.Clock, tables: Tables
) -> Generator[Output, None, None]:
    """Arm a clock for its new deadline, and tell that it moved; `order` is None for the centre's own."""
    if moved is clock:
        return
    if moved.state == "running":
        arm(order.order_no if order else matter.matter_no, moved, tables)
    if clock.state == "breached" and moved.state != "breached":
        yield notice(now, matter, "breach_withdrawn", order, clock)
    told = notice(now, matter, "deadline_moved", order, moved)
    move = moved.moves[-1]
    yield told._replace(value=replace(told.value, request_no=move.request_no, reason=move.cause))
