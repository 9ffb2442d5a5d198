"""Records that are appended from an event loop: each learns where it is, in whatever company it went out."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from connectors import kafka, kafka_append
from connectors.kafka import Acknowledgement, SharedProducer
from connectors.kafka_append import KafkaAppend
from connectors.problems import Problem
from streams.kafka import Topics
from streams.topic_reader import read_topic
from tests.conftest import Cluster

NOWHERE = "127.0.0.1:1"
"""Nobody listens there."""


@contextmanager
def producer(bootstrap: str) -> Iterator[SharedProducer]:
    made = SharedProducer(bootstrap)
    try:
        yield made
    finally:
        made.close()


async def appended(append: KafkaAppend, topic: str, values: list[bytes]) -> list[Acknowledgement]:
    """Of all of them, in one turn of the loop."""
    return await asyncio.gather(*(append(topic, f"key {number % 7}", value) for number, value in enumerate(values)))


def values_at(cluster: Cluster, topic: str) -> dict[Acknowledgement, bytes]:
    messages = list(read_topic(cluster.bootstrap_servers, topic))
    return {
        Acknowledgement(topic, message.partition() or 0, message.offset() or 0): message.value() or b""
        for message in messages
    }


def test_each_of_many_in_one_turn_is_told_its_own_place(kafka_broker: Cluster, namespace: str) -> None:
    topic, values = f"{namespace}appended", [b"record %d" % number for number in range(200)]
    Topics(kafka_broker.bootstrap_servers).create(topic, 3, {})
    with producer(kafka_broker.bootstrap_servers) as shared:
        where = asyncio.run(appended(KafkaAppend(shared), topic, values))
        assert shared.overdue() == []
    assert dict(zip(where, values, strict=True)) == values_at(kafka_broker, topic)


def test_what_finds_no_room_is_written_when_there_is_some(
    kafka_broker: Cluster, namespace: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(kafka.PRODUCER, "queue.buffering.max.messages", 5)
    topic, values = f"{namespace}crowded", [b"record %d" % number for number in range(60)]
    Topics(kafka_broker.bootstrap_servers).create(topic, 1, {})
    with producer(kafka_broker.bootstrap_servers) as shared:
        where = asyncio.run(appended(KafkaAppend(shared), topic, values))
    assert dict(zip(where, values, strict=True)) == values_at(kafka_broker, topic)


def test_without_kafka_each_is_told_to_come_again_and_nothing_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka_append, "RECEIPT_SECONDS", 0.2)
    monkeypatch.setattr(kafka, "OVERDUE_SECONDS", 0.0)
    monkeypatch.setattr(kafka, "LAST_WAIT_SECONDS", 0.1)

    async def refused(append: KafkaAppend) -> list[Acknowledgement | BaseException]:
        return await asyncio.gather(
            *(append("a topic", "a key", b"a record") for _ in range(3)), return_exceptions=True
        )

    with producer(NOWHERE) as shared:
        outcomes = asyncio.run(refused(KafkaAppend(shared)))
        assert shared.overdue() == []
    assert [one.status for one in outcomes if isinstance(one, Problem)] == [503] * 3


def test_who_has_left_is_not_told_and_the_others_are(kafka_broker: Cluster, namespace: str) -> None:
    topic = f"{namespace}left"
    Topics(kafka_broker.bootstrap_servers).create(topic, 1, {})

    async def one_leaves(append: KafkaAppend) -> list[Acknowledgement | BaseException]:
        waiting = [asyncio.ensure_future(append(topic, "a key", b"record %d" % number)) for number in range(3)]
        await asyncio.sleep(0)
        waiting[1].cancel()
        return await asyncio.gather(*waiting, return_exceptions=True)

    with producer(kafka_broker.bootstrap_servers) as shared:
        first, left, last = asyncio.run(one_leaves(KafkaAppend(shared)))
    assert isinstance(left, asyncio.CancelledError)
    assert (first, last) == (Acknowledgement(topic, 0, 0), Acknowledgement(topic, 0, 2))
