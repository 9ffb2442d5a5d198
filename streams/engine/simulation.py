"""The hub on a real Kafka in simulated time: the driver sets the clock, and only when every log is read to its end.

It looks the same from outside as the in-memory hub, so one story runs on both and must end the same. Simulated time
lies in the past, because Kafka refuses stamps that are far ahead.
"""

import contextlib
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol, Self

from streams.codec import Codec
from streams.contract import Fact, Processor
from streams.engine.clock import SimulatedClock
from streams.engine.memory import Appended, latest_of, values_of
from streams.engine.outbox import Quarantine
from streams.engine.owned import Progress
from streams.engine.quarantine import TOPIC
from streams.engine.reading import batches_to_end
from streams.engine.worker import Surroundings, Worker
from streams.facts.engine import Tick
from streams.kafka import ANY_PARTITION, Topics, open_producer
from streams.topics import ensure_topics
from streams.topology import ProcessorWiring, Topology

LOOK_SECONDS = 0.002
Ends = Mapping[str, Mapping[int, int]]
"""The end of each partition of each log."""
PATIENCE_SECONDS = 60.0


class NotSettled(Exception):
    """The logs were not read to their ends in time, or a worker stopped."""


class Driven(Protocol):
    """What the driver asks of a worker, wherever that runs."""

    wiring: ProcessorWiring

    @property
    def progress(self) -> Mapping[int, Progress]: ...
    def status(self) -> tuple[bool, bool, tuple[str, ...]]: ...
    def stop(self) -> None: ...


