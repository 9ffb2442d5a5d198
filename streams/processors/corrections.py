"""Corrections (更正): a unit's own earlier time is evidence, and clears a breach only once somebody has approved it.

An answer that ended a clock late, and says that it was given in time (a tap kept on a phone without network, a call
written down later), brings a request for each such clock by itself, where the city's rules have somebody to decide it.
The breach stands until then, and afterwards stays in sight as withdrawn.
"""

from collections.abc import Callable, Generator, Iterator
from typing import Literal

from streams.contract import Output, Tables
from streams.facts import matters, rules, views
from streams.facts.vocabulary import ClockKind
from streams.processors.dispatch_rules import find_request_rule
from streams.processors.known_orders import find_order
from streams.processors.withdrawals import withdraw_breaches

CLAIMED_EARLIER = "claimed_earlier"
"""The reason under which the rules say who decides."""
Asking = Callable[[int, matters.Requested, Tables], Iterator[Output]]


def propose_corrections(
    now: int, answered: matters.Answered, before: views.Order, ask: Asking, tables: Tables
) -> Iterator[Output]:
    """Ask for a correction of each clock that an answer ended late by the hub's time and in time by the unit's own."""
    matter, order = find_order(answered.order_no, tables)
    claimed_at = answered.claimed_at
    if claimed_at is None:
        return
    if find_request_rule("correct", matter.urgency, CLAIMED_EARLIER, None, tables) is None:
        return
    was_open = {(clock.kind, clock.started_at) for clock in before.clocks if clock.ended_at is None}
    for clock in views.clocks_of_order(order):
        if (clock.kind, clock.started_at) in was_open and _is_late(clock, claimed_at):
            yield from ask(now, _requested(answered, clock.kind, claimed_at), tables)


def _is_late(clock: views.Clock, claimed_at: int | None) -> bool:
    """Whether a clock ended late by the hub's time and in time by the unit's own."""
    is_late = clock.state == "breached" and clock.ended_at is not None
    return is_late and claimed_at is not None and clock.started_at <= claimed_at < clock.due_at


def _requested(answered: matters.Answered, kind: ClockKind, claimed_at: int) -> matters.Requested:
    return matters.Requested(
        key=answered.key,
        occurred_at=claimed_at,
        order_no=answered.order_no,
        request="correct",
        reason=CLAIMED_EARLIER,
        clock=kind,
        until_at=claimed_at,
        words="",
        document="",
        actor_unit=answered.actor_unit,
        actor_post=answered.actor_post,
        actor_officer=answered.actor_officer,
        actor_shift=answered.actor_shift,
        actor_role="responder",
        claimed_at=claimed_at,
    )


class Corrections:
    """Withdraws the breach of one clock; `until_at` of the request is when the unit says that it answered."""

    def kinds(self, asked: matters.Requested, rule: rules.RequestRule, order: views.Order) -> tuple[ClockKind, ...]:
        return tuple(one.kind for one in order.clocks if one.kind == asked.clock and one.kind in rule.kinds)

    def obstacle(
        self, _now: int, asked: matters.Requested, rule: rules.RequestRule, order: views.Order, _tables: Tables
    ) -> Literal["no_such_clock"] | None:
        kinds = self.kinds(asked, rule, order)
        late = any(one.kind in kinds and _is_late(one, asked.until_at) for one in views.clocks_of_order(order))
        return None if late else "no_such_clock"

    def is_outdated(self, _now: int, _request: views.Request) -> bool:
        """What was in time stays so, whenever that is decided."""
        return False

    def grant(
        self, now: int, request: views.Request, matter: views.Matter, order: views.Order, _tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        return (
            yield from withdraw_breaches(now, request, matter, order, lambda clock: _is_late(clock, request.until_at))
        )
