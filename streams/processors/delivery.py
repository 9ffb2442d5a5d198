"""Brings orders to units: a plan of bounded attempts. An agent makes each attempt; what came of it returns as a fact.

Where no result comes back by the due moment the same attempt is planned again under the same idempotency key, because
an agent may have been killed between the call and its result.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables, record
from streams.facts import deliveries, matters, notices, rules
from streams.rules.calendar import MILLISECONDS
from streams.rules.versions import IN_FORCE, RuleTables

RESULT_GRACE_SECONDS = 5
"""How long after an attempt's own timeout its result may still be on its way."""


@record("delivery.plan.v1")
@dataclass(frozen=True, kw_only=True)
class Plan:
    """A delivery under way, under its number. `awaiting`: an attempt is out; else the next one waits for its moment."""

    request: deliveries.Requested
    attempt: int
    awaiting: bool


DELIVERIES = TableName("deliveries", Plan)
UNITS = TableName("units", rules.Unit, ordered=True)
RULES = RuleTables({UNITS: lambda fact: fact.unit})


class Delivery:
    """Owner of the deliveries log."""

    name: ClassVar[str] = "delivery"
    tables: ClassVar[tuple[TableName[Any], ...]] = (DELIVERIES, *RULES.tables)
    reads: ClassVar[tuple[type[Fact], ...]] = (deliveries.Requested, deliveries.Attempted, *RULES.kinds)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {
        "attempts": (notices.Attempt,),
        "matters": (matters.Delivered, matters.Undelivered),
    }

    def __init__(self, attempt_after_seconds: tuple[int, ...] = (0, 10, 30, 60), timeout_seconds: int = 10) -> None:
        self._waits_seconds = tuple(attempt_after_seconds)
        self._timeout_seconds = timeout_seconds

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        match record:
            case deliveries.Requested():
                return self._plan(now, record, tables)
            case deliveries.Attempted():
                return self._note_result(now, record, tables)
            case _:
                RULES.note(now, record, tables)
                return ()

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        if entry.table == IN_FORCE.name:
            RULES.due(now, entry.key, entry.value, tables)
            return
        plan: Plan = entry.value
        yield from self._attempt(now, plan, tables)

    def _plan(self, now: int, request: deliveries.Requested, tables: Tables) -> Iterator[Output]:
        if tables[DELIVERIES].get(request.delivery_no) is not None:
            return
        plan = Plan(request=request, attempt=1, awaiting=False)
        if self._waits_seconds[0] > 0:
            tables[DELIVERIES].put(request.delivery_no, plan, now + self._waits_seconds[0] * MILLISECONDS)
            return
        yield from self._attempt(now, plan, tables)

    def _attempt(self, now: int, plan: Plan, tables: Tables) -> Iterator[Output]:
        """Send one attempt out and expect its result."""
        request = plan.request
        unit: rules.Unit | None = RULES.find(UNITS, request.unit, tables)
        if unit is None:
            yield from self._give_up(now, plan, "the unit is not in the rules in force", tables)
            return
        waits = (self._timeout_seconds + RESULT_GRACE_SECONDS) * MILLISECONDS
        tables[DELIVERIES].put(request.delivery_no, replace(plan, awaiting=True), now + waits)
        yield Output("attempts", request.unit, self._notice(plan, unit))

    def _notice(self, plan: Plan, unit: rules.Unit) -> notices.Attempt:
        request = plan.request
        return notices.Attempt(
            delivery_no=request.delivery_no,
            attempt=plan.attempt,
            unit=request.unit,
            webhook=unit.webhook,
            timeout_seconds=self._timeout_seconds,
            district=request.district,
            order_no=request.order_no,
            matter_no=request.matter_no,
            incident_class=request.incident_class,
            urgency=request.urgency,
            region=request.region,
            longitude=request.longitude,
            latitude=request.latitude,
            acknowledge_seconds=request.acknowledge_seconds,
            arrive_seconds=request.arrive_seconds,
        )

    def _note_result(self, now: int, result: deliveries.Attempted, tables: Tables) -> Iterator[Output]:
        plan = tables[DELIVERIES].get(result.delivery_no)
        if plan is None:
            return
        if result.outcome == "delivered":
            tables[DELIVERIES].delete(result.delivery_no)
            yield self._delivered(now, plan)
        elif plan.awaiting and result.attempt == plan.attempt:
            yield from self._try_again(now, plan, f"{result.outcome}: {result.detail}", tables)

    def _try_again(self, now: int, plan: Plan, reason: str, tables: Tables) -> Iterator[Output]:
        if plan.attempt >= len(self._waits_seconds):
            yield from self._give_up(now, plan, reason, tables)
            return
        waits = self._waits_seconds[plan.attempt] * MILLISECONDS
        later = replace(plan, attempt=plan.attempt + 1, awaiting=False)
        tables[DELIVERIES].put(plan.request.delivery_no, later, now + waits)

    def _delivered(self, now: int, plan: Plan) -> Output:
        request = plan.request
        fact = matters.Delivered(
            key=request.district,
            occurred_at=now,
            order_no=request.order_no,
            delivery_no=request.delivery_no,
            channel="webhook",
            attempts=plan.attempt,
            acknowledge_seconds=request.acknowledge_seconds,
            arrive_seconds=request.arrive_seconds,
        )
        return Output("matters", request.district, fact)

    def _give_up(self, now: int, plan: Plan, reason: str, tables: Tables) -> Iterator[Output]:
        request = plan.request
        tables[DELIVERIES].delete(request.delivery_no)
        fact = matters.Undelivered(
            key=request.district,
            occurred_at=now,
            order_no=request.order_no,
            delivery_no=request.delivery_no,
            attempts=plan.attempt,
            reason=reason,
        )
        yield Output("matters", request.district, fact)
