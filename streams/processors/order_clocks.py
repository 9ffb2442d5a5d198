"""The clocks of an order: started by proven delivery, stopped by answers, breached when their moment comes.

And the centre's own clock on a matter, `assign`: it runs from the opening until a unit has the order.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from streams.contract import Output, TableName, Tables, record, replace
from streams.facts import views
from streams.facts.rules import Limit
from streams.facts.vocabulary import ClockKind
from streams.processors.dispatch_rules import Calendars, OrderLimit, find_limit
from streams.processors.matter_outputs import notice
from streams.processors.order_states import MET_FROM, REPORTED, STATES, further
from streams.processors.running_clocks import abandoned, arm, disarm, stopped


@record("dispatch.order_limits.v1")
@dataclass(frozen=True, kw_only=True)
class OrderLimits:
    """The times that a unit was told when it was called.

    Under `<order_no>` until its clocks start, from then on under `<order_no>/later` those of clocks that begin later.
    """

    limits: tuple[OrderLimit, ...]


LIMITS = TableName("limits", OrderLimits)


class Clocks:
    """Starts and stops clocks; deadlines are reckoned by the calendar in force."""

    def __init__(self) -> None:
        self._calendars = Calendars()

    def start_assign(self, now: int, matter: views.Matter, tables: Tables) -> views.Matter:
        """The matter with the centre's time to give it to a unit running, where the rules set one."""
        return self.start_of_centre(now, matter, "assign", tables)

    def start_of_centre(self, now: int, matter: views.Matter, kind: ClockKind, tables: Tables) -> views.Matter:
        """The matter with one of the centre's clocks running, where the rules set a time; an earlier one is kept."""
        limit = find_limit(matter.urgency, "any", kind, tables)
        if limit is None:
            return matter
        clock = self._running(now, kind, limit, tables)
        arm(matter.matter_no, clock, tables)
        earlier = tuple(one for one in matter.clocks if one.kind == kind)
        others = tuple(one for one in matter.clocks if one.kind != kind)
        return replace(matter, clocks=(*others, clock), earlier_clocks=(*matter.earlier_clocks, *earlier))

    def start_again(self, now: int, order: views.Order, kinds: tuple[ClockKind, ...], tables: Tables) -> views.Order:
        """The order with clocks of these kinds running anew, by the times that it was told; the old ones are kept."""
        earlier = tuple(clock for clock in order.clocks if clock.kind in kinds)
        anew = {clock.kind: self._running(now, clock.kind, clock.limit, tables) for clock in earlier}
        for clock in anew.values():
            arm(order.order_no, clock, tables)
        clocks = tuple(anew.get(clock.kind, clock) for clock in order.clocks)
        return replace(order, clocks=clocks, earlier_clocks=(*order.earlier_clocks, *earlier))

    def start_beside(
        self, now: int, matter: views.Matter, order: views.Order, kind: ClockKind, tables: Tables
    ) -> views.Order:
        """The order with a time of the centre's for its unit running, where the rules set one; one before it ends."""
        limit = find_limit(matter.urgency, "any", kind, tables)
        if limit is None:
            return order
        clock = self._running(now, kind, limit, tables)
        arm(order.order_no, clock, tables)
        return replace(order, clocks=(*(one for one in order.clocks if one.kind != kind), clock))

    def start(self, now: int, order: views.Order, tables: Tables) -> views.Order:
        """The order as delivered, with its clocks running; those whose answer came before the proof are met."""
        told = tables[LIMITS].get(order.order_no)
        tables[LIMITS].delete(order.order_no)
        limits = told.limits if told else ()
        keep_later(order.order_no, limits, tables)
        clocks = tuple(self._started(now, one, order, tables) for one in limits if begins_with_delivery(one))
        for clock in clocks:
            if clock.state == "running":
                arm(order.order_no, clock, tables)
        phoned = tuple(stopped(now, clock) for clock in order.clocks if clock.kind == "phone")
        disarm(order.order_no, "phone", tables)
        return replace(order, state=further(order.state, "delivered"), clocks=(*phoned, *clocks), delivered_at=now)

    def begin(self, now: int, order: views.Order, kinds: Collection[ClockKind], tables: Tables) -> views.Order:
        """The order with clocks of these kinds that begin later running, each from now.

        Of the clocks before them those that were met are let go of: the notices have them. The others are kept.
        """
        told = tables[LIMITS].get(later_key(order.order_no))
        limits = [one for one in told.limits if one.kind in kinds] if told else []
        begun = tuple(self._running(now, one.kind, one.limit, tables) for one in limits)
        if not begun:
            return order
        for clock in begun:
            arm(order.order_no, clock, tables)
        replaced = {clock.kind for clock in begun}
        earlier = (clock for clock in order.clocks if clock.kind in replaced and clock.state != "met")
        others = (clock for clock in order.clocks if clock.kind not in replaced)
        return replace(order, clocks=(*others, *begun), earlier_clocks=(*order.earlier_clocks, *earlier))

    def _started(self, now: int, told: OrderLimit, order: views.Order, tables: Tables) -> views.Clock:
        clock = self._running(now, told.kind, told.limit, tables)
        if told.due_at is not None:
            clock = replace(clock, due_at=max(now, told.due_at), set_due_at=told.due_at, set_at=now)
        contacted = told.kind == "first_contact" and order.first_contact_at is not None
        reported = told.kind in REPORTED and order.reported_at is not None
        met = contacted or reported or STATES.index(order.state) >= STATES.index(MET_FROM[told.kind])
        return stopped(now, clock) if met else clock

    def _running(self, now: int, kind: ClockKind, limit: Limit, tables: Tables) -> views.Clock:
        due_at = self._calendars.due_at(limit, now, tables)
        return views.Clock(kind=kind, state="running", started_at=now, due_at=due_at, limit=limit)


