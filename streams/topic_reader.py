"""Reads a topic as it is now: every committed record up to its present end, by a consumer that commits nothing."""

import time
from collections.abc import Iterator, Mapping

from streams.kafka import (
    END_OF_PARTITION,
    LOST_CONNECTION,
    OFFSET_BEGINNING,
    Consumer,
    KafkaException,
    Message,
    TopicPartition,
    Topics,
    open_consumer,
)

RECORDS_A_READ = 5_000
READ_SECONDS = 0.2
SILENT_SECONDS = 10.0


class NotReadable(Exception):
    """The topic is missing, or Kafka does not answer; the text is one line for the operator."""


def read_topic(bootstrap: str, topic: str, since: Mapping[int, int] | None = None) -> Iterator[Message]:
    """Records of a topic (name on the cluster), in order within each partition; deletions come as they stand.

    `since` gives the first offset of each partition wanted; without it all are read from their beginning. Raises
    NotReadable.
    """
    try:
        starts = _beginnings(bootstrap, topic) if since is None else since
        consumer = open_reader(bootstrap, f"{topic}.reader")
        try:
            consumer.assign([TopicPartition(topic, partition, offset) for partition, offset in starts.items()])
            yield from until_end(consumer, set(starts))
        finally:
            consumer.close()
    except KafkaException as error:
        raise NotReadable(f"{topic} cannot be read from Kafka at {bootstrap}: {error.args[0].str()}") from error


def open_reader(bootstrap: str, group: str) -> Consumer:
    """A consumer for `until_end`; of `group` it only knows what is committed."""
    return open_consumer(
        bootstrap, group, enable_partition_eof=True, auto_offset_reset="earliest", fetch_wait_max_ms=10
    )


def until_end(consumer: Consumer, unread: set[int]) -> Iterator[Message]:
    """What an assigned consumer finds until each partition of `unread` has come to its end. Raises KafkaException."""
    give_up_at = time.monotonic() + SILENT_SECONDS
    while unread:
        for message in consumer.consume(RECORDS_A_READ, READ_SECONDS):
            error = message.error()
            if error is None:
                give_up_at = time.monotonic() + SILENT_SECONDS
                yield message
            elif error.code() == END_OF_PARTITION:
                unread.discard(message.partition())
            elif error.code() not in LOST_CONNECTION or time.monotonic() > give_up_at:
                raise KafkaException(error)


def _beginnings(bootstrap: str, topic: str) -> dict[int, int]:
    found = Topics(bootstrap).describe([topic]).get(topic)
    if found is None:
        raise NotReadable(f"topic {topic} does not exist: `hub topics` creates what is missing")
    return dict.fromkeys(range(found.partitions), OFFSET_BEGINNING)
