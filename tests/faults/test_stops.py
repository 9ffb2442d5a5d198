"""What a worker must not work on: it stops, or does not start, and says why."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from streams.contract import Output, Tables
from streams.engine.clock import WallClock
from streams.engine.tables import NOT_DUE
from streams.topics import ensure_topics
from tests.conftest import Cluster
from tests.engine.toy import ACCOUNTS_LOG, Accounts, Added, Poison, toy_topology
from tests.eventually import eventually
from tests.faults import ledger
from tests.faults.records import added, append, encoded
from tests.faults.running import workers
from tests.faults.stage import CHANGELOG, Stage, stage_on


def test_a_log_whose_writers_set_the_time_is_refused(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> None:
    topology = toy_topology(namespace)
    ensure_topics(replace(topology, clock="simulated"), kafka_broker.bootstrap_servers)
    with workers(topology, kafka_broker.bootstrap_servers, tmp_path) as made:
        stop = made.start().stopped()
    assert stop.code == "wrong_time_type"
    assert str(stop) == f"{namespace}{ACCOUNTS_LOG} has message.timestamp.type CreateTime, the hub needs LogAppendTime"


@pytest.mark.parametrize("missing", [ACCOUNTS_LOG, CHANGELOG])
def test_a_topic_that_is_missing_is_named_with_the_way_out(stage: Stage, missing: str) -> None:
    topic = stage.topology.topic_name(missing)
    stage.delete(topic)
    stop = stage.start().stopped()
    assert stop.code == "topic_missing"
    assert str(stop) == f"{topic} does not exist: run `hub topics`"


@pytest.mark.parametrize("deleted", [ACCOUNTS_LOG, CHANGELOG])
def test_a_topic_deleted_under_a_running_worker_stops_it(stage: Stage, deleted: str) -> None:
    running = stage.work(100)
    stage.delete(stage.topology.topic_name(deleted))
    assert running.stopped().code == "topic_missing"


@pytest.mark.parametrize("made_again", [ACCOUNTS_LOG, CHANGELOG])
def test_a_topic_made_again_under_a_running_worker_stops_it(stage: Stage, made_again: str) -> None:
    running = stage.work(100)
    stage.make_again(stage.topology.topic_name(made_again))
    stop = running.stopped()
    assert stop.code in ("topic_recreated", "topic_missing"), str(stop)


def test_a_log_made_again_and_filled_past_the_place_reached_stops_the_worker_for_good(stage: Stage) -> None:
    """Whether it sees the empty log first is a race: what it applies of the new one until it looks can differ."""
    running = stage.work(100)
    stage.make_again(stage.log)
    stage.publish(1_000)
    assert running.stopped().code in ("topic_recreated", "topic_missing")
    applied = stage.applied()
    assert stage.start().stopped().code == "topic_recreated"
    assert stage.applied() == applied


def test_a_log_made_again_between_two_runs_is_not_taken_for_the_old_one(stage: Stage) -> None:
    stage.work(100).stop()
    stage.make_again(stage.log)
    stage.publish(200)
    stop = stage.start().stopped()
    assert stop.code == "topic_recreated"
    assert "start a new state version" in str(stop)
    assert len(stage.applied()) == 100


def test_a_changelog_made_again_between_two_runs_is_behind_what_was_committed(stage: Stage) -> None:
    stage.work(100).stop()
    stage.make_again(stage.changelog)
    stop = stage.start().stopped()
    assert stop.code == "position_behind"
    assert "the changelog lost rows" in str(stop)


def test_a_changelog_that_lost_its_beginning_is_not_served(stage: Stage) -> None:
    running = stage.work(100)
    stage.make_again(stage.changelog)
    stage.publish(100)
    running.stopped()
    eventually(lambda: stage.start().stopped().code in ("damaged", "position_behind"))


def test_a_log_that_lost_records_already_applied_is_read_on(stage: Stage) -> None:
    stage.work(100).stop()
    for partition, end in stage.ends().items():
        stage.truncate(partition, end)
    stage.work(100)
    assert len(stage.applied()) == 200


def test_a_log_that_lost_records_not_yet_applied_is_refused(stage: Stage) -> None:
    stage.work(100).stop()
    stage.publish(100)
    for partition, end in stage.ends().items():
        stage.truncate(partition, end - 1)
    stop = stage.start().stopped()
    assert stop.code == "log_begins_late"
    assert "records are gone" in str(stop)


class Behind(WallClock):
    """A machine's clock that is behind the broker's."""

    def __init__(self, seconds: float) -> None:
        self._milliseconds = int(seconds * 1000)

    def now(self) -> int:
        return super().now() - self._milliseconds


def test_a_broker_clock_that_runs_ahead_stops_the_worker_before_anything_fires(
    kafka_broker: Cluster, namespace: str, tmp_path: Path
) -> None:
    with stage_on(kafka_broker.bootstrap_servers, namespace, tmp_path, Behind(60.0)) as stage:
        stage.publish(100)
        stop = stage.start().stopped()
        assert stop.code == "clock_ahead"
        assert "check the broker's clock" in str(stop)
        assert stage.applied() == []


def test_a_broker_clock_a_little_ahead_is_no_trouble(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> None:
    with stage_on(kafka_broker.bootstrap_servers, namespace, tmp_path, Behind(2.0)) as stage:
        stage.work(100)


class Failing(Accounts):
    """Fails at everything."""

    def on_record(self, now: int, record: Added, tables: Tables) -> Iterator[Output]:
        raise Poison("always")


def test_a_processor_that_fails_at_everything_stops_and_sets_nothing_aside(stage: Stage) -> None:
    stage.publish(300)
    stop = stage.start(Failing()).stopped()
    assert stop.code == "too_many_unexpected"
    assert "100 steps in a row failed, last: Poison('always')" in str(stop)
    assert ledger.values(stage.bootstrap, stage.topology, "hub.quarantine.v1") == []
    stage.start()
    stage.wait()


@pytest.mark.parametrize("key", ["~position", "accounts/account-7"])
def test_a_row_that_nobody_of_ours_wrote_stops_the_worker(stage: Stage, key: str) -> None:
    stage.work(200).stop()
    for partition in range(2):
        append(stage.bootstrap, stage.changelog, [(key, NOT_DUE + b"rubbish")], partition)
    running = stage.start()
    append(stage.bootstrap, stage.log, encoded([added(1_000, key="account-7")]))
    stop = running.stopped()
    assert stop.code == "damaged"
    assert key in str(stop)
    assert len(stage.applied()) == 200