def find_clock(order: views.Order, kind: ClockKind) -> views.Clock | None:
    """The clock of a kind that runs on an order, None where none does."""
    return next((clock for clock in order.clocks if clock.kind == kind and clock.state == "running"), None)


def have_started(order: views.Order, tables: Tables) -> bool:
    """Whether the clocks of an order run or have run: what it was told is kept until then."""
    return tables[LIMITS].get(order.order_no) is None


def begins_with_delivery(told: OrderLimit) -> bool:
    """Whether a clock begins with the proven delivery; else a report begins it, or what the unit does after that."""
    return told.after == "delivery" and told.kind in MET_FROM


def later_key(order_no: str) -> str:
    """Under which key the times stand of clocks that begin later."""
    return f"{order_no}/later"


def keep_later(order_no: str, limits: Iterable[OrderLimit], tables: Tables) -> None:
    """Keep the times of clocks that begin later, or again: one report is to follow the other."""
    told = tuple(one for one in limits if one.kind in REPORTED or not begins_with_delivery(one))
    if told:
        tables[LIMITS].put(later_key(order_no), OrderLimits(limits=told))


def stop_assign(now: int, matter: views.Matter, tables: Tables) -> views.Matter:
    """The matter with a unit that has it: the centre's time has ended, in time or late."""
    return stop_of_centre(now, matter, "assign", tables)


def stop_of_centre(now: int, matter: views.Matter, kind: ClockKind, tables: Tables) -> views.Matter:
    """The matter with one of the centre's clocks ended, in time or late."""
    disarm(matter.matter_no, kind, tables)
    clocks = tuple(stopped(now, clock) if clock.kind == kind else clock for clock in matter.clocks)
    return replace(matter, clocks=clocks)


def stopped_notices(now: int, matter: views.Matter, order: views.Order, ended: views.Clock) -> Iterator[Output]:
    """What is said of a clock that an answer stopped: nothing if it was met."""
    if ended.state == "breached":
        yield notice(now, matter, "answered_late", order, ended)


def abandon_order(now: int, order: views.Order, tables: Tables) -> views.Order:
    """The order with nothing left to do: its clocks stop without a breach, what was breached stays so."""
    tables[LIMITS].delete(order.order_no)
    forget_later(order, tables)
    return abandon(now, order, [clock.kind for clock in order.clocks], tables)


def abandon(now: int, order: views.Order, kinds: Collection[ClockKind], tables: Tables) -> views.Order:
    """The same for clocks of these kinds."""
    for clock in order.clocks:
        if clock.kind in kinds:
            disarm(order.order_no, clock.kind, tables)
    clocks = tuple(abandoned(now, clock) if clock.kind in kinds else clock for clock in order.clocks)
    return replace(order, clocks=clocks)


def forget_later(order: views.Order, tables: Tables) -> None:
    """No more clocks of an order begin."""
    tables[LIMITS].delete(later_key(order.order_no))


def abandon_matter(now: int, matter: views.Matter, tables: Tables) -> views.Matter:
    """The same for the centre's own clocks."""
    for clock in matter.clocks:
        disarm(matter.matter_no, clock.kind, tables)
    return replace(matter, clocks=tuple(abandoned(now, clock) for clock in matter.clocks))


def breached(clocks: tuple[views.Clock, ...], kind: str) -> tuple[tuple[views.Clock, ...], views.Clock]:
    """The clocks with one of a kind breached, and that one."""
    changed = tuple(replace(clock, state="breached") if clock.kind == kind else clock for clock in clocks)
    return changed, next(clock for clock in changed if clock.kind == kind)
