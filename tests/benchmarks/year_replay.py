"""Replays a part of the year from the tables it began with, and reads what was published of it."""

from collections.abc import Iterator
from typing import NamedTuple

from streams.codec import Codec
from streams.engine.engine import LogPartition, Partition
from streams.engine.reading import batches_to_end
from streams.engine.versions import versions_of
from streams.engine.worker import load_processor
from streams.kafka import Message
from tests.benchmarks.year_digest import Digests, YearDigest
from tests.benchmarks.year_place import Ends, Place


class Moment(NamedTuple):
    """The processor between two transactions: where the log and each output end, and its tables."""

    log: int
    outputs: Ends
    rows: dict[str, bytes]


class Part(NamedTuple):
    """A part of the year, from one moment to another."""

    place: Place
    begins: Moment
    ends: Moment


class Found(NamedTuple):
    """What the log gives when it is applied again, its tables included, and what was published."""

    replayed: Digests
    published: Digests
    rows: dict[str, bytes]


def replay(part: Part) -> Found:
    """In a process of its own, so that parts use all cores."""
    replayed = YearDigest(part.place.topology)
    rows = _apply(part, replayed)
    published = YearDigest(part.place.topology)
    for topic, ends in part.ends.outputs.items():
        for number, end in ends.items():
            for message in _between(part, topic, number, part.begins.outputs[topic][number], end):
                published.take(topic, (message.key() or b"").decode(), message.value())
    return Found(replayed.found(), published.found(), rows)


def _apply(part: Part, digest: YearDigest) -> dict[str, bytes]:
    """Apply the log from the part's beginning; the tables it ends with."""
    place = part.place
    processor = load_processor(place.wiring)
    codec = Codec.load()  # once the processor's own records are known
    log = LogPartition(place.wiring.reads, place.number, place.partitions(place.wiring.reads))
    partition = Partition(processor, place.wiring.ports, codec, log, versions_of(processor, place.wiring))
    partition.load(dict(part.begins.rows))
    for message in _between(part, place.wiring.reads, place.number, part.begins.log, part.ends.log):
        while not partition.apply(message.offset(), message.timestamp()[1], message.key(), message.value()):
            _settle(partition, digest)
    _settle(partition, digest)
    return partition.all_rows()


def _settle(partition: Partition, digest: YearDigest) -> None:
    for topic, key, value, _ in partition.emissions:
        digest.take(topic, key, value)
    partition.changelog()
    partition.commit()


def _between(part: Part, topic: str, number: int, first: int, end: int) -> Iterator[Message]:
    name = part.place.topology.topic_name(topic)
    for messages in batches_to_end(part.place.bootstrap, name, {number: first}) if first < end else ():
        for message in messages:
            if message.offset() >= end:
                return
            yield message
