"""The orders of two matters that become one (并单): which of a unit's two goes on, who leads, what comes back later.

A unit that both matters have called keeps the order that was delivered first, with its clocks, and of two urgencies the
more urgent one. An order that only one of them has goes on under its number. There is one lead: that of the matter that
remains, where it has one.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from streams.contract import Tables
from streams.facts import views
from streams.processors.matter_outputs import MATTERS
from streams.processors.matter_parts import own_lead
from streams.processors.order_states import ENDED, is_answered, says_done, with_order
from streams.processors.urgency import URGENCIES
from streams.rules.numbering import matter_no_of

Role = Literal["lead", "assist"]
NEVER = 1 << 62


@dataclass(frozen=True)
class Shared:
    """Two orders of one unit: the one that goes on, and the one that ends."""

    stays: views.Order
    ends: views.Order


def shared_orders(rest: views.Matter, folded: views.Matter) -> list[Shared]:
    """The units that both matters have called, not those that a whistle or a meeting has."""
    left = [order for order in rest.orders if _may_be_shared(order)]
    shared = []
    for order in folded.orders:
        twin = next((one for one in left if one.unit == order.unit), None)
        if twin is None or not _may_be_shared(order):
            continue
        left.remove(twin)
        ranked = sorted(((rest, twin), (folded, order)), key=_goes_before)  # a tie leaves the remaining matter's own
        shared.append(Shared(*(one for _, one in ranked)))
    return shared


def orders_together(rest: views.Matter, folded: views.Matter, shared: Iterable[Shared]) -> tuple[views.Order, ...]:
    """All orders as those of one matter, each in the part that it has there."""
    lead_no = _lead_no(rest, folded, {one.ends.order_no: one.stays.order_no for one in shared})
    return tuple(_in_part(_noted(order), lead_no) for order in (*rest.orders, *folded.orders))


def come_back(matter: views.Matter, rest: views.Matter, tables: Tables) -> tuple[views.Order, ...]:
    """The orders of a matter that is one again, out of the one that it had gone into, each in its own part.

    One that was done meanwhile leads no more: what was done under a wrong picture may not be what is needed here.
    """
    mine = (order for order in rest.orders if _came_with(order.order_no, matter.matter_no, tables))
    return tuple(_in_own_part(order, matter) for order in mine)


def promoted(matter: views.Matter) -> views.Matter:
    """The matter led by an order that led before it came here, unless its own lead is what it lacks."""
    lacks_lead = any(one.state == "folded" and "lead" in (one.role, one.role_before) for one in matter.orders)
    lead = next((one for one in matter.orders if one.state not in ENDED and one.role_before == "lead"), None)
    if lacks_lead or lead is None or says_done(lead):
        return matter
    return with_order(matter, replace(lead, role="lead", role_before=None))


def without_orders(rest: views.Matter, gone: Iterable[views.Order]) -> views.Matter:
    """The matter that goes on without some orders."""
    numbers = {order.order_no for order in gone}
    left = tuple(order for order in rest.orders if order.order_no not in numbers)
    return replace(rest, orders=left)


def lacking(matter: views.Matter) -> list[views.Order]:
    """The orders that were folded into one that stands with another matter now, a unit that has another one left out.

    Where a department's own order leads, nobody else is to lead.
    """
    own = {order.order_no for order in matter.orders}
    live = {order.unit for order in matter.orders if order.state not in ENDED and not says_done(order)}
    lost = {
        order.unit: order
        for order in matter.orders
        if order.state == "folded" and order.continued_by not in own and order.unit not in live
    }
    return [one for one in lost.values() if not (matter.mirrored and "lead" in (one.role, one.role_before))]


def continued(matter: views.Matter) -> views.Matter:
    """The matter with each such order continued by the one that its unit has here, where it has one."""
    own = {order.order_no for order in matter.orders}
    live = {order.unit: order.order_no for order in matter.orders if order.state not in ENDED}
    orders = tuple(
        replace(order, continued_by=live.get(order.unit, order.continued_by))
        if order.state == "folded" and order.continued_by not in own
        else order
        for order in matter.orders
    )
    return replace(matter, orders=orders)


def _may_be_shared(order: views.Order) -> bool:
    return order.state not in ENDED and order.joint is None


def _goes_before(called: tuple[views.Matter, views.Order]) -> tuple[int, int, bool]:
    matter, order = called
    delivered_at = NEVER if order.delivered_at is None else order.delivered_at
    return -URGENCIES.index(matter.urgency), delivered_at, not is_answered(order)


def _lead_no(rest: views.Matter, folded: views.Matter, continued_by: dict[str, str]) -> str | None:
    lead = own_lead(rest)
    if lead is None and not rest.mirrored:
        lead = own_lead(folded)
    return continued_by.get(lead.order_no, lead.order_no) if lead else None


def _in_part(order: views.Order, lead_no: str | None) -> views.Order:
    role: Role = "lead" if order.order_no == lead_no else "assist"
    if order.state in ENDED or role == order.role:
        return order
    return replace(order, role=role, role_before=order.role_before or order.role)


def _noted(order: views.Order) -> views.Order:
    """The order with whether its work was done before two matters became one."""
    return replace(order, done_before=True) if says_done(order) else order


def _in_own_part(order: views.Order, matter: views.Matter) -> views.Order:
    if says_done(order) and not order.done_before:
        return replace(order, role="assist", role_before=None)
    if matter_no_of(order.order_no) != matter.matter_no:
        return replace(order, role="assist")  # it came with one that had gone into this matter before
    return replace(order, role=order.role_before or order.role, role_before=None, done_before=False)


def _came_with(order_no: str, matter_no: str, tables: Tables) -> bool:
    """Whether an order is of a matter, or of one that had gone into it before."""
    matter = tables[MATTERS].get(matter_no_of(order_no))
    while matter is not None and matter.matter_no != matter_no:
        matter = tables[MATTERS].get(matter.folded_into) if matter.folded_into else None
    return matter is not None
