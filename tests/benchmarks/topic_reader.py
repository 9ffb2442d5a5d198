"""Reads what is in a topic now, from its beginning, committed records only; and says which topics there are."""

from collections.abc import Iterator
from typing import Any

from streams.kafka import OFFSET_BEGINNING, KafkaError, KafkaException, Message, TopicPartition, open_consumer

RECORDS_A_READ = 10_000
READ_SECONDS = 0.2
CALL_SECONDS = 10.0


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


def topic_names(bootstrap: str) -> set[str]:
    """The cluster's topics."""
    consumer: Any = open_consumer(bootstrap, "topic-names")
    return set(consumer.list_topics(timeout=CALL_SECONDS).topics)
