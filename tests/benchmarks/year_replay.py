"""Replays a part of the year's log on Kafka from the tables it began with."""

from typing import NamedTuple

from streams.engine.reading import batches_to_end
from tests.benchmarks.year_digest import Digest, digest_of_rows
from tests.benchmarks.year_place import Place
from tests.benchmarks.year_play import new_partition, settle


class Moment(NamedTuple):
    """The processor between two transactions: the records it has applied, its tables, a digest of what it has put out
    since the moment before.
    """

    records: int
    rows: dict[str, bytes]
    outputs: str


class Part(NamedTuple):
    """A part of the year, from one moment to another."""

    place: Place
    begins: Moment
    ends: Moment


def replay(part: Part) -> str:
    """What is other than at the first pass, nothing where all is equal. In a process of its own, one for each core."""
    place, digest = part.place, Digest()
    partition, _ = new_partition(place)
    partition.load(dict(part.begins.rows))
    for messages in batches_to_end(place.bootstrap, place.log, {place.number: part.begins.records}):
        for message in messages:
            if message.offset() >= part.ends.records:
                break
            while not partition.apply(message.offset(), message.timestamp()[1], message.key(), message.value()):
                settle(partition, digest)
        settle(partition, digest)
        if partition.offset + 1 >= part.ends.records:
            break
    if digest.found() != part.ends.outputs:
        return "other outputs than at the first pass"
    if digest_of_rows(partition.all_rows()) != digest_of_rows(part.ends.rows):
        return "other tables than at the first pass"
    return ""
