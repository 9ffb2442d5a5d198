"""Transactions are paced, so that what comes soon after one has begun can go with the next."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from streams.engine.pace import LONGEST_REST_SECONDS, REST_FACTOR, Pace
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


def rest_after(pace_seconds: float, *took_seconds: float) -> float:
    """Seconds between the beginnings of the last of these transactions and the next one."""
    pace = Pace(pace_seconds)
    for took in took_seconds:
        pace.took(0.0, took)
    return pace.next_at


def test_a_quick_transaction_is_followed_at_the_pace() -> None:
    assert rest_after(0.015, 0.002, 0.002) == 0.015


def test_slow_ones_in_a_row_give_the_broker_rest() -> None:
    assert rest_after(0.015, 0.02, 0.03) == 0.02 * REST_FACTOR


def test_a_lone_slow_one_does_not_hold_up_what_comes_next() -> None:
    assert rest_after(0.015, 0.004, 0.5) == 0.015


@given(st.lists(st.floats(0.0001, 100), min_size=1, max_size=5))
def test_no_rest_is_shorter_than_the_pace_or_longer_than_the_longest(took_seconds: list[float]) -> None:
    assert 0.015 <= rest_after(0.015, *took_seconds) <= LONGEST_REST_SECONDS


def test_without_a_pace_nothing_waits() -> None:
    assert rest_after(0.0, 1.0, 1.0) == 0.0
