"""Reads a topic as it is now: every committed record up to its present end."""

import time
from collections.abc import Iterable, Iterator, Mapping

from streams.engine.reading import ReadingStopped, batches_to_end
from streams.kafka import OFFSET_BEGINNING, KafkaException, Message, Topics

SILENT_SECONDS = 15.0


class NotReadable(Exception):
    """The topic is missing, or Kafka does not answer; the text is one line for the operator."""


def read_topic(bootstrap: str, topic: str, since: Mapping[int, int] | None = None) -> Iterator[Message]:
    """Records of a topic (name on the cluster), in order within each partition; deletions come as they stand.

    `since` gives the first offset of each partition wanted; without it all are read from their beginning. Raises
    NotReadable, also where nothing more comes for 15 s.
    """
    give_up_at = time.monotonic() + SILENT_SECONDS

    def keep_going() -> bool:
        return time.monotonic() < give_up_at

    try:
        starts = _beginnings(bootstrap, topic) if since is None else since
        for messages in batches_to_end(bootstrap, topic, starts, keep_going=keep_going):
            if messages:
                give_up_at = time.monotonic() + SILENT_SECONDS
            yield from messages
    except KafkaException as error:
        raise _away(bootstrap, topic, error) from error
    except ReadingStopped as error:
        raise NotReadable(f"{topic} cannot be read to its end: Kafka at {bootstrap} does not answer") from error


def offsets_since(bootstrap: str, topic: str, partitions: Iterable[int], instant: int) -> dict[int, int]:
    """Where to begin for what was appended at an instant (milliseconds) or later, of partitions that have such records.

    Raises NotReadable.
    """
    try:
        return Topics(bootstrap).offsets_since(topic, partitions, instant)
    except KafkaException as error:
        raise _away(bootstrap, topic, error) from error


def end_offsets(bootstrap: str, topic: str, partitions: Iterable[int]) -> dict[int, int]:
    """Where each partition ends, of everything written; NotReadable."""
    try:
        return Topics(bootstrap).end_offsets(topic, partitions, committed=False)
    except KafkaException as error:
        raise _away(bootstrap, topic, error) from error


def _away(bootstrap: str, topic: str, error: KafkaException) -> NotReadable:
    return NotReadable(f"{topic} cannot be read from Kafka at {bootstrap}: {error.args[0].str()}")


def _beginnings(bootstrap: str, topic: str) -> dict[int, int]:
    found = Topics(bootstrap).describe([topic]).get(topic)
    if found is None:
        raise NotReadable(f"topic {topic} does not exist: `hub topics` creates what is missing")
    return dict.fromkeys(range(found.partitions), OFFSET_BEGINNING)
