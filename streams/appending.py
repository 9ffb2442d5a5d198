"""Appends a single record to a topic, for a command: it returns when Kafka has it."""

from typing import Any

from streams.kafka import KafkaError, open_producer

WRITE_SECONDS = 30.0


class NotAppended(Exception):
    """Kafka did not take the record; the text is for the operator."""


def append(bootstrap: str, topic: str, key: str, value: bytes) -> None:
    """Append one record under its key; `topic` is the name on the cluster. NotAppended."""
    refusals: list[str] = []

    def settle(error: KafkaError | None, _: Any) -> None:
        if error is not None:
            refusals.append(error.str())

    producer = open_producer(bootstrap, message_timeout_ms=int(WRITE_SECONDS * 1000))
    producer.produce(topic, value, key, on_delivery=settle)
    if producer.flush(WRITE_SECONDS) or refusals:
        raise NotAppended(f"{topic} did not take it: {''.join(refusals) or 'Kafka does not answer'}")
