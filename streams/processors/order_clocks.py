"""The clocks of an order: started by proven delivery, stopped by answers, breached when their moment comes."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from streams.contract import Output, TableName, Tables, record
from streams.facts import matters, rules, views
from streams.processors.matter_outputs import notice
from streams.processors.order_states import STATES, ClockKind, further
from streams.rules.calendar import MILLISECONDS


@record("dispatch.clock.v1")
@dataclass(frozen=True, kw_only=True)
class RunningClock:
    """A clock that runs, under `<order_no>/<kind>`; its entry is due at the deadline."""

    matter_no: str


CLOCKS = TableName("clocks", RunningClock)


def clock_limits(told: matters.Delivered | rules.Call) -> dict[ClockKind, int]:
    """Which clocks an order gets and how many seconds each: what the unit was told when it was called."""
    limits: dict[ClockKind, int] = {"acknowledge": told.acknowledge_seconds}
    if told.arrive_seconds is not None:
        limits["arrive"] = told.arrive_seconds
    return limits


def start_clocks(now: int, order: views.Order, limits: dict[ClockKind, int], tables: Tables) -> views.Order:
    """The order as delivered, with its clocks running."""
    clocks = tuple(started(now, kind, seconds, order.state) for kind, seconds in limits.items())
    for clock in clocks:
        if clock.state == "running":
            running = RunningClock(matter_no=order.order_no.rpartition("-")[0])
            tables[CLOCKS].put(f"{order.order_no}/{clock.kind}", running, clock.due_at)
    return replace(order, state=further(order.state, "delivered"), clocks=clocks)


def started(now: int, kind: ClockKind, seconds: int, state: str) -> views.Clock:
    """A clock that starts now; already met where the unit answered before delivery was proven."""
    needed = "acknowledged" if kind == "acknowledge" else "arrived"
    met = STATES.index(state) >= STATES.index(needed)
    return views.Clock(
        kind=kind,
        state="met" if met else "running",
        started_at=now,
        due_at=now + seconds * MILLISECONDS,
        ended_at=now if met else None,
    )


def stop(now: int, clock: views.Clock, answered: matters.Answered) -> views.Clock:
    """The clock after an answer: met, or ended late; a department's own earlier time withdraws the breach.

    Such a time may also come after the breach was answered late: a department's row takes its way.
    """
    if clock.state == "running":
        return replace(clock, state="met", ended_at=now)
    ended_at = now if clock.ended_at is None else clock.ended_at
    claimed = answered.claimed_at
    if clock.state == "breached" and answered.channel == "row" and claimed is not None and claimed < clock.due_at:
        return replace(clock, state="withdrawn", ended_at=ended_at)
    return replace(clock, ended_at=ended_at)


def stopped_notices(now: int, matter: views.Matter, order: views.Order, stopped: views.Clock) -> Iterator[Output]:
    """What is said of a clock that an answer stopped: nothing if it was met."""
    if stopped.state == "withdrawn":
        yield notice(now, matter, "breach_withdrawn", order, stopped)
    elif stopped.state == "breached":
        yield notice(now, matter, "answered_late", order, stopped)
