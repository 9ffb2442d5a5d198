"""Readers of topics: from positions, in a group, or to the present end."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import cast

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition
from confluent_kafka.admin import AdminClient

from connectors.kafka import CLIENT, POLL_SECONDS, SILENT_SECONDS, KafkaAway

__all__ = ["GroupConsumer", "Message", "PositionedConsumer", "delete_records", "headers_of", "read_topic"]

logger = logging.getLogger(__name__)

CALL_SECONDS = 5.0
PARTITIONS_EVERY_SECONDS = 60.0
SESSION_MILLISECONDS = 6_000
"""What a member of a group that was killed held goes to another so much later."""
LEADER_PAUSE_SECONDS = 0.05
LEADER_CHANGES = (KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE)

CONSUMER = {
    **CLIENT,
    "enable.auto.commit": False,
    "enable.auto.offset.store": False,
    "auto.offset.reset": "error",
    "isolation.level": "read_committed",
    "fetch.wait.max.ms": 500,
    "fetch.queue.backoff.ms": 1,
    "queued.max.messages.kbytes": 4096,  # dozens of these consumers stand in one process
}

IN_GROUPS = {
    # A question about its topic that goes down with a broker's connection is not repeated before this time, five
    # minutes by default, and whoever has asked it waits so long to join (decision 0134).
    "topic.metadata.refresh.interval.ms": 5_000,
}


class PositionedConsumer:
    """Reads a topic of a department from given offsets; commits nothing, so the department's cluster is not changed."""

    def __init__(self, bootstrap: str, topic: str, group: str) -> None:
        self._topic = topic
        self._consumer = Consumer({**CONSUMER, "bootstrap.servers": bootstrap, "group.id": group})
        self._partitions: set[int] = set()
        self._look_again_at = 0.0

    def start(self, offsets: Mapping[int, int]) -> None:
        """Read each partition from its offset, others from their beginning; KafkaAway where there is no such topic."""
        self._assign_new(offsets)
        if not self._partitions:
            raise KafkaAway(f"topic {self._topic} is not there")

    def read(self, most: int, within_seconds: float) -> list[Message]:
        """The next records, at once when there is one; none where none came in time. Kafka being away is waited out."""
        if time.monotonic() > self._look_again_at:
            self._assign_new({})
        first = self._consumer.poll(within_seconds)
        messages = [] if first is None else [first, *self._consumer.consume(most - 1, 0)]
        records = [message for message in messages if message.error() is None]
        for message in messages:
            if (error := message.error()) is not None:
                self._settle(error, message)
        return records

    def close(self) -> None:
        self._consumer.close()

    def _assign_new(self, offsets: Mapping[int, int]) -> None:
        self._look_again_at = time.monotonic() + PARTITIONS_EVERY_SECONDS
        new = sorted(_partitions_of(self._consumer, self._topic) - self._partitions)
        if new:
            start = [TopicPartition(self._topic, number, offsets.get(number, OFFSET_BEGINNING)) for number in new]
            self._consumer.incremental_assign(start)
            self._partitions.update(new)

    def _settle(self, error: KafkaError, message: Message) -> None:
        if error.code() != KafkaError._AUTO_OFFSET_RESET:
            logger.warning("%s: %s; reading goes on when it has passed", self._topic, error.str())
            return
        partition = TopicPartition(self._topic, int(message.partition() or 0))
        self._consumer.incremental_unassign([partition])  # a partition in this state takes no seek
        first, end = _ends(self._consumer, partition)
        logger.error(
            "%s[%d]: offset %s is gone, the department's topic holds %d to %d; reading goes on at %d",
            self._topic,
            partition.partition,
            message.offset(),
            first,
            end,
            first,
        )
        self._consumer.incremental_assign([TopicPartition(self._topic, partition.partition, first)])


class GroupConsumer:
    """Reads a topic of the hub together with others of its group: a record goes to one of them.

    What was not committed, or could not be, is read again, by this one or another.
    """

    def __init__(self, bootstrap: str, topic: str, group: str) -> None:
        self._topic = topic
        settings = {"bootstrap.servers": bootstrap, "group.id": group, "session.timeout.ms": SESSION_MILLISECONDS}
        # Its own topic from the beginning where nothing is committed, and from what is kept where that is gone.
        self._settings = {**CONSUMER, **IN_GROUPS, **settings, "auto.offset.reset": "earliest"}
        self._join()

    def _join(self) -> None:
        self._consumer = Consumer(self._settings)
        self._consumer.subscribe([self._topic])
        self._heard_at = time.monotonic()

    def read(self, most: int, within_seconds: float) -> list[Message]:
        """The next records, at once when there is one; none where none came in time. KafkaAway."""
        first = self._consumer.poll(within_seconds)
        if first is None:
            if time.monotonic() - self._heard_at > SILENT_SECONDS:
                self._look_for_kafka()
            return []
        self._heard_at = time.monotonic()
        messages = [first, *self._consumer.consume(most - 1, 0)]
        for message in messages:
            if (error := message.error()) is not None:
                raise KafkaAway(f"{self._topic} cannot be read: {error.str()}")
        return messages

    def _look_for_kafka(self) -> None:
        """A client that has lost its brokers says nothing: asked itself it does, and another joins (decision 0134)."""
        try:
            self._consumer.committed([TopicPartition(self._topic, 0)], timeout=CALL_SECONDS)
        except KafkaException as error:
            self._consumer.close()
            self._join()
            raise KafkaAway(f"the group of {self._topic} does not answer: {error.args[0].str()}") from error
        self._heard_at = time.monotonic()

    def commit(self, messages: Sequence[Message]) -> None:
        """These, and those before them, are done with; KafkaAway where the group no longer takes this one's word."""
        done = {int(message.partition() or 0): int(message.offset() or 0) + 1 for message in messages}
        offsets = [TopicPartition(self._topic, partition, offset) for partition, offset in done.items()]
        try:
            self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            raise KafkaAway(f"{self._topic}: its position is not taken: {error.args[0].str()}") from error

    def close(self) -> None:
        self._consumer.close()


