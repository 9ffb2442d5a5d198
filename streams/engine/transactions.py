"""Transactions whose end is always known: committed, aborted, or found out by asking what was committed.

librdkafka speaks the transaction protocol without KIP-890: an EndTxn that arrives late could commit half of the next
transaction. So after a transaction that ended slowly or lost a connection the producer is renewed: a newer epoch.
"""

import logging
import time
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

from streams.engine.calls import CallLost, Calls
from streams.engine.slot import Fenced
from streams.kafka import (
    ConnectionLog,
    Consumer,
    KafkaError,
    KafkaException,
    Producer,
    TopicPartition,
    is_name_taken,
    open_producer,
)

log = logging.getLogger(__name__)

CALL_SECONDS = 2.0
COMMIT_SECONDS = 5.0
TRANSACTION_TIMEOUT_MILLISECONDS = 5_000
"""A dangling transaction hides what follows it; the broker aborts it after this long."""
SLOW_SECONDS = 1.0
"""A request of an end that took longer may still be on its way somewhere: the next transaction gets a newer epoch."""
PAUSE_SECONDS = 0.2


class Outcome(Enum):
    """How a transaction ended. UNKNOWN: only the committed offsets can tell."""

    COMMITTED = "committed"
    ABORTED = "aborted"
    UNKNOWN = "unknown"


class Transactions:
    """One transactional producer, renewed when its last outcome leaves a doubt.

    `begin`, produce, then `commit` or `abort`. The consumed offsets are sent before every commit, so that a zombie,
    whose offsets the group refuses, cannot commit what it wrote.
    """

    def __init__(
        self, bootstrap: str, transactional_id: str, renewed: Callable[[], None] = lambda: None, **settings: Any
    ) -> None:
        self._bootstrap = bootstrap
        self._transactional_id = transactional_id
        self._renewed = renewed
        self._settings = settings
        self._producer: Producer | None = None
        self._connections = ConnectionLog()
        self._calls = Calls(transactional_id)
        self.failure = ""
        """Why the last transaction that was given up could not be committed."""
        self.renewals = -1
        """How often a producer was put in the place of another."""

    def begin(self) -> Producer | None:
        """The producer with a transaction open; None while Kafka does not answer."""
        try:
            producer = self._ready_producer()
            producer.begin_transaction()
        except KafkaException as error:
            self._note_failure(f"no transaction can begin: {error}")
            self.close()
            time.sleep(PAUSE_SECONDS)
            return None
        return producer

    def commit(self, offsets: list[TopicPartition], group_metadata: Any) -> Outcome:
        """Send the consumed offsets and commit. Raises Fenced."""
        producer, began = self._ready_producer(), time.monotonic()
        try:
            self._call(producer.send_offsets_to_transaction, offsets, group_metadata, CALL_SECONDS)
        except KafkaException as error:
            outcome = self.give_up(f"offsets refused: {error}")
            if is_name_taken(error.args[0]):
                raise Fenced from error
            # Whoever has lost the coordinator for good is refused again and again, and aborts what nobody heard of.
            self.close()
            return outcome
        try:
            self._call(producer.commit_transaction, COMMIT_SECONDS)
        except KafkaException as error:
            cause = error.args[0]
            self._note_failure(f"commit failed: {error}")
            if cause.txn_requires_abort() and not cause.fatal():
                return self.abort()
            self.close()
            return Outcome.UNKNOWN
        self._leave_no_doubt(producer, began)
        return Outcome.COMMITTED

    def give_up(self, failure: str) -> Outcome:
        """Abort the open transaction because of a failure."""
        self._note_failure(failure)
        return self.abort()

    def abort(self) -> Outcome:
        """End the open transaction as if it had never been."""
        producer, began = self._producer, time.monotonic()
        if producer is None:
            return Outcome.ABORTED  # the next producer ends what this one left open
        try:
            self._call(producer.abort_transaction, COMMIT_SECONDS)
        except KafkaException as error:
            log.warning("abort failed, the producer is renewed: %s", error)
            self.close()
        else:
            self._leave_no_doubt(producer, began)
        return Outcome.ABORTED

    def renew(self) -> None:
        """Put a new producer in place, which ends whatever the old one left open. Raises KafkaException."""
        self.close()
        connections = ConnectionLog()
        producer = open_producer(
            self._bootstrap,
            transactional_id=self._transactional_id,
            transaction_timeout_ms=TRANSACTION_TIMEOUT_MILLISECONDS,
            connections=connections,
            **self._settings,
        )
        self._call(producer.init_transactions, COMMIT_SECONDS)
        self._producer, self._connections = producer, connections
        self.renewals += 1
        if self.renewals:
            self._renewed()

    def close(self) -> None:
        """Drop the producer without waiting for what it may still hold."""
        if self._producer is not None:
            self._producer.purge()
            self._producer = None

    def end(self) -> None:
        """Drop the producer, and the thread that has called it."""
        self.close()
        self._calls.end()

    def _call(self, call: Callable[..., Any], *arguments: Any) -> None:
        """Raises KafkaException; a call that does not return has run out of time, and its producer is left to it."""
        try:
            self._calls.make(call, *arguments)
        except CallLost as lost:
            self._producer = None
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT, str(lost))) from lost

    def _ready_producer(self) -> Producer:
        if self._producer is None:
            self.renew()
        assert self._producer is not None  # noqa: S101 - renew has set it or raised
        return self._producer

    def _note_failure(self, failure: str) -> None:
        self.failure = failure
        log.warning("%s: %s", self._transactional_id, failure)

    def _leave_no_doubt(self, producer: Producer, began: float) -> None:
        """Let go of a producer of which a request may still be on its way."""
        producer.poll(0)
        if self._connections.lost_connection or time.monotonic() - began > SLOW_SECONDS:
            self.close()


def committed_offsets(consumer: Consumer, partitions: Iterable[TopicPartition], timeout: float) -> list[TopicPartition]:
    """What the group has committed, once no transaction is open on it; the metadata is the marker of the transaction
    that wrote it. Raises KafkaException.
    """
    answers = consumer.committed(list(partitions), timeout=timeout)
    for answer in answers:
        if answer.error is not None:
            raise KafkaException(answer.error)
    return answers
