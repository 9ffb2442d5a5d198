"""A client waits for what never comes; its worker puts another in its place, and nothing is lost or doubled."""

import threading
from collections.abc import Callable
from itertools import islice
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import Consumer as RealConsumer

from streams.engine import calls, patience
from streams.engine.patience import Astray, Patience
from streams.engine.reading import batches_to_end
from streams.engine.transactions import Outcome, Transactions
from streams.kafka import KafkaError, KafkaException, Message, TopicPartition
from tests.eventually import eventually
from tests.faults.stage import Stage

TIMED_OUT = KafkaException(KafkaError(KafkaError._TIMED_OUT))


class Deaf(RealConsumer):
    """A member that its group never takes in."""

    def subscribe(self, *_: Any, **__: Any) -> None:
        """Its request to join is lost, and it does not repeat it."""


class Unanswered(RealConsumer):
    """A member whose questions get an answer `answers` times and never again."""

    answers = 0

    def committed(self, partitions: list[TopicPartition], timeout: float = 5.0) -> list[TopicPartition]:
        if not self.answers:
            raise TIMED_OUT
        self.answers -= 1
        return super().committed(partitions, timeout)


class UnansweredLater(Unanswered):
    """The same, once it has been taken in."""

    answers = 1


class Silent(RealConsumer):
    """A reader that hears nothing."""

    def assign(self, partitions: list[TopicPartition]) -> None:
        """It has lost its brokers."""


Impatient = Callable[[type[RealConsumer], str], list[RealConsumer]]


@pytest.fixture
def first_is(monkeypatch: pytest.MonkeyPatch) -> Impatient:
    """Lets the first consumer of a group be another one; returns all that come. Patience is short."""
    monkeypatch.setattr(patience, "ASTRAY_SECONDS", 0.5)
    monkeypatch.setattr("streams.engine.reading.ASTRAY_SECONDS", 0.5)

    def arrange(first: type[RealConsumer], group: str) -> list[RealConsumer]:
        opened: list[RealConsumer] = []

        def open_one(settings: dict[str, Any], **arguments: Any) -> RealConsumer:
            if settings["group.id"] != group:
                return RealConsumer(settings, **arguments)
            opened.append((RealConsumer if opened else first)(settings, **arguments))
            return opened[-1]

        monkeypatch.setattr("streams.kafka.ConfluentConsumer", open_one)
        return opened

    return arrange


@pytest.mark.parametrize("first", [Deaf, Unanswered])
def test_a_consumer_that_its_group_does_not_take_in_or_answer_is_replaced(
    first: type[RealConsumer], first_is: Impatient, stage: Stage
) -> None:
    consumers = first_is(first, stage.topology.processor_group("accounts"))
    running = stage.work(100)
    assert len(consumers) == 2
    assert len(stage.applied()) == 100
    eventually(lambda: running.is_ready)


def test_a_consumer_that_cannot_say_what_was_committed_is_replaced_and_nothing_is_applied_twice(
    first_is: Impatient, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    consumers = first_is(UnansweredLater, stage.topology.processor_group("accounts"))
    commit, doubts = Transactions.commit, iter([Outcome.UNKNOWN])
    monkeypatch.setattr(Transactions, "commit", lambda *arguments: next(doubts, commit(*arguments)))
    stage.work(100)
    stage.publish(100)
    stage.wait()
    assert len(consumers) == 2
    assert len(stage.applied()) == 200


def test_a_reader_that_hears_nothing_says_that_kafka_has_not_answered(first_is: Impatient, stage: Stage) -> None:
    stage.publish(10)
    starts = {0: 0, 1: 0}
    consumers = first_is(Silent, f"{stage.log}.reading")
    with pytest.raises(KafkaException, match="Timed out"):
        list(batches_to_end(stage.bootstrap, stage.log, starts))
    read: list[Message] = [one for batch in batches_to_end(stage.bootstrap, stage.log, starts) for one in batch]
    assert len(read) == 10
    assert len(consumers) == 2


def test_patience_runs_out_only_where_nothing_came_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 10.0, 11.0, 21.0, 21.1])
    monkeypatch.setattr(patience, "time", SimpleNamespace(monotonic=lambda: next(moments)))
    waiting = Patience()
    waiting.wait("a word")
    waiting.wait("a word")
    waiting = Patience()
    waiting.wait("a word")
    waiting.wait("a word")
    with pytest.raises(Astray, match="its client has waited 10 s for a word"):
        waiting.wait("a word")


def test_a_call_that_does_not_return_is_left_behind_and_the_next_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "LOST_SECONDS", 0.1)
    never, made = threading.Event(), calls.Calls("calls")
    with pytest.raises(calls.CallLost, match="wait has not returned"):
        made.make(never.wait)
    assert made.make(max, 1, 2) == 2
    with pytest.raises(ZeroDivisionError):
        made.make(divmod, 1, 0)
    never.set()
    made.end()
    eventually(lambda: "calls" not in [thread.name for thread in threading.enumerate()])


def test_a_transaction_whose_call_does_not_return_is_written_again_by_another_producer(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = stage.work(100)
    monkeypatch.setattr(calls, "LOST_SECONDS", 1.0)
    renewals, never = running.transactions.renewals, threading.Event()
    make, stuck = calls.Calls.make, iter(["send_offsets_to_transaction", "commit_transaction"])
    awaited = [next(stuck)]

    def make_or_stick(self: calls.Calls, call: Callable[..., Any], *arguments: Any) -> Any:
        if awaited and call.__name__ == awaited[0]:
            awaited[:] = list(islice(stuck, 1))
            call, arguments = never.wait, ()
        return make(self, call, *arguments)

    monkeypatch.setattr(calls.Calls, "make", make_or_stick)
    for _ in range(2):
        stage.publish(100)
        stage.wait()
    assert not awaited
    assert len(stage.applied()) == 300
    assert running.transactions.renewals >= renewals + 2
    never.set()
