"""Schemas that others rely on: `schemas/released/` holds them as they were published, and they never change.

`released.lock` has one line a schema, `<id> <name> <SHA-256 of the file>`: nobody changes one by accident.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

from streams.checks.compatibility import unreadable
from streams.checks.schemas import SchemaFile, read_schema_files
from streams.marked.yaml_file import Fault
from streams.schema_files import LOCK, read_lock, record_of, schema_paths

FOLDER = "released"
RELEASED_LOCK = "released.lock"


@dataclass(frozen=True)
class Released:
    """A line of `released.lock`."""

    identity: int
    name: str
    digest: str
    line: int


def released_faults(folder: Path, schemas: Mapping[str, SchemaFile]) -> Iterator[Fault]:
    """Released schemas that have changed, and versions of a record that cannot read each other."""
    faults: list[Fault] = []
    released = read_schema_files(folder / FOLDER, faults)
    yield from faults
    yield from _changed(folder)
    definitions = {
        **{name: schema.definition for name, schema in released.items()},
        **{name: schema.definition for name, schema in schemas.items()},
    }
    for reader, writer in permutations(definitions, 2):
        if record_of(reader) == record_of(writer):
            path = schemas[reader].path if reader in schemas else released[reader].path
            yield from (
                Fault(str(path), 1, f"{reader} cannot read what {writer} writes: {reason}")
                for reason in _unreadable(definitions[reader], definitions[writer])
            )


def release(folder: Path) -> list[str]:
    """Publish every schema that is not released yet; the names. The schemas must be free of faults."""
    lock_path = folder / FOLDER / RELEASED_LOCK
    known = {line.name for line in _read(lock_path)}
    identities = read_lock(folder / LOCK, [])
    new = {name: path for name, path in schema_paths(folder).items() if name not in known}
    for name, path in sorted(new.items(), key=lambda item: identities[item[0]].identity):
        copy = _path(folder / FOLDER, name)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
        with lock_path.open("a", encoding="utf-8") as lock:
            lock.write(f"{identities[name].identity} {name} {_digest(copy)}\n")
    return list(new)


def _unreadable(reader: Any, writer: Any) -> list[str]:
    try:
        return unreadable(reader, writer)
    except Exception:  # noqa: BLE001  a schema that is none of Avro is reported where it stands
        return []


def _changed(folder: Path) -> Iterator[Fault]:
    lock_path = folder / FOLDER / RELEASED_LOCK
    identities = read_lock(folder / LOCK, [])
    lines = _read(lock_path)
    for name in schema_paths(folder / FOLDER).keys() - {line.name for line in lines}:
        yield Fault(
            str(_path(folder / FOLDER, name)),
            1,
            f"{name}: is not in {RELEASED_LOCK}; only `hub check --release` writes here",
        )
    for line in lines:
        for path in (_path(folder / FOLDER, line.name), _path(folder, line.name)):
            if not path.is_file():
                yield Fault(str(lock_path), line.line, f"{line.name} has been released; {path} may not be missing")
            elif _digest(path) != line.digest:
                yield Fault(str(path), 1, f"{line.name} has been released and may not change; write a next version")
        if line.name in identities and identities[line.name].identity != line.identity:
            yield Fault(
                str(folder / LOCK),
                identities[line.name].line,
                f"{line.name} has been released with the id {line.identity}",
            )


def _read(lock_path: Path) -> list[Released]:
    lines = lock_path.read_text(encoding="utf-8").splitlines() if lock_path.is_file() else []
    parts = [(number, line.split()) for number, line in enumerate(lines, 1) if line and not line.startswith("#")]
    return [Released(int(identity), name, digest, number) for number, (identity, name, digest) in parts]


def _path(folder: Path, name: str) -> Path:
    domain, _, record = name.partition(".")
    return folder / domain / f"{record}.avsc"


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
