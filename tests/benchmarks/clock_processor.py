"""A processor that does nothing but clocks: arms, cancels, and says which fired."""

from collections.abc import Iterator
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables
from tests.benchmarks.clock_records import Armed, Cancelled, Fired, Pending

PENDING = TableName("pending", Pending)


class BenchClocks:
    """One entry a clock; a clock that fires is published and forgotten."""

    name: ClassVar[str] = "bench_clocks"
    tables: ClassVar[tuple[TableName[Any], ...]] = (PENDING,)
    reads: ClassVar[tuple[type[Fact], ...]] = (Armed, Cancelled)
    ports: ClassVar[dict[str, tuple[type[Any], ...]]] = {"view": (Fired,)}

    def on_record(self, now: int, record: Armed | Cancelled, tables: Tables) -> Iterator[Output]:
        pending = tables[PENDING]
        if isinstance(record, Armed):
            clock = Pending(order_no=record.order_no, unit=record.unit, armed_at=now)
            pending.put(record.order_no, clock, due_at=record.due_at)
        else:
            pending.delete(record.order_no)
        return iter(())

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterator[Output]:
        tables[PENDING].delete(entry.key)
        yield Output("view", entry.key, Fired(order_no=entry.key, due_at=now))
