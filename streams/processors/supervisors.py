"""Who supervises an overdue order, step by step along the two ladders (块 and 条)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args

from streams.contract import Tables
from streams.facts import rules, views
from streams.facts.rules import Tier
from streams.processors.dispatch_rules import CALLS, ITEMS, LADDERS, RULES, find_unit, find_unit_anywhere

TIERS: tuple[Tier, ...] = get_args(Tier)
TIER_OF_DIGITS: dict[int, Tier] = {6: "district", 9: "town", 12: "village", 15: "grid"}


@dataclass(frozen=True)
class Rung:
    """A tier of both ladders with the units that supervise there; at least one."""

    tier: Tier
    units: tuple[rules.Unit, ...]


def rungs_above(matter: views.Matter, order: views.Order | None, rule: rules.Supervision, tables: Tables) -> list[Rung]:
    """The steps of supervision from the unit's own tier on; without the unit, and without one it was taken from.

    Where the centre is late (no order), it is the district's, and only who stands above the district supervises.
    """
    moved_on = {one.unit for one in matter.orders if one.escalated_to is not None}
    own = find_unit_anywhere(order.unit, tables) if order else None
    lowest = TIERS.index(TIER_OF_DIGITS.get(len(own.region), "district")) if own else TIERS.index("leader")
    found: dict[Tier, list[rules.Unit]] = {}
    for ladder in _ladders(matter, rule, tables):
        for step in ladder.steps:
            unit = _unit_of(step, matter, tables) if TIERS.index(step.tier) >= lowest else None
            at_tier = found.setdefault(step.tier, [])
            if unit is not None and unit != own and unit.unit not in moved_on and unit not in at_tier:
                at_tier.append(unit)
    return [Rung(tier, tuple(found[tier])) for tier in TIERS if found.get(tier)]


def _ladders(matter: views.Matter, rule: rules.Supervision, tables: Tables) -> Iterator[rules.Ladder]:
    """Those of the class's items where they agree, else those of the rule; the area's first."""
    version = RULES.version(tables)
    items: list[rules.Item] = [item for _, item in tables[ITEMS].scan(f"{version}/{matter.incident_class}/")]
    area, line = {item.area_ladder for item in items}, {item.line_ladder for item in items}
    for named, otherwise in ((area, rule.area_ladder), (line, rule.line_ladder)):
        ladder: rules.Ladder | None = RULES.find(LADDERS, named.pop() if len(named) == 1 else otherwise, tables)
        if ladder is not None:
            yield ladder


def _unit_of(step: rules.LadderStep, matter: views.Matter, tables: Tables) -> rules.Unit | None:
    """Who stands on a step. On the district's, a kind that nobody is of stands for the department that is called."""
    unit = find_unit(step.unit_kind, matter.region, tables)
    if unit is None and step.tier == "district":
        call: rules.Call | None = RULES.find(CALLS, f"{matter.incident_class}/{matter.urgency}", tables)
        return find_unit(call.unit_kind, matter.region, tables) if call else None
    return unit
