"""What tests run on: real brokers and servers on free ports, in folders of this run."""

import fcntl
import os
import shutil
import uuid
from collections import Counter, defaultdict
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import HealthCheck, settings

from streams.embedded import ports
from streams.embedded.kafka import KafkaBroker
from streams.embedded.redis import RedisServer
from tests.shared_broker import SharedBroker

# A busy machine is no failure.
settings.register_profile("hub", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("hub")
KafkaBroker.ready_seconds = 240.0

SHARED_BROKER = pytest.StashKey[SharedBroker]()
WHOLE_MACHINE = pytest.StashKey[int]()
REAL_PARTS = {"kafka_broker", "private_broker", "mortal_broker", "proxied_broker", "redis_server"}
"""Fixtures whose tests take seconds."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files that take longest go first, so that no worker waits at the end for another's last file.

    What a file takes is told by the seconds its tests are allowed beyond the usual, then by how many of them stand on
    real parts. Before all go those that listen over MQTT: paho waits by select(2), which knows no descriptor beyond
    1,024, and Kafka's clients leave some behind in the process.
    """
    usual_seconds = float(config.getini("timeout"))
    allowed_seconds: dict[Path, float] = defaultdict(float)
    on_real_parts: Counter[Path] = Counter()
    over_mqtt: dict[Path, bool] = {}
    for item in items:
        limit = item.get_closest_marker("timeout")
        allowed_seconds[item.path] = max(allowed_seconds[item.path], usual_seconds, limit.args[0] if limit else 0)
        on_real_parts[item.path] += not REAL_PARTS.isdisjoint(getattr(item, "fixturenames", ()))
        if item.path not in over_mqtt:
            over_mqtt[item.path] = stands_on_paho(item)
    items.sort(
        key=lambda item: (over_mqtt[item.path], allowed_seconds[item.path], on_real_parts[item.path]), reverse=True
    )


def stands_on_paho(item: pytest.Item) -> bool:
    """Whether its file imports a module of paho."""
    module = item.getparent(pytest.Module)
    names = vars(module.obj).values() if module else ()
    return any(getattr(value, "__name__", "").startswith("paho.") for value in names)


@dataclass(frozen=True)
class Cluster:
    """A Kafka that answers at `bootstrap_servers`."""

    bootstrap_servers: str


class PrivateBrokers(Protocol):
    """Starts brokers that belong to one test; `settings` are Kafka's own, added to the embedded ones."""

    def __call__(self, settings: Mapping[str, str] | None = None) -> KafkaBroker: ...


@pytest.fixture(scope="session")
def kafka_broker(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Cluster:
    """The broker of the whole run: tests share it, each under a namespace of its own, and never disturb it."""
    if named := os.environ.get("HUB_KAFKA"):
        return Cluster(named)
    shared = SharedBroker(run_folder(tmp_path_factory, worker_id) / "kafka")
    request.config.stash[SHARED_BROKER] = shared
    return Cluster(shared.join())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Files marked `whole_machine`, whose hubs play a whole city, run one at a time: two on few cores hold each other
    up for minutes. A file waits before its first test's time limit begins.
    """
    stash = item.config.stash
    if item.get_closest_marker("whole_machine") and WHOLE_MACHINE not in stash:
        stash[WHOLE_MACHINE] = turn = os.open(Path(__file__).parent, os.O_RDONLY)
        fcntl.flock(turn, fcntl.LOCK_EX)
    try:
        return (yield)
    finally:
        if WHOLE_MACHINE in stash and (nextitem is None or nextitem.path != item.path):
            os.close(stash[WHOLE_MACHINE])
            del stash[WHOLE_MACHINE]


def run_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """What all worker processes of a run have in common."""
    own_folder = tmp_path_factory.getbasetemp()
    return own_folder if worker_id == "master" else own_folder.parent


def pytest_sessionfinish(session: pytest.Session) -> None:
    # Not in the fixture's own end: it waits for the other workers, and would run on the last test's time.
    shared = session.config.stash.get(SHARED_BROKER, None)
    if shared is not None:
        shared.leave()


@pytest.fixture
def private_broker(tmp_path: Path) -> Iterator[PrivateBrokers]:
    """A factory of brokers, started, that the test may kill, stop, pause and start again."""
    started: list[KafkaBroker] = []

    def start(settings: Mapping[str, str] | None = None) -> KafkaBroker:
        broker = KafkaBroker(tmp_path / f"kafka-{len(started)}", settings=settings)
        started.append(broker)
        broker.start()
        return broker

    yield start
    for broker in started:
        broker.kill()
        shutil.rmtree(broker.data, ignore_errors=True)


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """An empty Redis of the test's own, started, that it may kill, pause and start again."""
    server = RedisServer(tmp_path / "redis")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def free_port() -> int:
    """A port on 127.0.0.1 that nothing listens on."""
    return ports.free_port()


@pytest.fixture
def namespace() -> str:
    """A name no other test has, to put before topics, groups and transactional ids on the shared broker."""
    return f"t{uuid.uuid4().hex[:8]}."
