"""The one place of the simulated city that imports confluent_kafka: a department's own topic, and topics read whole."""

import asyncio
import threading
import time
from collections.abc import Collection, Iterator

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

CALL_SECONDS = 10.0
POLL_SECONDS = 0.5
FLUSH_SECONDS = 5.0
PAUSE_SECONDS = 0.1


class KafkaAway(Exception):
    """The cluster does not answer."""


class OwnTopic:
    """The topic that a department writes: one partition, its broker's own append time."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._topic = topic
        self._bootstrap = bootstrap
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "enable.idempotence": True,
                # More, and librdkafka says of refused records that they are written: decision 0108.
                "max.in.flight.requests.per.connection": 1,
                # The department's own queue: it holds on to what it wrote until Kafka has it.
                "message.timeout.ms": 0,
            }
        )
        self._closing = threading.Event()
        self._poller = threading.Thread(target=self._poll, name="department-topic", daemon=True)
        self._poller.start()

    def create(self) -> None:
        """Create the topic unless it is there."""
        admin = AdminClient({"bootstrap.servers": self._bootstrap})
        try:
            admin.create_topics([NewTopic(self._topic, num_partitions=1)], request_timeout=CALL_SECONDS)[
                self._topic
            ].result()
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise KafkaAway(f"{self._topic} cannot be created: {error}") from error

    def write(self, key: str, value: bytes) -> asyncio.Future[None]:
        """Write a message, in the order of the calls; the future is done when Kafka has acknowledged it."""
        loop = asyncio.get_running_loop()
        acknowledged: asyncio.Future[None] = loop.create_future()

        def settle(error: KafkaError | None, _: Message) -> None:
            loop.call_soon_threadsafe(_settle, acknowledged, error)

        try:
            self._producer.produce(self._topic, value, key, on_delivery=settle)
        except BufferError as error:
            acknowledged.set_exception(KafkaAway(str(error)))
        return acknowledged

    def close(self) -> None:
        self._producer.flush(FLUSH_SECONDS)
        self._closing.set()
        self._poller.join()

    def _poll(self) -> None:
        while not self._closing.is_set():
            self._producer.poll(POLL_SECONDS)


def _settle(acknowledged: asyncio.Future[None], error: KafkaError | None) -> None:
    if acknowledged.cancelled():
        return
    if error is None:
        acknowledged.set_result(None)
    else:
        acknowledged.set_exception(KafkaAway(str(error)))


def read_since(bootstrap: str, topics: Collection[str], since: int) -> Iterator[Message]:
    """Every committed record of some topics appended at or after `since` (milliseconds), up to their present ends.

    Raises KafkaAway; a topic that does not exist has no records.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "city",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 10,
        }
    )
    try:
        starts = _starts(consumer, topics, since)
        consumer.assign(starts)
        unread = {(start.topic, start.partition) for start in starts}
        while unread:
            for message in consumer.consume(5000, timeout=POLL_SECONDS):
                error = message.error()
                if error is None:
                    yield message
                elif error.code() == KafkaError._PARTITION_EOF:
                    unread.discard((str(message.topic()), int(message.partition() or 0)))
                else:
                    raise KafkaException(error)
    except KafkaException as error:
        raise KafkaAway(f"the hub's topics cannot be read: {error}") from error
    finally:
        consumer.close()


def _starts(consumer: Consumer, topics: Collection[str], since: int) -> list[TopicPartition]:
    """Where each partition has its first record since then. A topic just made has no leader for a moment."""
    give_up_at = time.monotonic() + CALL_SECONDS
    while True:
        known = consumer.list_topics(timeout=CALL_SECONDS).topics
        wanted = [
            TopicPartition(topic, partition, since)
            for topic in topics
            if topic in known
            for partition in known[topic].partitions
        ]
        try:
            return list(consumer.offsets_for_times(wanted, timeout=CALL_SECONDS)) if wanted else []
        except KafkaException:
            if time.monotonic() > give_up_at:
                raise
        time.sleep(PAUSE_SECONDS)
