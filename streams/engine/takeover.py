"""Whether tables, log and committed offset fit together when a worker takes a partition over."""

from collections.abc import Mapping
from dataclasses import dataclass

from streams.engine import stops
from streams.engine.engine import POSITION, VERSION
from streams.engine.tables import RowDamaged
from streams.facts.engine import Position


@dataclass(frozen=True)
class Found:
    """A partition of a log as the cluster has it; `committed` is the group's offset, None where there is none."""

    topic: str
    identity: str
    number: int
    low: int
    high: int
    committed: int | None


def check_whole(changelog: str, number: int, rows: Mapping[str, bytes]) -> None:
    """A changelog with a position has its beginning too, where the version stands; raises RowDamaged if it is gone."""
    if POSITION in rows and not any(key.startswith(VERSION) for key in rows):
        raise RowDamaged(f"{changelog}[{number}] has lost its beginning: it was made again while a worker wrote to it")


def next_offset(position: Position | None, found: Found) -> int:
    """The offset to read next after what the tables hold; raises WorkerStopped where they do not fit the log."""
    if position is not None and position.topic_id != found.identity:
        raise stops.topic_recreated(found.topic, position.topic_id, found.identity)
    applied = position.offset if position is not None else -1
    following = applied + 1
    if following > found.high:
        raise stops.position_beyond_end(found.topic, found.number, applied, found.high)
    if found.committed is not None and following < found.committed:
        raise stops.position_behind(found.topic, found.number, applied, found.committed)
    if position is not None and found.low > following:
        raise stops.log_begins_late(found.topic, found.number, following, found.low)
    return max(found.low, following)
