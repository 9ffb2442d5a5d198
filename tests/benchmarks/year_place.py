"""Where `dispatch` is measured: one district's partition of the matters' log, in simulated time."""

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

PROCESSOR = "dispatch"
Ends = dict[str, dict[int, int]]
"""By topic (bare name) and partition: the offset after the last record."""


@dataclass(frozen=True)
class Place:
    """On which cluster, under which namespace."""

    bootstrap: str
    namespace: str

    @cached_property
    def topology(self) -> Topology:
        return replace(load_topology(), clock="simulated", namespace=self.namespace)

    @property
    def wiring(self) -> ProcessorWiring:
        return self.topology.processors[PROCESSOR]

    @cached_property
    def log(self) -> str:
        """The log's name on the cluster."""
        return self.topology.topic_name(self.wiring.reads)

    @cached_property
    def number(self) -> int:
        """The partition of the district."""
        return partition_of(DISTRICT, self.partitions(self.wiring.reads))

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
