"""What an answer means to an order: its state, what is told of it, which clocks it stops."""

from dataclasses import replace
from typing import Literal, get_args

from streams.facts import matters, views
from streams.facts.vocabulary import ClockKind

Change = Literal["acknowledged", "accepted", "arrived", "first_contacted", "resolved", "replied"]

OrderState = Literal[
    "sent", "undelivered", "delivered", "acknowledged", "accepted", "arrived", "resolved", "replied", "returned",
    "withdrawn",
]  # fmt: skip
STATES: tuple[OrderState, ...] = get_args(OrderState)
"""An order's states in their order; it goes back only where its work is sent back (ops/decisions/0097)."""

ENDED: tuple[OrderState, ...] = ("returned", "withdrawn")
"""States of an order that nobody works on any more, whatever became of its matter."""

ANSWERED: dict[str, tuple[OrderState, Change, tuple[ClockKind, ...]]] = {
    "acknowledge": ("acknowledged", "acknowledged", ("acknowledge",)),
    "accept": ("accepted", "accepted", ("acknowledge", "accept")),
    "first_contact": ("accepted", "first_contacted", ("acknowledge", "accept", "first_contact")),
    "arrive": ("arrived", "arrived", ("acknowledge", "accept", "arrive")),
    "resolve": ("resolved", "resolved", ("acknowledge", "accept", "arrive", "first_contact", "resolve")),
    "reply": ("replied", "replied", ("acknowledge", "accept", "arrive", "first_contact", "resolve", "reply")),
}
"""What an answer means: the order's state, the notice, the clocks it stops. Who is there has also acknowledged."""

MET_FROM: dict[ClockKind, OrderState] = {
    "acknowledge": "acknowledged",
    "accept": "accepted",
    "arrive": "arrived",
    "first_contact": "resolved",
    "resolve": "resolved",
    "reply": "replied",
}
"""From which state of the order on a clock is met, whenever it starts."""


def further(state: OrderState, other: OrderState) -> OrderState:
    """The later of two order states."""
    return max(state, other, key=STATES.index)


def is_answered(order: views.Order) -> bool:
    """Whether the unit has said anything."""
    return STATES.index(order.state) > STATES.index("delivered")


def is_new(order: views.Order, answered: matters.Answered) -> bool:
    """Whether an answer says what has not been said: it brings the order on, or it is the first contact."""
    if answered.answer == "first_contact":
        return order.first_contact_at is None
    return STATES.index(order.state) < STATES.index(ANSWERED[answered.answer][0])


def with_order(matter: views.Matter, changed: views.Order) -> views.Matter:
    """The matter with one order replaced."""
    orders = tuple(changed if order.order_no == changed.order_no else order for order in matter.orders)
    return replace(matter, orders=orders)


def says_done(order: views.Order) -> bool:
    """Whether the unit says that the work is done."""
    return order.state in ("resolved", "replied")


def advance(matter: views.Matter, answer: str) -> views.Matter:
    """The matter after an answer: in hand from the first word, resolved, closed once replied and verified."""
    if answer == "reply" and all(order.verification != "pending" for order in matter.orders):
        return replace(matter, state="closed")
    if answer in ("resolve", "reply") and matter.state != "closed":
        return replace(matter, state="resolved")
    return replace(matter, state="in_hand") if matter.state == "assigned" else matter
