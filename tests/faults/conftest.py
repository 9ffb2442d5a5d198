"""The toy on the shared broker, and a broker behind a proxy for tests that disturb the line and not the broker."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from streams.embedded.kafka import KafkaBroker
from streams.embedded.ports import HOST, Ports
from tests.conftest import Cluster
from tests.faults.proxy import Proxy, proxy_before
from tests.faults.stage import Stage, stage_on


@dataclass(frozen=True)
class Line:
    """A broker with two doors: `direct` for the test's own eyes, `disturbed` by way of the proxy for the worker."""

    broker: KafkaBroker
    proxy: Proxy

    @property
    def direct(self) -> str:
        return self.broker.bootstrap_servers

    @property
    def disturbed(self) -> str:
        return f"{HOST}:{self.proxy.port}"


@pytest.fixture(scope="session")
def proxied_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """One broker for all tests that disturb the line; who comes by one door is told to come back by it."""
    folder = tmp_path_factory.mktemp("proxied-kafka")
    ports = Ports(folder / "ports.json")
    port, controller, proxied = (ports.take(name) for name in ("kafka", "kafka-controller", "proxied"))
    with proxy_before(proxied) as proxy:
        doors = f"PLAINTEXT://{HOST}:{port},PROXIED://{HOST}"
        settings = {
            "listeners": f"{doors}:{proxied},CONTROLLER://{HOST}:{controller}",
            "advertised.listeners": f"{doors}:{proxy.port}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT",
        }
        broker = KafkaBroker(folder / "kafka", ports=ports, settings=settings)
        broker.start()
        yield Line(broker, proxy)
        broker.kill()


@pytest.fixture
def line(proxied_broker: Line) -> Iterator[Line]:
    """The line to that broker, whole again after the test."""
    yield proxied_broker
    proxied_broker.proxy.heal()


@pytest.fixture(scope="session")
def mortal_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """One broker for all tests that end it and start it again; each leaves it running."""
    broker = KafkaBroker(tmp_path_factory.mktemp("mortal-kafka"))
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def stage(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> Iterator[Stage]:
    """The accounts' processor on the shared broker; its workers have all ended after the test."""
    with stage_on(kafka_broker.bootstrap_servers, namespace, tmp_path) as stage:
        yield stage
