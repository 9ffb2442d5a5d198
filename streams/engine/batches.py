"""Waiting records become one transaction a batch: applied, written, committed, its end found out (ops/decisions/0020).

What a batch changes lives in an overlay until the commit is known.
"""

import logging
import time
from collections.abc import Callable, Mapping

from streams.engine import stops
from streams.engine.clock import OwnClock
from streams.engine.outbox import Outbox
from streams.engine.owned import Owned
from streams.engine.patience import Patience
from streams.engine.readiness import Readiness
from streams.engine.transactions import Outcome, Transactions, committed_offsets
from streams.kafka import TIMESTAMP_LOG_APPEND_TIME, Consumer, KafkaException, Producer, TopicPartition
from streams.metrics import ProcessorMetrics

log = logging.getLogger(__name__)

BATCH_RECORDS = 2_000
CALL_SECONDS = 5.0
PAUSE_SECONDS = 0.5
TRANSACTION_SECONDS = 0.5
"""A batch stops taking records after so long, so that no transaction is open for a second."""
RECORDS_BETWEEN_LOOKS = 20
AHEAD_MILLISECONDS = 5_000


class Batches:
    """Applies what waits in the partitions of the worker that its group knows as `member`.

    `keep_going` says no once the worker is to end.
    """

    def __init__(
        self,
        member: str,
        transactions: Transactions,
        outbox: Outbox,
        clock: OwnClock,
        metrics: ProcessorMetrics,
        readiness: Readiness,
        keep_going: Callable[[], bool],
    ) -> None:
        self._member = member
        self._transactions = transactions
        self._outbox = outbox
        self._clock = clock
        self._metrics = metrics
        self._readiness = readiness
        self._keep_going = keep_going
        self._marker = 0

    def transact(self, partitions: Mapping[int, Owned], consumer: Consumer) -> None:
        """One transaction over the partitions, with the consumed offsets of the group that `consumer` is in.

        Where it did not come about its records wait again. Raises Fenced, Astray, WorkerStopped, TooManyUnexpected.
        """
        began = time.monotonic()
        self._outbox.forget()
        producer = self._transactions.begin()
        if producer is None:
            self._readiness.trouble("transactions", self._transactions.failure)
            return
        try:
            touched = self._apply(partitions, producer, began)
            outcome = self._end(touched, producer, consumer) if touched else self._transactions.abort()
        except (KafkaException, BufferError) as error:
            outcome = self._transactions.give_up(f"not all could be written: {error}")
        self._metrics.transaction_seconds.observe(time.monotonic() - began)
        if outcome is Outcome.COMMITTED:
            self._committed(touched, began)
        else:
            self._readiness.trouble("transactions", f"a transaction did not come about: {self._transactions.failure}")
            self._take_back(partitions)

    # Applying.

    def _apply(self, partitions: Mapping[int, Owned], producer: Producer, began: float) -> dict[int, Owned]:
        """Apply waiting records until the batch is full, old or done; returns the partitions that changed."""
        touched: dict[int, Owned] = {}
        room = BATCH_RECORDS
        for partition, owned in partitions.items():
            owned.state.expect(message.key() for message in owned.waiting[:room])
            while owned.is_waiting and room > 0:
                most = min(room, RECORDS_BETWEEN_LOOKS)
                applied = self._apply_some(owned, most)
                self._outbox.send_outputs(producer, owned.state)
                is_full = applied < most and owned.is_waiting
                room = 0 if is_full or time.monotonic() - began > TRANSACTION_SECONDS else room - applied
            if owned.state.is_changed:
                touched[partition] = owned
            else:
                owned.forget_applied()
        return touched

    def _apply_some(self, owned: Owned, most: int) -> int:
        """Apply up to `most` waiting records; returns how many, fewer when the transaction is full."""
        apply, simulated = owned.state.apply, self._clock.simulated
        latest = self._clock.now() + AHEAD_MILLISECONDS
        before = owned.applied
        for message in owned.waiting[before : before + most]:
            kind, appended_at = message.timestamp()
            if (kind != TIMESTAMP_LOG_APPEND_TIME or appended_at > latest) and not simulated:
                self._check_time(kind, appended_at, owned.log)
            if not apply(message.offset(), appended_at, message.key(), message.value()):
                break
            owned.applied += 1
        return owned.applied - before

    def _check_time(self, kind: int, appended_at: int, partition: TopicPartition) -> None:
        """Raise if a record's time is not the broker's, or runs ahead of this machine's clock."""
        if kind != TIMESTAMP_LOG_APPEND_TIME:
            raise stops.wrong_time_type(partition.topic, "LogAppendTime", "CreateTime")
        ahead = appended_at - self._clock.now()
        if ahead > AHEAD_MILLISECONDS:
            raise stops.clock_ahead(partition.topic, partition.partition, ahead / 1000)

    # Ending.

    def _end(self, touched: Mapping[int, Owned], producer: Producer, consumer: Consumer) -> Outcome:
        """Write what the tables became, and commit it with the offsets under a marker of its own."""
        self._marker += 1
        marker = f"{self._member}.{self._marker}.{time.time_ns()}"
        for partition, owned in touched.items():
            self._outbox.send_rows(producer, partition, owned.state.changelog())
        offsets = [
            TopicPartition(owned.log.topic, partition, owned.state.offset + 1, marker)
            for partition, owned in touched.items()
        ]
        outcome = self._transactions.commit(offsets, consumer.consumer_group_metadata())
        if outcome is Outcome.UNKNOWN:
            self._metrics.unknown.inc()
            return self._find_out(touched, consumer, marker)
        return outcome

    def _find_out(self, touched: Mapping[int, Owned], consumer: Consumer, marker: str) -> Outcome:
        """End what is open with a newer producer, then see whose marker the committed offsets carry. Raises Astray."""
        self._readiness.trouble("transactions", "finding out whether a transaction was committed")
        partitions, patience = [owned.log for owned in touched.values()], Patience()
        while self._keep_going():
            try:
                self._transactions.renew()
                committed = committed_offsets(consumer, partitions, CALL_SECONDS)
            except KafkaException as error:
                log.warning("%s: outcome still unknown: %s", self._member, error)
                patience.wait("an answer of its group")
                time.sleep(PAUSE_SECONDS)
                continue
            mine = all(one.metadata == marker for one in committed)
            return Outcome.COMMITTED if mine else Outcome.ABORTED
        return Outcome.ABORTED

    def _committed(self, touched: Mapping[int, Owned], began: float) -> None:
        now = self._clock.now()
        metrics = self._metrics
        metrics.committed.inc()
        metrics.batch_seconds.observe(time.monotonic() - began)
        metrics.batch_records.observe(sum(owned.applied for owned in touched.values()))
        metrics.overlay_entries.observe(sum(len(owned.state.tables.overlay) for owned in touched.values()))
        self._outbox.count(metrics)
        for owned in touched.values():
            self._count(owned, now)
            owned.state.commit()
            owned.forget_applied()
        self._readiness.settle("transactions")

    def _count(self, owned: Owned, now: int) -> None:
        for firing in owned.state.firings:
            self._metrics.clock_lateness_seconds.observe(max(0, now - firing.due_at) / 1000)
        if owned.state.duplicates:
            self._metrics.duplicates.inc(owned.state.duplicates)

    def _take_back(self, partitions: Mapping[int, Owned]) -> None:
        """The transaction did not happen: its records wait again."""
        self._metrics.aborted.inc()
        for owned in partitions.values():
            owned.state.rollback()
            owned.applied = 0
