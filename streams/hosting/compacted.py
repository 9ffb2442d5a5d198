"""What a compacted topic has replaced already need not be worked on: Kafka's own compaction might have left it out."""

from collections.abc import Sequence
from typing import Protocol, TypeVar


class Keyed(Protocol):
    """A record as a client hands it over."""

    @property
    def key(self) -> bytes | None:
        """Which entry of a compacted topic it is the value of."""


R = TypeVar("R", bound=Keyed)


def last_of_each_key(records: Sequence[R]) -> list[R]:
    """The records of one partition without those that a later one of them replaces, in their order; what has no key
    replaces nothing.
    """
    last = {record.key: place for place, record in enumerate(records)}
    return [record for place, record in enumerate(records) if record.key is None or last[record.key] == place]
