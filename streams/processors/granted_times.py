"""What is granted for the work is granted for its reports: a folded order's time to reply (并单) is put off as well.

Nothing is watched for it: that deadline comes, and goes on with the one of the order that goes on.
"""

from collections.abc import Generator

from streams.contract import Output, Tables, replace
from streams.facts import views
from streams.facts.vocabulary import MoveCause
from streams.processors.deadline_moves import arm_moved, rejudged
from streams.processors.known_orders import find_going_on, find_order
from streams.processors.matter_outputs import show
from streams.processors.order_states import with_order

GRANTED: tuple[MoveCause, ...] = ("suspended", "resumed", "extended", "set")
"""Somebody has decided it for the one order; what moves every clock has moved this one as well."""


def put_off(now: int, number: str, kind: str, tables: Tables) -> Generator[Output, None, bool]:
    """Whether the deadline of an order's clock that has come was put off so. Raises UnknownOrder."""
    if kind != "reply":
        return False
    matter, order = find_order(number, tables)
    granted = _granted(now, number, tables) if order.state == "folded" else None
    if granted is None:
        return False
    clocks = []
    for clock in order.clocks:
        move = granted.moves[-1]
        is_meant = clock.kind == kind and clock.state == "running"
        moved = rejudged(now, clock, granted.due_at, move.cause, move.request_no) if is_meant else clock
        clocks.append(moved)
        yield from arm_moved(now, matter, order, clock, moved, tables)
    yield from show(now, matter, with_order(matter, replace(order, clocks=tuple(clocks))), tables)
    return True


def _granted(now: int, number: str, tables: Tables) -> views.Clock | None:
    """The time to reply of the order that goes on, where it was put off beyond now."""
    _, going_on = find_going_on(number, tables)
    running = (one for one in going_on.clocks if one.kind == "reply" and one.state == "running" and one.due_at > now)
    return next((one for one in running if any(move.cause in GRANTED for move in one.moves)), None)
