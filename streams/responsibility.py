"""The responsibility matrix (责任清单): who leads and assists in each item, by region, and whom the hub calls."""

from collections.abc import Iterator
from dataclasses import dataclass

from streams.cities.city import TOWN_DIGITS, City
from streams.facts.rules import Call, IncidentClass, Item
from streams.rules.local_leads import local_lead


@dataclass(frozen=True)
class Responsibility:
    """Who answers for an item in some regions, by kind of unit.

    `regions` are code prefixes; the district's own stands for all that are no exception. `called` is the kind
    that is called while only the item's class of incident is known; None where nobody is.
    """

    item: Item
    regions: tuple[str, ...]
    lead: str
    assisting: tuple[str, ...]
    called: str | None


def matrix(city: City) -> list[Responsibility]:
    """Every item in the order of the list: first in general, then its exceptions, alike ones together."""
    dispatched = {rule.incident_class for rule in city.rules if isinstance(rule, IncidentClass) and rule.dispatched}
    calls = {
        (rule.incident_class, rule.urgency): rule.unit_kind
        for rule in city.rules
        if isinstance(rule, Call) and rule.incident_class in dispatched
    }
    by_class: dict[str | None, list[Item]] = {}
    for item in city.call_list.items:
        by_class.setdefault(item.incident_class, []).append(item)
    return [
        row
        for item in city.call_list.items
        for row in _rows(
            item, city.code, by_class[item.incident_class], calls.get((item.incident_class or "", item.urgency))
        )
    ]


def _rows(item: Item, district: str, of_class: list[Item], called: str | None) -> Iterator[Responsibility]:
    yield Responsibility(item, (district,), item.lead, item.assisting, called)
    alike: dict[tuple[str, tuple[str, ...], str | None], list[str]] = {}
    for exception in item.exceptions:
        called_there = called and (local_lead(of_class, exception.region) or called)
        alike.setdefault((exception.lead, exception.assisting, called_there), []).append(exception.region)
    for (lead, assisting, called_there), regions in alike.items():
        yield Responsibility(item, tuple(regions), lead, assisting, called_there)


def regions_named(prefixes: tuple[str, ...], city: City) -> str:
    """The towns under code prefixes, the first of them by name where they are many."""
    if prefixes == (city.code,):
        return city.name
    towns = [code for code in city.regions if len(code) == TOWN_DIGITS and code.startswith(prefixes)]
    names = [city.regions.get(code, code) for code in towns or prefixes]
    return "、".join(names) if len(names) <= 3 else f"{names[0]}等{len(names)}个镇街"