class KafkaHub:
    """Workers in threads on one cluster and a clock that stands still until `advance_to`."""

    def __init__(
        self,
        topology: Topology,
        processors: Mapping[str, Processor],
        codec: Codec,
        bootstrap: str,
        quarantine: Quarantine,
        start_at: int,
    ) -> None:
        self.topology = replace(topology, clock="simulated")
        self.codec = codec
        self.workers: Sequence[Driven] = ()
        self._clock = SimulatedClock(start_at)
        self._processors = processors
        self._bootstrap = bootstrap
        self._surroundings = Surroundings(bootstrap, codec, quarantine, self._clock)
        self._threads: list[threading.Thread] = []
        ensure_topics(self.topology, bootstrap)
        self._topics = Topics(bootstrap)
        self._producer = open_producer(bootstrap)
        self._read: dict[str, list[list[Appended]]] = {}
        self._read_to: dict[str, dict[int, int]] = {}
        self._settled_at: Ends | None = None
        """The ends that all logs were last read to."""

    @classmethod
    @contextlib.contextmanager
    def running(cls, *arguments: Any, **named: Any) -> Iterator[Self]:
        """A hub whose workers run until the block ends."""
        hub = cls(*arguments, **named)
        hub.start()
        try:
            yield hub
        finally:
            hub.stop()

    @property
    def now(self) -> int:
        return self._clock.now()

    def start(self) -> None:
        """Start a worker for each processor."""
        self._settled_at = None
        workers = [
            Worker(self.topology, name, self._surroundings, processor=processor)
            for name, processor in self._processors.items()
        ]
        self.workers = workers
        self._threads = [threading.Thread(target=_quietly, args=(worker,), daemon=True) for worker in workers]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop the workers and wait for them."""
        for worker in self.workers:
            worker.stop()
        for thread in self._threads:
            thread.join()

    def restart(self) -> None:
        """Stop every worker and start new ones, which restore from the changelogs."""
        self.stop()
        self.start()

    # Writing.

    def publish(self, topic: str, fact: Fact) -> None:
        """Append a fact, stamped with the clock."""
        self.append(topic, fact.key, self.codec.encode(fact))

    def broadcast(self, topic: str, fact: Fact) -> None:
        """Append a fact to every partition of a log."""
        for partition in range(self.topology.topics[topic].partitions):
            self._produce(topic, fact.key, self.codec.encode(fact), partition=partition)

    def append(self, topic: str, key: str, data: bytes | None) -> None:
        """Append bytes to the partition of their key."""
        self._produce(topic, key, data)

    def _produce(self, topic: str, key: str | None, data: bytes | None, partition: int = ANY_PARTITION) -> None:
        name = self.topology.topic_name(topic)
        self._producer.produce(name, value=data, key=key, timestamp=self.now, partition=partition)

    # Running.

    def settle(self) -> None:
        """Wait until every log is read to its end and nothing is due. Raises NotSettled."""
        self._producer.flush()
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        ends = self._ends()
        while ends != self._settled_at or self._due():
            self._wait_until_read_to(ends, give_up_at)
            self._tick()
            self._settled_at, ends = ends, self._ends()

    def _ends(self) -> Ends:
        """The end of each log, of everything written: the committed end may be stale for a moment after a commit."""
        logs = {worker.wiring.reads for worker in self.workers}
        partitions = {self.topology.topic_name(log): range(self.topology.topics[log].partitions) for log in logs}
        return self._topics.ends(partitions, committed=False)

    def _wait_until_read_to(self, ends: Ends, give_up_at: float) -> None:
        while not all(self._has_read_to(worker, ends) for worker in self.workers):
            if failed := [worker.status()[2] for worker in self.workers if not worker.status()[0]]:
                raise NotSettled(f"a worker stopped: {failed}")
            if time.monotonic() > give_up_at:
                raise NotSettled(f"{[(worker.wiring.name, worker.status()) for worker in self.workers]}")
            time.sleep(LOOK_SECONDS)

    def _has_read_to(self, worker: Driven, ends: Ends) -> bool:
        progress = worker.progress
        wanted = ends[self.topology.topic_name(worker.wiring.reads)]
        return all(
            number in progress and (read_to := progress[number].end) is not None and read_to >= end
            for number, end in wanted.items()
        )

    def _due(self) -> list[tuple[str, int]]:
        """Log and partition of whatever is due."""
        return [
            (worker.wiring.reads, number)
            for worker in self.workers
            for number, one in worker.progress.items()
            if one.next_due_at is not None and one.next_due_at <= self.now
        ]

    def _tick(self) -> None:
        """Append a tick wherever something is due. The owners tick too, but paced by a clock that stands still here."""
        for log, number in self._due():
            self._produce(log, None, self.codec.encode(Tick(sent_at=self.now)), partition=number)
        self._producer.flush()

    def next_due(self) -> int | None:
        """The earliest due moment of any partition."""
        dues = [one.next_due_at for worker in self.workers for one in worker.progress.values()]
        return min((due for due in dues if due is not None), default=None)

    def advance_to(self, instant: int) -> None:
        """Let time pass up to and including `instant`; every due moment on the way fires at its own time."""
        self.settle()
        while (due_at := self.next_due()) is not None and due_at <= instant:
            self._clock.set_forward(due_at)
            self.settle()
        self._clock.set_forward(instant)

    # Looking.

    def appended(self, topic: str) -> list[Appended]:
        """Every committed record of a topic, partition by partition; reads on from where it was read to before."""
        name, partitions = self.topology.topic_name(topic), self.topology.topics[topic].partitions
        found = self._read.setdefault(topic, [[] for _ in range(partitions)])
        read_to = self._read_to.setdefault(topic, dict.fromkeys(range(partitions), 0))
        ends = self._topics.end_offsets(name, read_to, committed=False)
        if any(read_to[number] < end for number, end in ends.items()):
            # Nothing is kept of a reading that breaks off: the next one begins where this one did.
            read = [one for messages in batches_to_end(self._bootstrap, name, read_to) for one in messages]
            for one in read:
                found[one.partition()].append(Appended(one.timestamp()[1], one.key(), one.value(), one.headers()))
                ends[one.partition()] = max(ends[one.partition()], one.offset() + 1)
            read_to |= ends
        return [record for records in found for record in records]

    def values(self, topic: str) -> list[Any]:
        """Every value of a topic but ticks, partition by partition; a deletion is None."""
        return values_of(self.appended(topic), self.codec)

    def latest(self, topic: str) -> dict[str, Any]:
        """The last value of each key of a compacted topic."""
        return latest_of(self.appended(topic), self.codec)

    def set_aside(self) -> list[tuple[str, str]]:
        """Stage and reason of everything that was set aside."""
        return [(held.stage, held.reason) for held in self.values(TOPIC)]


def _quietly(worker: Worker) -> None:
    """Run a worker; one that fails has logged why and is found through its status."""
    with contextlib.suppress(Exception):
        worker.run()
