"""The records of `clocks` and `restore`: a clock is armed, cancelled, or fires."""

from dataclasses import dataclass

from streams.contract import Fact, record


@record("bench.armed.v1")
@dataclass(frozen=True, kw_only=True)
class Armed(Fact):
    """An order's clock begins to run; it fires at `due_at` if it is not cancelled before. Key: the district."""

    order_no: str
    unit: str
    due_at: int


@record("bench.cancelled.v1")
@dataclass(frozen=True, kw_only=True)
class Cancelled(Fact):
    """An order's clock is met."""

    order_no: str


@record("bench.pending.v1")
@dataclass(frozen=True, kw_only=True)
class Pending:
    """What is kept of a clock that runs."""

    order_no: str
    unit: str
    armed_at: int


@record("bench.fired.v1")
@dataclass(frozen=True, kw_only=True)
class Fired:
    """What is published when a clock fires."""

    order_no: str
    due_at: int
