"""What the worker process itself must keep: committed reading, commits in order, kills, Kafka away, orderly ends."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from streams.facts.deliveries import Attempted
from streams.kafka import KafkaException, Topics
from tests.conftest import PrivateBrokers
from tests.delete_topic import delete_topic
from tests.hosting.hub_topics import produce
from tests.hosting.patiently import PATIENCE_SECONDS, patiently
from tests.hosting.stage import ATTEMPTS, Stage

END_SECONDS = 30.0


def committed_records(stage: Stage) -> int:
    """How many records of the notices the worker's group has committed."""
    return sum(stage.topics.committed("hub-hub", ATTEMPTS).values())


def test_an_order_whose_transaction_is_aborted_is_never_called(stage: Stage) -> None:
    worker = stage.worker("attempts")
    worker.start()
    name, unit = stage.topology.topic_name(ATTEMPTS), "500117-water_utility"
    producer = stage.topics.transaction("delivery-0")

    def notify_in_transaction(order_no: str) -> None:
        producer.begin_transaction()
        produce(producer, name, unit, stage.topics.encoded(stage.order(order_no)), {})
        producer.flush()

    notify_in_transaction("50011720261122M00001-01")
    producer.abort_transaction()
    notify_in_transaction("50011720261122M00002-01")
    producer.commit_transaction()
    notify_in_transaction("50011720261122M00003-01")
    stage.notify(stage.order("50011720261122M00004-01", unit="500117-emergency"))

    stage.attempted("50011720261122M00002-01")
    stage.attempted("50011720261122M00004-01")
    assert sorted(stage.webhook.orders()) == ["50011720261122M00002-01", "50011720261122M00004-01"]
    producer.abort_transaction()


def test_a_kill_repeats_under_the_same_key_what_was_not_committed_and_loses_nothing(stage: Stage) -> None:
    """One call hangs while later ones of the same unit end: they must not be committed over it."""
    first, slow, *quick = [f"50011720261122M000{number:02}-01" for number in range(32)]
    stage.webhook.answer = lambda call: stage.webhook.hang(call) if call.order_no == slow else (204, b"")
    worker = stage.worker("attempts")
    worker.start()
    for order_no in (first, slow, *quick):
        stage.notify(stage.order(order_no, timeout_seconds=60))
    patiently(lambda: set(quick) <= set(stage.webhook.orders()))
    patiently(lambda: committed_records(stage) == 1)
    worker.child.kill()
    calls_before = list(stage.webhook.calls)
    facts_before = stage.attempted(quick[0])
    stage.webhook.answer = lambda _: (204, b"")

    worker.start()

    (fact,) = stage.attempted(slow)
    assert fact.outcome == "delivered"
    calls_again = {call.order_no: call for call in stage.webhook.calls[len(calls_before) :]}
    (call_before,) = [call for call in calls_before if call.order_no == slow]
    assert call_before.headers["idempotency-key"] == calls_again[slow].headers["idempotency-key"]
    assert call_before.body == calls_again[slow].body
    assert first not in calls_again
    # What ended alike both times gives the same bytes, so that the log's owner drops the second.
    assert patiently(lambda: stage.attempted(quick[0])[1:]) == facts_before
    patiently(lambda: committed_records(stage) == 32)


def test_a_worker_that_joins_and_one_that_is_killed_lose_nothing(stage: Stage) -> None:
    units = ("500117-emergency", "500117-gas_utility", "500117-water_utility", "500117-city_management")
    orders = [stage.order(f"50011720261122M00{number:03}-01", unit=units[number % 4]) for number in range(200)]
    one, other = stage.worker("attempts", HUB_SLOT="0"), stage.worker("attempts", HUB_SLOT="1")
    one.start()
    for notice in orders[:100]:
        stage.notify(notice)
    other.start()
    for notice in orders[100:]:
        stage.notify(notice)
    one.child.kill()

    patiently(lambda: set(stage.webhook.orders()) == {notice.order_no for notice in orders})


def test_the_worker_ends_in_order_when_asked_and_commits_what_is_done(stage: Stage) -> None:
    worker = stage.worker("sources", "attempts")
    worker.start()
    assert set(worker.health()["parts"]) == {"kafka", "sources", "attempts"}
    assert b'hub_processor_lag_seconds{partition="0",processor="sources"}' in worker.get("/metrics")[1]
    stage.notify(stage.order("50011720261122M00001-01"))
    stage.attempted("50011720261122M00001-01")
    assert worker.child.pid is not None

    os.killpg(worker.child.pid, signal.SIGTERM)

    assert worker.child.wait(END_SECONDS) == 0
    assert committed_records(stage) == 1
    assert not worker.port_path.exists()


def test_a_worker_that_the_topology_does_not_name_says_which_there_are(stage: Stage) -> None:
    worker = stage.worker("attempts", HUB_WORKER="nonsense")
    worker.child.start()

    assert worker.child.wait(PATIENCE_SECONDS) == 2
    assert "HUB_WORKER is 'nonsense': topology.yaml has the workers hub" in worker.log()
    assert "Traceback" not in worker.log()


def test_topics_that_are_missing_are_named_and_waited_for(stage: Stage) -> None:
    topics, missing = Topics(stage.topics.bootstrap), stage.topology.topic_name(ATTEMPTS)
    delete_topic(stage.topics.bootstrap, missing)
    worker = stage.worker("attempts")
    worker.start(ready=False)
    patiently(lambda: missing in str(worker.health()["parts"]["kafka"]["reasons"]))
    assert worker.get("/health/live")[0] == 200
    assert worker.get("/health/ready")[0] == 503

    topics.create(missing, 4, {"message.timestamp.type": "LogAppendTime"})

    patiently(lambda: worker.health()["ready"])


@pytest.mark.timeout(240)
def test_kafka_may_be_away_at_the_start_and_in_the_middle(private_broker: PrivateBrokers, tmp_path: Path) -> None:
    broker = private_broker()
    stage = Stage(broker.bootstrap_servers, "t.", tmp_path)
    broker.kill()
    worker = stage.worker("attempts")
    worker.start(ready=False)
    patiently(lambda: "does not answer" in str(worker.health()["parts"]["kafka"]["reasons"]))
    broker.start()
    patiently(lambda: worker.health()["ready"])
    stage.notify(stage.order("50011720261122M00001-01"))
    stage.attempted("50011720261122M00001-01")

    stage.webhook.answer = stage.webhook.hang
    stage.notify(stage.order("50011720261122M00002-01", timeout_seconds=60))
    patiently(lambda: len(stage.webhook.calls) == 2)
    broker.kill()
    stage.webhook.release()
    broker.start()

    def attempted() -> list[Attempted]:
        with suppress(KafkaException):
            return stage.attempted_so_far("50011720261122M00002-01")
        return []

    patiently(attempted)
    assert worker.child.pid is not None
    stage.close()


def test_an_engine_that_stops_takes_the_process_down_and_says_why(stage: Stage) -> None:
    topics, log = Topics(stage.topics.bootstrap), stage.topology.topic_name("hub.log.sources.v1")
    delete_topic(stage.topics.bootstrap, log)
    topics.create(log, 1, {"message.timestamp.type": "CreateTime"})
    worker = stage.worker("sources")
    worker.child.start()

    assert worker.child.wait(PATIENCE_SECONDS) == 1
    assert "the engine of sources stopped: WorkerStopped" in worker.log()
    assert "message.timestamp.type CreateTime, the hub needs LogAppendTime" in worker.log()
