"""Transactions are paced, so that what comes soon after one has begun can go with the next."""

from pathlib import Path

from streams.kafka import open_producer
from streams.topic_reader import read_topic
from tests.conftest import Cluster
from tests.eventually import eventually
from tests.faults.records import added, encoded
from tests.faults.running import RunningWorker
from tests.faults.stage import Stage, stage_on

PACE_MILLISECONDS = 1_000


def written_at(stage: Stage) -> list[int]:
    """When each output came into the totals' log (milliseconds)."""
    log = stage.topology.topic_name("toy.log.totals.v1")
    return [message.timestamp()[1] for message in read_topic(stage.bootstrap, log)]


def applied(running: RunningWorker) -> int:
    """How many records the worker has committed, without asking Kafka."""
    return sum(owned.state.committed_offset + 1 for owned in running.worker.partitions.values())


def test_a_transaction_waits_for_its_time_after_the_last(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> None:
    with stage_on(kafka_broker.bootstrap_servers, namespace, tmp_path, pace_milliseconds=PACE_MILLISECONDS) as stage:
        running, producer = stage.start(), open_producer(stage.bootstrap)
        for number, (key, value) in enumerate(encoded(added(number) for number in (1, 2, 3)), start=1):
            producer.produce(stage.log, value, key)
            producer.flush()
            eventually(lambda: applied(running) >= number)  # noqa: B023 - asked within this turn
        _, second, third = written_at(stage)
    assert third - second > PACE_MILLISECONDS / 2
