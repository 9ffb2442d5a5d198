"""Replays a part of a log of the year on Kafka from the tables it began with."""

import time
from typing import NamedTuple

from streams.engine.garbage import calm_garbage_collector
from streams.engine.reading import batches_to_end
from tests.benchmarks.year_digest import Digest, digest_of_rows
from tests.benchmarks.year_place import Place
from tests.benchmarks.year_play import Moment, new_partition, settle


class Part(NamedTuple):
    """A part of a processor's year, from one moment to another."""

    place: Place
    begins: Moment
    ends: Moment


class Replayed(NamedTuple):
    """What is other than at the first pass, nothing where all is equal; the CPU it took, Kafka's own apart."""

    difference: str
    cpu_seconds: float


def replay(part: Part) -> Replayed:
    """In a process of its own, one for each core."""
    began = time.process_time()
    return Replayed(_difference(part), time.process_time() - began)


def _difference(part: Part) -> str:
    place, digest = part.place, Digest()
    partition, _ = new_partition(place)
    calm_garbage_collector()
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
        return f"other outputs of {place.processor} than at the first pass"
    if digest_of_rows(partition.all_rows()) != digest_of_rows(part.ends.rows):
        return f"other tables of {place.processor} than at the first pass"
    return ""
