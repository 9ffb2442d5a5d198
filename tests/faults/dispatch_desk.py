"""Dispatch in a worker of its own behind a real gateway and a duty page's door: orders go out, units answer over HTTP.

A unit may also answer over its topic, or in the response to a call of the real agent. A department whose orders are its
own pushes its rows through the same gateway.
"""

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import httpx

from connectors.new_secrets import make_key
from streams.cities.city import CITIES, City, read_city
from streams.cities.clocks import URGENCIES
from streams.embedded.child import Child, Command
from streams.embedded.ports import HOST, free_port
from streams.engine.replay import Replay, Report
from streams.engine.versions import versions_of
from streams.facts.answers import Said
from streams.facts.deliveries import Requested
from streams.facts.incidents import MasterOrder
from streams.facts.matters import Answered, Delivered, Opened
from streams.facts.notices import Attempt, MatterChanged
from streams.facts.rules import RULES_KEY, ClockLimit, Limit
from streams.facts.views import Matter, MirroredOrder, Order
from streams.processors.dispatch import Dispatch
from streams.rules.calendar import BEIJING
from streams.rules_publication import Rules
from streams.topics import ensure_topics
from streams.topology import Topology
from tests.hosting.hub_topics import HubTopics
from tests.hosting.patiently import patiently
from tests.hosting.webhook_server import Call, WebhookServer
from tests.hosting.worker_process import CHECKOUT, WorkerProcess
from tests.running_gateway import Hub, make_hub

MATTERS = "hub.log.matters.v1"
DELIVERIES = "hub.log.deliveries.v1"
MATTER_VIEW = "hub.view.matters.v1"
NOTICES = "hub.notice.matters.v1"
QUARANTINE = "hub.quarantine.v1"
ATTEMPTS = "hub.notice.attempts.v1"
ANSWERS = "hub.answers.v1"
DISTRICT = "500117"
DEPARTMENT = "hb_complaint"
"""A system that pushes: 12369, complaints of pollution."""

