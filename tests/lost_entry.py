"""An entry lost from a changelog, as if the half of a transaction with its row had never been written."""

from streams.engine.engine import POSITION, is_own
from streams.engine.restore import read_changelog
from streams.kafka import open_producer
from streams.topology import Topology


def lose_an_entry(bootstrap: str, topology: Topology, processor: str) -> str:
    """Delete one entry of the first partition that has any; returns its table. The owner's memory keeps it."""
    wiring = topology.processors[processor]
    changelog = topology.topic_name(wiring.changelog)
    found = read_changelog(bootstrap, changelog, range(topology.topics[wiring.reads].partitions))
    partition, lost = next(
        (partition, key) for partition, rows in sorted(found.items()) for key in sorted(rows) if not is_own(key)
    )
    producer = open_producer(bootstrap)
    producer.produce(changelog, None, lost, partition)
    producer.produce(changelog, found[partition][POSITION], POSITION, partition)
    assert producer.flush(10) == 0
    return lost.partition("/")[0]
