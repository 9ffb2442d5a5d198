"""The toy's topics on a broker, workers for them, and what an operator may do to topics."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from streams.contract import Processor
from streams.engine.clock import OwnClock
from streams.kafka import Topics
from streams.topics import ensure_topics
from streams.topology import Topology
from tests.delete_topic import delete_topic
from tests.engine.toy import ACCOUNTS_LOG, toy_topology
from tests.eventually import eventually
from tests.faults import ledger
from tests.faults.records import publish
from tests.faults.running import RunningWorker, Workers, workers

CHANGELOG = "toy.changelog.accounts.v1"


class Stage:
    """The accounts' processor on a broker, and how many records it was given."""

    def __init__(self, bootstrap: str, topology: Topology, made: Workers) -> None:
        self.bootstrap = bootstrap
        self.topology = topology
        self.workers = made
        self._topics = Topics(bootstrap)
        self._published = 0

    @property
    def log(self) -> str:
        """The accounts' log by its name on the cluster."""
        return self.topology.topic_name(ACCOUNTS_LOG)

    @property
    def changelog(self) -> str:
        return self.topology.topic_name(CHANGELOG)

    def publish(self, records: int) -> None:
        publish(self.bootstrap, self.topology, range(self._published, self._published + records))
        self._published += records

    def start(self, processor: Processor | None = None, slot: str = "0") -> RunningWorker:
        return self.workers.start(processor, slot)

    def work(self, records: int, processor: Processor | None = None, slot: str = "0") -> RunningWorker:
        """A worker that has applied so many more records."""
        running = self.start(processor, slot)
        self.publish(records)
        self.wait()
        return running

    def wait(self) -> None:
        """Until every record published has been applied."""
        eventually(lambda: len(self.applied()) >= self._published, within_seconds=60)

    def applied(self) -> list[str]:
        """The accounts whose changes went on to the totals' log, record by record."""
        return [one.account for one in ledger.values(self.bootstrap, self.topology, "toy.log.totals.v1")]

    def delete(self, topic: str) -> None:
        """Delete a topic (name on the cluster)."""
        delete_topic(self.bootstrap, topic)

    def make_again(self, topic: str) -> None:
        """Delete a topic and create it anew."""
        self.delete(topic)
        ensure_topics(self.topology, self.bootstrap)

    def truncate(self, partition: int, offset: int) -> None:
        """Delete the log's records before an offset."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        where = TopicPartition(self.log, partition, offset)
        admin.delete_records([where])[where].result()

    def ends(self) -> dict[int, int]:
        return self._topics.end_offsets(self.log, range(2), committed=False)


def paced(topology: Topology, pace_milliseconds: int) -> Topology:
    """The same with another pace for every processor."""
    slower = {
        name: replace(wiring, pace_milliseconds=pace_milliseconds) for name, wiring in topology.processors.items()
    }
    return replace(topology, processors=slower)


@contextmanager
def stage_on(
    bootstrap: str, namespace: str, folder: Path, clock: OwnClock | None = None, pace_milliseconds: int = 15
) -> Iterator[Stage]:
    """A stage whose workers end with the block."""
    topology = paced(toy_topology(namespace), pace_milliseconds)
    ensure_topics(topology, bootstrap)
    with workers(topology, bootstrap, folder / "keys", clock) as made:
        yield Stage(bootstrap, topology, made)
