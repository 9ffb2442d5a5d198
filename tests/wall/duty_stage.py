"""Units on duty: the wall's chain with a front door behind it, tokens, and orders as dispatch shows them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from streams.facts import rules, views
from tests.hosting.patiently import patiently
from tests.running_gateway import Hub, make_hub
from tests.wall.events import EventReader
from tests.wall.wall_stage import MATTERS, WallStage, now

UNIT, OTHER_UNIT = "500117-water_utility", "500117-police"
NAMES = {UNIT: "合川区供水公司抢修队", OTHER_UNIT: "合川区公安局"}
OFFICE_HOURS = rules.Limit(
    amount=8, unit="office_hour", start="at", day_end="same_time", rolls_over=False, calendar="office", document="试验"
)
MINUTES = rules.Limit(
    amount=30, unit="minute", start="at", day_end="same_time", rolls_over=False, calendar="always", document="试验"
)


class DutyStage:
    """`start` brings up the front door and the wall; `show` is dispatch's part."""

    def __init__(self, bootstrap: str, namespace: str, home: Path) -> None:
        self.door: Hub = make_hub(bootstrap, namespace, home / "door")
        self._bootstrap, self._namespace, self._home = bootstrap, namespace, home
        self._readers: list[EventReader] = []

    def start(self) -> None:
        self.door.start()
        told = {"HUB_GATEWAY": self.door.url, "HUB_SECRETS": str(self.door.secrets)}
        self.wall = WallStage(self._bootstrap, self._namespace, self._home, told)
        self.wall.start()

    def token(self, unit: str = UNIT, **parts: Any) -> str:
        return self.door.token(unit, **parts)

    def show(self, order: views.Order, **changes: Any) -> None:
        """Show the matter of an order, with that order alone."""
        matter_no = order.order_no.rpartition("-")[0]
        self.wall.show(MATTERS, matter_no, matter_of(order, **changes))

    def get(self, unit: str, token: str | None) -> httpx.Response:
        """The unit's orders as the reading door has them."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.get(f"{self.wall.address}/v1/units/{unit}/orders", headers=headers, timeout=10, trust_env=False)

    def orders(self, unit: str = UNIT) -> Mapping[str, Any]:
        response = self.get(unit, self.token(unit))
        orders: Mapping[str, Any] = response.json()["orders"] if response.status_code == 200 else {}
        return orders

    def await_order(self, order_no: str, unit: str = UNIT) -> Mapping[str, Any]:
        patiently(lambda: order_no in self.orders(unit))
        order: Mapping[str, Any] = self.orders(unit)[order_no]
        return order

    def listen(self, unit: str = UNIT, last_event_id: str = "", token: str = "") -> EventReader:
        address = f"{self.wall.address}/v1/units/{unit}/orders/stream"
        reader = EventReader(address, last_event_id, token or self.token(unit))
        self._readers.append(reader)
        return reader

    def close(self) -> None:
        for reader in self._readers:
            reader.close()
        if hasattr(self, "wall"):
            self.wall.close()
        self.door.kill()


def clock(kind: Any, seconds: float, *, limit: rules.Limit = MINUTES, state: Any = "running") -> views.Clock:
    """A clock of an order that is due in so many seconds; negative ones are overdue."""
    due_at = now() + round(seconds * 1000)
    return views.Clock(kind=kind, state=state, started_at=due_at - 1_800_000, due_at=due_at, limit=limit)


def order_of(
    sequence: int, *clocks: views.Clock, unit: str = UNIT, state: Any = "delivered", **changes: Any
) -> views.Order:
    order_no = f"50011720261122M{sequence:05}-01"
    return views.Order(order_no=order_no, unit=unit, unit_name=NAMES[unit], state=state, clocks=clocks, **changes)


def matter_of(*orders: views.Order, **changes: Any) -> views.Matter:
    matter_no = orders[0].order_no.rpartition("-")[0]
    fields: dict[str, Any] = {
        "matter_no": matter_no,
        "incident_no": matter_no.replace("M", "E"),
        "incident_class": "burst_main",
        "urgency": "critical",
        "region": "500117001020008",
        "state": "assigned",
        "opened_at": now() - 60_000,
        "orders": orders,
        "clocks": (),
        "as_of": now(),
    }
    return views.Matter(**{**fields, **changes})
