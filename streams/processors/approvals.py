"""Requests and who approves them (请示与审批): the same way for whatever needs an approval.

A request waits under a number of its own for whom the rules name, with a time limit that counts against that one. What
the rules leave no room for is refused at once, with the rule that says so. Nothing is granted by silence, nobody
decides his own request. What a request changes is its handler's business.
"""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from typing import Protocol

from streams.contract import Output, Tables
from streams.facts import matters, rules, views
from streams.facts.vocabulary import AFTER_CLOSING, ClockKind, RequestKind
from streams.processors.dispatch_rules import Calendars, find_request_rule
from streams.processors.known_orders import WrongUnit, find_order
from streams.processors.matter_outputs import MATTERS, notice, show
from streams.processors.order_states import with_order
from streams.processors.request_ends import REQUESTS, RequestEntry, end_for, end_of, lapsed_by_itself, settle
from streams.processors.return_rules import RETURNS, find_return_rule, named_wrongly
from streams.rules.numbering import matter_no_of, next_number

OF_ONE_STAGE: tuple[RequestKind, ...] = ("extend", "set_deadline")
"""Requests that concern the stage that they were asked for, and not the next."""
MOST_REMEMBERED = 30
"""So many requests an order shows; beyond that the oldest that came to nothing goes first."""


class UnknownRequest(Exception):
    """A decision names a request that does not exist."""


