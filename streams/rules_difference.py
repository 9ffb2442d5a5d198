"""What differs between two sets of rules: item by item, field by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal

from streams.cities.city import Rule
from streams.contract import Fact
from streams.rules_publication import name_of

Change = Literal["added", "removed", "changed"]
FOLLOWS_FROM_PUBLISHING = {field.name for field in fields(Fact)} | {"version"}


@dataclass(frozen=True)
class RuleDifference:
    """One rule that is new, gone or otherwise; `fields` have what stood there before and what does now."""

    kind: str
    name: str
    change: Change
    fields: Mapping[str, tuple[Any, Any]]


def differences(before: Iterable[Rule], after: Iterable[Rule]) -> list[RuleDifference]:
    """From one set to the other, by kind and name; the order of the rules says nothing."""
    old, new = ({name_of(rule): rule for rule in rules} for rules in (before, after))
    found = (_difference(name, old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys()))
    return [one for one in found if one is not None]


def _difference(name: str, old: Rule | None, new: Rule | None) -> RuleDifference | None:
    kind, _, item = name.partition(":")
    changed = _changed(old, new)
    if old is None or new is None:
        return RuleDifference(kind, item, "removed" if new is None else "added", changed)
    return RuleDifference(kind, item, "changed", changed) if changed else None


def _changed(old: Rule | None, new: Rule | None) -> dict[str, tuple[Any, Any]]:
    pairs = {
        field.name: (getattr(old, field.name, None), getattr(new, field.name, None))
        for field in fields(old or new)  # type: ignore[arg-type]
        if field.name not in FOLLOWS_FROM_PUBLISHING
    }
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
