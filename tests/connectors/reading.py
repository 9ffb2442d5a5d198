"""Driving a reader without Kafka: what it yields counts as acknowledged when the next batch is asked for."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from connectors.contract import Batch, RawRow, Reader


class Read:
    """A reader under way. `cursor` is what the hub would remember."""

    def __init__(self, reader: Reader, cursor: str | None) -> None:
        self.cursor = cursor
        self.stop = threading.Event()
        self.batches = reader.batches(cursor, self.stop)

    def next(self) -> Batch:
        """The next batch, waited for."""
        batch = next(self.batches)
        self.cursor = batch.cursor or self.cursor
        return batch

    def rows(self, most: int) -> list[RawRow]:
        """The next rows, at least `most` of them, waited for."""
        found: list[RawRow] = []
        while len(found) < most:
            found += self.next().rows
        return found

    def until_idle(self) -> list[RawRow]:
        """Rows up to the first batch that has none."""
        found: list[RawRow] = []
        while rows := self.next().rows:
            found += rows
        return found


@contextmanager
def reading(reader: Reader, cursor: str | None = None) -> Iterator[Read]:
    """Start a reader, and leave it as at a stop."""
    read = Read(reader, cursor)
    with closing(read.batches):
        yield read
        read.stop.set()
