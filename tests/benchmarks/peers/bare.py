"""The bare loop: confluent-kafka, 2,000 records a transaction, nothing else. What any Python engine is measured by."""

import signal
from typing import Any

from streams.kafka import KafkaException, Message, Producer, TopicPartition, open_consumer, open_producer
from tests.benchmarks import w1_wire
from tests.benchmarks.peers.job import Job, job_of_this_process

BATCH_RECORDS = 2_000
WAIT_SECONDS = 0.5
LINGER_MILLISECONDS = 10
"""Fills the producer's batches; the commit sends at once what is left (ops/decisions/0020)."""
CALL_SECONDS = 10.0


class Loop:
    """Consume, count, publish, commit."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._tallies: dict[str, w1_wire.Fields] = {}
        self._consumer = open_consumer(job.bootstrap, job.group, auto_offset_reset="earliest")
        self._producer: Producer = open_producer(
            job.bootstrap, transactional_id=job.group, linger_ms=LINGER_MILLISECONDS
        )
        self._running = True

    def stop(self, *_: Any) -> None:
        self._running = False

    def run(self) -> None:
        self._producer.init_transactions(CALL_SECONDS)
        self._consumer.subscribe([self._job.log])
        while self._running:
            if messages := self._consumer.consume(BATCH_RECORDS, WAIT_SECONDS):
                self._transact(messages)
        self._consumer.close()

    def _transact(self, messages: list[Message]) -> None:
        producer, topic = self._producer, self._job.views
        producer.begin_transaction()
        changed: dict[str, tuple[int, w1_wire.Fields]] = {}
        following: dict[int, int] = {}
        for message in messages:
            if (error := message.error()) is not None:
                raise KafkaException(error)
            partition, now = message.partition(), message.timestamp()[1]
            reading = w1_wire.decode_reading(message.value() or b"")
            key = reading["key"]
            tally = self._tallies[key] = w1_wire.count(self._tallies.get(key), reading)
            changed[key] = partition, tally
            value = w1_wire.encode_profile(w1_wire.profile_of(reading, tally, now))
            identity = w1_wire.derived_id(partition, reading["id"])
            headers = w1_wire.headers(identity, key, now, reading["trace"])
            producer.produce(topic, value, key, partition, headers=headers)  # type: ignore[arg-type]
            following[partition] = message.offset() + 1
        for key, (partition, tally) in changed.items():
            producer.produce(self._job.changelog, w1_wire.encode_tally(tally), f"tallies/{key}", partition)
        offsets = [TopicPartition(self._job.log, partition, offset) for partition, offset in following.items()]
        producer.send_offsets_to_transaction(offsets, self._consumer.consumer_group_metadata(), CALL_SECONDS)
        producer.commit_transaction(CALL_SECONDS)


def main() -> None:
    loop = Loop(job_of_this_process())
    signal.signal(signal.SIGTERM, loop.stop)
    loop.run()


if __name__ == "__main__":
    main()
