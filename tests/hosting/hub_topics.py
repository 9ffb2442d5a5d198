"""The hub's topics on a test's cluster: write to them as the hub does, read what is committed."""

from typing import Any

from streams.codec import Codec
from streams.kafka import OFFSET_BEGINNING, KafkaError, Producer, TopicPartition, Topics, open_consumer, open_producer
from streams.topology import Topology

CALL_SECONDS = 10.0


class HubTopics:
    """Every topic of `topology` by its bare name."""

    def __init__(self, topology: Topology, bootstrap: str) -> None:
        self.topology = topology
        self.bootstrap = bootstrap
        self.codec = Codec.load()
        self._producer = open_producer(bootstrap)
        self._followed: dict[str, Followed] = {}

    def append(self, topic: str, key: str, value: Any, **headers: str) -> None:
        """Append one record (`value` a record, bytes or None) and wait for its acknowledgement."""
        produce(self._producer, self.topology.topic_name(topic), key, self.encoded(value), headers)
        assert self._producer.flush(CALL_SECONDS) == 0

    def encoded(self, value: Any) -> bytes | None:
        return value if value is None or isinstance(value, bytes) else self.codec.encode(value)

    def transaction(self, name: str) -> Producer:
        """A producer whose transactions are open to the test."""
        producer = open_producer(self.bootstrap, transactional_id=self.topology.topic_name(name))
        producer.init_transactions(CALL_SECONDS)
        return producer

    def records(self, topic: str) -> list[Any]:
        """Every committed record of a topic, decoded, in the order of reading."""
        return [self.codec.decode(value) for _, value in self.values(topic) if value is not None]

    def values(self, topic: str) -> list[tuple[str, bytes | None]]:
        """Key and bytes of every committed record of a topic, in the order of reading."""
        if topic not in self._followed:
            name, partitions = self.topology.topic_name(topic), self.topology.topics[topic].partitions
            self._followed[topic] = Followed(self.bootstrap, name, partitions)
        return self._followed[topic].read()

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """What a group has committed of a topic, by partition; 0 where nothing."""
        name = self.topology.topic_name(topic)
        consumer = open_consumer(self.bootstrap, self.topology.topic_name(group))
        wanted = [TopicPartition(name, number) for number in range(self.topology.topics[topic].partitions)]
        committed = consumer.committed(wanted, timeout=CALL_SECONDS)
        consumer.close()
        return {partition.partition: max(0, partition.offset) for partition in committed}

    def close(self) -> None:
        for followed in self._followed.values():
            followed.close()


class Followed:
    """A topic read from its beginning to wherever it ends when asked."""

    def __init__(self, bootstrap: str, name: str, partitions: int) -> None:
        self._name = name
        self._bootstrap = bootstrap
        self._consumer = open_consumer(bootstrap, f"{name}-test", enable_partition_eof=True)
        self._consumer.assign([TopicPartition(name, partition, OFFSET_BEGINNING) for partition in range(partitions)])
        self._read_until = dict.fromkeys(range(partitions), 0)
        self._values: list[tuple[str, bytes | None]] = []

    def read(self) -> list[tuple[str, bytes | None]]:
        # A client of its own each time: one that has seen the broker restart is refused for its old leader epoch.
        ends = Topics(self._bootstrap).end_offsets(self._name, list(self._read_until), committed=True)
        while any(self._read_until[partition] < end for partition, end in ends.items()):
            message = self._consumer.poll(CALL_SECONDS)
            assert message is not None, f"{self._name} cannot be read to its end"
            error, partition, offset = message.error(), message.partition(), message.offset()
            if error is not None and error.code() != KafkaError._PARTITION_EOF:
                continue
            assert partition is not None
            assert offset is not None
            if error is None:
                self._values.append(((message.key() or b"").decode(), message.value()))
                offset += 1
            self._read_until[partition] = offset
        return list(self._values)

    def close(self) -> None:
        self._consumer.close()


def produce(producer: Producer, topic: str, key: str, value: bytes | None, headers: dict[str, str]) -> None:
    encoded: list[tuple[str, str | bytes | None]] = [(name, text.encode()) for name, text in headers.items()]
    producer.produce(topic, key=key, value=value, headers=encoded)
