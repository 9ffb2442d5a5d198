"""Who is accountable for a matter, on which clocks: what the ownership watch is told at each change (decision 0103).

The centre until a unit has the order, and again while its work is verified; then the unit, until the matter is closed.
"""

from collections.abc import Iterator

from streams.facts import notices, views
from streams.facts.vocabulary import OF_THE_CENTRE
from streams.processors.matter_parts import own_lead
from streams.processors.order_states import ENDED

CENTRE = notices.Owner()
PASSED = ("breached", "exempted")
"""The deadline has passed; an outage of the hub excuses that, and the unit still has to do what the clock waits for."""


def accountable(now: int, matter: views.Matter) -> notices.Accountable:
    """How it stands; nobody is accountable for a closed matter."""
    closed = matter.state == "closed"
    return notices.Accountable(
        matter_no=matter.matter_no,
        open=not closed,
        owners=() if closed else tuple(_owners(matter)),
        clocks=() if closed else tuple(_clocks(matter)),
        reason=None if closed else _reason(matter),
        changed_at=now,
    )


def newly_accountable(now: int, before: views.Matter | None, matter: views.Matter) -> notices.Accountable | None:
    """How it stands, where somebody else is accountable than before or on other clocks."""
    told = accountable(now, matter)
    return told if before is None or accountable(now, before) != told else None


def _owners(matter: views.Matter) -> Iterator[notices.Owner]:
    """One, unless something is wrong: every order of ours that leads is asked."""
    leads = [order for order in matter.orders if order.role == "lead" and order.state not in ENDED]
    if leads:
        for order in leads:
            is_units = _is_reached(order) and order.verification != "pending"
            yield notices.Owner(order_no=order.order_no, unit=order.unit) if is_units else CENTRE
    elif matter.mirrored and matter.mirrored[0].unit is not None:
        master = matter.mirrored[0]
        yield notices.Owner(order_no=master.order_no, unit=master.unit, system=master.system)
    else:
        yield CENTRE


def _is_reached(order: views.Order) -> bool:
    """Whether the unit's time has begun: an answer may come a moment before the proof that starts it."""
    return any(clock.kind not in OF_THE_CENTRE for clock in order.clocks)


def _clocks(matter: views.Matter) -> Iterator[notices.AccountableClock]:
    """Those that run, and those that are overdue and still wait for what they waited for."""
    for clock in matter.clocks:
        if _waits(clock):
            yield _told(clock)
    for order in matter.orders:
        if order.state in ENDED:
            continue
        for clock in order.clocks:
            if _waits(clock):
                yield _told(clock, order.order_no, None if clock.kind in OF_THE_CENTRE else order.unit)


def _waits(clock: views.Clock) -> bool:
    return clock.state == "running" or (clock.state in PASSED and clock.ended_at is None)


def _told(clock: views.Clock, order_no: str | None = None, unit: str | None = None) -> notices.AccountableClock:
    return notices.AccountableClock(
        kind=clock.kind, due_at=clock.due_at, overdue=clock.state in PASSED, order_no=order_no, unit=unit
    )


def _reason(matter: views.Matter) -> notices.NoClockReason | None:
    """Why no clock of the hub's own need run."""
    lead = own_lead(matter)
    if lead is None and matter.mirrored:
        return "department_clock"
    return "assistants_awaited" if lead is not None and lead.state == "replied" else None
