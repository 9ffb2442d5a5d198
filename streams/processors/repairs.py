"""What was done under a wrong picture, kept with the matter so that people can see to it: nothing is undone unasked."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from streams.facts import views
from streams.facts.vocabulary import Urgency

MOST_REPAIRS = 20
"""Of one matter in its view; the log has all of them."""


def with_repair(
    now: int,
    matter: views.Matter,
    cause: Literal["folded", "separated"],
    other_no: str,
    orders: Iterable[views.Order],
    told: int,
    urgency_before: Urgency | None = None,
) -> views.Matter:
    """The matter with what was found out now: orders called meanwhile, what they missed, reports told an outcome."""
    called = tuple(orders)
    found = views.Repair(
        cause=cause,
        found_at=now,
        other_no=other_no,
        orders=tuple(order.order_no for order in called),
        breaches=tuple(_breaches(called)),
        told=told,
        urgency_before=urgency_before,
    )
    return replace(matter, repairs=(*matter.repairs, found)[-MOST_REPAIRS:])


def urgency_before(matter: views.Matter, other_no: str) -> Urgency:
    """The matter's urgency before another one went into it."""
    raised = (one.urgency_before for one in reversed(matter.repairs) if one.other_no == other_no)
    return next((one for one in raised if one is not None), matter.urgency)


def _breaches(orders: tuple[views.Order, ...]) -> Iterable[str]:
    for order in orders:
        kinds = (clock.kind for clock in views.clocks_of_order(order) if clock.state == "breached")
        yield from dict.fromkeys(f"{order.order_no}/{kind}" for kind in kinds)
