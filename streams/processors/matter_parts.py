"""The parts of a matter: who leads, who assists, and how the whole stands by its parts.

The lead is the hub's own order or, where a department has given its own (主单), that one. A matter is resolved when its
lead has resolved and all who assist have done their part.
"""

from collections.abc import Iterator
from dataclasses import replace

from streams.facts import views
from streams.facts.matters import MirroredState
from streams.facts.vocabulary import MatterState, Result
from streams.processors.order_states import ENDED, STATES

OF_MASTER: dict[MirroredState, MatterState] = {
    "accepted": "assigned",
    "routed": "assigned",
    "returned": "assigned",
    "acknowledged": "in_hand",
    "arrived": "in_hand",
    "reopened": "in_hand",
    "resolved": "resolved",
    "fed_back": "closed",
    "closed": "closed",
}
"""How a matter stands whose lead is a department's own order."""

ENDED_STATES = ("resolved", "closed")


def own_lead(matter: views.Matter) -> views.Order | None:
    """The hub's own order of whoever leads; none that came back or was withdrawn."""
    return next((order for order in matter.orders if order.role == "lead" and order.state not in ENDED), None)


def is_done(order: views.Order) -> bool:
    """Whether nobody waits for a unit any more."""
    return STATES.index(order.state) >= STATES.index("resolved")


def awaited(matter: views.Matter) -> Iterator[views.Order]:
    """The orders of those who assist and have not done their part."""
    return (order for order in matter.orders if order.role == "assist" and not is_done(order))


def late_assistants(matter: views.Matter) -> Iterator[views.Order]:
    """The orders of those who assist and have let a clock run out."""
    late = ("breached", "withdrawn")
    return (one for one in matter.orders if one.role == "assist" and any(clock.state in late for clock in one.clocks))


def by_master(matter: views.Matter) -> views.Matter:
    """The matter as the department's own order has it, where that leads; nobody has it until a unit is named."""
    if own_lead(matter) is not None or not matter.mirrored:
        return matter
    master = matter.mirrored[0]
    state = OF_MASTER[master.state]
    if state == "assigned" and master.unit is None:
        state = "unassigned"
    if state in ENDED_STATES and any(awaited(matter)):
        state = "in_hand"
    return replace(matter, state=state)


def has_replied(matter: views.Matter) -> bool:
    """Whether the requesters can be told the outcome: the lead has said it and nobody who assists is waited for.

    What is still to be verified is no outcome yet: it may be sent back.
    """
    if matter.state == "closed":
        return True
    lead = own_lead(matter)
    is_said = lead is not None and lead.state == "replied" and lead.verification != "pending"
    return is_said and not any(awaited(matter))


def lead_name(matter: views.Matter) -> str | None:
    """Who leads, by name."""
    lead = own_lead(matter)
    if lead is not None:
        return lead.unit_name
    return matter.mirrored[0].unit if matter.mirrored else None


def lead_result(matter: views.Matter) -> Result | None:
    """How the lead's work has ended, where it said so."""
    lead = own_lead(matter)
    if lead is not None:
        return lead.result
    gone = ("returned", "folded")
    leads = (order for order in reversed(matter.orders) if order.role == "lead" and order.state not in gone)
    return next((order.result for order in leads), None)


def counts_as(matter: views.Matter, order: views.Order, answer: str) -> str:
    """What an answer to one order says of the whole matter, in which that order has its new state.

    The lead's word waits for those who assist; the last of them brings it to bear. Until then either only says that the
    matter is in hand.
    """
    if answer not in ("resolve", "reply") or not any(one.role == "assist" for one in matter.orders):
        return answer
    if any(awaited(matter)):
        return "accept"
    if order.role == "lead":
        return answer
    said = _said_by_lead(matter)
    return said if said is not None else "accept"


def _said_by_lead(matter: views.Matter) -> str | None:
    """The last word of the lead's that ends a matter."""
    lead = own_lead(matter)
    if lead is not None:
        return {"resolved": "resolve", "replied": "reply"}.get(lead.state)
    if not matter.mirrored:
        return None
    return {"resolved": "resolve", "closed": "reply"}.get(OF_MASTER[matter.mirrored[0].state])
