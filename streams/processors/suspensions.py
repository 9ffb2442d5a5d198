"""Suspension (中止计时): an approved span that does not count, from its request on; ended by itself or by `resume`."""

from collections.abc import Generator, Iterator
from dataclasses import replace

from streams.contract import Output, Tables
from streams.facts import matters, rules, views
from streams.facts.vocabulary import ClockKind
from streams.processors.approvals import find_request, request_notice
from streams.processors.deadline_moves import DeadlineMoves
from streams.processors.dispatch_rules import Calendars
from streams.processors.known_orders import WrongUnit, find_order
from streams.processors.matter_outputs import MATTERS, show
from streams.processors.order_states import with_order
from streams.processors.request_ends import REQUESTS, RequestEntry, end_of, settle
from streams.rules.numbering import matter_no_of


class NotSuspended(Exception):
    """An order is to resume whose clocks are not suspended."""


class Suspensions:
    """Suspends the clocks that the rule of the reason names, as far as they were not met."""

    def __init__(self) -> None:
        self._moves = DeadlineMoves()
        self._calendars = Calendars()

    def kinds(self, _asked: matters.Requested, rule: rules.RequestRule, order: views.Order) -> tuple[ClockKind, ...]:
        return tuple(clock.kind for clock in order.clocks if clock.kind in rule.kinds and clock.state == "running")

    def obstacle(
        self, now: int, asked: matters.Requested, rule: rules.RequestRule, order: views.Order, tables: Tables
    ) -> str | None:
        if not order.clocks:
            return "not_started"
        if not self.kinds(asked, rule, order):
            return "no_such_clock"
        if asked.until_at is None or asked.until_at <= now:
            return "no_end"
        if any(one.until_at > now for one in order.suspensions):
            return "suspended_already"
        if rule.longest is None or asked.until_at > self._calendars.due_at(rule.longest, now, tables):
            return "too_long"
        return None

    def is_outdated(self, _now: int, _request: views.Request) -> bool:
        """A suspension that is approved after its end still did not count."""
        return False

    def grant(
        self, now: int, request: views.Request, matter: views.Matter, order: views.Order, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        """The deadlines after the suspension: it counts from the request, whenever it was approved."""
        until_at = request.until_at or now
        span = views.Suspension(
            request_no=request.request_no, kinds=request.kinds, from_at=request.requested_at, until_at=until_at
        )
        yield request_notice(now, matter, "suspended", order, request)
        suspended = replace(order, suspensions=(*order.suspensions, span))
        changed = yield from self._moves.move(
            now, matter, suspended, request.kinds, "suspended", request.request_no, tables
        )
        if until_at > now:
            entry = RequestEntry(order_no=order.order_no, stage="suspended")
            tables[REQUESTS].put(request.request_no, entry, until_at)
        else:
            yield request_notice(now, matter, "resumed", changed, request)
        return with_order(matter, changed)

    def end(self, now: int, request_no: str, entry: RequestEntry, tables: Tables) -> Iterator[Output]:
        """The span is over: the clocks run by themselves, and that is told."""
        settle(now, request_no, entry.order_no, tables)
        if tables[MATTERS].get(matter_no_of(entry.order_no)) is None:
            return
        matter, order = find_order(entry.order_no, tables)
        if end_of(matter, order) is None:
            yield request_notice(now, matter, "resumed", order, find_request(order, request_no))
            yield from show(now, matter, matter, tables)

    def resume(self, now: int, resumed: matters.Resumed, tables: Tables) -> Iterator[Output]:
        """The clocks run before the span is over. Raises UnknownOrder, WrongUnit, NotSuspended."""
        matter, order = find_order(resumed.order_no, tables)
        span = next((one for one in order.suspensions if one.until_at > now), None)
        request = find_request(order, span.request_no) if span else None
        if span is None or request is None or end_of(matter, order):
            raise NotSuspended(f"the clocks of order {order.order_no} are not suspended")
        if resumed.actor_unit not in (order.unit, request.approver_unit):
            raise WrongUnit(f"order {order.order_no} belongs to another unit")
        running = yield from end_suspensions(now, matter, order, tables)
        changed = yield from self._moves.move(now, matter, running, span.kinds, "resumed", span.request_no, tables)
        yield from show(now, matter, with_order(matter, changed), tables)


def end_suspensions(
    now: int, matter: views.Matter, order: views.Order, tables: Tables
) -> Generator[Output, None, views.Order]:
    """The order with no span that goes on; deadlines are the caller's to move."""
    spans = []
    for span in order.suspensions:
        if span.until_at > now:
            settle(now, span.request_no, order.order_no, tables)
            yield request_notice(now, matter, "resumed", order, find_request(order, span.request_no))
        spans.append(replace(span, until_at=min(span.until_at, now)))
    return replace(order, suspensions=tuple(spans))
