"""Appends a single record to a topic, for a command: it returns when Kafka has it."""

from typing import Any

from streams.kafka import KafkaError, open_producer

WRITE_SECONDS = 30.0


class NotAppended(Exception):
    """Kafka did not take the record; the text is for the operator."""


def append(bootstrap: str, topic: str, key: str, value: bytes, within_seconds: float = WRITE_SECONDS) -> int:
    """Append one record under its key and return its offset; `topic` is the name on the cluster. NotAppended."""
    refusals: list[str] = []
    offsets: list[int] = []

    def settle(error: KafkaError | None, message: Any) -> None:
        if error is not None:
            refusals.append(error.str())
        else:
            offsets.append(int(message.offset() or 0))

    producer = open_producer(bootstrap, message_timeout_ms=int(within_seconds * 1000))
    producer.produce(topic, value, key, on_delivery=settle)
    if producer.flush(within_seconds) or not offsets:
        raise NotAppended(f"{topic} did not take it: {''.join(refusals) or 'Kafka does not answer'}")
    return offsets[0]
