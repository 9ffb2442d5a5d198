"""The urgency of a matter set anew (定级、改级): raised at once, lowered by whoever may; no breach is repaired."""

from collections.abc import Generator, Iterator
from dataclasses import replace

from streams.contract import Output, Tables
from streams.facts import views
from streams.facts.measures import MeasureKind, UrgencySet
from streams.facts.vocabulary import ClockKind, Urgency
from streams.processors.deadline_moves import DeadlineMoves, arm_moved, rejudged, spans_of
from streams.processors.dispatch_rules import Calendars, OrderLimit, call_limits, find_called, find_limit
from streams.processors.event_starts import has_happened
from streams.processors.hastening import Hastening, word_of_haste
from streams.processors.joint_parts import is_whistled_for, whistle_limits
from streams.processors.known_orders import find_matter
from streams.processors.matter_outputs import notice, show
from streams.processors.measures import authorised
from streams.processors.order_clocks import LIMITS, OrderLimits, keep_later
from streams.processors.order_states import MET_FROM, STATES, with_order
from streams.processors.running_clocks import arm
from streams.processors.stages import is_of_stages

URGENCIES: tuple[Urgency, ...] = ("routine", "urgent", "critical")
"""From the least to the most urgent."""

NOT_STARTED = ("sent", "undelivered")


class Grading:
    """Sets urgency and, by it, the clocks. Raises NotAuthorised, UnknownOrder, UnknownMeasure, NoRulesInForce."""

    def __init__(self, hastening: Hastening) -> None:
        self._hastening = hastening
        self._moves = DeadlineMoves()
        self._calendars = Calendars()

    def grade(self, now: int, said: UrgencySet, tables: Tables) -> Iterator[Output]:
        """The matter with another urgency: what runs falls due sooner or later, what was breached stays so."""
        matter = find_matter(said.matter_no, tables)
        change = URGENCIES.index(said.urgency) - URGENCIES.index(matter.urgency)
        if change == 0 or matter.state == "closed":
            return
        measure: MeasureKind = "raise_urgency" if change > 0 else "lower_urgency"
        rule = authorised(measure, said, tables)
        graded = replace(matter, urgency=said.urgency)
        yield notice(now, graded, "urgency_raised" if change > 0 else "urgency_lowered")
        graded = yield from self._grade_centre(now, graded, rule.name, tables, raised=change > 0)
        for order in graded.orders:
            changed = yield from self._grade_order(now, graded, order, rule.name, tables, raised=change > 0)
            yield from word_of_haste(now, graded, order, changed, f"{order.order_no}-U{now}")
            graded = with_order(graded, changed)
        yield from show(now, matter, graded, tables)

    def _grade_centre(
        self, now: int, matter: views.Matter, name: str, tables: Tables, *, raised: bool
    ) -> Generator[Output, None, views.Matter]:
        clocks = []
        for clock in matter.clocks:
            limit = find_limit(matter.urgency, "any", clock.kind, tables)
            told = OrderLimit(kind=clock.kind, limit=limit) if limit else None
            clocks.append((yield from self._grade_clock(now, matter, None, clock, told, name, tables, raised=raised)))
        return replace(matter, clocks=tuple(clocks))

    def _grade_order(
        self, now: int, matter: views.Matter, order: views.Order, name: str, tables: Tables, *, raised: bool
    ) -> Generator[Output, None, views.Order]:
        """The order with its clocks by the new urgency; one that is not delivered will begin with them.

        Stages stay as they were told, and so does the time to reply beside them.
        """
        anew = _limits_anew(matter, order, tables)
        if anew is None:
            return order
        limits = {one.kind: one for one in anew if not is_of_stages(one.kind, order)}
        told_before = tables[LIMITS].get(order.order_no)
        if told_before is not None and not order.letter:
            kept = (one for one in told_before.limits if is_of_stages(one.kind, order))
            tables[LIMITS].put(order.order_no, OrderLimits(limits=(*limits.values(), *kept)))
            return order
        if order.letter or order.state in NOT_STARTED:
            return order
        keep_later(order.order_no, limits.values(), tables)
        clocks = []
        for clock in order.clocks:
            told = limits.pop(clock.kind, None)
            clocks.append((yield from self._grade_clock(now, matter, order, clock, told, name, tables, raised=raised)))
        graded = replace(order, clocks=tuple(clocks))
        if not raised:
            return graded
        added = tuple(self._begun(now, one, order, tables) for one in limits.values() if _awaits(one, order))
        for clock in added:
            arm(order.order_no, clock, tables)
        return self._hastening.begun(now, matter, replace(graded, clocks=(*graded.clocks, *added)), tables)

    def _grade_clock(  # noqa: PLR0913 - a clock, whose it is and how it changes
        self,
        now: int,
        matter: views.Matter,
        order: views.Order | None,
        clock: views.Clock,
        told: OrderLimit | None,
        name: str,
        tables: Tables,
        *,
        raised: bool,
    ) -> Generator[Output, None, views.Clock]:
        """A running clock by its new time: sooner when raised, counted from now; later when lowered, from its start."""
        if told is None or clock.state != "running" or clock.extended or clock.set_due_at is not None:
            return clock
        if raised:
            hastened = views.Hastened(
                measure_no=None, name=name, limit=told.limit, counted_from_at=now, reaction_until_at=now
            )
            graded = replace(clock, hastened=hastened)
        else:
            graded = replace(clock, hastened=None, limit=told.limit)
        due_at = self._moves.due_at(graded, spans_of(order, clock.kind) if order else [], tables)
        if (due_at >= clock.due_at) if raised else (due_at <= clock.due_at):
            return clock
        moved = rejudged(now, graded, due_at, "urgency", None)
        yield from arm_moved(now, matter, order, clock, moved, tables)
        return moved

    def _begun(self, now: int, told: OrderLimit, order: views.Order, tables: Tables) -> views.Clock:
        due_at = self._calendars.due_at(told.limit, now, tables)
        return views.Clock(kind=told.kind, state="running", started_at=now, due_at=due_at, limit=told.limit)


def _limits_anew(matter: views.Matter, order: views.Order, tables: Tables) -> tuple[OrderLimit, ...] | None:
    """The times of an order by the urgency that its matter has now, None where the rules say nothing of it."""
    if is_whistled_for(order):
        return whistle_limits(matter, tables)
    called = find_called(matter.incident_class, matter.urgency, matter.region, tables, matter.avoided)
    return tuple(call_limits(matter.urgency, called.call, tables, order.role)) if called else None


def _awaits(told: OrderLimit, order: views.Order) -> bool:
    """Whether a clock has what it begins with, and its unit has yet to do what it waits for."""
    return has_happened(told.after, order) and _awaited(told.kind, order)


def _awaited(kind: ClockKind, order: views.Order) -> bool:
    """Whether the unit has yet to do what a clock of this kind waits for."""
    if kind == "first_contact" and order.first_contact_at is not None:
        return False
    return kind in MET_FROM and order.state in STATES and STATES.index(order.state) < STATES.index(MET_FROM[kind])
