"""How a matter stands by the orders that it has, after some have come from another matter or gone to one."""

from streams.contract import replace
from streams.facts import views
from streams.processors.matter_parts import awaited, by_master, own_lead
from streams.processors.order_states import ENDED, advance, is_answered

DONE = {"resolved": "resolve", "replied": "reply"}


def standing(matter: views.Matter) -> views.Matter:
    """The matter in the state that its orders give it; closed where nothing is left to be done or said."""
    lead = own_lead(matter)
    if lead is None and matter.mirrored:
        return by_master(matter)
    live = [order for order in matter.orders if order.state not in ENDED]
    if not live:
        return replace(matter, state="unassigned")
    begun = replace(matter, state="in_hand" if any(map(is_answered, live)) else "assigned")
    if lead is None or lead.state not in DONE or any(awaited(matter)):
        return begun
    return advance(begun, DONE[lead.state])


def is_reached(matter: views.Matter) -> bool:
    """Whether a unit has the matter, whoever leads where somebody does: that ends the centre's time to find one."""
    lead = own_lead(matter)
    live = (order for order in matter.orders if order.state not in ENDED)
    return any(order.delivered_at is not None for order in (live if lead is None else (lead,)))