class RequestHandler(Protocol):
    """What one kind of request asks of an order and, once approved, changes."""

    def kinds(self, asked: matters.Requested, rule: rules.RequestRule, order: views.Order) -> tuple[ClockKind, ...]:
        """The clocks that it concerns."""

    def obstacle(
        self, now: int, asked: matters.Requested, rule: rules.RequestRule, order: views.Order, tables: Tables
    ) -> str | None:
        """Why the rules leave no room for it, in a word; None where they do."""

    def is_outdated(self, now: int, request: views.Request) -> bool:
        """Whether an approval now would come too late to mean anything."""

    def grant(
        self, now: int, request: views.Request, matter: views.Matter, order: views.Order, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        """The matter after the approval, and what is told of that."""


class Approvals:
    """Takes requests and decisions; each kind of request has its handler."""

    def __init__(self, handlers: Mapping[RequestKind, RequestHandler]) -> None:
        self._handlers = handlers
        self._calendars = Calendars()

    # A request.

    def ask(self, now: int, asked: matters.Requested, tables: Tables) -> Iterator[Output]:
        """A request comes in: it waits for its decider, or the rules leave no room for it. Raises UnknownOrder."""
        matter, order = find_order(asked.order_no, tables)
        rule = self._rule(asked, matter, order, tables)
        if asked.actor_unit not in (order.unit, rule.approver.unit if rule else None):
            raise WrongUnit(f"order {order.order_no} belongs to another unit")
        why = "unknown_reason" if rule is None else self._obstacle(now, asked, rule, matter, order, tables)
        request = self._new_request(now, asked, rule, order, tables)
        if rule is None or why is not None:
            request = replace(request, state="inadmissible", why=why, decided_at=now)
        else:
            decide_until_at = self._calendars.due_at(rule.decide_within, now, tables)
            request = replace(request, decide_until_at=decide_until_at)
            entry = RequestEntry(order_no=order.order_no, stage="waiting")
            tables[REQUESTS].put(request.request_no, entry, decide_until_at)
        changed = replace(order, requests=(*_remembered(order.requests), request))
        yield request_notice(now, matter, "requested", changed, request)
        if why is not None:
            yield request_notice(now, matter, "refused", changed, request, why)
        yield from show(now, matter, with_order(matter, changed), tables)

    def _rule(
        self, asked: matters.Requested, matter: views.Matter, order: views.Order, tables: Tables
    ) -> rules.RequestRule | None:
        """The rule that the request is measured by: an extension's is of the unit that its clock is counted in."""
        if asked.request == "return":
            return find_return_rule(asked, matter, tables)
        if asked.request != "extend":
            return find_request_rule(asked.request, matter.urgency, asked.reason, None, tables)
        clock = next((clock for clock in order.clocks if clock.kind == asked.clock), None)
        unit = clock.limit.unit if clock else None
        return find_request_rule("extend", matter.urgency, asked.reason, unit, tables) if unit else None

    def _obstacle(
        self,
        now: int,
        asked: matters.Requested,
        rule: rules.RequestRule,
        matter: views.Matter,
        order: views.Order,
        tables: Tables,
    ) -> str | None:
        handler = self._handlers[asked.request]
        over = end_for(asked.request, matter, order)
        if over is not None:
            return over
        kinds = set(handler.kinds(asked, rule, order))
        alike = [one for one in order.requests if one.request == asked.request and (not kinds or kinds & {*one.kinds})]
        if any(one.state == "waiting" for one in alike):
            return "waiting"
        if sum(one.state == "approved" for one in alike) >= rule.times:
            return "too_often"
        return handler.obstacle(now, asked, rule, order, tables)

    def _new_request(
        self, now: int, asked: matters.Requested, rule: rules.RequestRule | None, order: views.Order, tables: Tables
    ) -> views.Request:
        approver = rule.approver if rule else rules.Approver(name="", role="")
        return views.Request(
            request_no=next_number(now, asked.key, "R", tables),
            request=rule.request if rule else asked.request,
            reason=asked.reason,
            reason_name=rule.name if rule else "",
            kinds=self._handlers[asked.request].kinds(asked, rule, order) if rule else (),
            until_at=asked.until_at,
            amount=asked.amount,
            document=asked.document,
            state="waiting",
            requested_at=now,
            requested_unit=asked.actor_unit,
            requested_post=asked.actor_post,
            requested_officer=asked.actor_officer,
            approver_name=approver.name,
            approver_role=approver.role,
            approver_unit=approver.unit or order.unit,
            tells_requester=rule.tells_requester if rule else False,
            decision_document="",
            rests_on=rule.document if rule else "",
        )

    # A decision.

    def decide(self, now: int, decided: matters.Decided, tables: Tables) -> Iterator[Output]:
        """A decision comes in; one by somebody who may not decide changes nothing. Raises UnknownRequest."""
        entry = tables[REQUESTS].get(decided.request_no)
        if entry is None:
            raise UnknownRequest(f"there is no request {decided.request_no}")
        matter, order = find_order(entry.order_no, tables)
        request = find_request(order, decided.request_no)
        obstacle: str | None = "decided_already"
        if request is not None and lapsed_by_itself(request):
            obstacle = request.why
        elif request is not None and request.state == "waiting":
            obstacle = _unfit(decided, request) or named_wrongly(decided, request, matter, order, tables)
        if request is None or obstacle is not None:
            yield request_notice(now, matter, "decision_refused", order, request, obstacle)
            return
        changed = self._decided(now, decided, request, _lapsed(matter, order, request))
        settle(now, request.request_no, order.order_no, tables)
        order = with_request(order, changed)
        after = with_order(matter, order)
        if changed.state == "approved":
            after = yield from self._handlers[request.request].grant(now, changed, after, order, tables)
            if request.tells_requester:
                yield request_notice(now, matter, "tell_requester", order, changed)
        else:
            yield request_notice(now, matter, "refused", order, changed, changed.why)
        yield from show(now, matter, after, tables)

    def _decided(self, now: int, decided: matters.Decided, request: views.Request, lapsed: str | None) -> views.Request:
        """The request as decided; an approval that comes too late to mean anything has lapsed."""
        signed = replace(
            request,
            decided_at=now,
            decided_post=decided.actor_post,
            decided_officer=decided.actor_officer,
            decision_document=decided.document,
            to_unit=decided.unit if request.request in RETURNS else None,
        )
        if decided.decision == "refuse":
            return replace(signed, state="refused")
        if lapsed is not None:
            return replace(signed, state="lapsed", why=lapsed)
        if self._handlers[request.request].is_outdated(now, request):
            return replace(signed, state="lapsed", why="outdated")
        return replace(signed, state="approved")

    # The time to decide.

    def end_time(self, now: int, request_no: str, entry: RequestEntry, tables: Tables) -> Iterator[Output]:
        """Not decided in time: that is told and counts against who had to; the request goes on waiting."""
        matter = tables[MATTERS].get(matter_no_of(entry.order_no))
        if entry.stage == "settled" or matter is None:
            tables[REQUESTS].delete(request_no)
            return
        matter, order = find_order(entry.order_no, tables)
        request = find_request(order, request_no)
        if request is None or request.state != "waiting" or end_for(request.request, matter, order):
            settle(now, request_no, entry.order_no, tables)
            return
        overdue = replace(request, overdue_at=now)
        yield request_notice(now, matter, "decision_overdue", order, overdue)
        yield from show(now, matter, with_order(matter, with_request(order, overdue)), tables)


def _lapsed(matter: views.Matter, order: views.Order, request: views.Request) -> str | None:
    """Why an approval would mean nothing any more: it is over, or what was asked for was of an earlier round.

    A matter that has not changed since requests lapse with their ends may still show one that waits.
    """
    if request.request in AFTER_CLOSING:
        return None
    if (over := end_of(matter, order)) is not None:
        return over
    begun_again = any(
        one.kind in request.kinds and one.started_at > request.requested_at
        for one in order.clocks
        if one.kind != "stage" or request.request in OF_ONE_STAGE
    )
    return "begun_again" if begun_again else None


def find_request(order: views.Order, request_no: str) -> views.Request | None:
    return next((one for one in order.requests if one.request_no == request_no), None)


def with_request(order: views.Order, changed: views.Request) -> views.Order:
    """The order with one request replaced."""
    requests = tuple(changed if one.request_no == changed.request_no else one for one in order.requests)
    return replace(order, requests=requests)


def request_notice(
    now: int,
    matter: views.Matter,
    change: str,
    order: views.Order,
    request: views.Request | None,
    reason: str | None = None,
) -> Output:
    """A transition that a request brought; one that waits for a decision in vain names the decider's unit."""
    output = notice(now, matter, change, order)
    unit = request.approver_unit if request and change == "decision_overdue" else order.unit
    number = request.request_no if request else None
    return output._replace(value=replace(output.value, unit=unit, request_no=number, reason=reason))


def _unfit(decided: matters.Decided, request: views.Request) -> str | None:
    """Why this officer may not decide the request, in a word."""
    if (decided.actor_unit, decided.actor_officer) == (request.requested_unit, request.requested_officer):
        return "own_request"
    if (decided.actor_unit, decided.actor_role) != (request.approver_unit, request.approver_role):
        return "not_the_decider"
    return None


def _remembered(requests: tuple[views.Request, ...]) -> tuple[views.Request, ...]:
    """The requests, without the oldest that came to nothing where there are too many."""
    if len(requests) < MOST_REMEMBERED:
        return requests
    spent = next((one for one in requests if one.state in ("refused", "inadmissible", "lapsed")), None)
    return tuple(one for one in requests if one is not spent)
