"""A unit's desk through a night: the in-memory hub with its own time, behind the doors that phones speak to.

The doors, the page, the making of facts and all that becomes of them are the real ones; Kafka, Redis and the time are
not, so that a night passes in a minute.
"""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import uvicorn

from connectors import order_words
from connectors.actors import make_keys
from connectors.handovers import handed_over
from connectors.order_requests import OrderRequest
from connectors.problems import Problem
from streams.cities.city import CITIES, read_city
from streams.codec import Codec
from streams.contract import Fact
from streams.embedded.ports import free_port
from streams.facts import views
from streams.secrecy.actors import PUBLIC_KEY, ActorCheck, Identified
from streams.secrecy.secret_store import SecretStore
from streams.topology import Topology, load_topology
from streams.wall.desk.competence import competence_of
from streams.wall.desk.doors import Desk
from streams.wall.desk.feed import DeskFeed
from streams.wall.desk.reviews import OpenReviews
from streams.wall.duty.calendars import calendars_of
from streams.wall.duty.doors import Duty
from streams.wall.duty.feed import UnitFeed
from streams.wall.duty.front_door import DoorAway, Said
from streams.wall.duty.readers import Readers
from streams.wall.feed import Changes, EventId, Feed, Screen, Snapshot
from streams.wall.gateway import make_gateway
from streams.wall.names import wall_names
from tests.hosting.patiently import patiently
from tests.processors.kit import MATTERS, Centre, Spot

NOWHERE = "redis://127.0.0.1:1"


class NightFeed(Feed):
    """The wall's feed over the in-memory hub: after each step everybody begins again from all that stands."""

    def __init__(self, centre: Centre, lock: threading.Lock, topology: Topology) -> None:
        super().__init__(NOWHERE, topology)
        self._centre, self._lock = centre, lock
        self._sequence = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._position, self._reason = (0, 0), ""

    def now(self) -> int:
        return self._centre.now

    def pulse(self) -> bytes:
        return json.dumps({"now": self.now(), "current_until": self.now(), "whole": True}).encode()

    @asynccontextmanager
    async def screen(self) -> AsyncIterator[Screen]:
        self._loop = asyncio.get_running_loop()
        async with super().screen() as screen:
            yield screen

    async def run(self) -> None:
        await asyncio.Event().wait()

    async def snapshot(self) -> Snapshot:
        with self._lock:
            open_matters = {one.matter_no: asdict(one) for one in self._centre.matters() if one.state != "closed"}
        event_id = EventId("night", (self._sequence, 0))
        return Snapshot(event_id, json.dumps({"matters": open_matters}).encode())

    async def since(self, _event_id: EventId) -> list[Changes]:
        return []

    def tell(self) -> None:
        """Something has changed, or time has passed."""
        self._sequence += 1
        for screen in self._screens:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(screen.offer, None)


class NoReviews:
    """A night in which nothing is told twice."""

    async def read(self) -> OpenReviews:
        return OpenReviews({}, {})

    async def close(self) -> None:
        pass


def fact_of(request: OrderRequest, identified: Identified) -> Fact:
    """What the front door makes of a request, by the last part of its address."""
    if request.word == "handover":
        return handed_over(request.order_no, request, identified)
    return order_words.fact_of(request, identified)


class DeskDoor:
    """The front door: makes facts as the gateway does and appends them to the in-memory hub."""

    def __init__(self, centre: Centre, lock: threading.Lock, secrets: SecretStore, feed: NightFeed) -> None:
        self._centre, self._lock, self._secrets, self._feed = centre, lock, secrets, feed
        self.is_away = False

    async def post(self, path: str, headers: Mapping[str, str], body: bytes) -> Said:
        if self.is_away:
            raise DoorAway("ConnectError")
        *_, number, word = path.split("/")
        request = OrderRequest(headers.get("authorization"), headers.get("idempotency-key"), body, number, word)
        try:
            identified = ActorCheck(self._secrets.read(PUBLIC_KEY)).identify(request.authorization)
            fact = fact_of(request, identified)
        except Problem as problem:
            return Said(problem.status, json.dumps(problem.body()).encode(), {})
        with self._lock:
            self._centre.append(MATTERS, fact)
            self._centre.hub.settle()
        self._feed.tell()
        return Said(200, b'{"status":"accepted"}', {"content-type": "application/json"})

    async def close(self) -> None:
        pass


class NightDesk:
    """The hub, its time, and the address at which phones find the duty page."""

    def __init__(self, centre: Centre, home: Path) -> None:
        self._lock = threading.Lock()
        self.centre, self.secrets = centre, home
        make_keys(home)
        store = SecretStore(home)
        topology = load_topology(environment={})
        self._feed = feed = NightFeed(centre, self._lock, topology)
        self.door = DeskDoor(centre, self._lock, store, self._feed)
        city = read_city(CITIES / "hechuan")
        names = wall_names(CITIES / "hechuan", city, topology, Codec.load())
        door: Any = self.door
        duty = Duty(UnitFeed(feed, calendars_of(city.rules)), Readers(store), door)
        desk = Desk(DeskFeed(feed, NoReviews(), competence_of(city.rules)), Readers(store), door)
        port = free_port()
        self.address = f"http://127.0.0.1:{port}"
        self._server = uvicorn.Server(uvicorn.Config(make_gateway(feed, names, duty, desk), port=port, log_config=None))
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def open(self) -> None:
        self._thread.start()
        patiently(lambda: self._server.started)

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(30)

    def wait_until(self, instant: int) -> None:
        """Let time pass to an instant, and let everybody see it."""
        with self._lock:
            self.centre.wait_until(instant)
        self._feed.tell()

    def append(self, fact: Fact) -> None:
        with self._lock:
            self.centre.append(MATTERS, fact)
            self.centre.hub.settle()
        self._feed.tell()

    def report(self, record_no: str, where: Spot | None = None) -> views.Order:
        """110 tells of a burst main; the call reaches the unit at once. The order that came of it."""
        with self._lock:
            self.centre.report(record_no, where)
            self.centre.end_attempt("delivered")
        self._feed.tell()
        return max((one for matter in self.centre.matters() for one in matter.orders), key=lambda one: one.order_no)
