"""Rules in a processor's tables: items arrive one by one under their version, `in_force` switches to it as a whole."""

from collections.abc import Callable, Mapping
from typing import Any

from streams.contract import Fact, TableName, Tables
from streams.facts.rules import InForce

IN_FORCE: TableName[InForce] = TableName("in_force", InForce, ordered=True)
CURRENT = "current"
SWEPT_A_STEP = 400
Keyed = Mapping[TableName[Any], Callable[[Any], str]]


class IncompleteRules(Exception):
    """A version was declared in force of which not every item has arrived."""


class NoRulesInForce(Exception):
    """No version of the rules is in force yet."""


class RuleTables:
    """The rule tables of one processor: which kinds it keeps, and under what key within a version.

    `also`: tables that keep a kind a second time, under another key.
    """

    def __init__(self, keyed: Keyed, also: Keyed | None = None) -> None:
        self._keyed = keyed
        self._all = {**keyed, **(also or {})}
        self._by_kind: dict[type[Fact], list[tuple[TableName[Any], Callable[[Any], str]]]] = {}
        for table, key in self._all.items():
            self._by_kind.setdefault(table.values, []).append((table, key))

    @property
    def tables(self) -> tuple[TableName[Any], ...]:
        return (*self._all, IN_FORCE)

    @property
    def kinds(self) -> tuple[type[Fact], ...]:
        return (*self._by_kind, InForce)

    def note(self, now: int, fact: Fact, tables: Tables) -> None:
        """Keep an item, or switch to the version that is declared in force (at once or when its instant comes)."""
        if isinstance(fact, InForce):
            self._declare(now, fact, tables)
            return
        for table, key in self._by_kind[type(fact)]:
            tables[table].put(f"{fact.version}/{key(fact)}", fact)  # type: ignore[attr-defined]

    def _declare(self, now: int, fact: InForce, tables: Tables) -> None:
        arrived = sum(1 for table in self._keyed for _ in tables[table].scan(f"{fact.version}/"))
        if arrived != fact.items:
            raise IncompleteRules(f"version {fact.version} has {arrived} of {fact.items} items")
        if fact.effective_at > now:
            tables[IN_FORCE].put(f"next/{fact.version}", fact, due_at=fact.effective_at)
        else:
            self.switch(now, fact, tables)

    def switch(self, now: int, fact: InForce, tables: Tables) -> None:
        """Make a version the current one and sweep the one before it."""
        before = tables[IN_FORCE].get(CURRENT)
        tables[IN_FORCE].put(CURRENT, fact)
        tables[IN_FORCE].delete(f"next/{fact.version}")
        if before is not None and before.version != fact.version:
            self.sweep(now, before, tables)

    def sweep(self, now: int, fact: InForce, tables: Tables) -> None:
        """Delete a slice of an old version's items; what is left is swept when the entry falls due, at once."""
        old = [(table, key) for table in self._all for key, _ in tables[table].scan(f"{fact.version}/")]
        for table, key in old[:SWEPT_A_STEP]:
            tables[table].delete(key)
        if len(old) > SWEPT_A_STEP:
            tables[IN_FORCE].put(f"sweep/{fact.version}/{len(old):09}", fact, due_at=now)

    def due(self, now: int, key: str, fact: InForce, tables: Tables) -> None:
        """A due moment of the IN_FORCE table: a version comes into force or the sweep goes on."""
        if key.startswith("sweep/"):
            tables[IN_FORCE].delete(key)
            self.sweep(now, fact, tables)
        else:
            self.switch(now, fact, tables)

    def find(self, table: TableName[Any], key: str, tables: Tables) -> Any:
        """An item of the version in force, or None. Raises NoRulesInForce."""
        return tables[table].get(f"{self.version(tables)}/{key}")

    def version(self, tables: Tables) -> str:
        """The version in force. Raises NoRulesInForce."""
        current = tables[IN_FORCE].get(CURRENT)
        if current is None:
            raise NoRulesInForce("no version of the rules is in force")
        return current.version