def headers_of(message: Message) -> list[tuple[str, bytes | None]]:
    """The record's headers in order."""
    return cast(list[tuple[str, bytes | None]], message.headers() or [])


def read_topic(
    bootstrap: str, topic: str, *, partition: int = 0, last: int | None = None, since: int | None = None
) -> Iterator[Message]:
    """The records of a partition from the beginning to its present end; KafkaAway.

    Of these only the `last` ones, and only from the first on that is no older than `since` (milliseconds).
    """
    consumer = Consumer(
        {
            **CONSUMER,
            "bootstrap.servers": bootstrap,
            "group.id": f"read-{topic}",
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 10,
        }
    )
    try:
        position, end = _span(consumer, TopicPartition(topic, partition), last, since)
        consumer.assign([TopicPartition(topic, partition, position)])
        give_up_at = time.monotonic() + CALL_SECONDS
        while position < end:
            message = consumer.poll(POLL_SECONDS)
            if message is None:
                if time.monotonic() > give_up_at:
                    raise KafkaAway(f"{topic} cannot be read to its end: Kafka does not answer")
                continue
            error = message.error()
            if error is None:
                give_up_at = time.monotonic() + CALL_SECONDS
                position = int(message.offset() or 0) + 1
                yield message
            elif error.code() == KafkaError._PARTITION_EOF:
                return
    except KafkaException as error:
        raise KafkaAway(f"{topic} cannot be read: {error.args[0].str()}") from error
    finally:
        consumer.close()


def _span(consumer: Consumer, partition: TopicPartition, last: int | None, since: int | None) -> tuple[int, int]:
    """The offset to begin with, and the next one at the end; KafkaException."""
    first, end = _ends(consumer, partition)
    if since is not None:
        wanted = TopicPartition(partition.topic, partition.partition, since)
        (found,) = consumer.offsets_for_times([wanted], timeout=CALL_SECONDS)
        first = found.offset if found.offset >= 0 else end
    return (first if last is None else max(first, end - last)), end


def _partitions_of(consumer: Consumer, topic: str) -> set[int]:
    """The partitions of a topic as the client's own brokers have it; KafkaAway."""
    try:
        return set(consumer.list_topics(topic, timeout=CALL_SECONDS).topics[topic].partitions)
    except KafkaException as error:
        raise KafkaAway(f"the cluster of {topic} does not answer: {error.args[0].str()}") from error


def _ends(consumer: Consumer, partition: TopicPartition) -> tuple[int, int]:
    """The first and the next offset of a partition, also of one whose leader is just changing; KafkaException."""
    give_up_at = time.monotonic() + CALL_SECONDS
    while True:
        try:
            return consumer.get_watermark_offsets(partition, timeout=CALL_SECONDS)
        except KafkaException as error:
            if error.args[0].code() not in LEADER_CHANGES or time.monotonic() > give_up_at:
                raise
            time.sleep(LEADER_PAUSE_SECONDS)


def delete_records(bootstrap: str, topic: str) -> int:
    """Delete every record that a topic holds now; how many offsets they took. KafkaAway."""
    consumer = Consumer({**CONSUMER, "bootstrap.servers": bootstrap, "group.id": f"read-{topic}"})
    try:
        known = consumer.list_topics(topic, timeout=CALL_SECONDS).topics[topic].partitions
        spans = {number: _ends(consumer, TopicPartition(topic, number)) for number in known}
        full = [TopicPartition(topic, number, end) for number, (begin, end) in spans.items() if end > begin]
        if full:
            admin = AdminClient({"bootstrap.servers": bootstrap})
            for deleted in admin.delete_records(full, request_timeout=CALL_SECONDS).values():
                deleted.result()
    except KafkaException as error:
        raise KafkaAway(f"the records of {topic} cannot be deleted: {error.args[0].str()}") from error
    finally:
        consumer.close()
    return sum(end - begin for begin, end in spans.values())
