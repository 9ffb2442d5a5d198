"""Where a consumer of a group begins again after its partitions were dealt anew."""

from collections.abc import Mapping

from aiokafka import AIOKafkaConsumer, TopicPartition


async def seek_to_committed(consumer: AIOKafkaConsumer) -> Mapping[TopicPartition, int | None]:
    """Seek each assigned partition to its committed offset, and to its beginning where nothing was ever committed.

    Returns the committed offsets. Aiokafka alone leaves a partition without a commit where reading stands. Faust drops
    what was read while a rebalance went on and trusts this call to bring it back: a partition that was never committed
    would be taken for read to its end, and its records would come only to the next process.
    """
    committed: Mapping[TopicPartition, int | None] = await consumer.seek_to_committed()
    still_assigned = consumer.assignment()
    fresh = [partition for partition, offset in committed.items() if not offset and partition in still_assigned]
    if fresh:
        await consumer.seek_to_beginning(*fresh)
    return committed
