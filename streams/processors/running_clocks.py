"""Clocks that run, each due at its deadline, under the order or matter that it belongs to."""

from dataclasses import dataclass

from streams.contract import TableName, Tables, record, replace
from streams.facts import views
from streams.rules.numbering import matter_no_of


@record("dispatch.clock.v1")
@dataclass(frozen=True, kw_only=True)
class RunningClock:
    """A clock that runs, under `<order_no or matter_no>/<kind>`; its entry is due at the deadline."""

    matter_no: str


CLOCKS = TableName("clocks", RunningClock)


def arm(number: str, clock: views.Clock, tables: Tables, not_before: int = 0) -> None:
    """Let the moment of an order's or a matter's clock come at its deadline, or at `not_before` where that is later."""
    entry = RunningClock(matter_no=matter_no_of(number))
    tables[CLOCKS].put(f"{number}/{clock.kind}", entry, max(not_before, clock.due_at))


def disarm(number: str, kind: str, tables: Tables) -> None:
    """Let the moment of a clock not come any more."""
    tables[CLOCKS].delete(f"{number}/{kind}")


def stopped(now: int, clock: views.Clock) -> views.Clock:
    """The clock ended by what it waited for: met, or ended late."""
    if clock.state == "running":
        return replace(clock, state="met", ended_at=now)
    return replace(clock, ended_at=now if clock.ended_at is None else clock.ended_at)


def abandoned(now: int, clock: views.Clock) -> views.Clock:
    """The clock ended by something else than what it waited for."""
    return replace(clock, state="stopped", ended_at=now) if clock.state == "running" else stopped(now, clock)
