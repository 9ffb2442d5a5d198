"""Where `dispatch` is measured: one district's partition of a processor's log, in simulated time."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property

from streams.engine.partitioner import partition_of
from streams.kafka import Topics
from streams.topics import ensure_topics
from streams.topology import ProcessorWiring, Topology, load_topology
from tests.benchmarks.bench import Bench
from tests.benchmarks.year_facts import DISTRICT

PROCESSOR, BEFORE_IT = "dispatch", "event_profiles"
"""The processor that is measured, and the one that asks it for matters."""
Ends = dict[str, dict[int, int]]
"""By topic (bare name) and partition: the offset after the last record."""


@dataclass(frozen=True)
class Place:
    """On which cluster, under which namespace; whose log it is."""

    bootstrap: str
    namespace: str
    processor: str = PROCESSOR

    def of(self, processor: str) -> "Place":
        """The same place with another processor's log."""
        return replace(self, processor=processor)

    @cached_property
    def topology(self) -> Topology:
        return replace(load_topology(), clock="simulated", namespace=self.namespace)

    @property
    def wiring(self) -> ProcessorWiring:
        return self.topology.processors[self.processor]

    @cached_property
    def log(self) -> str:
        """The log's name on the cluster."""
        return self.topology.topic_name(self.wiring.reads)

    @cached_property
    def number(self) -> int:
        """The partition of the district."""
        return self.number_in(self.wiring.reads)

    def number_in(self, log: str) -> int:
        """The partition of the district in a log (bare name)."""
        return partition_of(DISTRICT, self.partitions(log))

    def partitions(self, topic: str) -> int:
        return self.topology.topics[topic].partitions

    def log_end(self) -> int:
        return Topics(self.bootstrap).end_offsets(self.log, [self.number], committed=True)[self.number]

    def output_ends(self) -> Ends:
        """Where each topic ends that the processor writes to."""
        topics = Topics(self.bootstrap)
        return {
            topic: topics.end_offsets(self.topology.topic_name(topic), range(self.partitions(topic)), committed=False)
            for topic in sorted(set(self.wiring.ports.values()))
        }


@contextmanager
def fresh_place(bench: Bench, name: str) -> Iterator[Place]:
    """Topics of its own, empty, on a broker for as long as this lasts."""
    with bench.broker(name) as bootstrap:
        place = Place(bootstrap, f"{name}{uuid.uuid4().hex[:8]}.")
        ensure_topics(place.topology, bootstrap)
        yield place
