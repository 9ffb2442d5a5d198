"""提级办理: a signed word moves an order to a unit above; the old order and its unit stay visible."""

from collections.abc import Iterator
from dataclasses import replace

from streams.contract import Output, Tables
from streams.facts import matters, rules, views
from streams.processors.calling import Calling, PlaceOfMatter
from streams.processors.dispatch_rules import CALLS, RULES, call_limits
from streams.processors.known_orders import find_order
from streams.processors.matter_outputs import end_delivery, notice, show
from streams.processors.order_clocks import LIMITS, forget_later
from streams.processors.order_states import ENDED, with_order
from streams.processors.running_clocks import disarm
from streams.processors.supervision_orders import check_role
from streams.processors.supervisors import rungs_above
from streams.processors.teams import next_order_no


class NotAbove(Exception):
    """An order is to be moved to a unit that does not stand above its own on the ladders."""


class HasEnded(Exception):
    """An order is to be moved that nobody works on any more."""


class Escalations:
    """Moves orders up."""

    def __init__(self, calling: Calling) -> None:
        self._calling = calling

    def escalate(self, now: int, directed: matters.Directed, tables: Tables) -> Iterator[Output]:
        """A new order to the unit above, with times of its own. Raises UnknownOrder, WrongRole, HasEnded, NotAbove."""
        matter, order = find_order(directed.order_no, tables)
        rule = check_role(directed.actor_role, matter, tables)
        if order.state in (*ENDED, "replied") or matter.state == "closed":
            raise HasEnded(f"order {order.order_no} has ended")
        above = (unit for rung in rungs_above(matter, order, rule, tables) for unit in rung.units)
        unit = next((one for one in above if one.unit == directed.to_unit), None)
        if unit is None:
            raise NotAbove(f"{directed.to_unit} does not stand above {order.unit}")
        call: rules.Call | None = RULES.find(CALLS, f"{matter.incident_class}/{matter.urgency}", tables)
        limits = tuple(call_limits(matter.urgency, call, tables, order.role)) if call else ()
        if order.state == "sent":
            yield end_delivery(now, order, "withdrawn")
        ended = _ended(now, order, next_order_no(matter, order.role), tables)
        yield notice(now, matter, "escalated", ended)
        where = PlaceOfMatter.of(matter, tables)
        moved = with_order(matter, ended)
        moved = yield from self._calling.order(now, moved, unit, order.role, limits, where, tables)
        yield from show(now, matter, moved, tables)


def _ended(now: int, order: views.Order, higher_no: str, tables: Tables) -> views.Order:
    """The old order, its clocks stopped; those that were breached stay so."""
    for clock in order.clocks:
        disarm(order.order_no, clock.kind, tables)
    tables[LIMITS].delete(order.order_no)
    forget_later(order, tables)
    clocks = tuple(_stopped(now, clock) for clock in order.clocks)
    return replace(order, state="withdrawn", clocks=clocks, escalated_to=higher_no)


def _stopped(now: int, clock: views.Clock) -> views.Clock:
    state = "stopped" if clock.state == "running" else clock.state
    return replace(clock, state=state, ended_at=now if clock.ended_at is None else clock.ended_at)
