"""Parking (挂账): what cannot be done for now is put by until a day of review, if a leader approves.

A parked order counts as done with the result 挂账, and its requesters are told that; nobody has to verify it. On the
day of its review it is its unit's again, with its times anew: nothing that was parked is forgotten.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace

from streams.contract import Output, Tables
from streams.facts import matters, rules, views
from streams.facts.vocabulary import ClockKind
from streams.processors.approvals import find_request, request_notice
from streams.processors.dispatch_rules import Calendars
from streams.processors.judgements import Judgements
from streams.processors.known_orders import find_order
from streams.processors.matter_outputs import MATTERS, progressed, show
from streams.processors.matter_parts import counts_as
from streams.processors.order_clocks import abandon
from streams.processors.order_states import ENDED, advance, says_done, with_order
from streams.processors.reports import Reports
from streams.processors.request_ends import REQUESTS, RequestEntry, settle
from streams.processors.suspensions import end_suspensions
from streams.rules.numbering import matter_no_of

PARKED_KINDS: tuple[ClockKind, ...] = ("acknowledge", "accept", "arrive", "first_contact", "resolve", "stage")
"""What nobody waits for while an order is parked; the requesters still have to be told."""


class Parking:
    """Puts orders by, and takes them up again on the day of their review."""

    def __init__(self, judgements: Judgements, reports: Reports) -> None:
        self._judgements = judgements
        self._reports = reports
        self._calendars = Calendars()

    def kinds(self, _asked: matters.Requested, rule: rules.RequestRule, order: views.Order) -> tuple[ClockKind, ...]:
        return tuple(clock.kind for clock in order.clocks if clock.kind in rule.kinds and clock.ended_at is None)

    def obstacle(
        self, now: int, asked: matters.Requested, rule: rules.RequestRule, order: views.Order, tables: Tables
    ) -> str | None:
        if order.delivered_at is None:
            return "not_started"
        if order.role != "lead":
            return "not_the_lead"
        if says_done(order):
            return "done_already"
        if asked.until_at is None or asked.until_at <= now:
            return "no_end"
        if rule.longest is None or asked.until_at > self._calendars.due_at(rule.longest, now, tables):
            return "too_long"
        return None

    def is_outdated(self, now: int, request: views.Request) -> bool:
        """There is nothing to put by until a day that has passed."""
        return request.until_at is None or request.until_at <= now

    def grant(
        self, now: int, request: views.Request, matter: views.Matter, order: views.Order, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        """The matter with the order put by; what its unit has said meanwhile to be done stays done."""
        if says_done(order) or request.until_at is None:
            return matter
        order = yield from end_suspensions(now, matter, order, tables)
        parked = replace(order, state="resolved", result="parked", parked_until_at=request.until_at)
        parked = self._reports.done(now, abandon(now, parked, PARKED_KINDS, tables), matter, tables)
        entry = RequestEntry(order_no=order.order_no, stage="parked")
        tables[REQUESTS].put(request.request_no, entry, request.until_at)
        yield request_notice(now, matter, "parked", parked, request)
        whole = with_order(matter, parked)
        moved = advance(whole, counts_as(whole, parked, "resolve"))
        if moved.state != matter.state:
            yield progressed(now, moved, moved.state)
        return moved

    def review(self, now: int, request_no: str, entry: RequestEntry, tables: Tables) -> Iterator[Output]:
        """The day has come: the order is its unit's again, unless somebody has taken it up before."""
        settle(now, request_no, entry.order_no, tables)
        if tables[MATTERS].get(matter_no_of(entry.order_no)) is None:
            return
        matter, order = find_order(entry.order_no, tables)
        request = find_request(order, request_no)
        if not is_parked(order) or request is None or request.until_at != order.parked_until_at:
            return
        was_closed = matter.state == "closed"
        back = yield from self._judgements.taken_up(now, matter, order, tables)
        yield request_notice(now, matter, "review_due", back, request)
        taken_up = replace(with_order(matter, back), state="in_hand")
        yield progressed(now, taken_up, "reopened" if was_closed else "in_hand")
        yield from show(now, matter, taken_up, tables)


def is_parked(order: views.Order) -> bool:
    """Whether an order is put by until the day of its review."""
    return order.parked_until_at is not None and order.state not in ENDED
