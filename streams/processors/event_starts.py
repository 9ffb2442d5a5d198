"""Clocks that begin with what a unit does (受理后、首次联系后、到场后), not with the proven delivery of its order."""

from streams.contract import Tables
from streams.facts import views
from streams.facts.vocabulary import StartEvent
from streams.processors.hastening import Hastening
from streams.processors.order_clocks import LIMITS, Clocks, later_key
from streams.processors.order_states import STATES, OrderState, says_done

REACHED: dict[StartEvent, OrderState] = {"accept": "accepted", "first_contact": "resolved", "arrive": "arrived"}
"""The state of an order from which on its unit has done that; it may have made contact before."""


def has_happened(event: StartEvent, order: views.Order) -> bool:
    """Whether what a clock begins with is there already."""
    if event == "delivery" or (event == "first_contact" and order.first_contact_at is not None):
        return True
    return STATES.index(order.state) >= STATES.index(REACHED[event])


class EventStarts:
    """Begins clocks by the times that the unit was told."""

    def __init__(self, clocks: Clocks, hastening: Hastening) -> None:
        self._clocks = clocks
        self._hastening = hastening

    def begun(
        self, now: int, before: views.Order | None, order: views.Order, matter: views.Matter, tables: Tables
    ) -> views.Order:
        """The order with the clocks running that begin with what was not there `before`, unless its work is done."""
        told = tables[LIMITS].get(later_key(order.order_no))
        if told is None or says_done(order):
            return order
        kinds = [
            one.kind
            for one in told.limits
            if one.after != "delivery"
            and has_happened(one.after, order)
            and not (before is not None and has_happened(one.after, before))
        ]
        begun = self._clocks.begin(now, order, kinds, tables)
        return order if begun is order else self._hastening.begun(now, matter, begun, tables)