Door = Literal["api", "duty_page", "topic", "webhook"]
CALL_SECONDS = 120
"""For so long a unit's system may keep the agent waiting for its answer."""


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
    """A gateway, the matters' topics, and the worker of dispatch and the agent, each a process of its own.

    They speak to Kafka by way of `bootstrap`; the test looks at the hub's own.
    """

    def __init__(self, hub: Hub, topology: Topology, bootstrap: str) -> None:
        self.hub = hub
        self.topology = topology
        self.topics = HubTopics(topology, hub.bootstrap)
        self._variables = {"HUB_KAFKA": bootstrap, "HUB_NAMESPACE": topology.namespace}
        hub.variables = self._variables
        self.worker = WorkerProcess("hub", ("dispatch",), hub.home, self._variables)
        self.agent = WorkerProcess("agent", ("attempts",), hub.home, {**self._variables, "HUB_SLOT": "agent"})
        self.webhook = WebhookServer()
        self.webhook.answer = self._answer_call
        self._answers_due: dict[str, tuple[int, str]] = {}
        self.page: Child | None = None
        self._incidents = 0
        make_key(hub.secrets / DEPARTMENT)

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

    def open_page(self) -> None:
        """Start the gateway of the duty pages before this front door."""
        self.page = duty_page(self.hub, self._variables)
        self.page.start()
        patiently(self._page_port.exists)

    @property
    def _page_port(self) -> Path:
        return self.hub.home / "page" / "run" / "wall_gateway.port"

    def say(self, door: Door, order_no: str, word: str, token: str, **request: Any) -> httpx.Response:
        """An answer as it comes, straight to the front door or by way of a duty page."""
        if door == "api":
            return self.hub.answer(order_no, word, token, **request)
        headers = {"Authorization": f"Bearer {token}", **request.pop("headers", {})}
        address = f"http://{HOST}:{self._page_port.read_text().strip()}/v1/orders/{order_no}/{word}"
        return httpx.post(address, headers=headers, timeout=60, trust_env=False, **request)

    def open_webhook(self) -> None:
        """Start the agent that calls units; they have one webhook."""
        (self.hub.secrets / "webhook").write_text(f"{self.webhook.url}\n")
        make_key(self.hub.secrets / "webhook_key")
        self.agent.start()

    def call(self, order: Order, answer_at: int) -> None:
        """The agent calls the unit on its order, which takes until that instant to acknowledge in its response."""
        self._answers_due[order.order_no] = answer_at, self.hub.token(order.unit)
        self.topics.append(ATTEMPTS, order.unit, call_of(order))
        patiently(lambda: order.order_no in self.webhook.orders())

    def _answer_call(self, call: Call) -> tuple[int, bytes]:
        answer_at, token = self._answers_due[call.order_no]
        await_instant(answer_at)
        return 200, json.dumps({"answer": "acknowledge", "actor": token}).encode()

    def acknowledge(self, order: Order, at: int, door: Door = "api") -> None:
        """The unit acknowledges at that instant, and again under the same key until it has a receipt."""
        token = self.hub.token(order.unit)
        await_instant(at)
        if door == "webhook":
            return
        if door == "topic":
            said = Said(order_no=order.order_no, word="acknowledge", token=token)
            self.topics.append(ANSWERS, order.unit, said)
            return
        named = {"Idempotency-Key": order.order_no}
        patiently(lambda: self.say(door, order.order_no, "acknowledge", token, headers=named).status_code == 200)

    def give_masters(self, count: int, due_at: int) -> list[str]:
        """Complaints whose department has orders of its own with that deadline; the numbers of those."""
        numbers = [f"HT{self._incidents + number:05}" for number in range(count)]
        for number, record_no in enumerate(numbers):
            incident_no = f"{DISTRICT}20261122E{self._incidents + number:05}"
            order = MasterOrder(order_no=record_no, unit="环境执法支队", due_at=due_at)
            fact = replace(opened(incident_no), system=DEPARTMENT, record_no=record_no, order=order)
            self.topics.append(MATTERS, DISTRICT, fact)
        self._incidents += count
        patiently(lambda: len(self.masters(numbers)) == count)
        return numbers

    def resolve_at_source(self, record_no: str, at: int) -> None:
        """The department pushes at that instant that it has seen to its own order."""
        await_instant(at)
        said_at = datetime.fromtimestamp(at / 1000, BEIJING).isoformat(timespec="milliseconds")
        row = {
            "complaint_no": record_no, "pollution_class": "3", "geo_point": "106.2591,29.9844",
            "accept_time": said_at, "handle_status": "3", "version": 2, "updated_at": said_at,
        }  # fmt: skip
        event = {
            "specversion": "1.0", "id": record_no, "source": "urn:12369", "type": "request.routed",
            "datacontenttype": "application/json", "data": row,
        }  # fmt: skip
        response = self.hub.push_as(DEPARTMENT, json.dumps(event).encode())
        assert response.status_code == 200, response.text

    def masters(self, numbers: Sequence[str]) -> dict[str, MirroredOrder]:
        """Departments' own orders as they are shown, by number."""
        shown = [order for matter in self._matters().values() for order in matter.mirrored]
        return {order.order_no: order for order in shown if order.order_no in numbers}

    def answered_at(self) -> dict[str, int]:
        """The partition clock at each order's first answer in the matters' log, whichever door that came by."""
        answers = [(fact, clock) for fact, clock in self._appended() if isinstance(fact, Answered)]
        return {fact.order_no: clock for fact, clock in reversed(answers)}

    def told_by_rows_at(self, numbers: Sequence[str]) -> dict[str, int]:
        """The partition clock at the first word of the row that says a department's own order is done, by number."""
        names = {f"{DEPARTMENT}:{number}:2#1": number for number in numbers}
        words = [(fact, clock) for fact, clock in self._appended() if getattr(fact, "id", "") in names]
        return {names[fact.id]: clock for fact, clock in reversed(words)}

    def _appended(self) -> list[tuple[Any, int]]:
        """Every fact of the matters' log with the partition clock at it: the highest append time up to there."""
        latest: dict[int | None, int] = {}
        appended = []
        for message in self.hub.records(MATTERS):
            partition = message.partition()
            latest[partition] = max(latest.get(partition, 0), message.timestamp()[1])
            appended.append((self.topics.codec.decode(message.value() or b""), latest[partition]))
        return appended

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

    def told_of_masters(self) -> dict[str, list[MatterChanged]]:
        """What was told of departments' own orders, by number."""
        told: dict[str, list[MatterChanged]] = {}
        for notice in self.topics.records(NOTICES):
            if isinstance(notice, MatterChanged) and notice.system == DEPARTMENT and notice.record_no is not None:
                told.setdefault(notice.record_no, []).append(notice)
        return told

    def replay(self) -> Report:
        """What dispatch gives in a shadow, compared with what it has published."""
        code = Dispatch()
        versions = versions_of(code, self.topology.processors["dispatch"])
        return Replay(self.topology, code, versions, self.topics.codec, self.hub.bootstrap).run()

    def _matters(self) -> dict[str, Matter]:
        return {matter.matter_no: matter for matter in self.topics.records(MATTER_VIEW)}


