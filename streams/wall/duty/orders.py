"""The open orders of every unit, out of the wall's matters: an index in memory, no I/O.

A unit reads of a matter what its own order needs, and of other units' orders on it only who they are and how far.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from streams.wall.duty.calendars import Calendars, with_spans

MATTER_FIELDS = ("matter_no", "incident_class", "urgency", "region", "opened_at", "as_of", "exercise", "confidential")

Order = dict[str, Any]
Changes = dict[str, Order | None]
"""Orders by number; None for one that is no longer open."""


@dataclass
class UnitOrders:
    """By unit and order number. `replace` and `take` say what has changed for which unit."""

    calendars: Calendars
    _orders: dict[str, dict[str, Order]] = field(default_factory=dict)
    _units: dict[str, frozenset[str]] = field(default_factory=dict)
    """The units that have an order, by matter."""

    def of(self, unit: str) -> Mapping[str, Order]:
        """The open orders of a unit."""
        return self._orders.get(unit, {})

    def matter_no(self, order_no: str) -> str | None:
        """With which matter an open order stands: not the one of its number where that went into another (并单)."""
        found = (orders[order_no] for orders in self._orders.values() if order_no in orders)
        return next((str(order["matter_no"]) for order in found), None)

    def replace(self, matters: Mapping[str, Mapping[str, Any]]) -> None:
        """Begin anew with these matters."""
        self._orders, self._units = {}, {}
        for matter_no, matter in matters.items():
            self.take(matter_no, matter)

    def take(self, matter_no: str, matter: Mapping[str, Any] | None) -> dict[str, Changes]:
        """Take a matter as it stands now, None for one that is closed; answers the changes by unit."""
        orders = () if matter is None or matter["state"] == "closed" else tuple(self._shown(matter))
        changes = {unit: dict.fromkeys(self._numbers(unit, matter_no)) for unit in self._units.pop(matter_no, ())}
        for unit, order in orders:
            changes.setdefault(unit, {})[order["order_no"]] = order
        if orders:
            self._units[matter_no] = frozenset(unit for unit, _ in orders)
        for unit, changed in changes.items():
            self._keep(unit, changed)
        return changes

    def _numbers(self, unit: str, matter_no: str) -> list[str]:
        return [number for number, order in self._orders.get(unit, {}).items() if order["matter_no"] == matter_no]

    def _keep(self, unit: str, changed: Changes) -> None:
        kept = self._orders.setdefault(unit, {})
        for number, order in changed.items():
            if order is None:
                kept.pop(number, None)
            else:
                kept[number] = order
        if not kept:
            del self._orders[unit]

    def _shown(self, matter: Mapping[str, Any]) -> Iterable[tuple[str, Order]]:
        told = {name: matter.get(name) for name in MATTER_FIELDS}
        for order in matter["orders"]:
            others = [
                {"unit_name": other["unit_name"], "state": other["state"]}
                for other in matter["orders"]
                if other["order_no"] != order["order_no"]
            ]
            declined = {one["order_no"] for one in _called(matter) if one["refused_at"] is not None}
            clocks = [with_spans(clock, order["suspensions"], self.calendars) for clock in order["clocks"]]
            shown = {**told, **order, "clocks": clocks, "others": others, "declined": order["order_no"] in declined}
            yield order["unit"], {**shown, "whistles": _blown_by(order["unit"], matter)}


def _blown_by(unit: str, matter: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the unit itself has whistled for on the matter: whom, how far each of them is, what it has signed."""
    states = {order["order_no"]: order["state"] for order in matter["orders"]}
    return [
        {
            "whistle_no": whistle["whistle_no"],
            "state": whistle["state"],
            "obstacle": whistle["obstacle"],
            "called": [
                {
                    "unit": called["unit"],
                    "unit_name": called["unit_name"],
                    "state": states.get(called["order_no"], ""),
                    "refusal": called["refusal"],
                    "rating": called["rating"],
                }
                for called in whistle["called"]
            ],
        }
        for whistle in matter.get("whistles", ())
        if whistle["unit"] == unit
    ]


def _called(matter: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """The units that a town has whistled for (吹哨报到)."""
    return (called for whistle in matter.get("whistles", ()) for called in whistle["called"])
