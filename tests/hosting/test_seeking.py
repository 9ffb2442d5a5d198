"""Where a consumer goes back to when a rebalance has made it drop what it had read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.hosting.seeking import seek_to_committed
from streams.kafka import Topics
from tests.conftest import Cluster
from tests.faults.records import append

RECORDS = 5


@pytest.fixture
def partition(kafka_broker: Cluster, namespace: str) -> TopicPartition:
    """A partition with a few records that nobody has committed yet."""
    topic = f"{namespace}notices"
    Topics(kafka_broker.bootstrap_servers).create(topic, 1, {})
    append(kafka_broker.bootstrap_servers, topic, [("key", str(number).encode()) for number in range(RECORDS)])
    return TopicPartition(topic, 0)


@asynccontextmanager
async def consumer_of(bootstrap: str, partition: TopicPartition) -> AsyncIterator[AIOKafkaConsumer]:
    consumer = AIOKafkaConsumer(
        partition.topic, bootstrap_servers=bootstrap, group_id=f"{partition.topic}.group", enable_auto_commit=False,
        auto_offset_reset="earliest",
    )  # fmt: skip
    await consumer.start()
    try:
        yield consumer
    finally:
        await consumer.stop()


async def read_all(consumer: AIOKafkaConsumer) -> list[int]:
    """The offsets from where reading stands up to the end."""
    offsets: list[int] = []
    while not offsets or offsets[-1] < RECORDS - 1:
        offsets.append((await consumer.getone()).offset)
    return offsets


@pytest.mark.parametrize("committed", [None, 0, 3])
def test_what_was_read_and_not_committed_comes_again(
    kafka_broker: Cluster, partition: TopicPartition, committed: int | None
) -> None:
    async def read_twice() -> list[int]:
        async with consumer_of(kafka_broker.bootstrap_servers, partition) as consumer:
            assert await read_all(consumer) == [*range(RECORDS)]
            if committed is not None:
                await consumer.commit({partition: committed})
            assert await seek_to_committed(consumer) == {partition: committed}
            return await read_all(consumer)

    again = asyncio.run(asyncio.wait_for(read_twice(), 60))
    assert again == [*range(committed or 0, RECORDS)]
