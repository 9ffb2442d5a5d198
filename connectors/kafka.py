"""The producer that all connectors of a process share, and what their clients have in common."""

import itertools
import logging
import threading
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import NamedTuple

from confluent_kafka import (
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicCollection,
)
from confluent_kafka.admin import AdminClient

__all__ = [
    "Acknowledgement",
    "Delivery",
    "KafkaAway",
    "Outgoing",
    "SharedProducer",
    "Stopped",
]

logger = logging.getLogger(__name__)
client_logger = logging.getLogger(f"{__name__}.client")

POLL_SECONDS = 1.0
DELIVERY_POLL_SECONDS = 0.25
ROOM_SECONDS = 0.05
RETRY_SECONDS = 1.0
COMPLAIN_EVERY_SECONDS = 10.0
PROBE_SECONDS = 2.0
OVERDUE_SECONDS = 5.0
"""Records that Kafka has not acknowledged for so long are worth a word."""
SILENT_SECONDS = 10.0
"""Whoever has heard nothing for so long looks whether Kafka is there at all."""
LAST_WAIT_SECONDS = 5.0
"""How long records that Kafka has not acknowledged are waited for once a stop was asked for."""
NO_SUCH_TOPIC = (KafkaError.UNKNOWN_TOPIC_OR_PART, KafkaError._UNKNOWN_TOPIC)

CLIENT_SAYS_AGAIN_SECONDS = 30.0


class _OncePerWhile(logging.Filter):
    """A client that cannot connect says so many times a second: one such line of each client in 30 s will do."""

    def __init__(self) -> None:
        super().__init__()
        self._said_at: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind_and_client = record.getMessage().partition("]")[0]
        if record.created - self._said_at.get(kind_and_client, 0.0) < CLIENT_SAYS_AGAIN_SECONDS:
            return False
        self._said_at[kind_and_client] = record.created
        return True


client_logger.addFilter(_OncePerWhile())

CLIENT = {
    "socket.keepalive.enable": True,
    "reconnect.backoff.max.ms": 2000,
    "retry.backoff.ms": 10,
    "logger": client_logger,
}

PRODUCER = {
    **CLIENT,
    "enable.idempotence": True,
    "acks": "all",
    # More, and librdkafka says of refused records that they are written: decision 0108.
    "max.in.flight.requests.per.connection": 1,
    # Faust and Java place keys by murmur2; librdkafka's default CRC32 would part one district between two partitions.
    "partitioner": "murmur2_random",
    "linger.ms": 0,
    # 0 is for ever: what a reader or a department handed over is kept until Kafka is back. The queue is bounded.
    "message.timeout.ms": 0,
    "queue.buffering.max.messages": 50_000,
    "queue.buffering.max.kbytes": 65_536,
    "message.max.bytes": 8_388_608,
}


class KafkaAway(Exception):
    """The cluster, or a topic of it, does not answer; the text says which and what to do."""


class Stopped(Exception):
    """A stop was asked for before Kafka had acknowledged."""


class Outgoing(NamedTuple):
    """A record to write. `timestamp` in milliseconds counts only where the topic has CreateTime."""

    topic: str
    key: bytes
    value: bytes
    headers: list[tuple[str, str | bytes | None]]
    timestamp: int


class Acknowledgement(NamedTuple):
    """Where Kafka has written a record."""

    topic: str
    partition: int
    offset: int


