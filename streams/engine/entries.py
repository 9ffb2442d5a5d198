"""The entries on a changelog beside those that a replay of the log makes: what is wrong, and putting it right."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from streams.engine.engine import POSITION, is_own
from streams.kafka import KafkaError, KafkaException, members_of, open_producer

Corrections = Mapping[str, bytes | None]
"""Rows by key that put a partition's entries right; None deletes."""

CALL_SECONDS = 10.0
MOST_WAITING, ROOM_SECONDS = 10_000, 0.05


class WorkersAtWork(Exception):
    """Somebody owns the tables: what is right in memory would write over a correction, or be written over."""


@dataclass(frozen=True)
class TableDifference:
    """How many entries of a table the changelog lacks, has too many, or has with other bytes. Never which."""

    partition: int
    table: str
    missing: int
    surplus: int
    changed: int

    @property
    def entries(self) -> int:
        return self.missing + self.surplus + self.changed


def corrections_of(made: Mapping[str, bytes], found: Mapping[str, bytes]) -> Corrections:
    """What has to be written for the entries that were `found` to become those that the log `made`.

    The engine's own rows are not compared: what they hold depends on where batches ended. The position that was found
    follows, as it ends the rows of every transaction.
    """
    wrong = {key: row for key, row in made.items() if not is_own(key) and found.get(key) != row}
    surplus = dict.fromkeys(key for key in found if not is_own(key) and key not in made)
    return {**wrong, **surplus, POSITION: found[POSITION]} if wrong or surplus else {}


def table_differences(
    partition: int, corrections: Corrections, found: Mapping[str, bytes]
) -> tuple[TableDifference, ...]:
    """The corrections of a partition, counted by table."""
    counts: dict[str, Counter[str]] = {}
    for key, row in corrections.items():
        if is_own(key):
            continue
        kind = "surplus" if row is None else "changed" if key in found else "missing"
        counts.setdefault(key.partition("/")[0], Counter())[kind] += 1
    return tuple(
        TableDifference(partition, table, kinds["missing"], kinds["surplus"], kinds["changed"])
        for table, kinds in sorted(counts.items())
    )


def write_corrections(
    bootstrap: str, group: str, changelog: str, corrections: Mapping[int, Corrections], ends: Mapping[int, int]
) -> None:
    """Write corrections, by partition, in one transaction. Raises WorkersAtWork and KafkaException.

    `ends` are those of the changelog before it was read: what is written must come right there. A worker that starts
    after the last look finds the transaction before the end of the changelog, and waits for it.
    """
    begins: dict[int, int] = {}

    def delivered(error: KafkaError | None, message: Any) -> None:
        if error is None:
            begins.setdefault(message.partition(), message.offset())

    producer = open_producer(bootstrap, transactional_id=f"{group}.repair")
    producer.init_transactions(CALL_SECONDS)
    producer.begin_transaction()
    try:
        for partition, changes in corrections.items():
            for key, row in changes.items():
                while len(producer) >= MOST_WAITING:
                    producer.poll(ROOM_SECONDS)
                producer.produce(changelog, row, key, partition, on_delivery=delivered)
        if left := producer.flush(CALL_SECONDS):
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT, f"{left} rows were not acknowledged"))
        check_nobody_works(bootstrap, group)
        if any(begin != ends[partition] for partition, begin in begins.items()):
            raise WorkersAtWork(f"a worker has written to {changelog} meanwhile: stop all workers, and begin again")
        producer.commit_transaction(CALL_SECONDS)
    except (KafkaException, WorkersAtWork):
        producer.abort_transaction(CALL_SECONDS)
        raise


def check_nobody_works(bootstrap: str, group: str) -> None:
    """Raise WorkersAtWork while the group has members."""
    if members := members_of(bootstrap, group):
        raise WorkersAtWork(
            f"{members} workers own the tables of {group}: stop them, and wait 6 seconds until the group has noticed"
        )
