"""What an answer means to an order: its state, what is told of it, which clocks it stops."""

from collections.abc import Callable
from typing import Literal, get_args

from streams.contract import replace
from streams.durations import DAY_MILLISECONDS
from streams.facts import matters, views
from streams.facts.vocabulary import ClockKind

Change = Literal[
    "acknowledged", "accepted", "arrived", "first_contacted", "resolved", "replied", "reported", "stage_done"
]  # fmt: skip

OrderState = Literal[
    "sent", "undelivered", "delivered", "acknowledged", "accepted", "arrived", "resolved", "replied", "returned",
    "withdrawn", "folded",
]  # fmt: skip
STATES: tuple[OrderState, ...] = get_args(OrderState)
"""An order's states in their order; it goes back only where its work is sent back (ops/decisions/0097)."""

ENDED: tuple[OrderState, ...] = ("returned", "withdrawn", "folded")
"""States of an order that nobody works on any more, whatever became of its matter; a folded one goes on as another."""

KEPT_AFTER_CLOSING_MILLISECONDS = 30 * DAY_MILLISECONDS
"""How long numbers of what has ended are still known."""

REPORTED_UNTIL_DONE: tuple[ClockKind, ...] = ("initial_report", "follow_up_report", "periodic")
"""What is reported while the work goes on."""

REPORTED: tuple[ClockKind, ...] = (*REPORTED_UNTIL_DONE, "final_report")
"""All that a unit has to report (ops/decisions/0104)."""

ANSWERED: dict[str, tuple[OrderState, Change, tuple[ClockKind, ...]]] = {
    "acknowledge": ("acknowledged", "acknowledged", ("acknowledge",)),
    "accept": ("accepted", "accepted", ("acknowledge", "accept")),
    "first_contact": ("accepted", "first_contacted", ("acknowledge", "accept", "first_contact")),
    "arrive": ("arrived", "arrived", ("acknowledge", "accept", "arrive")),
    "resolve": (
        "resolved",
        "resolved",
        ("acknowledge", "accept", "arrive", "first_contact", "resolve", "follow_up", "stage"),
    ),
    "reply": (
        "replied",
        "replied",
        ("acknowledge", "accept", "arrive", "first_contact", "resolve", "reply", "follow_up", "stage"),
    ),
    "report": ("acknowledged", "reported", ("acknowledge", *REPORTED)),
    "stage": ("accepted", "stage_done", ("acknowledge", "accept", "stage")),
}
"""What an answer means: the order's state, the notice, the clocks it stops. Who is there has also acknowledged."""

MET_FROM: dict[ClockKind, OrderState] = {
    "acknowledge": "acknowledged",
    "accept": "accepted",
    "arrive": "arrived",
    "first_contact": "resolved",
    "resolve": "resolved",
    "reply": "replied",
    "initial_report": "resolved",
    "periodic": "resolved",
    "stage": "resolved",
}
"""From which state of the order on a clock is met, whenever it starts."""


def further(state: OrderState, other: OrderState) -> OrderState:
    """The later of two order states."""
    return max(state, other, key=STATES.index)


def is_answered(order: views.Order) -> bool:
    """Whether the unit has said anything."""
    return STATES.index(order.state) > STATES.index("delivered")


def is_new(order: views.Order, answered: matters.Answered) -> bool:
    """Whether an answer says what has not been said: it brings the order on, is the first contact, or goes on."""
    if answered.answer in ("report", "stage"):
        return True
    if answered.answer == "first_contact":
        return order.first_contact_at is None
    return STATES.index(order.state) < STATES.index(ANSWERED[answered.answer][0])


def with_order(matter: views.Matter, changed: views.Order) -> views.Matter:
    """The matter with one order replaced."""
    orders = tuple(changed if order.order_no == changed.order_no else order for order in matter.orders)
    return replace(matter, orders=orders)


def with_each_clock(order: views.Order, change: Callable[[views.Clock], views.Clock]) -> views.Order:
    """The order with each of its clocks changed, those of earlier rounds and reports too."""
    earlier = tuple(change(clock) for clock in order.earlier_clocks)
    return replace(order, clocks=tuple(change(clock) for clock in order.clocks), earlier_clocks=earlier)


def says_done(order: views.Order) -> bool:
    """Whether the unit says that the work is done."""
    return order.state in ("resolved", "replied")


def owes_report(order: views.Order) -> bool:
    """Whether the unit has still to report what became of its work, in time or late."""
    return any(clock.kind == "final_report" and clock.ended_at is None for clock in order.clocks)


def brought_to_bear(order: views.Order, answer: str) -> str:
    """What an answer says of the order: a report may have been all that the unit's earlier word still waited for."""
    return {"resolved": "resolve", "replied": "reply"}.get(order.state, answer) if answer == "report" else answer


def advance(matter: views.Matter, answer: str) -> views.Matter:
    """The matter after an answer: in hand from the first word, resolved, closed once replied, verified and reported."""
    if answer == "reply" and not any(one.verification == "pending" or owes_report(one) for one in matter.orders):
        return replace(matter, state="closed")
    if answer in ("resolve", "reply") and matter.state != "closed":
        return replace(matter, state="resolved")
    return replace(matter, state="in_hand") if matter.state == "assigned" else matter
