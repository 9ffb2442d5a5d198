"""Digests of what a processor puts out: equal for equal outputs in equal order, whoever made or read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from streams.engine.engine import is_own
from streams.engine.partitioner import partition_of
from streams.topology import Topology

DIGEST_BYTES = 16


@dataclass(frozen=True)
class Digests:
    """`in_order`: of each partition of each topic. `latest`: of the last value of each key (empty: deleted), where
    Kafka drops what is older. `outputs`: how many there were.
    """

    in_order: Mapping[str, str]
    latest: Mapping[tuple[str, str], str]
    outputs: int


class YearDigest:
    """Takes outputs one after the other."""

    def __init__(self, topology: Topology) -> None:
        self._outputs = 0
        self._partitions = {name: topic.partitions for name, topic in topology.topics.items()}
        self._compacted = frozenset(name for name, topic in topology.topics.items() if topic.compacted)
        self._in_order: dict[str, blake2b] = {}
        self._latest: dict[tuple[str, str], str] = {}

    def take(self, topic: str, key: str, value: bytes | None) -> None:
        """The next output; None deletes."""
        self._outputs += 1
        if topic in self._compacted:
            self._latest[topic, key] = "" if value is None else _digest(value)
            return
        place = f"{topic}[{partition_of(key, self._partitions[topic])}]"
        digest = self._in_order.get(place)
        if digest is None:
            digest = self._in_order[place] = blake2b(digest_size=DIGEST_BYTES)
        digest.update(f"{key}|{len(value or b'')}|".encode())
        digest.update(value or b"")

    def found(self) -> Digests:
        in_order = {place: digest.hexdigest() for place, digest in self._in_order.items()}
        return Digests(in_order, self._latest, self._outputs)


def latest_of(*parts: Digests) -> dict[tuple[str, str], str]:
    """The last value of each key after several parts, deleted ones left out."""
    latest: dict[tuple[str, str], str] = {}
    for part in parts:
        latest |= part.latest
    return {place: digest for place, digest in latest.items() if digest}


def digest_of_rows(rows: Mapping[str, bytes]) -> str:
    """Of rows by key, without the engine's own: those tell of positions, not of matters."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    for key in sorted(rows):
        if not is_own(key):
            digest.update(f"{key}|{len(rows[key])}|".encode())
            digest.update(rows[key])
    return digest.hexdigest()


def _digest(value: bytes) -> str:
    return blake2b(value, digest_size=DIGEST_BYTES).hexdigest()
