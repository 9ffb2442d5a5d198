"""A level of alert (平战) and supervision (催办、督办单、销号), in memory and on Kafka through the real front door."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from connectors.actors import Actor
from streams.engine.memory import MemoryHub
from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import KafkaHub
from streams.secrecy.sealing import Keys, Sealer
from tests.conftest import Cluster
from tests.faults.mortal_gateway import GatewayProcess
from tests.hub_command import hub as hub_command
from tests.processors.kit import codec, processors, topology
from tests.scenarios.night_and_supervision import STARTS_AT, FrontDoor, ShortWay, Told, level_two, supervision
from tests.scenarios.player import Hub

Story = Callable[[Hub, FrontDoor], Told]


class Doorstep:
    """The gateway in a process of its own, in the hub's time; tokens are signed when they are used."""

    def __init__(self, hub: KafkaHub, gateway: GatewayProcess) -> None:
        self._hub = hub
        self._gateway = gateway

    def post(self, path: str, body: Mapping[str, Any], actor: Actor, key: str) -> None:
        self._gateway.set_forward(self._hub.now)
        self._gateway.post(path, body, actor, key, self._hub.now // 1_000)


@contextmanager
def hub_on_kafka(bootstrap: str, namespace: str, folder: Path) -> Iterator[tuple[KafkaHub, Doorstep]]:
    quarantine = SealingQuarantine(codec(), Sealer(Keys(folder / "keys", create=True)))
    arguments = (topology().with_namespace(namespace), processors(), codec(), bootstrap, quarantine, STARTS_AT)
    with KafkaHub.running(*arguments) as hub:
        gateway = GatewayProcess(folder / "gateway", bootstrap, namespace, STARTS_AT)
        gateway.start()
        try:
            yield hub, Doorstep(hub, gateway)
        finally:
            gateway.kill()


@cache
def in_memory(story: Story) -> Told:
    hub = MemoryHub(topology(), processors(), codec(), STARTS_AT)
    return story(hub, ShortWay(hub))


def asked(home: Path, cluster: Cluster, namespace: str, *arguments: str) -> Any:
    """What a command of the operator's says as JSON."""
    done = hub_command(home, *arguments, "--json", HUB_KAFKA=cluster.bootstrap_servers, HUB_NAMESPACE=namespace)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def assert_same(told: Told, expected: Told) -> None:
    assert told.notices == expected.notices
    assert told.matters == expected.matters
    assert (told.incidents, told.measures) == (expected.incidents, expected.measures)
    assert told.set_aside == expected.set_aside


def test_whoever_may_not_order_a_level_or_sign_is_set_aside() -> None:
    assert in_memory(level_two).set_aside == [("apply", "NotAuthorised")] * 2
    assert in_memory(supervision).set_aside == [("apply", "WrongRole")] * 2


def test_a_night_of_level_two_ends_on_kafka_as_in_memory(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> None:
    with hub_on_kafka(kafka_broker.bootstrap_servers, namespace, tmp_path) as (hub, door):
        told = level_two(hub, door)
    assert_same(told, in_memory(level_two))
    (level,) = asked(tmp_path, kafka_broker, namespace, "mode", "list")["modes"]
    assert (level["state"], level["name"]) == ("ended", "二级响应")


def test_an_ignored_order_is_supervised_on_kafka_as_in_memory(
    kafka_broker: Cluster, namespace: str, tmp_path: Path
) -> None:
    with hub_on_kafka(kafka_broker.bootstrap_servers, namespace, tmp_path) as (hub, door):
        told = supervision(hub, door)
    assert_same(told, in_memory(supervision))
    (one,) = asked(tmp_path, kafka_broker, namespace, "supervision", "list")["supervisions"]
    assert (one["state"], one["demand"]) == ("signed_off", "explain")