def duty_page(hub: Hub, variables: Mapping[str, str]) -> Child:
    """The gateway of the duty pages, not yet started. Its Redis is away: what is answered does not need it."""
    home = hub.home / "page"
    told = {
        **variables,
        "HUB_REDIS": f"redis://{HOST}:{free_port()}/0",
        "HUB_HOME": str(home),
        "HUB_SECRETS": str(hub.secrets),
        "HUB_PORT": str(free_port()),
        "HUB_GATEWAY": hub.url,
    }
    command = Command((sys.executable, "-m", "streams.wall.gateway"), told, CHECKOUT)
    return Child("duty page", command, log_path=home / "page.log", pid_path=home / "page.pid")


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


def call_of(order: Order) -> Attempt:
    """The call of a unit on its order, with all the time that its system takes to answer."""
    return Attempt(
        delivery_no=f"{order.order_no}-{order.unit}", attempt=1, unit=order.unit, channel="webhook",
        address="secret:webhook", timeout_seconds=CALL_SECONDS, district=DISTRICT, order_no=order.order_no,
        matter_no=order.order_no[:-3], incident_class="burst_main", urgency="critical", region=f"{DISTRICT}001",
        limits=(),
    )  # fmt: skip


def topics_of_desk(topology: Topology) -> Topology:
    """The part of the wiring that dispatch and the agent touch."""
    wiring = topology.processors["dispatch"]
    agent = topology.agents["attempts"]
    names = {wiring.reads, *wiring.ports.values(), QUARANTINE, *agent.reads, *agent.publishes}
    topics = {name: topology.topics[name] for name in names}
    return replace(topology, topics=topics, processors={"dispatch": wiring})


@contextmanager
def desk_on(
    bootstrap: str, namespace: str, home: Path, acknowledge_minutes: int, by_way_of: str | None = None
) -> Iterator[Desk]:
    """A desk whose rules are in force and whose worker is ready; all of it ends with the block.

    Where `by_way_of` is another address of the same broker, all that is no test speaks to that.
    """
    hub = make_hub(bootstrap, namespace, home)
    ensure_topics(topics_of_desk(hub.topology), bootstrap)
    desk = Desk(hub, hub.topology, by_way_of or bootstrap)
    Rules(bootstrap, hub.topology, desk.topics.codec).publish(city_in_a_hurry(acknowledge_minutes))
    try:
        hub.start()
        desk.worker.start()
        yield desk
    finally:
        desk.worker.child.kill()
        desk.agent.child.kill()
        desk.webhook.close()
        if desk.page is not None:
            desk.page.kill()
        hub.kill()
        desk.topics.close()
