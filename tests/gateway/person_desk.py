"""Where officers read what is known of persons: a real gateway before the workers of dispatch and person profiles."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from connectors.actors import make_keys
from connectors.new_secrets import make_key
from streams.cities.city import CITIES, read_city
from streams.codec import Codec
from streams.facts.audit import Receipt
from streams.facts.matters import Delivered, Opened
from streams.facts.person_access import CaseContent, MatterMoved
from streams.facts.person_views import Context
from streams.facts.views import Matter
from streams.rules_publication import Rules
from streams.secrecy.person_key_store import PersonKeyStore
from streams.topics import ensure_topics
from streams.topology import load_topology
from tests.hosting.hub_topics import HubTopics
from tests.hosting.patiently import patiently
from tests.hosting.worker_process import WorkerProcess
from tests.part_topologies import without_connectors
from tests.running_gateway import SYSTEM, Hub

PEOPLE, MATTERS, AUDIT = "hub.log.people.v1", "hub.log.matters.v1", "hub.audit.v1"
CONTEXTS, MATTER_VIEW = "hub.view.contexts.v1", "hub.view.matters.v1"
WATER, CENTRE = "500117-water_utility", "500117-district_centre"
REQUESTER = "requests:1:00ca11e400ca11e4"
PURPOSES = ("requests", "population", "services", "disputes")


def own_time() -> int:
    """This machine's clock; the broker runs on the same machine."""
    return time.time_ns() // 1_000_000


class PersonDesk:
    """The hub of Hechuan as officers meet it at the gateway, its topics, and the keys of its persons."""

    def __init__(self, bootstrap: str, namespace: str, home: Path) -> None:
        whole = load_topology(environment={})
        pushed = [name for name, wiring in whole.connectors.items() if wiring.reader == "http_push"]
        self.topology = without_connectors(whole, *pushed).with_namespace(namespace)
        ensure_topics(self.topology, bootstrap)
        self.hub = Hub(bootstrap, self.topology, home, variables={"HUB_KEYS": str(home / "keys")})
        self.hub.secrets.mkdir(parents=True)
        make_keys(self.hub.secrets)
        make_key(self.hub.secrets / SYSTEM)
        self.topics = HubTopics(self.topology, bootstrap)
        self.keys = PersonKeyStore(home / "keys", create=True, renews=True)
        for purpose in PURPOSES:
            self.keys.seal(f"{purpose}:1:00000000", b"so that the purpose has a key")
        self.topics.codec = Codec.load(persons=self.keys)
        Rules(bootstrap, self.topology, self.topics.codec).publish(read_city(CITIES / "hechuan"))
        variables = {"HUB_KAFKA": bootstrap, "HUB_NAMESPACE": namespace, **self.hub.variables}
        self.worker = WorkerProcess("hub", ("dispatch", "person_profiles"), home, variables)
        self._said = 0

    # What is known.

    def report(self, reporter: str = REQUESTER) -> Matter:
        """Somebody reports a burst main: the matter, which the waterworks have an order in."""
        self._said += 1
        number = f"50011720261122E{self._said:05}"
        self.topics.append(
            MATTERS,
            "500117",
            Opened(
                id=f"opened:{number}", key="500117", source="event_profiles", trace=number, occurred_at=own_time(),
                incident_no=number, incident_class="burst_main", urgency="critical", region="500117001",
                system="ga_alarm110", record_no=number, reporter=reporter,
            ),
        )  # fmt: skip
        patiently(lambda: any(one.open and one.token == reporter for one in self.moved()))
        return next(one for one in self.matters() if one.incident_no == number and one.orders)

    def finish(self, matter: Matter) -> None:
        """The unit has the order, does all that it has to, and the matter is closed."""
        order = matter.orders[0]
        self._said += 1
        self.topics.append(
            MATTERS,
            "500117",
            Delivered(
                id=f"delivered:{self._said}", key="500117", source="delivery", trace=order.order_no,
                occurred_at=own_time(), order_no=order.order_no, delivery_no=f"{order.order_no}-{order.unit}",
                channel="webhook", attempts=1,
            ),
        )  # fmt: skip
        for word in ("acknowledge", "arrive", "resolve", "reply", "report"):
            response = self.hub.answer(order.order_no, word, self.hub.token(order.unit))
            assert response.status_code == 200, response.text

    def open_case(self, token: str, case_no: str, unit: str) -> None:
        """A matter of this person that is open with a unit."""
        self._said += 1
        content = CaseContent(incident_class="service_request", region="500117001", units=(unit,))
        name = f"moved:{self._said}"
        self.topics.append(
            PEOPLE,
            token,
            MatterMoved(
                id=name, key=token, source="dispatch", trace=name, occurred_at=own_time(), token=token,
                matter_no=case_no, open=True, content=content,
            ),
        )  # fmt: skip

    # What officers ask.

    def token(self, officer: str = "W017", **actor: Any) -> str:
        """Another token each time."""
        self._said += 1
        parts = {"unit": WATER, "role": "responder", "purpose": "requests", "shift": f"第{self._said}班", **actor}
        return self.hub.token(**parts, officer=officer)

    def read(self, jwt: str, case_no: str, token: str = REQUESTER, **query: str) -> httpx.Response:
        asked = {"purpose": token.partition(":")[0], **({"case": case_no} if case_no else {}), **query}
        headers = {"Authorization": f"Bearer {jwt}"}
        return self.hub.client.get(f"/v1/persons/{token}/context", params=asked, headers=headers)

    def find(self, jwt: str, request_no: str, token: str = REQUESTER) -> httpx.Response:
        headers = {"Authorization": f"Bearer {jwt}"}
        return self.hub.client.get(f"/v1/persons/{token}/requests/{request_no}", headers=headers)

    def say(self, jwt: str, path: str, body: Any, token: str = REQUESTER) -> httpx.Response:
        headers = {"Authorization": f"Bearer {jwt}"}
        return self.hub.client.post(f"/v1/persons/{token}/{path}", headers=headers, json=body)

    # What comes of it.

    def matters(self) -> list[Matter]:
        latest = {matter.matter_no: matter for matter in self.topics.records(MATTER_VIEW)}
        return list(latest.values())

    def moved(self) -> list[MatterMoved]:
        return [fact for fact in self.topics.records(PEOPLE) if isinstance(fact, MatterMoved)]

    def contexts(self) -> dict[str, Context]:
        """What stands in the view, sealed contents opened."""
        latest = dict(self.topics.values(CONTEXTS))
        return {key: self.topics.codec.decode(value) for key, value in latest.items() if value is not None}

    def receipts(self) -> list[Receipt]:
        return self.topics.records(AUDIT)

    def receipt(self, act: str, result: str) -> Receipt:
        """One of the last receipts, once it is of this act and result."""
        found = patiently(lambda: [one for one in self.receipts()[-3:] if (one.act, one.result) == (act, result)])
        return found[-1]


@contextmanager
def person_desk_on(bootstrap: str, namespace: str, home: Path) -> Iterator[PersonDesk]:
    """A desk whose processes are ready; they end with the block."""
    desk = PersonDesk(bootstrap, namespace, home)
    try:
        desk.hub.start()
        desk.worker.start()
        patiently(lambda: desk.hub.client.get("/health/ready").status_code == 200)
        yield desk
    finally:
        desk.hub.kill()
        desk.worker.child.kill()
        desk.topics.close()
