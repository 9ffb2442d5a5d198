"""The same behaviours are asked of every hub: in memory, in memory with faults, on Kafka in simulated time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

from streams.contract import Fact, Processor
from streams.engine.memory import Appended, Faults, MemoryHub
from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import KafkaHub
from streams.secrecy.sealing import Keys, Sealer
from tests.conftest import Cluster
from tests.engine.toy import Accounts, Totals, toy_codec, toy_topology

START_AT = 1_790_000_000_000
"""2026-09-21 in Hechuan; simulated time lies in the past."""


class Hub(Protocol):
    """What every hub can do."""

    @property
    def now(self) -> int: ...
    def publish(self, topic: str, fact: Fact) -> None: ...
    def append(self, topic: str, key: str, data: bytes | None) -> None: ...
    def settle(self) -> None: ...
    def advance_to(self, instant: int) -> None: ...
    def restart(self) -> None: ...
    def appended(self, topic: str) -> list[Appended]: ...
    def values(self, topic: str) -> list[Any]: ...
    def latest(self, topic: str) -> dict[str, Any]: ...
    def set_aside(self) -> list[tuple[str, str]]:
        """Stage and reason of everything in quarantine."""


FAULTS = {
    "memory": Faults(),
    "memory, crashing": Faults(seed=1, crash_before_commit=0.3, crash_after_commit=0.3, shuffled=True, batch=200),
    "memory, slow and doubled": Faults(seed=2, twice=0.5, delayed=0.5, handed_over=0.2, shuffled=True, batch=50),
}


@pytest.fixture(params=[*FAULTS, "kafka"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hub]:
    """The toy's two processors on one kind of hub."""
    processors: dict[str, Processor] = {"accounts": Accounts(), "totals": Totals()}
    codec = toy_codec()
    if request.param in FAULTS:
        yield MemoryHub(toy_topology(), processors, codec, START_AT, FAULTS[request.param])
        return
    broker = request.getfixturevalue("kafka_broker")
    topology = toy_topology(request.getfixturevalue("namespace"))
    quarantine = SealingQuarantine(codec, Sealer(Keys(tmp_path, create=True)))
    with KafkaHub.running(topology, processors, codec, broker.bootstrap_servers, quarantine, START_AT) as kafka_hub:
        yield kafka_hub


@pytest.fixture
def live_hub(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> Iterator[KafkaHub]:
    codec = toy_codec()
    quarantine = SealingQuarantine(codec, Sealer(Keys(tmp_path / "keys", create=True)))
    processors = {"accounts": Accounts(), "totals": Totals()}
    topology = toy_topology(namespace)
    with KafkaHub.running(topology, processors, codec, kafka_broker.bootstrap_servers, quarantine, START_AT) as hub:
        yield hub