class _Shipment:
    """Records on their way to Kafka; `landed` is set, and `on_landed` called, when each has an acknowledgement or an
    error.
    """

    def __init__(self, producer: Producer, size: int, on_landed: Callable[[], None] | None = None) -> None:
        self.producer = producer
        self._on_landed = on_landed
        self.acknowledgements: list[Acknowledgement | None] = [None] * size
        self.errors: dict[int, KafkaError] = {}
        self.landed = threading.Event()
        self.landed_at = 0.0
        self._lock = threading.Lock()
        self._open = size
        if not size:
            self._land()

    def land(self, index: int, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self.fail(index, error)
            return
        where = Acknowledgement(str(message.topic()), int(message.partition() or 0), int(message.offset() or 0))
        self.acknowledgements[index] = where
        self._count()

    def fail(self, index: int, error: KafkaError) -> None:
        self.errors[index] = error
        self._count()

    def _count(self) -> None:
        with self._lock:
            self._open -= 1
            if self._open == 0:
                self._land()

    def _land(self) -> None:
        self.landed_at = time.monotonic()
        self.landed.set()
        if self._on_landed is not None:
            self._on_landed()


class Delivery:
    """Records of one owner that were handed over together, until Kafka has acknowledged all of them."""

    def __init__(self, number: int, records: Sequence[Outgoing], owner: str, shipment: _Shipment) -> None:
        self.number = number
        self.records = records
        self.owner = owner
        self.shipment = shipment
        self.began = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long Kafka took, once all is acknowledged."""
        return self.shipment.landed_at - self.began

    @property
    def is_written(self) -> bool:
        """Whether Kafka has acknowledged all of them: then `finish` returns at once."""
        return self.shipment.landed.is_set() and not self.shipment.errors

    @property
    def is_overdue(self) -> bool:
        """Whether Kafka has not acknowledged for long; what has landed and is not asked for yet is not."""
        return not self.is_written and time.monotonic() - self.began >= OVERDUE_SECONDS


class SharedProducer:
    """One idempotent producer for all connectors of the process; any thread may deliver.

    A client that delivers nothing for long though Kafka answers gives way to another (decision 0134): what it has not
    delivered counts as refused, and is tried again.
    """

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._settings = {**PRODUCER, "bootstrap.servers": bootstrap}
        self._producer = Producer(self._settings)
        self._heard_at = time.monotonic()
        self._asker: AdminClient | None = None
        self._renewal = threading.Lock()
        self._under_way: dict[int, Delivery] = {}
        self._refusal = ""
        self._deliveries = itertools.count()
        self._closing = threading.Event()
        self._poller = threading.Thread(target=self._poll, name="kafka-producer", daemon=True)
        self._poller.start()

    def deliver(self, records: Sequence[Outgoing], stop: threading.Event, owner: str) -> list[Acknowledgement]:
        """Write records in order and return when Kafka has acknowledged all of them, however long that takes.

        Raises Stopped if `stop` is set meanwhile; then some may have been written. Log and `overdue` name the `owner`.
        """
        return self.finish(self.begin(records, stop, owner), stop)

    def begin(self, records: Sequence[Outgoing], stop: threading.Event, owner: str) -> Delivery:
        """Hand records over in order and return while Kafka writes them: `finish` has to follow, whatever happens.

        Raises Stopped if `stop` is set while the queue is full; then some may be written, and nothing is to finish.
        """
        delivery = self._delivery(records, owner)
        try:
            self._send(delivery.shipment, records, stop)
        except BaseException:
            del self._under_way[delivery.number]
            raise
        return delivery

    def begin_at_once(self, records: Sequence[Outgoing], owner: str, on_landed: Callable[[], None]) -> Delivery:
        """As `begin`, for who may not wait: what finds no room counts as refused, and `finish` tries it again.

        `on_landed` is called once, in whichever thread, when Kafka has acknowledged or refused each record; then
        `finish` has to follow, or `abandon` before.
        """
        delivery = self._delivery(records, owner, on_landed)
        shipment = delivery.shipment
        for index, record in enumerate(records):
            try:
                self._produce(shipment.producer, record, shipment, index)
            except BufferError:
                shipment.fail(index, KafkaError(KafkaError._QUEUE_FULL))
            except KafkaException as error:
                shipment.fail(index, error.args[0])
        return delivery

    def abandon(self, delivery: Delivery) -> None:
        """Wait for a delivery no longer; what is on its way may still be written."""
        self._under_way.pop(delivery.number, None)

    def finish(self, delivery: Delivery, stop: threading.Event) -> list[Acknowledgement]:
        """Return when Kafka has acknowledged all records of a delivery, as `deliver` does."""
        try:
            return self._finish(delivery, stop)
        finally:
            self.abandon(delivery)

    def _finish(self, delivery: Delivery, stop: threading.Event) -> list[Acknowledgement]:
        written: dict[int, Acknowledgement] = {}
        waiting = list(range(len(delivery.records)))
        while True:
            shipment = delivery.shipment
            self._await(shipment, stop, delivery.owner)
            written |= {index: where for index, where in zip(waiting, shipment.acknowledgements, strict=True) if where}
            waiting = [index for index in waiting if index not in written]
            if not waiting:
                break
            self._recover(shipment, delivery.owner)
            if stop.wait(RETRY_SECONDS):
                raise Stopped
            delivery.shipment = _Shipment(self._producer, len(waiting))
            self._send(delivery.shipment, [delivery.records[index] for index in waiting], stop)
        self._refusal = ""
        return [written[index] for index in range(len(delivery.records))]

    def overdue(self) -> list[str]:
        """Whose records Kafka has not acknowledged for longest, if too long, and the last reason it gave."""
        late = [delivery for delivery in list(self._under_way.values()) if delivery.is_overdue]
        if not late:
            return []
        longest = min(late, key=lambda delivery: delivery.began)
        waited = f"{longest.owner}: Kafka has not acknowledged for {time.monotonic() - longest.began:.0f} s"
        return [f"{waited}{self._refusal and f': {self._refusal}'}"]

    def unwritable(self, topics: Collection[str]) -> list[str]:
        """Why these topics could not be written to now, nothing where they could; asks Kafka, for up to 2 s."""
        asker = self._asker = self._asker or self._open_asker()
        asked = asker.describe_topics(TopicCollection(sorted(topics)), request_timeout=PROBE_SECONDS)
        obstacles = []
        for name, answer in asked.items():
            try:
                partitions = answer.result().partitions
            except KafkaException as error:
                if error.args[0].code() not in NO_SUCH_TOPIC:
                    self._asker = None  # it may have lost its brokers for good
                    return [f"Kafka does not answer: {error.args[0].str()}"]
                obstacles.append(f"topic {name} does not exist: `hub topics` creates what is missing")
            else:
                obstacles += [f"{name}[{one.id}] has no leader" for one in partitions if one.leader is None]
        return obstacles

    def send(self, record: Outgoing) -> None:
        """Write a record whose loss only means work done twice; returns at once."""
        try:
            self._produce(self._producer, record, None, 0)
        except (BufferError, KafkaException) as error:
            logger.warning("a record for %s was not handed over: %s", record.topic, error)

    def close(self) -> None:
        """Let what was sent leave, for a bounded time."""
        self._producer.flush(LAST_WAIT_SECONDS)
        self._closing.set()
        self._poller.join()

    def _poll(self) -> None:
        while not self._closing.is_set():
            producer = self._producer
            producer.poll(DELIVERY_POLL_SECONDS)
            if not len(producer):
                self._heard_at = time.monotonic()
            elif time.monotonic() - self._heard_at > SILENT_SECONDS:
                self._look_for_kafka(producer)

    def _look_for_kafka(self, producer: Producer) -> None:
        """A client that has lost its brokers says nothing: where Kafka is there for others, another takes its place."""
        if self._is_answered():
            logger.warning("the producer has delivered nothing for %.0f s; another takes its place", SILENT_SECONDS)
            self._renew(producer)
        self._heard_at = time.monotonic()

    def _is_answered(self) -> bool:
        asker = self._open_asker()  # held on to: its answers end with it
        try:
            return bool(asker.describe_cluster(request_timeout=PROBE_SECONDS).result().nodes)
        except KafkaException:
            return False

    def _open_asker(self) -> AdminClient:
        return AdminClient({"bootstrap.servers": self._bootstrap}, logger=client_logger)

    def _send(self, shipment: _Shipment, records: Sequence[Outgoing], stop: threading.Event) -> None:
        for index, record in enumerate(records):
            while True:
                try:
                    self._produce(shipment.producer, record, shipment, index)
                    break
                except BufferError:  # full because Kafka is away or slow: memory stays bounded, the reader waits
                    if stop.wait(ROOM_SECONDS):
                        raise Stopped from None
                except KafkaException as error:
                    shipment.fail(index, error.args[0])
                    break

    def _delivery(
        self, records: Sequence[Outgoing], owner: str, on_landed: Callable[[], None] | None = None
    ) -> Delivery:
        shipment = _Shipment(self._producer, len(records), on_landed)
        delivery = Delivery(next(self._deliveries), records, owner, shipment)
        self._under_way[delivery.number] = delivery
        return delivery

    def _produce(self, producer: Producer, record: Outgoing, shipment: _Shipment | None, index: int) -> None:
        """Hand a record over; BufferError, KafkaException. A producer that has given way takes nothing."""
        with self._renewal:
            if producer is not self._producer:
                raise KafkaException(KafkaError(KafkaError._PURGE_QUEUE))
            producer.produce(
                record.topic,
                record.value,
                record.key,
                headers=record.headers,
                timestamp=record.timestamp,
                on_delivery=partial(self._hear, shipment, index) if shipment else None,
            )

    def _hear(self, shipment: _Shipment, index: int, error: KafkaError | None, message: Message) -> None:
        self._heard_at = time.monotonic()
        shipment.land(index, error, message)

    def _await(self, shipment: _Shipment, stop: threading.Event, owner: str) -> None:
        began = time.monotonic()
        complain_at = began + COMPLAIN_EVERY_SECONDS
        give_up_at: float | None = None
        while not shipment.landed.wait(POLL_SECONDS):
            now = time.monotonic()
            if stop.is_set():
                give_up_at = give_up_at or now + LAST_WAIT_SECONDS
                if now > give_up_at:
                    raise Stopped
            if now > complain_at:
                complain_at = now + COMPLAIN_EVERY_SECONDS
                logger.warning(
                    "%s: Kafka has not acknowledged for %.0f s; rows are kept and tried until it does",
                    owner,
                    now - began,
                )

    def _recover(self, shipment: _Shipment, owner: str) -> None:
        producer, errors = shipment.producer, shipment.errors
        error = next(iter(errors.values()))
        self._refusal = error.str()
        logger.warning("%s: Kafka refused %d records (%s); they are tried again", owner, len(errors), error)
        if any(error.fatal() for error in errors.values()):
            self._renew(producer)

    def _renew(self, producer: Producer) -> None:
        """Put another in the place of a producer, unless one has taken it; what it holds counts as refused."""
        with self._renewal:
            if self._producer is producer:
                self._producer = Producer(self._settings)
        producer.purge()
        producer.flush(LAST_WAIT_SECONDS)
