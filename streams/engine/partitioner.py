"""Which partition a key belongs to, as Java, Faust and librdkafka's murmur2_random place it."""

from aiokafka.partitioner import murmur2


def partition_of(key: str, partitions: int) -> int:
    """The partition of a non-empty key in a topic of so many partitions."""
    return int((murmur2(key.encode()) & 0x7FFFFFFF) % partitions)
