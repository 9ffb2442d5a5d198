"""Reads changelog partitions into rows: read_committed, up to the end of everything written when it began."""

import time
from collections.abc import Callable, Iterable

from streams.kafka import (
    END_OF_PARTITION,
    LOST_CONNECTION,
    OFFSET_BEGINNING,
    KafkaError,
    KafkaException,
    Message,
    TopicPartition,
    Topics,
    open_consumer,
)

ROWS_A_READ = 10_000
READ_SECONDS = 0.2


class RestoreStopped(Exception):
    """The worker was told to stop while it restored."""


def read_changelog(
    bootstrap: str, topic: str, partitions: Iterable[int], *, keep_going: Callable[[], bool] = lambda: True
) -> dict[int, dict[str, bytes]]:
    """The live rows of each partition, by key.

    The end is asked of everything written, because the end of what is committed can be stale during a take-over; an
    open transaction before it is waited for. Raises RestoreStopped when `keep_going` says no.
    """
    wanted = list(partitions)
    rows: dict[int, dict[str, bytes]] = {partition: {} for partition in wanted}
    ends = Topics(bootstrap).end_offsets(topic, wanted, committed=False)
    unread = {partition for partition in wanted if ends[partition] > 0}
    if not unread:
        return rows
    consumer = open_consumer(
        bootstrap,
        f"{topic}.restore",
        enable_partition_eof=True,
        fetch_wait_max_ms=10,
        queued_min_messages=100_000,
        auto_offset_reset="earliest",
    )
    try:
        consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in unread])
        while unread:
            if not keep_going():
                raise RestoreStopped(topic)
            _take(consumer.consume(ROWS_A_READ, READ_SECONDS), rows, ends, unread)
    finally:
        consumer.close()
    return rows


def _take(messages: list[Message], rows: dict[int, dict[str, bytes]], ends: dict[int, int], unread: set[int]) -> None:
    for message in messages:
        error = message.error()
        if error is not None:
            _note(error, message, ends, unread)
            continue
        key, value = (message.key() or b"").decode(), message.value()
        if value is None:
            rows[message.partition()].pop(key, None)
        else:
            rows[message.partition()][key] = value


def _note(error: KafkaError, message: Message, ends: dict[int, int], unread: set[int]) -> None:
    if error.code() == END_OF_PARTITION:
        if message.offset() >= ends[message.partition()]:
            unread.discard(message.partition())
    elif error.code() in LOST_CONNECTION:
        time.sleep(READ_SECONDS)
    else:
        raise KafkaException(error)
