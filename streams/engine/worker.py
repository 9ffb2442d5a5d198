"""The live engine: one processor and the partitions it owns. Joins the group, restores, reads, has batches applied and
committed (`batches.py`), ticks. Every stop says why.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import TypeVar

from streams.codec import Codec
from streams.contract import Processor
from streams.engine import stops
from streams.engine.batches import BATCH_RECORDS, Batches
from streams.engine.clock import OwnClock, WallClock
from streams.engine.engine import LogPartition, Partition, TooManyUnexpected, Versions
from streams.engine.garbage import calm_garbage_collector
from streams.engine.outbox import Outbox, Quarantine
from streams.engine.owned import Owned, Progress
from streams.engine.pace import Pace
from streams.engine.patience import Astray, Patience
from streams.engine.readiness import Readiness
from streams.engine.reading import ReadingStopped, RecordsDamaged
from streams.engine.restore import read_changelog
from streams.engine.slot import Fenced, Slot
from streams.engine.stops import WorkerStopped
from streams.engine.tables import RowDamaged
from streams.engine.takeover import Found, check_whole, next_offset
from streams.engine.ticks import Ticker, TickProducer
from streams.engine.topic_watch import TopicWatch
from streams.engine.transactions import Transactions, committed_offsets
from streams.engine.versions import versions_of
from streams.kafka import (
    DAMAGED,
    END_OF_PARTITION,
    FATAL,
    IN_GROUPS,
    NO_SUCH_OFFSET,
    NO_SUCH_TOPIC,
    OFFSET_INVALID,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicDescription,
    TopicPartition,
    Topics,
    is_name_taken,
    open_consumer,
)
from streams.metrics import ProcessorMetrics, count_stop
from streams.topology import ProcessorWiring, Topology

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")

IDLE_SECONDS = 1.0
CALL_SECONDS = 5.0
PAUSE_SECONDS = 0.5
LINGER_MILLISECONDS = 10
"""Fills the producer's batches; the commit sends at once what is left: it costs no latency (ops/decisions/0020)."""
WAIT_MILLISECONDS = 500
"""How long the broker holds a fetch that finds nothing: 10 ms would cost it 35 % of a core over 536 idle partitions."""
SIMULATED_WAIT_MILLISECONDS = 10


def load_processor(wiring: ProcessorWiring) -> Processor:
    """The processor object that the topology names, made with its settings."""
    module, _, name = wiring.code.partition(":")
    settings = {key: tuple(value) if isinstance(value, list) else value for key, value in wiring.settings.items()}
    processor: Processor = getattr(import_module(module), name)(**settings)
    return processor


@dataclass(frozen=True)
class Surroundings:
    """What every worker of a process shares: the cluster, the codec, the quarantine, the owner's own clock."""

    bootstrap: str
    codec: Codec
    quarantine: Quarantine
    clock: OwnClock = field(default_factory=WallClock)


