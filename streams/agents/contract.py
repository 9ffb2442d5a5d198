"""What the host gives an agent and what it asks of it.

An agent takes records one after the other, works on as many at once as it likes, and says of each when its effect is
durable: only then may its offset be committed, so a record whose agent dies half-way comes again. It never raises.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from streams.codec import Origin
from streams.hosting.surroundings import Surroundings
from streams.secrecy.sealing import Sealer
from streams.topology import Topology


@dataclass(frozen=True)
class Received:
    """One record as Kafka has it; `value` None deletes `key`. `appended_at` is its append time (milliseconds)."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Mapping[str, bytes]
    appended_at: int

    @property
    def origin(self) -> Origin:
        return Origin(self.topic, self.partition, self.offset)

    @property
    def trace(self) -> str:
        """The id of the row that all began with; '' where the record does not say."""
        return self.headers.get("ce_trace", b"").decode(errors="replace")


class Health(NamedTuple):
    """`live` False asks for a restart; `ready` False says that work waits; `reasons` say why, for the operator."""

    live: bool
    ready: bool
    reasons: tuple[str, ...] = ()


READY = Health(live=True, ready=True)

Done = Callable[[], None]
Headers = Sequence[tuple[str, bytes]]


class Place(NamedTuple):
    """Where a record was appended in its topic."""

    partition: int
    offset: int


class Host(Protocol):
    """What an agent can ask of the process that hosts it."""

    async def append(self, topic: str, key: str, value: bytes, caused_at: int, headers: Headers = ()) -> Place:
        """Append to a topic (bare name) of the hub; returns when Kafka has acknowledged, however long that takes.

        `caused_at` is the append time of what led to it (milliseconds): in simulated time it is the record's own.
        """

    def current_until(self) -> Mapping[tuple[str, int], int]:
        """For each owned topic and partition an instant (milliseconds): all that was in it then is done."""


class Agent(Protocol):
    """What `streams/app.py` hosts. All methods are called in one event loop."""

    async def open(self, host: Host) -> None:
        """Called once before the first record."""

    async def take(self, received: Received, done: Done) -> None:
        """Take one record; may wait while the agent is full. Calls `done` later, once, when the effect is durable."""

    async def close(self) -> None:
        """Give up what is under way within seconds; what was not `done` comes again."""

    def health(self) -> Health: ...


AgentFactory = Callable[[Topology, Surroundings, Sealer], Agent]
"""What `code` of an agent in `topology.yaml` names."""
