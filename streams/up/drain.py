"""Whether a hub has worked off everything: all logs read to their end, no order on its way, no row coming any more."""

import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from streams.codec import Codec
from streams.facts.views import Matter
from streams.kafka import OFFSET_BEGINNING, KafkaException, TopicPartition, Topics, open_consumer
from streams.topic_reader import NotReadable, read_topic
from streams.topology import Topology
from streams.view_reader import Views

MATTERS_VIEW = "hub.view.matters.v1"
FRESHNESS_VIEW = "hub.view.sources.v1"
"""Never at rest: one system after the other grows stale when departments are silent."""
SOURCES = "hub.source."
CALL_SECONDS = 10.0


class Reading(NamedTuple):
    """Who (a processor or agent) reads what: the group, and the topic by its bare name."""

    reader: str
    group: str
    topic: str


def readings(topology: Topology) -> list[Reading]:
    """Everything of a hub that reads with a group."""
    processors = [
        Reading(name, topology.processor_group(name), wiring.reads) for name, wiring in topology.processors.items()
    ]
    agents = [
        Reading(agent, topology.agents_group(worker.name), topic)
        for worker in topology.workers.values()
        for agent in worker.agents
        for topic in topology.agents[agent].reads
    ]
    return processors + agents


class Drain:
    """Looks at a hub from outside, by what its groups have committed."""

    def __init__(self, bootstrap: str, topology: Topology, codec: Codec, quiet_seconds: float) -> None:
        self._bootstrap = bootstrap
        self._topology = topology
        self._views = Views(bootstrap, topology, codec)
        self._topics = Topics(bootstrap)
        self._quiet_seconds = quiet_seconds
        self._source_ends: Mapping[str, int] = {}
        self._changed_at = time.monotonic()

    def open_work(self, *, wall_too: bool) -> list[str]:
        """What is still to be done, for the operator; nothing where all is done. Raises NotReadable.

        Without `wall_too` readers of views are left out: as long as units answer, views go on changing.
        """
        try:
            return [*self._coming(), *self._unread(wall_too=wall_too), *self._on_their_way()]
        except KafkaException as error:
            raise NotReadable(f"Kafka at {self._bootstrap} does not answer: {error.args[0].str()}") from error

    def _coming(self) -> Iterator[str]:
        """Rows still come: a topic of a source has grown a short while ago."""
        ends = source_ends(self._topics, self._topology)
        now = time.monotonic()
        if ends != self._source_ends:
            self._source_ends, self._changed_at = ends, now
        if now - self._changed_at < self._quiet_seconds:
            yield "rows still come"

    def _unread(self, *, wall_too: bool) -> Iterator[str]:
        for reading in readings(self._topology):
            if reading.topic == FRESHNESS_VIEW or (reading.topic.startswith("hub.view.") and not wall_too):
                continue
            if self._has_unread(reading):
                yield f"{reading.reader} has not read {reading.topic} to its end"

    def _has_unread(self, reading: Reading) -> bool:
        topic, partitions = self._topology.topic_name(reading.topic), self._topology.topics[reading.topic].partitions
        consumer = open_consumer(self._bootstrap, reading.group)
        try:
            asked = [TopicPartition(topic, partition) for partition in range(partitions)]
            committed = consumer.committed(asked, timeout=CALL_SECONDS)
        finally:
            consumer.close()
        since = {one.partition: one.offset if one.offset >= 0 else OFFSET_BEGINNING for one in committed}
        return any(True for _ in read_topic(self._bootstrap, topic, since))

    def _on_their_way(self) -> Iterator[str]:
        matters: Mapping[str, Matter] = self._views.read(MATTERS_VIEW)
        sent = sum(order.state == "sent" for matter in matters.values() for order in matter.orders)
        if sent:
            yield f"{sent} orders are on their way to their units"


def source_ends(topics: Topics, topology: Topology) -> dict[str, int]:
    """How many rows were ever written to each source topic (no transaction writes there)."""
    ends = {}
    for name, topic in topology.topics.items():
        if name.startswith(SOURCES):
            by_partition = topics.end_offsets(topology.topic_name(name), range(topic.partitions), committed=False)
            ends[name] = sum(by_partition.values())
    return ends
