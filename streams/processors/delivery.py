"""Brings orders to units: a plan of bounded attempts. An agent makes each attempt; what came of it returns as a fact.

Each attempt takes one channel, a unit's own systems first, then those that ring (`streams/rules/delivery_steps.py`).
Whoever has answered by itself is not called any more.

Where no result comes back by the due moment the same attempt is planned again under the same idempotency key, because
an agent may have been killed between the call and its result. A delivery is given up when its last attempt has failed,
or after three minutes whatever is still awaited (F7: then the duty officer phones). A proof that comes later counts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables, record
from streams.durations import DAY_MILLISECONDS, SECOND_MILLISECONDS
from streams.facts import deliveries, matters, notices, rules
from streams.rules.delivery_steps import Step, delivery_steps
from streams.rules.versions import IN_FORCE, RuleTables

RESULT_GRACE_SECONDS = 5
"""How long after an attempt's own timeout its result may still be on its way."""
LATE_PROOF_MILLISECONDS = DAY_MILLISECONDS
"""How long after giving up a proof of delivery is still expected."""
NO_RESULT = "no result came back"
NO_TIME_LEFT = "no time was left for another attempt"
NO_WAY_LEFT = "the unit is reached in no other way"
PHONE_ONLY = "the unit is reached by phone only"


@record("delivery.plan.v1")
@dataclass(frozen=True, kw_only=True)
class Plan:
    """A delivery under way, under its number. `awaiting`: an attempt is out; else the next one waits for its moment.

    `given_up`: dispatch has been told that it failed; only a late proof is of interest.
    """

    request: deliveries.Requested
    attempt: int
    awaiting: bool
    give_up_at: int
    given_up: bool


DELIVERIES = TableName("deliveries", Plan)
UNITS = TableName("units", rules.Unit, ordered=True)
RULES = RuleTables({UNITS: lambda fact: fact.unit})


