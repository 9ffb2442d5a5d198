"""Dispatch in a worker of its own behind a real gateway: orders go out, units answer over HTTP."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from streams.city import CITIES, City, read_city
from streams.city_clocks import URGENCIES
from streams.engine.replay import Replay, Report
from streams.engine.versions import versions_of
from streams.facts.deliveries import Requested
from streams.facts.matters import Delivered, Opened
from streams.facts.notices import MatterChanged
from streams.facts.rules import RULES_KEY, ClockLimit, Limit
from streams.facts.views import Matter, Order
from streams.processors.dispatch import Dispatch
from streams.rules_publication import Rules
from streams.topics import ensure_topics
from streams.topology import Topology
from tests.hosting.hub_topics import HubTopics
from tests.hosting.patiently import patiently
from tests.hosting.worker_process import WorkerProcess
from tests.running_gateway import Hub, make_hub

MATTERS = "hub.log.matters.v1"
DELIVERIES = "hub.log.deliveries.v1"
MATTER_VIEW = "hub.view.matters.v1"
NOTICES = "hub.notice.matters.v1"
QUARANTINE = "hub.quarantine.v1"
DISTRICT = "500117"


def city_in_a_hurry(acknowledge_minutes: int) -> City:
    """Hechuan, whose units have so long to acknowledge and need not arrive."""
    city = read_city(CITIES / "hechuan")
    others = tuple(rule for rule in city.rules if not isinstance(rule, ClockLimit))
    limit = Limit(
        amount=acknowledge_minutes, unit="minute", start="at", day_end="same_time", rolls_over=False, calendar="always",
        document="试验",
    )  # fmt: skip
    hurried = tuple(
        ClockLimit(
            key=RULES_KEY, occurred_at=city.effective_at, version="", urgency=urgency, complexity="any",
            kind="acknowledge", limit=limit,
        )
        for urgency in URGENCIES
    )  # fmt: skip
    return replace(city, rules=(*others, *hurried))


def own_time() -> int:
    """This machine's clock; the broker runs on the same machine."""
    return time.time_ns() // 1_000_000


def await_instant(instant: int) -> None:
    """Until that instant has come."""
    patiently(lambda: own_time() >= instant)


class Desk:
    """A gateway, the matters' topics, and the worker of dispatch as a process of its own."""

    def __init__(self, hub: Hub, topology: Topology) -> None:
        self.hub = hub
        self.topology = topology
        self.topics = HubTopics(topology, hub.bootstrap)
        variables = {"HUB_KAFKA": hub.bootstrap, "HUB_NAMESPACE": topology.namespace}
        self.worker = WorkerProcess("hub", ("dispatch",), hub.home, variables)
        self._incidents = 0

    def give_orders(self, count: int) -> list[str]:
        """Incidents are opened and their orders brought to their units; the numbers of the orders, whose clocks run."""
        numbers = [f"{DISTRICT}20261122E{self._incidents + number:05}" for number in range(count)]
        self._incidents += count
        for incident_no in numbers:
            self.topics.append(MATTERS, DISTRICT, opened(incident_no))
        requests = patiently(lambda: self._requested(numbers))
        for request in requests:
            self.topics.append(MATTERS, DISTRICT, delivered(request))
        orders = [request.order_no for request in requests]
        patiently(lambda: all(order.clocks for order in self.shown(orders).values()))
        return orders

    def _requested(self, incident_numbers: Sequence[str]) -> list[Requested]:
        matters = [matter for matter in self._matters().values() if matter.incident_no in incident_numbers]
        wanted = {order.order_no for matter in matters for order in matter.orders}
        found = [
            fact for fact in self.topics.records(DELIVERIES) if isinstance(fact, Requested) and fact.order_no in wanted
        ]
        return found if len(found) == len(incident_numbers) else []

    def acknowledge(self, order: Order, at: int) -> tuple[int, int]:
        """The unit acknowledges over HTTP at that instant; partition and offset of its receipt."""
        token = self.hub.token(order.unit)
        await_instant(at)
        response = self.hub.answer(order.order_no, "acknowledge", token)
        assert response.status_code == 200, response.text
        receipt = response.json()
        return receipt["partition"], receipt["offset"]

    def clocks(self) -> dict[tuple[int, int], int]:
        """The partition clock at every record of the matters' log: the highest append time up to there."""
        clocks: dict[tuple[int, int], int] = {}
        latest: dict[int, int] = {}
        for message in self.hub.records(MATTERS):
            partition, offset = message.partition(), message.offset()
            assert partition is not None
            assert offset is not None
            latest[partition] = max(latest.get(partition, 0), message.timestamp()[1])
            clocks[partition, offset] = latest[partition]
        return clocks

    def shown(self, orders: Sequence[str]) -> dict[str, Order]:
        """These orders as they are shown, by number."""
        shown = {order.order_no: order for matter in self._matters().values() for order in matter.orders}
        return {order_no: shown[order_no] for order_no in orders}

    def told(self) -> dict[str, list[MatterChanged]]:
        """What was told of each order, in order."""
        told: dict[str, list[MatterChanged]] = {}
        for notice in self.topics.records(NOTICES):
            if isinstance(notice, MatterChanged) and notice.order_no is not None:
                told.setdefault(notice.order_no, []).append(notice)
        return told

    def replay(self) -> Report:
        """What dispatch gives in a shadow, compared with what it has published."""
        code = Dispatch()
        versions = versions_of(code, self.topology.processors["dispatch"])
        return Replay(self.topology, code, versions, self.topics.codec, self.hub.bootstrap).run()

    def _matters(self) -> dict[str, Matter]:
        return {matter.matter_no: matter for matter in self.topics.records(MATTER_VIEW)}


def opened(incident_no: str) -> Opened:
    """What the incidents' owner says of one that needs work."""
    return Opened(
        id=f"opened:{incident_no}", key=DISTRICT, source="event_profiles", trace=incident_no, occurred_at=own_time(),
        incident_no=incident_no, incident_class="burst_main", urgency="critical", region=f"{DISTRICT}001",
        system="ga_alarm110", record_no=incident_no,
    )  # fmt: skip


def delivered(request: Requested) -> Delivered:
    """What the deliveries' owner says once a unit was reached."""
    return Delivered(
        id=f"delivered:{request.delivery_no}", key=request.district, source="delivery", trace=request.trace,
        occurred_at=own_time(), order_no=request.order_no, delivery_no=request.delivery_no, channel="webhook",
        attempts=1,
    )  # fmt: skip


def topics_of_dispatch(topology: Topology) -> Topology:
    """The part of the wiring that dispatch touches."""
    wiring = topology.processors["dispatch"]
    names = (wiring.reads, *wiring.ports.values(), QUARANTINE)
    topics = {name: topology.topics[name] for name in names}
    return replace(topology, topics=topics, processors={"dispatch": wiring})


@contextmanager
def desk_on(bootstrap: str, namespace: str, home: Path, acknowledge_minutes: int) -> Iterator[Desk]:
    """A desk whose rules are in force and whose worker is ready; all of it ends with the block."""
    hub = make_hub(bootstrap, namespace, home)
    ensure_topics(topics_of_dispatch(hub.topology), bootstrap)
    desk = Desk(hub, hub.topology)
    Rules(bootstrap, hub.topology, desk.topics.codec).publish(city_in_a_hurry(acknowledge_minutes))
    try:
        hub.start()
        desk.worker.start()
        yield desk
    finally:
        desk.worker.child.kill()
        hub.kill()
        desk.topics.close()
