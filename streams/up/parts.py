"""The processes of a hub: how each is started, and where it listens."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from streams.commands.run import FAUST
from streams.embedded.child import Child, Command
from streams.embedded.home import Home
from streams.embedded.ports import HOST
from streams.topology import Topology

WALL, GATEWAY, CONNECTORS = "wall", "gateway", "connectors"
POLL_SECONDS = 2.0
POLLS_WHILE_ONE = 30
"""Simulated departments are asked, and their folders looked at, so many times while a real one would be asked once at
their pace, but no more often than every two seconds: their day lasts minutes."""


@dataclass(frozen=True)
class Part:
    """One process that serves /health/ready and /metrics on `port`."""

    name: str
    arguments: tuple[str, ...]
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def child(self, home: Home, shared: Mapping[str, str]) -> Child:
        """The process, not yet started; `shared` is what all parts are told."""
        environment = {**shared, "HUB_PORT": str(self.port), **self.environment}
        return home.child(self.name, Command((sys.executable, *self.arguments), environment))


def parts_of(topology: Topology, home: Home, wall_port: int | None) -> dict[str, Part]:
    """Every process of the hub by name, in the order of their start."""
    return {part.name: part for part in _parts(topology, home, wall_port)}


def _parts(topology: Topology, home: Home, wall_port: int | None) -> Iterator[Part]:
    for worker in topology.workers:
        name = f"worker-{worker}"
        yield Part(name, FAUST, home.ports.take(name), {"HUB_WORKER": worker})
    yield Part(CONNECTORS, ("-m", "connectors"), home.ports.take(CONNECTORS))
    gateway = Part(GATEWAY, ("-m", "connectors.gateway"), home.ports.take(GATEWAY))
    yield gateway
    port = wall_port or home.ports.take(WALL)
    yield Part(WALL, ("-m", "streams.wall.gateway"), port, {"HUB_GATEWAY": gateway.url})


def city_polls(topology: Topology, speed: float) -> dict[str, float]:
    """Seconds between two polls of each connector that polls, at the pace of the simulated city."""
    periods = {
        name: float(wiring.settings["every_seconds"])
        for name, wiring in topology.connectors.items()
        if "every_seconds" in wiring.settings
    }
    return {name: min(every, max(POLL_SECONDS, every / speed / POLLS_WHILE_ONE)) for name, every in periods.items()}


def variables_of(polls: Mapping[str, float]) -> dict[str, str]:
    """What tells the connectors so."""
    return {f"HUB_{name}_EVERY_SECONDS".upper(): f"{seconds:g}" for name, seconds in polls.items()}
