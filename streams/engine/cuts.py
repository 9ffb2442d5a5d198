"""Cuts: all rows of a partition at one offset, kept as files, so that a replay need not begin at the beginning."""

import contextlib
import json
import zlib
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


class CutDamaged(Exception):
    """A file is not what was written."""


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
    """The newest cut of each partition. Raises CutDamaged."""
    return {partition: _read(partition, paths[-1]) for partition, paths in _cuts(folder, processor).items()}


def last_cut_at(folder: Path, processor: str) -> float:
    """When the last cut was kept, in seconds since the epoch; 0 if there is none."""
    return max((paths[-1].stat().st_mtime for paths in _cuts(folder, processor).values()), default=0.0)


def remove_old_cuts(folder: Path, processor: str, kept: int) -> None:
    """Of each partition keep so many."""
    for paths in _cuts(folder, processor).values():
        for path in paths[:-kept]:
            path.unlink()


def _cuts(folder: Path, processor: str) -> dict[int, list[Path]]:
    """The files of each partition in the order in which they were kept; a log that is made anew begins at 0."""
    found: dict[int, list[Path]] = {}
    for path in sorted((folder / processor).glob("*.avro"), key=lambda path: (path.stat().st_mtime_ns, path.name)):
        found.setdefault(int(path.name[:4]), []).append(path)
    return found


def _read(partition: int, path: Path) -> Cut:
    try:
        with path.open("rb") as file:
            rows: Any = reader(file)
            return Cut(partition, json.loads(rows.metadata[OFFSET]), {row["key"]: row["row"] for row in rows})
    except (EOFError, ValueError, LookupError, TypeError, zlib.error) as error:
        raise CutDamaged(f"the cut {path} is damaged; remove it and the one before it counts: {error!r}") from error
