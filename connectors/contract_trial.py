"""What a changed contract would do differently, row by row: counted, with a few record numbers and no values."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

from connectors.contract import RawRow
from connectors.intake import Accepted, Intake, Refused
from streams.contract import Fact

Kind = Literal[
    "newly_wrong",
    "newly_right",
    "wrong_otherwise",
    "event_type",
    "identity",
    "item",
    "fact_added",
    "fact_gone",
    "fact_changed",
]
KINDS_IN_CHINESE: Mapping[Kind, str] = {
    "newly_wrong": "新增不合格",
    "newly_right": "转为合格",
    "wrong_otherwise": "仍不合格,原因变化",
    "event_type": "事件类型变化",
    "identity": "行标识变化",
    "item": "数据项取值变化",
    "fact_added": "新增事实",
    "fact_gone": "减少事实",
    "fact_changed": "事实内容变化",
}
MOST_EXAMPLES = 3
RULE = re.compile(r"(\w*\[\w+\])")
FOLLOWS_FROM_THE_ROW = {"id", "trace"}
MAPPING = "mapping"


@dataclass
class Difference:
    """One way in which outcomes differ; `examples` are record numbers, or places in the topic."""

    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass
class Trial:
    """Compares two intakes; memory grows with the ways in which they differ, not with the rows."""

    before: Intake
    after: Intake
    not_kept: frozenset[str] = frozenset()
    """Items of the changed contract that the rows lack: what is refused for want of one says nothing."""
    rows: int = 0
    not_judged: int = 0
    differences: dict[tuple[Kind, str], Difference] = field(default_factory=dict)

    def compare(self, row: RawRow, now: int, *, with_facts: bool = True) -> None:
        """Take one row both ways; without facts only whether it is right is compared. Raises KeyMissing."""
        self.rows += 1
        old, new = self.before.take(row, now), self.after.take(row, now)
        if isinstance(new, Refused) and self._is_for_want_of_an_item(new):
            self.not_judged += 1
            return
        for kind, what in _differences(old, new, with_facts=with_facts):
            if kind == "item" and what in self.not_kept:
                continue
            difference = self.differences.setdefault((kind, what), Difference())
            difference.count += 1
            if len(difference.examples) < MOST_EXAMPLES:
                difference.examples.append(self._example(row, old, new))

    def _is_for_want_of_an_item(self, refused: Refused) -> bool:
        if not self.not_kept:
            return False
        items = {rule.partition("[")[0] for rule in _rules(refused)}
        return refused.reason == MAPPING or items <= self.not_kept

    def _example(self, row: RawRow, old: Accepted | Refused, new: Accepted | Refused) -> str:
        """The record's number, unless it could name a person: then where the row stands."""
        taken, intake = (old, self.before) if isinstance(old, Accepted) else (new, self.after)
        contract = intake.connector.contract
        is_personal = any(contract.item(name).data_class in ("pii", "spi") for name in contract.record)
        return str(row.origin) if is_personal or not isinstance(taken, Accepted) else taken.row.record_no


def _differences(old: Accepted | Refused, new: Accepted | Refused, *, with_facts: bool) -> Iterator[tuple[Kind, str]]:
    match old, new:
        case Accepted(), Refused():
            yield from (("newly_wrong", rule) for rule in _rules(new))
        case Refused(), Accepted():
            yield from (("newly_right", rule) for rule in _rules(old))
        case Refused(), Refused() if _rules(old) != _rules(new):
            yield "wrong_otherwise", f"{'、'.join(_rules(old))} → {'、'.join(_rules(new))}"
        case Accepted(), Accepted() if with_facts:
            yield from _of_rows(old, new)
            yield from _of_facts(old.facts, new.facts)


def _rules(refused: Refused) -> list[str]:
    """`item[rule]` of each error, without any value."""
    return list(dict.fromkeys(RULE.findall(refused.detail))) or [refused.reason]


def _of_rows(old: Accepted, new: Accepted) -> Iterator[tuple[Kind, str]]:
    if old.row.event_type != new.row.event_type:
        yield "event_type", f"{old.row.event_type} → {new.row.event_type}"
    if old.row.id != new.row.id:
        yield "identity", ""
    for name in old.row.values.keys() & new.row.values.keys():
        if old.row.values[name] != new.row.values[name]:
            yield "item", name


def _of_facts(old: Sequence[Fact], new: Sequence[Fact]) -> Iterator[tuple[Kind, str]]:
    before, after = _counted(old), _counted(new)
    yield from (("fact_added", name) for name in (after - before).elements())
    yield from (("fact_gone", name) for name in (before - after).elements())
    changed: set[str] = set()
    for name in before.keys() & after.keys():
        pairs = zip(_named(old, name), _named(new, name), strict=False)
        changed |= {f"{name}.{one}" for first, second in pairs for one in _fields_that_differ(first, second)}
    yield from (("fact_changed", one) for one in sorted(changed))


def _counted(facts: Sequence[Fact]) -> Counter[str]:
    return Counter(type(fact).__name__ for fact in facts)


def _named(facts: Sequence[Fact], name: str) -> list[Fact]:
    return [fact for fact in facts if type(fact).__name__ == name]


def _fields_that_differ(old: Fact, new: Fact) -> Iterator[str]:
    for one in fields(old):
        if one.name not in FOLLOWS_FROM_THE_ROW and getattr(old, one.name) != getattr(new, one.name):
            yield one.name
