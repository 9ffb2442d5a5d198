"""主题: an order is a record on its unit's topic, and only the unit's having read on proves that it has it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from streams.cloudevents import attributes
from streams.codec import Codec
from streams.facts.deliveries import Attempted
from streams.facts.notices import OrderCall
from streams.kafka import OFFSET_BEGINNING, Consumer, TopicPartition, open_consumer
from tests.hosting.patiently import patiently
from tests.hosting.stage import Stage

TOPIC, UNIT = "hub.notice.to_traffic_duty.v1", "500117-traffic_duty"
CALL_SECONDS = 10.0


class UnitsSystem:
    """What a unit runs: it reads its topic in the group of its name."""

    def __init__(self, stage: Stage) -> None:
        self._topic = stage.topology.topic_name(TOPIC)
        self._codec = Codec.load()
        self._consumer: Consumer = open_consumer(stage.topics.bootstrap, stage.topology.topic_name(UNIT))
        self._consumer.assign([TopicPartition(self._topic, 0, OFFSET_BEGINNING)])
        self.ids: list[str] = []

    def read_up_to(self, order_no: str) -> OrderCall:
        """The call of an order; nothing is committed by that."""

        def found() -> OrderCall | None:
            message = self._consumer.poll(0.2)
            if message is None or message.error() is not None:
                return None
            call = self._codec.decode(message.value() or b"")
            self.ids.append(attributes(message.headers())["id"])
            self._read = message.offset() + 1
            return call if call.order_no == order_no else None

        call = patiently(found)
        assert call is not None
        return call

    def commit(self) -> None:
        """Say that all that was read is taken."""
        self._consumer.commit(offsets=[TopicPartition(self._topic, 0, self._read)], asynchronous=False)

    def close(self) -> None:
        self._consumer.close()


@pytest.fixture
def system(shared_stage: Stage) -> Iterator[UnitsSystem]:
    system = UnitsSystem(shared_stage)
    yield system
    system.close()


def call(stage: Stage, order_no: str, *, seconds: int = 20, topic: str = TOPIC) -> None:
    order = stage.order(order_no, unit=UNIT, webhook=topic, timeout_seconds=seconds)
    stage.notify(replace(order, channel="topic"))


def ended(stage: Stage, order_no: str) -> Attempted:
    (attempted,) = stage.attempted(order_no)
    return attempted


def test_an_order_that_its_system_has_read_is_delivered(shared_stage: Stage, system: UnitsSystem) -> None:
    order_no = "50011720261122M01001-01"
    call(shared_stage, order_no)
    told = system.read_up_to(order_no)
    assert (told.unit, told.unit_name, told.kind) == (UNIT, "合川区道路交通值守组", "order")
    assert "请合川区道路交通值守组在2分钟内签收" in told.text
    assert system.ids[-1] == told.delivery_no
    system.commit()
    assert (ended(shared_stage, order_no).outcome, ended(shared_stage, order_no).channel) == ("delivered", "topic")


def test_an_order_that_nobody_reads_or_that_was_read_and_not_taken_is_sent(
    shared_stage: Stage, system: UnitsSystem
) -> None:
    order_no = "50011720261122M01002-01"
    call(shared_stage, order_no, seconds=3)
    system.read_up_to(order_no)
    assert ended(shared_stage, order_no).outcome == "sent"


def test_each_attempt_is_the_same_event_and_the_one_that_is_read_proves_it(
    shared_stage: Stage, system: UnitsSystem
) -> None:
    order_no = "50011720261122M01003-01"
    call(shared_stage, order_no, seconds=1)
    assert ended(shared_stage, order_no).outcome == "sent"
    call(shared_stage, order_no)
    first, second = system.read_up_to(order_no), system.read_up_to(order_no)
    assert first == second
    assert system.ids[-1] == system.ids[-2]
    system.commit()
    outcomes = patiently(lambda: found if len(found := shared_stage.attempted_so_far(order_no)) == 2 else [])
    assert [attempted.outcome for attempted in outcomes] == ["sent", "delivered"]


def test_a_topic_that_is_not_wired_is_a_failure_that_says_so(shared_stage: Stage) -> None:
    order_no = "50011720261122M01004-01"
    call(shared_stage, order_no, topic="hub.notice.to_nobody.v1")
    assert ended(shared_stage, order_no).detail == "no topic hub.notice.to_nobody.v1 is wired"
