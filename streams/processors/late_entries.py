"""补录: what a unit said while the hub had failed, entered later with both times; it counts if somebody else approves.

The answer itself comes in as any other and is late by its entry. What the unit said, and when, is asked for here, one
clock at a time: within a declared outage and before the deadline the breach is withdrawn, in the open.
"""

from collections.abc import Generator

from streams.contract import Output, Tables
from streams.facts import matters, rules, views
from streams.facts.vocabulary import ClockKind
from streams.processors.known_orders import find_order
from streams.processors.measures import outages_on
from streams.processors.withdrawals import withdraw_breaches


class LateEntries:
    """Withdraws the breach of one clock; `until_at` of the request is the moment at which the unit said it."""

    def kinds(self, asked: matters.Requested, rule: rules.RequestRule, order: views.Order) -> tuple[ClockKind, ...]:
        return tuple(one.kind for one in order.clocks if one.kind == asked.clock and one.kind in rule.kinds)

    def obstacle(
        self, now: int, asked: matters.Requested, rule: rules.RequestRule, order: views.Order, tables: Tables
    ) -> str | None:
        kinds, said_at = self.kinds(asked, rule, order), asked.until_at
        if not kinds:
            return "no_such_clock"
        late = [one for one in views.clocks_of_order(order) if one.kind in kinds and _ended_late(one)]
        if not late:
            return "not_late"
        if said_at is None or not any(_was_running(one, said_at) for one in late):
            return "not_in_time"
        matter, _ = find_order(order.order_no, tables)
        if not any(one.from_at <= said_at <= (one.until_at or one.from_at) for one in outages_on(matter, tables)):
            return "no_outage"
        return None

    def is_outdated(self, _now: int, _request: views.Request) -> bool:
        """What was said in time was said in time, whenever that is approved."""
        return False

    def grant(
        self, now: int, request: views.Request, matter: views.Matter, order: views.Order, _tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        """The matter with the clock's breach withdrawn; when it was entered stays where it is."""
        said_at = request.until_at
        return (
            yield from withdraw_breaches(
                now,
                request,
                matter,
                order,
                lambda clock: _ended_late(clock) and said_at is not None and _was_running(clock, said_at),
                "late_entry",
            )
        )


def _ended_late(clock: views.Clock) -> bool:
    return clock.state in ("breached", "exempted") and clock.ended_at is not None


def _was_running(clock: views.Clock, at: int) -> bool:
    return clock.started_at <= at < clock.due_at
