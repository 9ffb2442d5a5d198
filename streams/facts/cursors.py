"""Where a connector’s reader goes on."""

from dataclasses import dataclass

from streams.contract import record


@record("cursors.cursor.v1")
@dataclass(frozen=True, kw_only=True)
class Cursor:
    """The reader’s own words of where it stands, written after Kafka has acknowledged."""

    system: str
    position: str
    written_at: int
