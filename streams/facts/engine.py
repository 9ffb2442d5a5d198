"""What the engine itself writes: ticks, re-arming, and the rows of a changelog that are not entries."""

from dataclasses import dataclass

from streams.contract import Fact, record


@record("engine.tick.v1")
@dataclass(frozen=True, kw_only=True)
class Tick:
    """Makes a quiet log’s clock move; its content is ignored."""

    sent_at: int


@record("engine.rearm.v1")
@dataclass(frozen=True, kw_only=True)
class Rearm(Fact):
    """An officer re-arms an entry whose due moment was quarantined."""

    table: str
    entry_key: str
    due_at: int


@record("engine.position.v1")
@dataclass(frozen=True, kw_only=True)
class Position:
    """How far a partition has been applied."""

    topic_id: str
    offset: int
    clock: int
    code_version: str
    configuration_version: str


@record("engine.remembered.v1")
@dataclass(frozen=True, kw_only=True)
class Remembered:
    """The ids applied by one transaction, so that a second coming is dropped.

    `checks` are their records' CRC-32, four bytes each; `ats` when they were applied by the partition clock, in
    milliseconds, eight bytes each; both big endian.
    """

    first: int
    ids: tuple[str, ...]
    checks: bytes
    ats: bytes