class Worker:
    """Runs one processor. `run` blocks until `stop`; raises WorkerStopped, or what the code raised."""

    def __init__(
        self,
        topology: Topology,
        processor_name: str,
        surroundings: Surroundings,
        slot: str = "0",
        processor: Processor | None = None,
    ) -> None:
        self.wiring = topology.processors[processor_name]
        self.clock = surroundings.clock
        self.partitions: dict[int, Owned] = {}
        self.progress: Mapping[int, Progress] = {}
        self._bootstrap = surroundings.bootstrap
        self._processor = processor or load_processor(self.wiring)
        self._codec = surroundings.codec
        self._versions: Versions = versions_of(self._processor, self.wiring)
        self._group = topology.processor_group(processor_name)
        self._log_topic = topology.topic_name(self.wiring.reads)
        self._slot = Slot(self._bootstrap, self._group, slot, self._log_topic)
        self._changelog = topology.topic_name(self.wiring.changelog)
        self._stopping = threading.Event()
        self._readiness = Readiness()
        self._failure: BaseException | None = None
        self._metrics = ProcessorMetrics(processor_name)
        self._group_patience: Patience | None = None
        """With a group that has not taken it in; none in a group."""
        # The driver of a simulated clock waits for every log's end: there is nothing to gather.
        self._pace = Pace(0.0 if self.clock.simulated else self.wiring.pace_milliseconds / 1000)
        self._transactions = Transactions(
            self._bootstrap,
            f"{topology.namespace}hub-{processor_name}-{slot}",
            self._metrics.producer_renewals.inc,
            linger_ms=LINGER_MILLISECONDS,
        )
        outbox = Outbox(topology, self.wiring, surroundings.codec, surroundings.quarantine, self.clock)
        self._batches = Batches(
            self._slot.member, self._transactions, outbox, self.clock, self._metrics, self._readiness, self._keep_going
        )

    # Life.

    def run(self) -> None:
        """Work until `stop`. Whatever ends it otherwise is raised, after it was written to the log and counted."""
        try:
            self._run()
        except ReadingStopped:
            return
        except WorkerStopped as stop:
            self._fail(stop, stop.code)
        except (RecordsDamaged, RowDamaged) as error:
            self._fail(stops.damaged(str(error)), "damaged")
        except TooManyUnexpected as error:
            self._fail(stops.too_many_unexpected(str(error)), "too_many_unexpected")
        except Exception as error:  # noqa: BLE001 - every stop says why, and is raised again
            self._fail(error, type(error).__name__)

    def stop(self) -> None:
        """Ask the worker to end; safe from another thread."""
        self._stopping.set()

    def status(self) -> tuple[bool, bool, tuple[str, ...]]:
        """Live, ready, and why not."""
        if self._failure is not None:
            return False, False, (str(self._failure),)
        reasons = self._readiness.reasons()
        return True, not reasons, reasons

    def _fail(self, error: Exception, code: str) -> None:
        self._failure = error
        count_stop(self.wiring.name, code)
        log.error("%s stopped: %s", self.wiring.name, error)
        raise error

    def _keep_going(self) -> bool:
        """Whether to go round once more; every loop asks, so that one that does not come round shows."""
        self._readiness.come_round()
        return not self._stopping.is_set()

    def _run(self) -> None:
        self._topics = self._until_answered(self._described_topics) or {}
        self._watch = TopicWatch(self._bootstrap, {name: topic.identity for name, topic in self._topics.items()})
        self._until_answered(self._slot.claim)
        # Ends at once what a killed predecessor left open: its records, and all that came after them, would stay
        # hidden until the transaction times out.
        self._until_answered(self._transactions.renew)
        self._ticks = TickProducer(self._bootstrap)
        calm_garbage_collector()
        try:
            while self._keep_going():
                try:
                    self._work()
                except Fenced:
                    self._expect_to_be_alone()
                except Astray as astray:
                    log.warning("%s: %s; another takes its place", self.wiring.name, astray)
                    self._until_answered(self._transactions.renew)
        finally:
            self._transactions.end()
            self._ticks.purge()

    def _expect_to_be_alone(self) -> None:
        """Raise WorkerStopped if another worker has taken the slot. Where none has, this worker has fenced itself."""
        other = self._until_answered(self._slot.taken_by)
        if other:
            raise stops.fenced(self._slot.name, other)
        log.warning("%s: fenced by a request of its own, joins the group anew", self.wiring.name)
        self._stopping.wait(PAUSE_SECONDS)

    def _work(self) -> None:
        """Join the group and take turns until `stop`. Raises Fenced, Astray."""
        self._consumer = open_consumer(
            self._bootstrap,
            self._group,
            group_instance_id=self._slot.member,
            session_timeout_ms=6_000,
            heartbeat_interval_ms=1_500,
            partition_assignment_strategy="range",
            enable_partition_eof=True,
            **IN_GROUPS,
            fetch_wait_max_ms=SIMULATED_WAIT_MILLISECONDS if self.clock.simulated else WAIT_MILLISECONDS,
        )
        self._readiness.settle()
        self._readiness.trouble("partitions", "waiting for partitions")
        self._group_patience = Patience()
        self._consumer.subscribe(
            [self._log_topic], on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_lost
        )
        close = self._consumer.close
        try:
            while self._keep_going():
                self._turn()
        except (Astray, Fenced):
            # To be closed it may wait for what never comes.
            close = threading.Thread(target=close, name=f"close-{self.wiring.name}", daemon=True).start
            raise
        finally:
            for owned in self.partitions.values():
                owned.metrics.forget()
            self.partitions = {}
            close()

    def _described_topics(self) -> dict[str, TopicDescription]:
        """Log and changelog as they are; raises WorkerStopped where they are not what the processor needs."""
        found = Topics(self._bootstrap).describe([self._log_topic, self._changelog])
        for name in (self._log_topic, self._changelog):
            if name not in found:
                raise stops.topic_missing(name)
        self._check_time_type(found[self._log_topic])
        return found

    def _until_answered(self, ask: Callable[[], Answer], patience: Patience | None = None) -> Answer | None:
        """What `ask` returns, however long Kafka keeps us waiting. None: told to stop meanwhile.

        With a `patience` it asks a client that may have gone astray. Raises Astray.
        """
        while self._keep_going():
            try:
                return ask()
            except KafkaException as error:
                self._miss_kafka(error)
                if patience is not None:
                    patience.wait("an answer of its group")
                self._stopping.wait(PAUSE_SECONDS)
        return None

    def _miss_kafka(self, error: KafkaException) -> None:
        """Say that Kafka does not do what was asked; raises what is for good."""
        cause = error.args[0]
        if is_name_taken(cause):
            raise Fenced from error
        if cause.fatal():
            raise error
        sentence = f"Kafka at {self._bootstrap} does not answer: {cause.str()}"
        self._readiness.trouble("kafka", sentence)
        log.warning("%s: %s", self.wiring.name, sentence)

    def _check_time_type(self, description: TopicDescription) -> None:
        wanted = "CreateTime" if self.clock.simulated else "LogAppendTime"
        found = description.settings.get("message.timestamp.type", "")
        if found != wanted:
            raise stops.wrong_time_type(description.name, wanted, found)

    # One turn: read, apply, commit, tick.

    def _turn(self) -> None:
        messages = self._read()
        if self._group_patience is not None:
            self._group_patience.wait("its group to take it in")
        self._sort(messages)
        if self._has_work():
            self._transact()
        self._look()
        self._tick(quiet=not messages)
        self.progress = {
            partition: Progress(None if owned.waiting else owned.end, owned.state.next_due())
            for partition, owned in self.partitions.items()
        }

    def _read(self) -> list[Message]:
        """Whatever is there; waits for a first record when there is nothing else to do, for more while it is paced."""
        is_late = self._has_work()
        first = self._consumer.poll(0.0 if is_late else self._idle_seconds())
        if first is None:
            return []
        room = BATCH_RECORDS - sum(len(owned.waiting) for owned in self.partitions.values())
        gathering = 0.0 if is_late else max(0.0, self._pace.next_at - time.monotonic())
        return [first, *(self._consumer.consume(room - 1, gathering) if room > 1 else ())]

    def _idle_seconds(self) -> float:
        now = self.clock.now()
        moments = [
            moment
            for owned in self.partitions.values()
            if (moment := owned.ticker.next_at(owned.state.next_due())) is not None
        ]
        if not moments:
            return IDLE_SECONDS
        return min(IDLE_SECONDS, max(0.001, (min(moments) - now) / 1000))

    def _sort(self, messages: list[Message]) -> None:
        partitions = self.partitions
        for message in messages:
            if (error := message.error()) is not None:
                self._note(error, message)
                continue
            owned = partitions.get(message.partition())
            if owned is not None:
                owned.waiting.append(message)
                owned.end = None

    def _note(self, error: KafkaError, message: Message) -> None:
        code = error.code()
        if code == END_OF_PARTITION:
            if (owned := self.partitions.get(message.partition())) is not None:
                owned.end = message.offset()
        elif is_name_taken(error):
            raise Fenced
        elif code in DAMAGED:
            raise RecordsDamaged(f"{self._log_topic}[{message.partition()}]: {error.str()}")
        elif code in NO_SUCH_OFFSET:
            self._look_closely()
            raise stops.offset_missing(self._log_topic, message.partition(), error.str())
        elif code in NO_SUCH_TOPIC:
            self._look_closely()
        elif code == FATAL:
            raise KafkaException(error)
        else:
            log.warning("%s: %s", self.wiring.name, error)

    def _has_work(self) -> bool:
        return any(owned.waiting for owned in self.partitions.values())

    def _transact(self) -> None:
        began = time.monotonic()
        self._batches.transact(self.partitions, self._consumer)
        self._pace.took(began, time.monotonic())

    # Time.

    def _tick(self, *, quiet: bool) -> None:
        """Tick where a due moment has come and the log seems read to its end; a tick too many changes nothing."""
        now = self.clock.now()
        self._ticks.poll()
        for owned in self.partitions.values():
            state = owned.state
            due_at = state.next_due()
            owned.ticker.seen(state.committed_offset, state.clock, due_at, now)
            self._show(owned, due_at, now)
            next_at = owned.ticker.next_at(due_at)
            at_end = not owned.waiting and (quiet or owned.end is not None)
            if at_end and next_at is not None and next_at <= now and owned.ticker.send(now):
                self._metrics.ticks.inc()

    def _show(self, owned: Owned, due_at: int | None, now: int) -> None:
        metrics, state = owned.metrics, owned.state
        metrics.next_due_at = due_at
        metrics.current_until = now if owned.end is not None else state.clock
        metrics.pending.set(state.tables.armed)
        metrics.behind_records.set(self._behind_records(owned))

    def _behind_records(self, owned: Owned) -> int:
        """Offsets between what is applied and the end that the broker last spoke of; none at the end of the log."""
        if owned.end is not None and not owned.waiting:
            return 0
        _, high = self._consumer.get_watermark_offsets(owned.log, timeout=CALL_SECONDS, cached=True)
        return max(len(owned.waiting), high - owned.state.committed_offset - 1)

    def _look(self) -> None:
        """Kafka must answer, and log and changelog still be the topics that belong together."""
        try:
            if self._watch.glance():
                self._readiness.settle("kafka")
                if self._ticks.compare():
                    log.warning("%s: its ticks do not reach Kafka; another client sends them", self.wiring.name)
        except KafkaException as error:
            self._miss_kafka(error)

    def _look_closely(self) -> None:
        """The same, before anything else is done."""
        try:
            self._watch.look()
            self._readiness.settle("kafka")
        except KafkaException as error:
            self._miss_kafka(error)

    # Partitions come and go.

    def _on_revoke(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        if consumer is not self._consumer:
            return  # one that went astray is being closed
        self._group_patience = Patience()
        for partition in partitions:
            if (owned := self.partitions.pop(partition.partition, None)) is not None:
                owned.metrics.forget()
        if not self.partitions:
            self._readiness.trouble("partitions", "no partition is assigned")

    def _on_lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._on_revoke(consumer, partitions)
        self._readiness.trouble("partitions", "its partitions were given away: the group did not hear of it in time")

    def _on_assign(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Restore before reading on, however long Kafka keeps us waiting. Raises Astray."""
        self._group_patience = None
        numbers = [partition.partition for partition in partitions]
        if not numbers:
            self._readiness.trouble("partitions", "no partition is assigned")
            return
        self._readiness.trouble("partitions", "restoring tables")
        if self._until_answered(lambda: self._restore(consumer, numbers), Patience()):
            self._readiness.settle()
        else:
            # Told to stop meanwhile. Left unsaid, the client would read from committed offsets that need not exist.
            consumer.assign([])

    def _restore(self, consumer: Consumer, numbers: list[int]) -> bool:
        """Committed offsets, changelog, position; they must fit together. Then the consumer reads on behind them."""
        began = time.monotonic()
        wanted = [TopicPartition(self._log_topic, number) for number in numbers]
        committed = {one.partition: one.offset for one in committed_offsets(consumer, wanted, CALL_SECONDS)}
        restored = read_changelog(self._bootstrap, self._changelog, numbers, keep_going=self._keep_going)
        starts = [
            TopicPartition(self._log_topic, number, self._own(number, restored[number], committed[number]))
            for number in numbers
        ]
        self._metrics.restore_rows.inc(sum(len(rows) for rows in restored.values()))
        self._metrics.restore_seconds.observe(time.monotonic() - began)
        consumer.assign(starts)
        return True

    def _own(self, number: int, rows: dict[str, bytes], committed: int) -> int:
        """Take a partition over; returns the offset to read next."""
        check_whole(self._changelog, number, rows)
        log_topic = self._topics[self._log_topic]
        partition = LogPartition(self.wiring.reads, number, log_topic.partitions, log_topic.identity)
        state = Partition(self._processor, self.wiring.ports, self._codec, partition, self._versions)
        position = state.load(rows)
        own = TopicPartition(self._log_topic, number)
        low, high = self._consumer.get_watermark_offsets(own, timeout=CALL_SECONDS, cached=False)
        known = committed if committed != OFFSET_INVALID else None
        following = next_offset(position, Found(self._log_topic, log_topic.identity, number, low, high, known))
        ticker = Ticker(self._ticks, self._log_topic, number, self._codec, stamped=self.clock.simulated)
        self.partitions[number] = Owned(own, state, ticker, self._metrics.partition(number))
        return following
