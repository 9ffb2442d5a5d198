"""A hub's topics on the shared broker, and what connectors have written to them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from connectors.contract import Connector
from connectors.kafka import SharedProducer
from connectors.publisher import USUAL, Manner, Publisher, Topics, wall_clock
from connectors.readers.means import OpenReader
from connectors.readers.opening import open_reader
from connectors.runner import ConnectorRunner
from connectors.surroundings import Surroundings
from connectors.systems import fleet
from connectors.topic_reading import headers_of, read_topic
from streams.contract import Fact
from streams.embedded.mosquitto import MosquittoServer
from streams.facts.cursors import Cursor
from streams.facts.quarantine import Held
from streams.secrecy.sealing import Keys, Sealer
from streams.topics import ensure_topics
from streams.topology import Topology, load_topology
from tests.conftest import Cluster
from tests.connectors.fleet_samples import codec, intake_of
from tests.eventually import eventually
from tests.part_topologies import connectors_alone

INCIDENTS, SOURCES = "hub.log.incidents.v1", "hub.log.sources.v1"
QUARANTINE, CURSORS = "hub.quarantine.v1", "hub.cursors.v1"


@dataclass(frozen=True)
class Hub:
    """The topics that connectors write to, under a namespace of this test, and the folders of its hub."""

    topology: Topology
    surroundings: Surroundings

    @property
    def bootstrap(self) -> str:
        return self.surroundings.bootstrap

    def records(self, topic: str) -> list[Message]:
        """Everything in a topic, partition after partition, each in its order."""
        name = self.topology.topic_name(topic)
        return [
            message
            for partition in range(self.topology.topics[topic].partitions)
            for message in read_topic(self.bootstrap, name, partition=partition)
        ]

    def rows(self, system: str) -> list[str]:
        """The ids of a system's rows in its source topic, in order."""
        return [
            dict(headers_of(message))["ce_id"].decode()  # type: ignore[union-attr]
            for message in self.records(f"hub.source.{system}.v1")
        ]

    def count(self, system: str) -> int:
        """How many rows a system's source topic holds."""
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": "count"})
        name = self.topology.topic_name(f"hub.source.{system}.v1")
        try:
            # A broker that was just started again may lead its partitions a moment later than it answers.
            offsets = eventually(lambda: _watermarks(consumer, name))
        finally:
            consumer.close()
        return offsets[1]

    def facts(self, system: str) -> list[Fact]:
        """What was said of a system's rows in the incidents' log."""
        found = [codec().decode(message.value() or b"") for message in self.records(INCIDENTS)]
        return [fact for fact in found if isinstance(fact, Fact) and fact.source == system]

    def held(self) -> list[Held]:
        return [codec().decode(message.value() or b"") for message in self.records(QUARANTINE)]

    def payloads(self) -> list[bytes]:
        """What is in quarantine, opened with the owners' keys."""
        sealer = Sealer(Keys(self.surroundings.keys, create=False))
        return [sealer.payload_of(held) for held in self.held()]

    def cursor(self, system: str) -> str | None:
        cursors = [codec().decode(message.value() or b"") for message in self.records(CURSORS)]
        found = [cursor for cursor in cursors if isinstance(cursor, Cursor) and cursor.system == system]
        return found[-1].position if found else None

    def secret(self, name: str, value: str) -> None:
        self.surroundings.secrets.mkdir(exist_ok=True)
        (self.surroundings.secrets / name).write_text(value)

    def with_settings(self, system: str, **settings: Any) -> "Hub":
        """The same hub where a connector has other settings."""
        wiring = self.topology.connectors[system]
        changed = replace(wiring, settings={**wiring.settings, **settings})
        return replace(self, topology=replace(self.topology, connectors={**self.topology.connectors, system: changed}))

    def with_only(self, system: str) -> "Hub":
        """The same hub with one of its connectors."""
        connectors = {system: self.topology.connectors[system]}
        return replace(self, topology=replace(self.topology, connectors=connectors))


ONE_OF_EACH_READER = ("ga_alarm110", "zz_community_e", "ga_public_order", "ga_dangerous_goods", "cg_municipal_iot")


def five_connectors() -> Topology:
    """The topology with one connector of each reader, and the topics that these write to."""
    return connectors_alone(load_topology(environment={}), *ONE_OF_EACH_READER)


def hub_on(bootstrap: str, namespace: str, home: Path) -> Hub:
    """A hub whose topics for connectors are there."""
    topology = five_connectors().with_namespace(namespace)
    ensure_topics(topology, bootstrap)
    return Hub(topology, Surroundings(bootstrap, home, home / "secrets", home / "keys", 0))


@pytest.fixture
def hub(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> Hub:
    return hub_on(kafka_broker.bootstrap_servers, namespace, tmp_path)


@pytest.fixture
def alarms(hub: Hub, namespace: str) -> Hub:
    """The hub, and the police's topic."""
    topic = f"{namespace}dept.ga_alarm110"
    admin = AdminClient({"bootstrap.servers": hub.bootstrap})
    admin.create_topics([NewTopic(topic, num_partitions=1)])[topic].result()
    return hub.with_settings("ga_alarm110", topic=topic, group=topic)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[MosquittoServer]:
    """The broker of a department's devices, started, that the test may stop and start again."""
    server = MosquittoServer(tmp_path / "mosquitto")
    server.start()
    yield server
    server.stop()


class Publishers:
    """Publishers of a hub as the runner makes them, all on one producer that ends with the test."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def of(
        self, hub: Hub, connector: Connector | str, now: Callable[[], int] = wall_clock, manner: Manner = USUAL
    ) -> Publisher:
        connector = fleet()[connector] if isinstance(connector, str) else connector
        producer = self._stack.enter_context(closing(SharedProducer(hub.bootstrap)))
        keys = hub.surroundings.keys
        return Publisher(
            intake_of(connector, keys),
            Topics.of(hub.topology, connector.contract.system),
            producer,
            codec(),
            Sealer(Keys(keys, create=True)),
            now,
            manner,
        )


@pytest.fixture
def publishers() -> Iterator[Publishers]:
    with ExitStack() as stack:
        yield Publishers(stack)


class Running:
    """Runners that end with the test."""

    def __init__(self) -> None:
        self._runners: list[ConnectorRunner] = []

    def start(
        self,
        hub: Hub,
        *transports: str,
        now: Callable[[], int] = wall_clock,
        opening: OpenReader = open_reader,
    ) -> ConnectorRunner:
        runner = ConnectorRunner(hub.topology, hub.surroundings, transports, opening, now)
        self._runners.append(runner)
        runner.start()
        return runner

    def stop(self) -> None:
        for runner in self._runners:
            runner.stop()
        self._runners.clear()


@pytest.fixture
def running() -> Iterator[Running]:
    running = Running()
    yield running
    running.stop()


def _watermarks(consumer: Consumer, topic: str) -> tuple[int, ...]:
    """First and next offset; nothing while nobody leads the partition."""
    try:
        return tuple(consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10))
    except KafkaException:
        return ()
