"""Cuts: all rows of a partition at one offset, kept as files, so that a replay need not begin at the beginning."""

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastavro import parse_schema, reader, writer

SCHEMA = parse_schema(
    {
        "type": "record",
        "name": "Row",
        "fields": [{"name": "key", "type": "string"}, {"name": "row", "type": "bytes"}],
    }
)
OFFSET = "offset"


class CutNotWritten(Exception):
    """A cut could not be kept, as on a full disk: the earlier cuts stand, and what was begun is gone."""


@dataclass(frozen=True)
class Cut:
    """The rows of a partition after the record at `offset` was applied."""

    partition: int
    offset: int
    rows: dict[str, bytes]


def write_cut(folder: Path, processor: str, cut: Cut) -> Path:
    """Keep a cut as an Avro container; CutNotWritten where the disk does not take it.

    It is written beside its place first, so that a half-written one is never read.
    """
    path = folder / processor / f"{cut.partition:04}-{cut.offset:020}.avro"
    draft = path.with_suffix(".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(draft, cut)
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise CutNotWritten(f"the cut {path} was not written: {error.strerror}; earlier cuts stand") from error
    return path


def _write(path: Path, cut: Cut) -> None:
    with path.open("wb") as file:
        rows = ({"key": key, "row": row} for key, row in cut.rows.items())
        writer(file, SCHEMA, rows, codec="deflate", metadata={OFFSET: json.dumps(cut.offset)})


def latest_cuts(folder: Path, processor: str) -> dict[int, Cut]:
    """The newest cut of each partition."""
    newest = {int(path.name[:4]): path for path in sorted((folder / processor).glob("*.avro"))}
    return {partition: _read(partition, path) for partition, path in newest.items()}


def _read(partition: int, path: Path) -> Cut:
    with path.open("rb") as file:
        rows: Any = reader(file)
        return Cut(partition, json.loads(rows.metadata[OFFSET]), {row["key"]: row["row"] for row in rows})
