"""A partition refuses records for a moment, as one does that has no leader: they come before those that follow them."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import pytest

from connectors.kafka import Delivery, Outgoing, SharedProducer
from streams.kafka import Producer, Topics, open_producer
from streams.topic_reader import read_topic
from tests.faults.conftest import Line
from tests.faults.proxy import Api, Direction, Frame, Treatment

RECORDS = [f"record {number}".encode() for number in range(6)]
ANSWER_SECONDS = 0.3
"""How long an answer is on its way: time enough for another request to be sent meanwhile."""


class Door(Protocol):
    """One of the product's ways to write to Kafka."""

    def write(self, topic: str, value: bytes) -> None:
        """Hand a record over."""

    def finish(self) -> None:
        """Return when Kafka has acknowledged all of them."""


class PlainProducer:
    """What commands, ticks and decisions are written with."""

    def __init__(self, bootstrap: str) -> None:
        self.producer = self.open(bootstrap)

    def open(self, bootstrap: str) -> Producer:
        return open_producer(bootstrap)

    def write(self, topic: str, value: bytes) -> None:
        self.producer.produce(topic, value)

    def finish(self) -> None:
        assert self.producer.flush(30) == 0


class WorkersProducer(PlainProducer):
    """What a worker's transactions are written with."""

    def open(self, bootstrap: str) -> Producer:
        producer = open_producer(bootstrap, transactional_id="worker-of-a-test")
        producer.init_transactions(30)
        producer.begin_transaction()
        return producer

    def finish(self) -> None:
        super().finish()
        self.producer.commit_transaction(30)


class ConnectorsProducer:
    """What rows are written with before their department has a receipt."""

    def __init__(self, bootstrap: str) -> None:
        self._producer = SharedProducer(bootstrap)
        self._deliveries: list[Delivery] = []

    def write(self, topic: str, value: bytes) -> None:
        record = Outgoing(topic, b"a key", value, [], 0)
        self._deliveries.append(self._producer.begin([record], threading.Event(), "a system"))

    def finish(self) -> None:
        for delivery in self._deliveries:
            assert len(self._producer.finish(delivery, threading.Event())) == 1
        self._producer.close()


class RefusedOnce:
    """The first request to write to a topic is refused: what reaches the broker names one that it does not have."""

    def __init__(self, topic: str) -> None:
        self.met = threading.Event()
        self._names = topic.encode(), topic[::-1].encode()
        self._correlation = b""

    def __call__(self, frame: Frame) -> Frame:
        here, nowhere = self._names
        if frame.api != Api.PRODUCE:
            return frame
        if frame.direction is Direction.REQUEST and here in frame.data and not self.met.is_set():
            self._correlation = frame.data[8:12]
            self.met.set()
            return replace(frame, data=frame.data.replace(here, nowhere))
        if frame.direction is Direction.RESPONSE and frame.data[4:8] == self._correlation:
            return replace(frame, data=frame.data.replace(nowhere, here))
        return frame


@pytest.fixture(params=[PlainProducer, WorkersProducer, ConnectorsProducer])
def door(request: pytest.FixtureRequest, line: Line) -> Door:
    opened: Callable[[str], Door] = request.param
    return opened(line.disturbed)


def test_what_was_refused_is_written_again_before_what_follows_it(line: Line, door: Door, namespace: str) -> None:
    """librdkafka takes it for written once a later request succeeds: the next one has to wait for the answer."""
    topic = f"{namespace}refused"
    Topics(line.direct).create(topic, 1, {})
    line.proxy.edit = refused = RefusedOnce(topic)
    line.proxy.responses = Treatment(delay_seconds=ANSWER_SECONDS)
    door.write(topic, RECORDS[0])
    assert refused.met.wait(30)
    for record in RECORDS[1:]:
        door.write(topic, record)
    door.finish()
    line.proxy.heal()
    assert [message.value() for message in read_topic(line.direct, topic)] == RECORDS
