"""Extension (延期) of one clock by an amount of its own unit, and a deadline that a leader sets (批示)."""

from collections.abc import Generator
from dataclasses import replace

from streams.contract import Output, Tables
from streams.facts import matters, rules, views
from streams.facts.vocabulary import ClockKind
from streams.processors.approvals import request_notice
from streams.processors.deadline_moves import DeadlineMoves
from streams.processors.order_states import with_order


class Extensions:
    """Adds to the time of a clock; asked before the deadline only, however late it is decided."""

    def __init__(self) -> None:
        self._moves = DeadlineMoves()

    def kinds(self, asked: matters.Requested, rule: rules.RequestRule, order: views.Order) -> tuple[ClockKind, ...]:
        return _asked_clock(asked, rule, order)

    def obstacle(
        self, _now: int, asked: matters.Requested, rule: rules.RequestRule, order: views.Order, _tables: Tables
    ) -> str | None:
        clock = next((one for one in order.clocks if one.kind == asked.clock and one.kind in rule.kinds), None)
        if clock is None:
            return "no_such_clock"
        if clock.state != "running":
            return "over"
        if clock.set_due_at is not None:
            return "set_by_hand"
        if asked.amount is None or asked.amount < 1:
            return "no_amount"
        added = clock.extended + asked.amount
        in_all = clock.limit.amount + added
        if added > rule.most or (rule.most_in_all is not None and in_all > rule.most_in_all):
            return "too_long"
        return None

    def is_outdated(self, _now: int, _request: views.Request) -> bool:
        """What was asked for in time is granted, whenever that is."""
        return False

    def grant(
        self, now: int, request: views.Request, matter: views.Matter, order: views.Order, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        amount = request.amount or 0
        clocks = tuple(
            replace(one, extended=one.extended + amount) if one.kind in request.kinds else one for one in order.clocks
        )
        yield request_notice(now, matter, "extended", order, request)
        changed = yield from self._moves.move(
            now, matter, replace(order, clocks=clocks), request.kinds, "extended", request.request_no, tables
        )
        return with_order(matter, changed)


class SetDeadlines:
    """Sets the deadline of a clock by hand; it may lie before or after the one by rule, and moves with no calendar."""

    def __init__(self) -> None:
        self._moves = DeadlineMoves()

    def kinds(self, asked: matters.Requested, rule: rules.RequestRule, order: views.Order) -> tuple[ClockKind, ...]:
        return _asked_clock(asked, rule, order)

    def obstacle(
        self, now: int, asked: matters.Requested, rule: rules.RequestRule, order: views.Order, _tables: Tables
    ) -> str | None:
        if not order.clocks:
            return "not_started"
        if not self.kinds(asked, rule, order):
            return "no_such_clock"
        if not any(one.kind == asked.clock and one.state == "running" for one in order.clocks):
            return "over"
        if asked.until_at is None or asked.until_at <= now:
            return "no_end"
        return None

    def is_outdated(self, now: int, request: views.Request) -> bool:
        """No deadline is set to a moment that is over."""
        return request.until_at is None or request.until_at <= now

    def grant(
        self, now: int, request: views.Request, matter: views.Matter, order: views.Order, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        clocks = tuple(
            replace(one, set_due_at=request.until_at, set_at=now) if one.kind in request.kinds else one
            for one in order.clocks
        )
        yield request_notice(now, matter, "deadline_set", order, request)
        changed = yield from self._moves.move(
            now, matter, replace(order, clocks=clocks), request.kinds, "set", request.request_no, tables
        )
        return with_order(matter, changed)


def _asked_clock(asked: matters.Requested, rule: rules.RequestRule, order: views.Order) -> tuple[ClockKind, ...]:
    """The clock that the request names, where the rule and the order have it."""
    return tuple(one.kind for one in order.clocks if one.kind == asked.clock and one.kind in rule.kinds)
