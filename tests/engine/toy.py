"""Two small processors that do everything a processor can do, on logs of their own."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from streams.codec import Codec
from streams.contract import Entry, Fact, Output, TableName, Tables, record
from streams.schema_files import SCHEMAS
from streams.topology import ProcessorWiring, Topic, Topology

TOY_SCHEMAS = Path(__file__).parent / "schemas"
ACCOUNTS_LOG = "toy.log.accounts.v1"
TOTALS_LOG = "toy.log.totals.v1"
ACCOUNTS_VIEW = "toy.view.accounts.v1"
TOTALS_VIEW = "toy.view.totals.v1"
ALARMS = "toy.notice.alarms.v1"
SLICES_A_STEP = 300


@record("toy.added.v1")
@dataclass(frozen=True, kw_only=True)
class Added(Fact):
    """Something is added to an account; `order` asks for more than that."""

    amount: int
    order: str = ""
    due_at: int = 0


@record("toy.summed.v1")
@dataclass(frozen=True, kw_only=True)
class Summed(Fact):
    """An account changed by so much."""

    account: str
    change: int


@record("toy.account.v1")
@dataclass(frozen=True, kw_only=True)
class Account:
    """What an account holds, or the grand total."""

    total: int
    records: int


@record("toy.alarm.v1")
@dataclass(frozen=True, kw_only=True)
class Alarm:
    """An entry that was due: its key, when it fired by the partition clock, the account's records by then."""

    name: str
    fired_at: int
    records: int


class Poison(Exception):
    """The toy's own failure."""


ACCOUNTS = TableName("accounts", Account)
REMINDERS = TableName("reminders", Account, ordered=True)
SLICES = TableName("slices", Account, ordered=True)


class Accounts:
    """Sums what is added; reminds, fails and works in slices where a record orders it."""

    name: ClassVar[str] = "accounts"
    tables: ClassVar[tuple[TableName[Any], ...]] = (ACCOUNTS, REMINDERS, SLICES)
    reads: ClassVar[tuple[type[Fact], ...]] = (Added,)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"totals": (Summed,), "view": (Account,), "alarms": (Alarm,)}

    def on_record(self, now: int, record: Added, tables: Tables) -> Iterator[Output]:
        account = tables[ACCOUNTS].get(record.key) or Account(total=0, records=0)
        account = replace(account, total=account.total + record.amount, records=account.records + 1)
        tables[ACCOUNTS].put(record.key, account)
        yield Output("view", record.key, account)
        summed = Summed(key="all", occurred_at=now, account=record.key, change=record.amount)
        yield Output("totals", "all", summed)
        self._obey(record, account, tables)

    def _obey(self, record: Added, account: Account, tables: Tables) -> None:
        name = f"{record.key}/{record.id}"
        match record.order:
            case "remind" | "remind and fail":
                tables[REMINDERS].put(f"{name}/{record.order}", account, due_at=record.due_at)
            case "cancel":
                for key, _ in list(tables[REMINDERS].scan(f"{record.key}/")):
                    tables[REMINDERS].delete(key)
            case "fail":
                raise Poison("told to fail")
            case "change too much":
                for number in range(501):
                    tables[SLICES].put(f"{name}/{number:04}", account)
            case "work in slices":
                tables[SLICES].put(f"{record.key}/{0:06}", Account(total=record.due_at, records=0), due_at=1)

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        if entry.table == SLICES.name:
            yield from self._slice(now, entry, tables)
            return
        key, _, _ = entry.key.partition("/")
        account = tables[ACCOUNTS].get(key) or Account(total=0, records=0)
        if entry.key.endswith("and fail") and account.records < 2:
            raise Poison("told to fail when due")
        tables[REMINDERS].delete(entry.key)
        yield Output("alarms", key, Alarm(name=entry.key, fired_at=now, records=account.records))

    def _slice(self, now: int, entry: Entry, tables: Tables) -> Iterator[Output]:
        """Do a slice of `total` pieces of work and leave the rest to a successor."""
        key, _, number = entry.key.partition("/")
        done = entry.value.records + min(SLICES_A_STEP, entry.value.total - entry.value.records)
        tables[SLICES].delete(entry.key)
        if done < entry.value.total:
            tables[SLICES].put(f"{key}/{int(number) + 1:06}", replace(entry.value, records=done), due_at=now)
        else:
            yield Output("alarms", key, Alarm(name="all slices", fired_at=now, records=done))


class Totals:
    """Sums over all accounts, from what the accounts' owner says."""

    name: ClassVar[str] = "totals"
    tables: ClassVar[tuple[TableName[Any], ...]] = (ACCOUNTS,)
    reads: ClassVar[tuple[type[Fact], ...]] = (Summed,)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"view": (Account,)}

    def on_record(self, now: int, record: Summed, tables: Tables) -> Iterator[Output]:
        total = tables[ACCOUNTS].get("all") or Account(total=0, records=0)
        total = replace(total, total=total.total + record.change, records=total.records + 1)
        tables[ACCOUNTS].put("all", total)
        yield Output("view", "all", total)

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        return ()


def toy_codec() -> Codec:
    """The hub's schemas and the toy's."""
    return Codec.load(SCHEMAS, TOY_SCHEMAS)


def toy_topology(namespace: str = "") -> Topology:
    """The two processors, wired: accounts feed totals."""
    topics = (
        Topic(ACCOUNTS_LOG, ("toy.added.v1",), "account", 2, None, False, "accounts"),
        Topic(TOTALS_LOG, ("toy.summed.v1",), "account", 1, None, False, "totals"),
        Topic(ACCOUNTS_VIEW, ("toy.account.v1",), "account", 2, None, True, "accounts"),
        Topic(TOTALS_VIEW, ("toy.account.v1",), "account", 1, None, True, "totals"),
        Topic(ALARMS, ("toy.alarm.v1",), "account", 2, None, False, "accounts"),
        Topic("hub.quarantine.v1", ("quarantine.held.v1",), "owner", 1, None, False, "accounts"),
    )
    accounts = ProcessorWiring(
        name="accounts",
        code="tests.engine.toy:Accounts",
        reads=ACCOUNTS_LOG,
        ports={"totals": TOTALS_LOG, "view": ACCOUNTS_VIEW, "alarms": ALARMS},
        changelog="toy.changelog.accounts.v1",
    )
    totals = ProcessorWiring(
        name="totals",
        code="tests.engine.toy:Totals",
        reads=TOTALS_LOG,
        ports={"view": TOTALS_VIEW},
        changelog="toy.changelog.totals.v1",
    )
    return Topology(
        city="toy",
        clock="broker",
        namespace=namespace,
        topics={topic.name: topic for topic in topics},
        connectors={},
        gateway_reads=(),
        gateway_publishes=(),
        answer_folders={},
        processors={"accounts": accounts, "totals": totals},
        agents={},
        workers={},
    )
