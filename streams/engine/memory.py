"""The whole hub in memory: the same processors, logs as lists, a manual clock, seeded faults. No broker, no threads.

Time stands still until `advance_to`; it moves from due moment to due moment and appends a tick there, as the owner of a
quiet partition does. Under faults the same story must end the same: records delivered twice, crashes before and after a
commit, partitions handed over, one log running behind another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

from streams.codec import Codec
from streams.contract import Fact, Processor
from streams.engine.engine import Held, LogPartition, Partition, Versions
from streams.engine.partitioner import partition_of
from streams.facts.engine import Tick
from streams.topology import ProcessorWiring, Topology

IN_MEMORY = Versions(code="memory", configuration="memory")


class Appended(NamedTuple):
    """A record in a log. `at` is its append time."""

    at: int
    key: bytes | None
    data: bytes | None
    headers: list[tuple[str, bytes]] | None


def values_of(appended: Iterable[Appended], codec: Codec) -> list[Any]:
    """What records hold, without ticks; a deletion is None."""
    decoded = (codec.decode(one.data) if one.data is not None else None for one in appended)
    return [value for value in decoded if not isinstance(value, Tick)]


def latest_of(appended: Iterable[Appended], codec: Codec) -> dict[str, Any]:
    """The last value of each key, in the order in which they were written."""
    latest: dict[str, Any] = {}
    for one in appended:
        key = (one.key or b"").decode()
        latest.pop(key, None)
        if one.data is not None:
            latest[key] = codec.decode(one.data)
    return latest


@dataclass(frozen=True)
class Faults:
    """How often things go wrong, as probabilities per append or transaction; one seed goes wrong in one way."""

    seed: int = 0
    twice: float = 0.0
    crash_before_commit: float = 0.0
    crash_after_commit: float = 0.0
    handed_over: float = 0.0
    delayed: float = 0.0
    shuffled: bool = False
    batch: int = 1_000


NO_FAULTS = Faults()


class MemoryLog:
    """One partition of one topic."""

    def __init__(self) -> None:
        self.records: list[Appended] = []
        self._latest = 0

    def append(self, at: int, key: bytes | None, data: bytes | None, headers: list[tuple[str, bytes]] | None) -> int:
        self._latest = max(self._latest, at)
        self.records.append(Appended(self._latest, key, data, headers))
        return len(self.records) - 1


class Owner:
    """One processor on one partition: its state, its changelog, what it has read."""

    def __init__(self, hub: "MemoryHub", wiring: ProcessorWiring, processor: Processor, partition: int) -> None:
        self.wiring = wiring
        self.changelog: dict[str, bytes] = {}
        self.log = hub.log(wiring.reads, partition)
        self._hub = hub
        self._processor = processor
        self._partition = partition
        self.state = self._restored()

    def restore(self) -> None:
        """Lose the memory and read the changelog again."""
        self.state = self._restored()

    def _restored(self) -> Partition:
        topic = self.wiring.reads
        log = LogPartition(topic, self._partition, self._hub.partitions(topic))
        state = Partition(self._processor, self.wiring.ports, self._hub.codec, log, IN_MEMORY)
        state.load(dict(self.changelog))
        return state

    @property
    def is_behind(self) -> bool:
        return self.state.committed_offset + 1 < len(self.log.records)

    def run_transaction(self, faults: Faults, random: Random) -> None:
        """Apply one batch and commit it, or fail on the way as the faults say."""
        size = random.randint(1, faults.batch) if faults.shuffled else faults.batch
        first = self.state.committed_offset + 1
        for offset in range(first, min(first + size, len(self.log.records))):
            record = self.log.records[offset]
            if not self.state.apply(offset, record.at, record.key, record.data):
                break
        if random.random() < faults.crash_before_commit:
            self.restore()
            return
        self._commit()
        if random.random() < faults.crash_after_commit or random.random() < faults.handed_over:
            self.restore()

    def _commit(self) -> None:
        for full_key, row in self.state.changelog():
            if row is None:
                self.changelog.pop(full_key, None)
            else:
                self.changelog[full_key] = row
        for topic, key, value, headers in self.state.emissions:
            self._hub.append(topic, key, value, headers)
        self._hub.held += self.state.held
        self.state.commit()


class MemoryHub:
    """Logs, processors and a clock. `publish`, `settle`, `advance_to`, then look at `values`."""

    def __init__(
        self,
        topology: Topology,
        processors: Mapping[str, Processor],
        codec: Codec,
        start_at: int,
        faults: Faults = NO_FAULTS,
    ) -> None:
        self.topology = topology
        self.codec = codec
        self.now = start_at
        self.held: list[Held] = []
        self._faults = faults
        self._random = Random(faults.seed)
        self._logs: dict[tuple[str, int], MemoryLog] = {}
        self.owners = [
            Owner(self, topology.processors[name], processor, partition)
            for name, processor in processors.items()
            for partition in range(self.partitions(topology.processors[name].reads))
        ]

    def partitions(self, topic: str) -> int:
        return self.topology.topics[topic].partitions

    def log(self, topic: str, partition: int) -> MemoryLog:
        return self._logs.setdefault((topic, partition), MemoryLog())

    # Writing.

    def publish(self, topic: str, fact: Fact) -> None:
        """Append a fact as a publisher would: twice now and then, if the faults say so."""
        data = self.codec.encode(fact)
        self.append(topic, fact.key, data)
        if self._random.random() < self._faults.twice:
            self.append(topic, fact.key, data)

    def broadcast(self, topic: str, fact: Fact) -> None:
        """Append a fact to every partition of a log."""
        for partition in range(self.partitions(topic)):
            self.log(topic, partition).append(self.now, fact.key.encode(), self.codec.encode(fact), None)

    def append(self, topic: str, key: str, data: bytes | None, headers: list[tuple[str, bytes]] | None = None) -> None:
        """Append bytes to the partition of their key."""
        self.log(topic, partition_of(key, self.partitions(topic))).append(self.now, key.encode(), data, headers)

    # Running.

    def settle(self) -> None:
        """Run every processor until every log is read to its end."""
        while behind := [owner for owner in self.owners if owner.is_behind]:
            if self._faults.shuffled:
                self._random.shuffle(behind)
            for owner in behind:
                if self._random.random() >= self._faults.delayed:
                    owner.run_transaction(self._faults, self._random)

    def next_due(self) -> int | None:
        """The earliest due moment of any partition."""
        dues = [due for owner in self.owners if (due := owner.state.next_due()) is not None]
        return min(dues, default=None)

    def advance_to(self, instant: int) -> None:
        """Let time pass up to and including `instant`; every due moment on the way fires at its own time."""
        self.settle()
        while (due_at := self.next_due()) is not None and due_at <= instant:
            self.now = max(self.now, due_at)
            self._tick(due_at)
            self.settle()
        self.now = max(self.now, instant)

    def _tick(self, due_at: int) -> None:
        for owner in self.owners:
            due = owner.state.next_due()
            if due is not None and due <= due_at:
                owner.log.append(self.now, None, self.codec.encode(Tick(sent_at=self.now)), None)

    def restart(self) -> None:
        """Lose every owner's memory and restore it from its changelog."""
        for owner in self.owners:
            owner.restore()

    # Looking.

    def set_aside(self) -> list[tuple[str, str]]:
        """Stage and reason of everything that was set aside."""
        return [(held.stage, held.reason) for held in self.held]

    def appended(self, topic: str) -> list[Appended]:
        """Every record of a topic, partition by partition."""
        return [record for partition in range(self.partitions(topic)) for record in self.log(topic, partition).records]

    def values(self, topic: str) -> list[Any]:
        """Every value of a topic but ticks, partition by partition; a deletion is None."""
        return values_of(self.appended(topic), self.codec)

    def latest(self, topic: str) -> dict[str, Any]:
        """The last value of each key of a compacted topic."""
        return latest_of(self.appended(topic), self.codec)
