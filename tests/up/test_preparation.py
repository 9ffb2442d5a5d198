"""Before the parts start: Kafka is waited for, topics and rules are there afterwards, a second time nothing changes."""

import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from streams.codec import Codec
from streams.embedded.kafka import KafkaBroker
from streams.embedded.ports import HOST, Ports
from streams.embedded.processes import Supervisor
from streams.kafka import Topics
from streams.rules_publication import Rules
from streams.topology import Topology, load_topology
from streams.up.preparation import Preparation
from tests.eventually import eventually

FEW = ("event_profiles", "sources")


@pytest.fixture
def late_broker(tmp_path: Path) -> Iterator[KafkaBroker]:
    """A broker that is not started yet; its port is known."""
    ports = Ports(tmp_path / "ports.json")
    ports.take("kafka")
    broker = KafkaBroker(tmp_path / "kafka", ports=ports)
    yield broker
    broker.kill()
    shutil.rmtree(broker.data, ignore_errors=True)


@pytest.fixture
def topology(namespace: str) -> Topology:
    whole = load_topology().with_namespace(namespace)
    return replace(whole, processors={name: whole.processors[name] for name in FEW})


def test_a_kafka_that_is_not_there_yet_is_waited_for_and_then_everything_is_made(
    late_broker: KafkaBroker, topology: Topology, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bootstrap = f"{HOST}:{Ports(tmp_path / 'ports.json').take('kafka')}"
    said = ""
    with Supervisor() as supervisor:
        preparing = threading.Thread(target=Preparation(topology, bootstrap, supervisor).run)
        preparing.start()

        def waits() -> bool:
            nonlocal said
            said += capsys.readouterr().err
            return f"waiting for Kafka at {bootstrap}" in said

        eventually(waits, within_seconds=30)
        late_broker.start()
        preparing.join(60)
    assert not preparing.is_alive()
    names = [topology.topic_name(name) for name in topology.topics]
    assert Topics(bootstrap).describe(names).keys() == set(names)
    published = Rules(bootstrap, topology, Codec.load()).published()
    assert published is not None
    with Supervisor() as supervisor:
        Preparation(topology, bootstrap, supervisor).run()
    assert Rules(bootstrap, topology, Codec.load()).published() == published
