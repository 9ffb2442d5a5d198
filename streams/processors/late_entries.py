"""补录: what a unit said while the hub had failed, entered later with both times; it counts if somebody else approves.

The answer itself comes in as any other and is late by its entry. What the unit said, and when, is asked for here, one
clock at a time: within a declared outage and before the deadline the breach is withdrawn, in the open.
"""

from collections.abc import Generator
from dataclasses import replace

from streams.contract import Output, Tables
from streams.facts import matters, rules, views
from streams.facts.vocabulary import ClockKind
from streams.processors.known_orders import find_order
from streams.processors.matter_outputs import notice
from streams.processors.measures import outages_on
from streams.processors.order_states import with_order


class LateEntries:
    """Withdraws the breach of one clock; `until_at` of the request is the moment at which the unit said it."""

    def kinds(self, asked: matters.Requested, rule: rules.RequestRule, order: views.Order) -> tuple[ClockKind, ...]:
        return tuple(one.kind for one in order.clocks if one.kind == asked.clock and one.kind in rule.kinds)

    def obstacle(
        self, now: int, asked: matters.Requested, rule: rules.RequestRule, order: views.Order, tables: Tables
    ) -> str | None:
        clock = next((one for one in order.clocks if one.kind in self.kinds(asked, rule, order)), None)
        if clock is None:
            return "no_such_clock"
        if clock.state not in ("breached", "exempted") or clock.ended_at is None:
            return "not_late"
        said_at = asked.until_at
        if said_at is None or not clock.started_at <= said_at < clock.due_at:
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
        clocks = []
        for clock in order.clocks:
            if clock.kind in request.kinds and clock.state in ("breached", "exempted"):
                clock = replace(clock, state="withdrawn")  # noqa: PLW2901 - the clock as it is from now on
                told = notice(now, matter, "breach_withdrawn", order, clock)
                yield told._replace(value=replace(told.value, request_no=request.request_no, reason="late_entry"))
            clocks.append(clock)
        return with_order(matter, replace(order, clocks=tuple(clocks)))