class Delivery:
    """Owner of the deliveries log."""

    name: ClassVar[str] = "delivery"
    tables: ClassVar[tuple[TableName[Any], ...]] = (DELIVERIES, *RULES.tables)
    reads: ClassVar[tuple[type[Fact], ...]] = (
        deliveries.Requested,
        deliveries.Attempted,
        deliveries.Ended,
        *RULES.kinds,
    )
    ports: ClassVar[dict[str, tuple[type, ...]]] = {
        "attempts": (notices.Attempt,),
        "matters": (matters.Delivered, matters.Undelivered),
    }

    def __init__(
        self,
        attempt_after_seconds: tuple[int, ...] = (0, 10, 30, 60),
        timeout_seconds: int = 10,
        give_up_after_seconds: int = 180,
    ) -> None:
        self._waits_seconds = tuple(attempt_after_seconds)
        self._timeout_seconds = timeout_seconds
        self._give_up_after_seconds = give_up_after_seconds

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        match record:
            case deliveries.Requested():
                return self._plan(now, record, tables)
            case deliveries.Attempted():
                return self._note_result(now, record, tables)
            case deliveries.Ended():
                return self._end(now, record, tables)
            case _:
                RULES.note(now, record, tables)
                return ()

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        if entry.table == IN_FORCE.name:
            RULES.due(now, entry.key, entry.value, tables)
            return
        plan: Plan = entry.value
        if plan.given_up:
            tables[DELIVERIES].delete(entry.key)
        elif now >= plan.give_up_at:
            made, reason = (plan.attempt, NO_RESULT) if plan.awaiting else (plan.attempt - 1, NO_TIME_LEFT)
            yield from self._give_up(now, plan, made, reason, tables)
        else:
            yield from self._attempt(now, plan, tables)

    def _plan(self, now: int, request: deliveries.Requested, tables: Tables) -> Iterator[Output]:
        if tables[DELIVERIES].get(request.delivery_no) is not None:
            return
        give_up_at = now + self._give_up_after_seconds * SECOND_MILLISECONDS
        plan = Plan(request=request, attempt=1, awaiting=False, give_up_at=give_up_at, given_up=False)
        waits = self._waits(plan, tables)
        if not waits:
            yield from self._give_up(now, plan, 0, PHONE_ONLY, tables)
        elif waits[0] > 0:
            self._wait(now, plan, waits[0], tables)
        else:
            yield from self._attempt(now, plan, tables)

    def _attempt(self, now: int, plan: Plan, tables: Tables) -> Iterator[Output]:
        """Send one attempt out and expect its result."""
        steps = self._steps(plan, tables)
        if steps is None:  # dispatch may be ahead with a new version of the rules, or behind
            yield from self._try_again(now, plan, "the unit is not in the rules in force", tables)
            return
        if plan.attempt > len(steps):  # the unit is reached in fewer ways than when its plan began
            yield from self._give_up(now, plan, plan.attempt - 1, NO_WAY_LEFT, tables)
            return
        step = steps[plan.attempt - 1]
        self._wait(now, replace(plan, awaiting=True), step.timeout_seconds + RESULT_GRACE_SECONDS, tables)
        yield Output("attempts", plan.request.unit, _notice(plan, step))

    def _steps(self, plan: Plan, tables: Tables) -> tuple[Step, ...] | None:
        """The attempts for the unit as it is reached now, None where the rules in force do not have it."""
        unit: rules.Unit | None = RULES.find(UNITS, plan.request.unit, tables)
        if unit is None:
            return None
        # Only an order wakes people: what is said about one later can wait until they look.
        urgency = plan.request.urgency if plan.request.kind == "order" else "routine"
        return delivery_steps(unit.channels, urgency, self._waits_seconds, self._timeout_seconds)

    def _waits(self, plan: Plan, tables: Tables) -> tuple[int, ...]:
        """How long each attempt waits after the one before it."""
        steps = self._steps(plan, tables)
        return self._waits_seconds if steps is None else tuple(step.after_seconds for step in steps)

    def _wait(self, now: int, plan: Plan, seconds: int, tables: Tables) -> None:
        """Let the plan be due after so many seconds, or when it has to be given up."""
        due_at = min(now + seconds * SECOND_MILLISECONDS, plan.give_up_at)
        tables[DELIVERIES].put(plan.request.delivery_no, plan, due_at)

    def _note_result(self, now: int, result: deliveries.Attempted, tables: Tables) -> Iterator[Output]:
        plan = tables[DELIVERIES].get(result.delivery_no)
        if plan is None:
            return
        if result.outcome == "delivered":
            tables[DELIVERIES].delete(result.delivery_no)
            yield _delivered(now, plan, result.channel)
        elif plan.awaiting and result.attempt == plan.attempt and not plan.given_up:
            yield from self._try_again(now, plan, f"{result.outcome}: {result.detail}", tables)

    def _end(self, now: int, ended: deliveries.Ended, tables: Tables) -> Iterator[Output]:
        """Nobody is called any more; the answer of a unit that was still being called proves that it has the order."""
        plan = tables[DELIVERIES].get(ended.delivery_no)
        if plan is None:
            return
        tables[DELIVERIES].delete(ended.delivery_no)
        if ended.reason == "answered" and not plan.given_up:
            yield _delivered(now, plan, "answer")

    def _try_again(self, now: int, plan: Plan, reason: str, tables: Tables) -> Iterator[Output]:
        waits = self._waits(plan, tables)
        if plan.attempt >= len(waits):
            yield from self._give_up(now, plan, plan.attempt, reason, tables)
            return
        self._wait(now, replace(plan, attempt=plan.attempt + 1, awaiting=False), waits[plan.attempt], tables)

    def _give_up(self, now: int, plan: Plan, attempts: int, reason: str, tables: Tables) -> Iterator[Output]:
        request = plan.request
        tables[DELIVERIES].put(request.delivery_no, replace(plan, given_up=True), now + LATE_PROOF_MILLISECONDS)
        fact = matters.Undelivered(
            key=request.district,
            occurred_at=now,
            order_no=request.order_no,
            delivery_no=request.delivery_no,
            attempts=attempts,
            reason=reason,
            kind=request.kind,
        )
        yield Output("matters", request.district, fact)


def _notice(plan: Plan, step: Step) -> notices.Attempt:
    request = plan.request
    return notices.Attempt(
        delivery_no=request.delivery_no,
        attempt=plan.attempt,
        unit=request.unit,
        channel=step.channel.channel,
        address=step.channel.address,
        timeout_seconds=step.timeout_seconds,
        district=request.district,
        order_no=request.order_no,
        matter_no=request.matter_no,
        incident_class=request.incident_class,
        urgency=request.urgency,
        region=request.region,
        longitude=request.longitude,
        latitude=request.latitude,
        limits=request.limits,
        exercise=request.exercise,
        kind=request.kind,
        clock=request.clock,
        due_at=request.due_at,
        accountable=request.accountable,
        supervision_no=request.supervision_no,
        joint=request.joint,
        stage_name=request.stage_name,
        confidential=request.confidential,
        into_order_no=request.into_order_no,
        subject=request.subject,
        system=request.system,
        record_no=request.record_no,
    )


def _delivered(now: int, plan: Plan, channel: str) -> Output:
    request = plan.request
    fact = matters.Delivered(
        key=request.district,
        occurred_at=now,
        order_no=request.order_no,
        delivery_no=request.delivery_no,
        channel=channel,
        attempts=plan.attempt,
        kind=request.kind,
    )
    return Output("matters", request.district, fact)
