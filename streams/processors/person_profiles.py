"""What the hub keeps of a person, by token: where registered, which services are owed, which call for help waits.

Nothing of it leaves here. Services that are over and calls that were answered are forgotten after a while.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables
from streams.facts import people

KEPT_AFTER_THE_END_MILLISECONDS = 30 * 86_400_000
OVER = ("done", "closed")

RESIDENTS = TableName("residents", people.Resident)
SERVICES = TableName("services", people.Service, ordered=True)
CALLS = TableName("calls", people.Help, ordered=True)


class PersonProfiles:
    """Owner of the people log."""

    name: ClassVar[str] = "person_profiles"
    tables: ClassVar[tuple[TableName[Any], ...]] = (RESIDENTS, SERVICES, CALLS)
    reads: ClassVar[tuple[type[Fact], ...]] = (people.Resident, people.Service, people.Help)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {}

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        forgotten_at = now + KEPT_AFTER_THE_END_MILLISECONDS
        match record:
            case people.Resident():
                known = tables[RESIDENTS].get(record.token)
                if known is None or known.recorded_at <= record.recorded_at:
                    tables[RESIDENTS].put(record.token, record, forgotten_at if record.moved_away else None)
            case people.Service():
                key = f"{record.token}/{record.system}/{record.unit}"
                service = tables[SERVICES].get(key)
                if service is None or service.recorded_at <= record.recorded_at:
                    tables[SERVICES].put(key, record, forgotten_at if record.state in OVER else None)
            case people.Help():
                key = f"{record.token}/{record.system}/{record.call_no}"
                call = tables[CALLS].get(key)
                if call is None or not call.answered:
                    tables[CALLS].put(key, record, forgotten_at if record.answered else None)
        return ()

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        names: dict[str, TableName[Any]] = {table.name: table for table in self.tables}
        tables[names[entry.table]].delete(entry.key)
        return ()
