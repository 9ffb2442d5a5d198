"""The folder `schemas/`: `<domain>/<record>.v<n>.avsc`, and the ids that stand for them on the wire.

`<domain>.<record>.v<n>` is a schema's name everywhere; `hub.<domain>.<Record>` is its name inside Avro.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from fastavro import parse_schema

from streams.marked.yaml_file import Fault

SCHEMAS = Path(__file__).resolve().parent.parent / "schemas"
LOCK = "ids.lock"


class LockError(Exception):
    """`ids.lock` and the schema files do not belong together; every fault is listed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True)
class Schema:
    """One version of one record, as fastavro has parsed it."""

    name: str
    identity: int
    definition: Mapping[str, Any]
    parsed: Any
    path: Path

    @property
    def record(self) -> str:
        return record_of(self.name)

    @property
    def version(self) -> int:
        return version_of(self.name)


def record_of(name: str) -> str:
    """`views.tile` of `views.tile.v1`."""
    return name.rpartition(".v")[0]


def version_of(name: str) -> int:
    """1 of `views.tile.v1`."""
    return int(name.rpartition(".v")[2])


def schema_paths(folder: Path) -> dict[str, Path]:
    """Every schema file of a folder by the schema's name."""
    return {f"{path.parent.name}.{path.stem}": path for path in sorted(folder.glob("*/*.v*.avsc"))}


class Locked(NamedTuple):
    """A line of `ids.lock`."""

    identity: int
    line: int


def read_lock(path: Path, faults: list[Fault]) -> dict[str, Locked]:
    """Ids by schema name, one `<id> <name>` a line; what is wrong with a line goes to `faults`."""
    locked: dict[str, Locked] = {}
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        identity, _, name = line.partition(" ")
        if not (identity.isdecimal() and name):
            faults.append(Fault(str(path), number, f"'{line}' is not an id and the name of a schema"))
        elif name in locked or int(identity) in (known.identity for known in locked.values()):
            faults.append(Fault(str(path), number, f"{name} or id {identity} stands twice"))
        else:
            locked[name] = Locked(int(identity), number)
    return locked


def lock_faults(paths: Mapping[str, Path], locked: Mapping[str, Locked], lock_path: Path) -> Iterator[Fault]:
    """Schemas without an id, and ids without a schema."""
    free = max((known.identity for known in locked.values()), default=0) + 1
    for name in sorted(paths.keys() - locked.keys()):
        yield Fault(str(paths[name]), 1, f"{name} has no id in {LOCK}; the next free one is {free}")
    for name in sorted(locked.keys() - paths.keys()):
        yield Fault(str(lock_path), locked[name].line, f"there is no schema {name}; an id is never taken back")


def load_schemas(folder: Path) -> list[Schema]:
    """Every schema of a folder with its id; raises LockError naming every fault."""
    faults: list[Fault] = []
    paths = schema_paths(folder)
    locked = read_lock(folder / LOCK, faults)
    faults += lock_faults(paths, locked, folder / LOCK)
    if faults:
        raise LockError(faults)
    return [_load(name, locked[name].identity, path) for name, path in paths.items()]


def _load(name: str, identity: int, path: Path) -> Schema:
    definition = json.loads(path.read_text(encoding="utf-8"))
    return Schema(name, identity, definition, parse_schema(definition, named_schemas={}), path)
