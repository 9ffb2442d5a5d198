"""A gateway as a process of its own, on the shared broker."""

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from connectors.actors import PRIVATE_KEY, Actor, issue_token, make_keys
from connectors.new_secrets import make_key
from connectors.signatures import keys_of
from streams.codec import Codec
from streams.kafka import Message
from streams.secrecy.signing import signature_headers
from streams.topic_reader import read_topic
from streams.topics import ensure_topics
from streams.topology import Topology, load_topology
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.part_topologies import connectors_alone

SYSTEM = "zz_community_e"
CHECKOUT = Path(__file__).resolve().parents[1]
START_SECONDS = 60.0


@pytest.fixture(scope="session")
def codec() -> Codec:
    return Codec.load()


@dataclass
class Hub:
    """A gateway, what it stands on, and how a department and a unit speak to it."""

    bootstrap: str
    topology: Topology
    home: Path
    process: "subprocess.Popen[bytes] | None" = None
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> Path:
        return self.home / "secrets"

    @property
    def key(self) -> bytes:
        return keys_of((self.secrets / SYSTEM).read_bytes(), time.time())[0]

    @property
    def port(self) -> str:
        return str(self.client.base_url.port)

    @property
    def url(self) -> str:
        return str(self.client.base_url)

    def start(self, port: str = "0") -> None:
        environment = {
            **os.environ,
            "HUB_KAFKA": self.bootstrap,
            "HUB_HOME": str(self.home),
            "HUB_PORT": port,
            "HUB_NAMESPACE": self.topology.namespace,
            **self.variables,
        }
        port_path = self.home / "run" / "gateway.port"
        port_path.unlink(missing_ok=True)
        with (self.home / "gateway.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "connectors.gateway"], cwd=CHECKOUT, env=environment, stdout=log, stderr=log
            )
        eventually(port_path.exists, within_seconds=START_SECONDS)
        chosen = port_path.read_text().strip()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{chosen}", timeout=60)
        eventually(self.is_live, within_seconds=START_SECONDS)

    def is_live(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.home / "gateway.log").read_text()
        try:
            return self.client.get("/health/live").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.client.close()

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers of a body signed now with the department's key."""
        return signature_headers(self.key, int(time.time()), body)

    def push(self, path: str, body: bytes, content_type: str, **headers: str) -> httpx.Response:
        """Push a signed body."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            f"/v1/sources/{SYSTEM}/{path}",
            content=body,
            headers={**self.signed(body), **named, "Content-Type": content_type},
        )

    def push_as(self, system: str, body: bytes) -> httpx.Response:
        """Push one structured event signed by another department, whose key is made where there is none."""
        make_key(self.secrets / system)
        key = keys_of((self.secrets / system).read_bytes(), time.time())[0]
        headers = {**signature_headers(key, int(time.time()), body), "Content-Type": "application/cloudevents+json"}
        return self.client.post(f"/v1/sources/{system}/events", content=body, headers=headers)

    def token(self, unit: str = "500117-water_utility", *, age_seconds: int = 0, **parts: str) -> str:
        actor = replace(Actor(unit, "值班岗", "0117", "夜班", "responder", "dispatch"), **parts)
        return issue_token(
            actor,
            (self.secrets / PRIVATE_KEY).read_bytes(),
            issued_at_seconds=int(time.time()) - age_seconds,
            valid_seconds=3600,
        )

    def answer(self, order_no: str, answer: str, token: str, **request: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", **request.pop("headers", {})}
        return self.client.post(f"/v1/orders/{order_no}/{answer}", headers=headers, **request)

    def records(self, topic: str) -> list[Message]:
        """Everything in a topic."""
        return list(read_topic(self.bootstrap, self.topology.topic_name(topic)))

    def record_at(self, receipt: dict[str, Any]) -> Message:
        """The record a receipt names."""
        topic = receipt["topic"].removeprefix(self.topology.namespace)
        where = receipt["partition"], receipt["offset"]
        return next(record for record in self.records(topic) if (record.partition(), record.offset()) == where)


def make_hub(bootstrap: str, namespace: str, home: Path) -> Hub:
    """A gateway not yet started, with its topics and secrets."""
    topology = load_topology(environment={}).with_namespace(namespace)
    pushed = (name for name, wiring in topology.connectors.items() if wiring.reader == "http_push")
    ensure_topics(connectors_alone(topology, *pushed), bootstrap)
    hub = Hub(bootstrap, topology, home)
    hub.secrets.mkdir(parents=True)
    make_keys(hub.secrets)
    make_key(hub.secrets / SYSTEM)
    return hub


@pytest.fixture(scope="session")
def hub(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """One gateway for all tests that do it no harm."""
    namespace = f"t{uuid.uuid4().hex[:8]}"
    hub = make_hub(kafka_broker.bootstrap_servers, namespace, tmp_path_factory.mktemp("gateway"))
    hub.start()
    yield hub
    hub.kill()


@pytest.fixture
def own_hub(tmp_path: Path, namespace: str) -> Iterator[Callable[[str], Hub]]:
    """Makes a gateway that the test may kill, on the Kafka it names; not yet started."""
    made: list[Hub] = []

    def make(bootstrap: str) -> Hub:
        made.append(make_hub(bootstrap, namespace, tmp_path / f"home-{len(made)}"))
        return made[-1]

    yield make
    for hub in made:
        hub.kill()
