"""What `hub new` has left to be filled in: every mark of it, by file and line."""

import re
from collections.abc import Iterator
from pathlib import Path

from streams.marked.yaml_file import Fault

MARK = "FILL-IN"
HOLE = re.compile(rf"{MARK}:?\s*([^\"\]}}#]*)")

MAY_HAVE_HOLES = (
    "topology.yaml",
    "connectors/*.yaml",
    "connectors/systems/*.py",
    "schemas/source/*.avsc",
    "tests/connectors/samples/*.yaml",
)


def hole_faults(checkout: Path) -> Iterator[Fault]:
    """A fault for each mark in the files that `hub new` writes to; its text says what belongs there."""
    for pattern in MAY_HAVE_HOLES:
        for path in sorted(checkout.glob(pattern)):
            text = path.read_text(encoding="utf-8")
            if MARK in text:
                yield from _holes(path, text)


def _holes(path: Path, text: str) -> Iterator[Fault]:
    is_schema = path.suffix == ".avsc"
    again = f"; once the contract is whole, `hub new schema {path.name.partition('.')[0]}` writes this file anew"
    for number, line in enumerate(text.splitlines(), 1):
        for found in HOLE.finditer(line):
            wanted = found[1].strip(" '),") or "see the contract"
            yield Fault(str(path), number, f"to be filled in: {wanted}{again if is_schema else ''}")
