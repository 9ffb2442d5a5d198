"""Reads topics, committed records only: what is in them now, or what comes; and says which topics there are."""

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

from streams.kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
    Topics,
    open_consumer,
)

RECORDS_A_READ = 10_000
READ_SECONDS = 0.2
CALL_SECONDS = 10.0
FOLLOW_MILLISECONDS = 10
"""A broker that holds an empty fetch longer would add to what is measured."""


def read_topic(bootstrap: str, topic: str, partitions: int) -> Iterator[Message]:
    """Every record; within a partition in log order. Ends at the end of each partition."""
    consumer = open_consumer(bootstrap, f"{topic}.reader", enable_partition_eof=True, auto_offset_reset="earliest")
    try:
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in range(partitions)])
        unread = set(range(partitions))
        while unread:
            for message in consumer.consume(RECORDS_A_READ, READ_SECONDS):
                error = message.error()
                if error is None:
                    yield message
                elif error.code() == KafkaError._PARTITION_EOF:
                    unread.discard(message.partition())
                else:
                    raise KafkaException(error)
    finally:
        consumer.close()


class Follower:
    """Reads what is committed to a topic from now on, from `with` to its end."""

    def __init__(self, bootstrap: str, topic: str, partitions: int) -> None:
        self._consumer: Consumer = open_consumer(bootstrap, f"{topic}.follower", fetch_wait_max_ms=FOLLOW_MILLISECONDS)
        self._topic = topic
        self._ends = Topics(bootstrap).end_offsets(topic, range(partitions), committed=True)

    def __enter__(self) -> Self:
        self._consumer.assign([TopicPartition(self._topic, number, end) for number, end in self._ends.items()])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._consumer.close()

    def read(self, within_seconds: float = READ_SECONDS) -> list[Message]:
        """What has come, at once; waits for a first record at most so long."""
        first = self._consumer.poll(within_seconds)
        messages = [] if first is None else [first, *self._consumer.consume(RECORDS_A_READ, 0)]
        for message in messages:
            if (error := message.error()) is not None:
                raise KafkaException(error)
        return messages


def topic_names(bootstrap: str) -> set[str]:
    """The cluster's topics."""
    consumer: Any = open_consumer(bootstrap, "topic-names")
    return set(consumer.list_topics(timeout=CALL_SECONDS).topics)
