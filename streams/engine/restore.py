"""Reads changelog partitions into rows."""

from collections.abc import Callable, Iterable

from streams.engine.engine import POSITION
from streams.engine.reading import batches_to_end

Rows = dict[str, bytes]


def read_changelog(
    bootstrap: str, topic: str, partitions: Iterable[int], *, keep_going: Callable[[], bool] = lambda: True
) -> dict[int, Rows]:
    """The live rows of each partition, by key. Raises ReadingStopped when `keep_going` says no."""
    rows: dict[int, Rows] = {partition: {} for partition in partitions}
    for messages in batches_to_end(bootstrap, topic, dict.fromkeys(rows, 0), keep_going=keep_going):
        for message in messages:
            _put(rows[message.partition()], (message.key() or b"").decode(), message.value())
    return rows


def read_settled_rows(bootstrap: str, topic: str, partitions: Iterable[int]) -> dict[int, Rows]:
    """The live rows of each partition as its last whole transaction left them: the owner may be writing meanwhile.

    A transaction's rows end with its position; what follows the last one is left out.
    """
    rows: dict[int, Rows] = {partition: {} for partition in partitions}
    begun: dict[int, list[tuple[str, bytes | None]]] = {partition: [] for partition in rows}
    for messages in batches_to_end(bootstrap, topic, dict.fromkeys(rows, 0)):
        for message in messages:
            key, changes = (message.key() or b"").decode(), begun[message.partition()]
            changes.append((key, message.value()))
            if key == POSITION:
                for change in changes:
                    _put(rows[message.partition()], *change)
                changes.clear()
    return rows


def _put(rows: Rows, key: str, value: bytes | None) -> None:
    if value is None:
        rows.pop(key, None)
    else:
        rows[key] = value
