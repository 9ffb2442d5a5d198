"""Returning an order (退单): asked for until it is accepted, decided by the centre, and in the end ruled (裁定).

While it is undecided the first receiver acts (首接负责) and its clocks run. Approved, the order ends, what still ran is
no breach, and the unit that the decision names gets an order of its own.
"""

from collections.abc import Generator
from dataclasses import replace

from streams.contract import Output, Tables
from streams.facts import matters, rules, views
from streams.facts.vocabulary import ClockKind
from streams.processors.approvals import request_notice
from streams.processors.calling import Calling, PlaceOfMatter
from streams.processors.dispatch_rules import (
    CALLS,
    RULES,
    Calendars,
    OrderLimit,
    call_limits,
    find_unit_anywhere,
    order_limits,
)
from streams.processors.known_orders import find_order
from streams.processors.matter_outputs import progressed
from streams.processors.order_clocks import Clocks, abandon_order
from streams.processors.order_states import with_order
from streams.processors.return_rules import RETURNS, find_ending

BEFORE_ACCEPTANCE = ("delivered", "acknowledged")


class Returns:
    """Takes orders back and gives them to whom they belong."""

    def __init__(self, calling: Calling) -> None:
        self._calling = calling
        self._calendars = Calendars()
        self._clocks = Clocks()

    def kinds(self, _asked: matters.Requested, _rule: rules.RequestRule, _order: views.Order) -> tuple[ClockKind, ...]:
        return ()

    def obstacle(
        self, now: int, asked: matters.Requested, _rule: rules.RequestRule, order: views.Order, tables: Tables
    ) -> str | None:
        if order.delivered_at is None:
            return "not_started"
        if order.role != "lead":
            return "not_the_lead"
        if order.state not in BEFORE_ACCEPTANCE:
            return "accepted_already"
        return _said_before(order) or self._out_of_time(now, order.delivered_at, asked, tables)

    def _out_of_time(self, now: int, delivered_at: int, asked: matters.Requested, tables: Tables) -> str | None:
        matter, _ = find_order(asked.order_no, tables)
        ending = find_ending(matter, tables)
        if ending is None or ending.return_limit is None:
            return "deal_first"
        return "too_late" if now >= self._calendars.due_at(ending.return_limit, delivered_at, tables) else None

    def is_outdated(self, _now: int, _request: views.Request) -> bool:
        """What was asked for in time is decided, whatever the first receiver has done meanwhile."""
        return False

    def grant(
        self, now: int, request: views.Request, matter: views.Matter, order: views.Order, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        unit = find_unit_anywhere(request.to_unit or "", tables)
        if unit is None:
            return matter
        is_ruling = request.request == "ruling"
        if unit.unit == order.unit:
            kept = replace(order, ruled=True)
            yield request_notice(now, matter, "ruled", kept, request, request.reason)
            yield _ruling(now, request, matter, unit)
            return with_order(matter, kept)
        returned = abandon_order(now, replace(order, state="returned"), tables)
        yield request_notice(now, matter, "returned", returned, request, request.reason)
        freed = self._clocks.start_of_centre(now, with_order(matter, returned), "assign", tables)
        freed = replace(freed, state="assigned")
        where = PlaceOfMatter.of(freed, tables)
        called = yield from self._calling.order(now, freed, unit, "lead", _limits(freed, tables), where, tables)
        yield progressed(now, called, "assigned")
        if not is_ruling:
            return called
        ruled = replace(called.orders[-1], ruled=True)
        yield request_notice(now, called, "ruled", ruled, request, request.reason)
        yield _ruling(now, request, called, unit)
        return with_order(called, ruled)


def _said_before(order: views.Order) -> str | None:
    """What was decided, or is still to be, of returning the order."""
    if order.ruled:
        return "ruled"
    earlier = {one.state for one in order.requests if one.request in RETURNS}
    if "waiting" in earlier:
        return "waiting"
    return "refused_already" if "refused" in earlier else None


def _limits(matter: views.Matter, tables: Tables) -> tuple[OrderLimit, ...]:
    """The times of a lead by the call for the matter's class, or by ordinary work where nobody is called any more."""
    call: rules.Call | None = RULES.find(CALLS, f"{matter.incident_class}/{matter.urgency}", tables)
    return tuple(
        call_limits(matter.urgency, call, tables) if call else order_limits(matter.urgency, "ordinary", tables)
    )


def _ruling(now: int, request: views.Request, matter: views.Matter, unit: rules.Unit) -> Output:
    """What the district has ruled, for whoever mends the call list."""
    asked = [
        one
        for order in matter.orders
        for one in order.requests
        if one.request in RETURNS and (order.state == "returned" or one.request_no == request.request_no)
    ]
    ruling = views.Ruling(
        matter_no=matter.matter_no,
        incident_class=matter.incident_class,
        urgency=matter.urgency,
        region=matter.region,
        returned_by=tuple(one.requested_unit for one in asked if one.state == "approved"),
        reasons=tuple(one.reason for one in asked if one.state == "approved"),
        unit=unit.unit,
        post=request.decided_post or "",
        officer=request.decided_officer or "",
        document=request.decision_document,
        ruled_at=now,
        as_of=now,
    )
    return Output("rulings", matter.matter_no, ruling)
