"""Reads partitions from a position up to the end that everything written had when reading began, read_committed."""

import time
from collections.abc import Callable, Iterator, Mapping

from streams.engine.patience import ASTRAY_SECONDS
from streams.kafka import (
    DAMAGED,
    END_OF_PARTITION,
    LOST_CONNECTION,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
    Topics,
    is_leader_changing,
    open_consumer,
)

RECORDS_A_READ = 10_000
READ_SECONDS = 0.2


class ReadingStopped(Exception):
    """The reader was told to stop before the end."""


class RecordsDamaged(Exception):
    """Records in Kafka are not what was written."""


def batches_to_end(
    bootstrap: str,
    topic: str,
    starts: Mapping[int, int],
    *,
    keep_going: Callable[[], bool] = lambda: True,
) -> Iterator[list[Message]]:
    """The committed records of each partition from its start on, in batches.

    The end is asked of everything written: the committed end can be stale for a moment after a commit and during a
    take-over. An open transaction before that end is waited for. Raises ReadingStopped when `keep_going` says no, and
    RecordsDamaged; KafkaException where nothing was heard for ASTRAY_SECONDS.
    """
    ends = Topics(bootstrap).end_offsets(topic, starts, committed=False)
    unread = {partition for partition, start in starts.items() if start < ends[partition]}
    if not unread:
        return
    consumer = open_consumer(
        bootstrap,
        f"{topic}.reading",
        enable_partition_eof=True,
        fetch_wait_max_ms=10,
        queued_min_messages=100_000,
        auto_offset_reset="earliest",
    )
    try:
        consumer.assign([TopicPartition(topic, partition, starts[partition]) for partition in unread])
        while unread:
            yield _records(_heard(consumer, topic, keep_going), ends, unread)
    finally:
        consumer.close()


def _heard(consumer: Consumer, topic: str, keep_going: Callable[[], bool]) -> list[Message]:
    """What comes next; only waiting for it is counted, not what the caller does meanwhile."""
    give_up_at = time.monotonic() + ASTRAY_SECONDS
    while time.monotonic() < give_up_at:
        if not keep_going():
            raise ReadingStopped(topic)
        if messages := _read(consumer):
            return messages
    raise KafkaException(KafkaError(KafkaError._TIMED_OUT))


def _read(consumer: Consumer) -> list[Message]:
    """Whatever is there, waiting only for the first of it: `consume` would wait for a full batch."""
    first = consumer.poll(READ_SECONDS)
    return [] if first is None else [first, *consumer.consume(RECORDS_A_READ - 1, 0)]


def _records(messages: list[Message], ends: Mapping[int, int], unread: set[int]) -> list[Message]:
    """The records alone; a partition that is read to its end is struck off."""
    records = []
    for message in messages:
        error = message.error()
        if error is None:
            records.append(message)
        else:
            _note(error, message, ends, unread)
    return records


def _note(error: KafkaError, message: Message, ends: Mapping[int, int], unread: set[int]) -> None:
    if error.code() == END_OF_PARTITION:
        if message.offset() >= ends[message.partition()]:
            unread.discard(message.partition())
    elif error.code() in LOST_CONNECTION or is_leader_changing(error):
        time.sleep(READ_SECONDS)
    elif error.code() in DAMAGED:
        raise RecordsDamaged(f"{message.topic()}[{message.partition()}]: {error.str()}")
    else:
        raise KafkaException(error)
