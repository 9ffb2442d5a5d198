"""Reads changelog partitions into rows."""

from collections.abc import Callable, Iterable

from streams.engine.reading import batches_to_end


def read_changelog(
    bootstrap: str, topic: str, partitions: Iterable[int], *, keep_going: Callable[[], bool] = lambda: True
) -> dict[int, dict[str, bytes]]:
    """The live rows of each partition, by key. Raises ReadingStopped when `keep_going` says no."""
    rows: dict[int, dict[str, bytes]] = {partition: {} for partition in partitions}
    for messages in batches_to_end(bootstrap, topic, dict.fromkeys(rows, 0), keep_going=keep_going):
        for message in messages:
            key, value = message.key() or b"", message.value()
            if value is None:
                rows[message.partition()].pop(key.decode(), None)
            else:
                rows[message.partition()][key.decode()] = value
    return rows
