"""Appends records to the toy's logs and returns when Kafka has acknowledged them."""

from collections.abc import Iterable
from typing import Any

from streams.kafka import ANY_PARTITION, KafkaException, open_producer
from streams.topology import Topology
from tests.engine.toy import ACCOUNTS_LOG, Added
from tests.faults.ledger import CODEC

Pair = tuple[str, bytes]


def added(number: int, key: str = "", **said: Any) -> Added:
    """The record of a number: so much for one of a hundred accounts."""
    fields: dict[str, Any] = {"amount": number, "occurred_at": 1, **said}
    return Added(id=f"row:{number}", key=key or f"account-{number % 100}", trace=f"row:{number}", **fields)


def encoded(facts: Iterable[Added]) -> list[Pair]:
    return [(fact.key, CODEC.encode(fact)) for fact in facts]


def append(bootstrap: str, topic: str, pairs: Iterable[Pair], partition: int = ANY_PARTITION, **settings: Any) -> None:
    """Append keys and bytes to a topic (name on the cluster); KafkaException for the first that is refused."""
    producer = open_producer(bootstrap, linger_ms=5, **settings)
    refusals: list[Any] = []
    for key, data in pairs:
        producer.produce(
            topic, data, key, partition, on_delivery=lambda error, _: refusals.append(error) if error else None
        )
        producer.poll(0)
    assert producer.flush(60) == 0
    if refusals:
        raise KafkaException(refusals[0])


def publish(bootstrap: str, topology: Topology, numbers: Iterable[int]) -> None:
    """Append the records of these numbers to the accounts' log."""
    append(bootstrap, topology.topic_name(ACCOUNTS_LOG), encoded(added(number) for number in numbers))
