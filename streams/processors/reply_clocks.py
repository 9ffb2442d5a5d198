"""The times to reply (答复) of orders that were folded (并单): each report's own runs on until its outcome is told.

Whoever reads a folded order sees by when its reports were promised an answer; the order that goes on has times of its
own. Nothing begins here: a clock was started by the folded order's own delivery.
"""

from streams.contract import Tables, replace
from streams.facts import views
from streams.processors.matter_parts import has_replied, own_lead
from streams.processors.order_states import with_order
from streams.processors.running_clocks import abandoned, disarm, stopped


def with_told_reports(now: int, matter: views.Matter, tables: Tables) -> views.Matter:
    """The matter with those times ended once its requesters can be told; without a breach where nobody had replied."""
    waiting = [order for order in matter.orders if order.state == "folded" and any(map(_waits, order.clocks))]
    if not waiting or not has_replied(matter):
        return matter
    end = stopped if own_lead(matter) is not None or matter.mirrored else abandoned
    for order in waiting:
        disarm(order.order_no, "reply", tables)
        clocks = tuple(end(now, clock) if _waits(clock) else clock for clock in order.clocks)
        matter = with_order(matter, replace(order, clocks=clocks))
    return matter


def told_late(before: views.Matter, matter: views.Matter) -> list[tuple[views.Order, views.Clock]]:
    """The folded orders whose reports were told after their time."""
    return [
        (order, clock)
        for was, order in zip(before.orders, matter.orders, strict=True)
        for old, clock in zip(was.clocks, order.clocks, strict=True)
        if clock is not old and clock.state == "breached"
    ]


def _waits(clock: views.Clock) -> bool:
    return clock.kind == "reply" and clock.ended_at is None
