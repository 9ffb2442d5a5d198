"""What the hub keeps of a person, by token: where registered, which services are owed, which call for help waits.

What leaves are orders to the unit that must see to it (`due_services`). Services that are over and calls that were
answered are forgotten after a while.
"""

from collections.abc import Iterable
from typing import Any, ClassVar, TypeVar

from streams.contract import Entry, Fact, Output, Table, TableName, Tables
from streams.facts import matters, people, situation
from streams.facts.audit import Receipt
from streams.processors.due_services import DUE, OVER, call_heard, service_due, service_heard
from streams.processors.person_rules import RULES
from streams.processors.service_counts import COUNTED, hear_tally
from streams.processors.service_counts import TABLES as COUNTS
from streams.rules.receipt_chain import CHAINS
from streams.rules.versions import IN_FORCE

KEPT_AFTER_THE_END_MILLISECONDS = 30 * 86_400_000

RESIDENTS = TableName("residents", people.Resident)
SERVICES = TableName("services", people.Service, ordered=True)
CALLS = TableName("calls", people.Help, ordered=True)
BY_NAME: dict[str, TableName[Any]] = {table.name: table for table in (RESIDENTS, SERVICES, CALLS)}

Latest = TypeVar("Latest", people.Resident, people.Service)


class PersonProfiles:
    """Owner of the people log."""

    name: ClassVar[str] = "person_profiles"
    tables: ClassVar[tuple[TableName[Any], ...]] = (RESIDENTS, SERVICES, CALLS, CHAINS, DUE, *COUNTS, *RULES.tables)
    reads: ClassVar[tuple[type[Fact], ...]] = (
        people.Resident,
        people.Service,
        people.Help,
        people.Tallied,
        *RULES.kinds,
    )
    ports: ClassVar[dict[str, tuple[type, ...]]] = {
        "audit": (Receipt,),
        "matters": (matters.Raised, matters.Settled),
        "people": (people.Tallied,),
        "situation": (situation.ServicesCounted,),
    }

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        """Keep what is said, and have seen to it."""
        forgotten_at = now + KEPT_AFTER_THE_END_MILLISECONDS
        match record:
            case people.Resident(content=people.ResidentContent() as content):
                keep_latest(tables[RESIDENTS], record.token, record, forgotten_at if content.moved_away else None)
            case people.Service(content=people.ServiceContent() as content):
                key = f"{record.token}/{record.system}/{record.record_no}"
                before = tables[SERVICES].get(key)
                if keep_latest(tables[SERVICES], key, record, forgotten_at if content.state in OVER else None):
                    return service_heard(now, key, before.content if before else None, record, content, tables)
            case people.Help(content=people.HelpContent() as content):
                key = f"{record.token}/{record.system}/{record.record_no}"
                call = tables[CALLS].get(key)
                if call is None or call.content is None or not call.content.answered:
                    tables[CALLS].put(key, record, forgotten_at if content.answered else None)
                return call_heard(now, call, record, content, tables)
            case people.Tallied():
                hear_tally(now, record, tables)
            case people.Resident() | people.Service() | people.Help():
                pass  # sealed under a key that is no more
            case _:
                RULES.note(now, record, tables)
        return ()

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        if entry.table == DUE.name:
            return service_due(now, entry, tables[SERVICES].get(entry.value.service), tables)
        if entry.table in COUNTED:
            return COUNTED[entry.table](now, entry, tables)
        if entry.table == IN_FORCE.name:
            RULES.due(now, entry.key, entry.value, tables)
        else:
            tables[BY_NAME[entry.table]].delete(entry.key)
        return ()


def keep_latest(table: Table[Latest], key: str, said: Latest, forgotten_at: int | None) -> bool:
    """Keep the latest word by its department's own time; whether this one is it."""
    known = table.get(key)
    if known is not None and known.recorded_at > said.recorded_at:
        return False
    table.put(key, said, forgotten_at)
    return True
