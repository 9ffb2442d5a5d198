"""A producer has lost its brokers for good, as librdkafka's may (ops/decisions/0134): another takes its place."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Any

import pytest
from confluent_kafka import Producer as RealProducer

from connectors import kafka
from connectors.kafka import Outgoing, SharedProducer
from streams.engine import ticks, topic_watch
from streams.engine.clock import WallClock
from streams.kafka import Producer, Topics, open_producer
from streams.topic_reader import read_topic
from tests.conftest import Cluster, PrivateBrokers
from tests.engine.toy import ALARMS
from tests.eventually import eventually
from tests.faults import ledger
from tests.faults.records import added, append, encoded
from tests.faults.stage import Stage

NOWHERE = "127.0.0.1:1"
"""Nobody listens there."""
GO = threading.Event()
WRITERS = 6


def outgoing(topic: str, value: bytes) -> Outgoing:
    return Outgoing(topic, b"a key", value, [], 0)


@pytest.fixture
def lost(kafka_broker: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[SharedProducer]:
    """The connectors' producer, whose first client finds nobody."""
    opened: list[RealProducer] = []

    def open_one(settings: dict[str, Any]) -> RealProducer:
        opened.append(RealProducer(settings if opened else {**settings, "bootstrap.servers": NOWHERE}))
        return opened[-1]

    monkeypatch.setattr(kafka, "Producer", open_one)
    monkeypatch.setattr(kafka, "SILENT_SECONDS", 0.5)
    with closing(SharedProducer(kafka_broker.bootstrap_servers)) as shared:
        yield shared
    assert len(opened) == 2


def test_what_a_lost_producer_of_the_connectors_holds_is_written_in_order_by_another(
    lost: SharedProducer, kafka_broker: Cluster, namespace: str
) -> None:
    topic, values = f"{namespace}held", [b"record %d" % number for number in range(50)]
    Topics(kafka_broker.bootstrap_servers).create(topic, 1, {})
    where = lost.deliver([outgoing(topic, value) for value in values], GO, "a system")
    assert [one.offset for one in where] == list(range(50))
    assert [record.value() for record in read_topic(kafka_broker.bootstrap_servers, topic)] == values


def test_who_does_not_wait_for_a_lost_producer_is_told_of_its_refusal_and_tries_again(
    lost: SharedProducer, kafka_broker: Cluster, namespace: str
) -> None:
    topic, landed = f"{namespace}at-once", threading.Event()
    Topics(kafka_broker.bootstrap_servers).create(topic, 1, {})
    delivery = lost.begin_at_once([outgoing(topic, b"a record")], "answers", landed.set)
    assert landed.wait(30)
    assert not delivery.is_written
    (where,) = lost.finish(delivery, GO)
    assert where.offset == 0


def test_what_a_broker_that_names_nobody_while_it_is_stopped_leaves_undelivered_is_delivered(
    private_broker: PrivateBrokers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a client that asks for the brokers just then librdkafka may leave one that never asks again."""
    monkeypatch.setitem(kafka.PRODUCER, "topic.metadata.refresh.interval.ms", 10)
    monkeypatch.setattr(kafka, "SILENT_SECONDS", 3.0)
    broker = private_broker({"controlled.shutdown.enable": "true"})
    Topics(broker.bootstrap_servers).create("rows", 1, {})
    ended, written = threading.Event(), set[bytes]()

    def write(shared: SharedProducer, writer: int) -> None:
        number = 0
        while not ended.is_set():
            value = b"%d of %d" % (number, writer)
            shared.deliver([outgoing("rows", value)], GO, f"writer {writer}")
            written.add(value)
            number += 1

    with ExitStack() as stack:
        producers = [stack.enter_context(closing(SharedProducer(broker.bootstrap_servers))) for _ in range(WRITERS)]
        threads = stack.enter_context(ThreadPoolExecutor(WRITERS))
        writing = [threads.submit(write, shared, number) for number, shared in enumerate(producers)]
        eventually(lambda: len(written) > 100, within_seconds=60)
        broker.stop()
        broker.start()
        ended.set()
        for one in writing:
            one.result(timeout=60)
    assert {record.value() for record in read_topic(broker.bootstrap_servers, "rows")} == written


def first_finds_nobody(opened: list[Producer]) -> Callable[[str], Producer]:
    def open_one(bootstrap: str) -> Producer:
        opened.append(open_producer(bootstrap if opened else NOWHERE))
        return opened[-1]

    return open_one


def test_ticks_that_a_lost_producer_holds_are_sent_by_another_and_what_is_due_fires_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Producer] = []
    monkeypatch.setattr(ticks, "open_producer", first_finds_nobody(opened))
    monkeypatch.setattr(ticks, "LOST_MILLISECONDS", 500)
    monkeypatch.setattr(topic_watch, "LOOK_SECONDS", 0.5)
    stage.start()
    fact = added(1, order="remind", due_at=(due_at := WallClock().now() + 1_000))
    append(stage.bootstrap, stage.log, encoded([fact]))
    eventually(lambda: ledger.values(stage.bootstrap, stage.topology, ALARMS), within_seconds=60)
    ledger.assert_fired_once_and_never_early(stage.bootstrap, stage.topology, {f"{fact.key}/{fact.id}/remind": due_at})
    assert len(opened) == 2
