"""What the hub keeps of a person, by token: where registered, which services are owed, which call for help waits.

Nothing of it leaves here. Services that are over and calls that were answered are forgotten after a while.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from streams.contract import Entry, Fact, Output, Table, TableName, Tables
from streams.facts import people
from streams.facts.audit import Receipt
from streams.rules.receipt_chain import CHAINS

KEPT_AFTER_THE_END_MILLISECONDS = 30 * 86_400_000
OVER = ("done", "closed")

RESIDENTS = TableName("residents", people.Resident)
SERVICES = TableName("services", people.Service, ordered=True)
CALLS = TableName("calls", people.Help, ordered=True)
BY_NAME: dict[str, TableName[Any]] = {table.name: table for table in (RESIDENTS, SERVICES, CALLS)}

Latest = TypeVar("Latest", people.Resident, people.Service)


class PersonProfiles:
    """Owner of the people log."""

    name: ClassVar[str] = "person_profiles"
    tables: ClassVar[tuple[TableName[Any], ...]] = (RESIDENTS, SERVICES, CALLS, CHAINS)
    reads: ClassVar[tuple[type[Fact], ...]] = (people.Resident, people.Service, people.Help)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"audit": (Receipt,)}

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        forgotten_at = now + KEPT_AFTER_THE_END_MILLISECONDS
        match record:
            case people.Resident():
                keep_latest(tables[RESIDENTS], record.token, record, forgotten_at if record.moved_away else None)
            case people.Service():
                key = f"{record.token}/{record.system}/{record.unit}"
                keep_latest(tables[SERVICES], key, record, forgotten_at if record.state in OVER else None)
            case people.Help():
                key = f"{record.token}/{record.system}/{record.call_no}"
                call = tables[CALLS].get(key)
                if call is None or not call.answered:
                    tables[CALLS].put(key, record, forgotten_at if record.answered else None)
        return ()

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        tables[BY_NAME[entry.table]].delete(entry.key)
        return ()


def keep_latest(table: Table[Latest], key: str, said: Latest, forgotten_at: int | None) -> None:
    """Keep the latest word by its department's own time."""
    known = table.get(key)
    if known is None or known.recorded_at <= said.recorded_at:
        table.put(key, said, forgotten_at)
