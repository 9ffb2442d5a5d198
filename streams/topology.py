"""`topology.yaml` as frozen dataclasses."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import yaml

TOPOLOGY = Path(__file__).resolve().parent.parent / "topology.yaml"
Clock = Literal["broker", "simulated"]


@dataclass(frozen=True)
class Topic:
    """A Kafka topic. `retention_days` None keeps all records; a compacted topic keeps the last of each key."""

    name: str
    schemas: tuple[str, ...]
    key: str
    partitions: int
    retention_days: float | None
    compacted: bool
    owner: str


@dataclass(frozen=True)
class ConnectorWiring:
    """A department system's connector: its reader, the reader's settings, the topics it publishes to."""

    name: str
    reader: str
    settings: Mapping[str, Any]
    publishes: tuple[str, ...]


@dataclass(frozen=True)
class ProcessorWiring:
    """A processor: the log it owns, the topic behind each of its named ports, its changelog, its settings."""

    name: str
    code: str
    reads: str
    ports: Mapping[str, str]
    changelog: str
    feedback: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class AgentWiring:
    """A Faust agent: the topics it reads and publishes to."""

    name: str
    code: str
    reads: tuple[str, ...]
    publishes: tuple[str, ...]
    feedback: tuple[str, ...] = ()


@dataclass(frozen=True)
class WorkerWiring:
    """What one worker process runs."""

    name: str
    processors: tuple[str, ...]
    agents: tuple[str, ...]


@dataclass(frozen=True)
class Topology:
    """The whole wiring. Names inside are bare; `topic_name` and `group_name` put the namespace before them."""

    city: str
    clock: Clock
    namespace: str
    topics: Mapping[str, Topic]
    connectors: Mapping[str, ConnectorWiring]
    gateway_publishes: tuple[str, ...]
    processors: Mapping[str, ProcessorWiring]
    agents: Mapping[str, AgentWiring]
    workers: Mapping[str, WorkerWiring]

    def topic_name(self, name: str) -> str:
        """The name on the cluster."""
        return self.namespace + name

    def with_namespace(self, namespace: str) -> "Topology":
        return replace(self, namespace=namespace)
