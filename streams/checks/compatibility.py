"""Whether records written under one schema can be read under another, by Avro's rules of schema resolution.

All versions of a record must read each other, in both directions (full-transitive): what was written years ago is
still read, and a reader that was not updated goes on. Avro's widening of numbers is left out: it works one way only.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastavro import parse_schema


@dataclass(frozen=True)
class _Side:
    """One schema with the types it names."""

    definition: Any
    named: Mapping[str, Any]

    def resolved(self, kind: Any) -> Any:
        """The type itself where its name stands for it; primitives as {"type": name}."""
        if isinstance(kind, str):
            return self.named.get(kind, {"type": kind})
        return kind


def unreadable(reader: Mapping[str, Any], writer: Mapping[str, Any]) -> list[str]:
    """Why some record written under `writer` cannot be read under `reader`; empty if every one can."""
    reading, writing = _side(reader), _side(writer)
    return sorted(set(_Resolution(reading, writing).faults(reading.definition, writing.definition, "")))


def _side(definition: Mapping[str, Any]) -> _Side:
    named: dict[str, Any] = {}
    return _Side(parse_schema(dict(definition), named_schemas=named), named)


class _Resolution:
    """One comparison; it remembers the pairs it has entered, since types may hold themselves."""

    def __init__(self, reader: _Side, writer: _Side) -> None:
        self._reader = reader
        self._writer = writer
        self._entered: set[tuple[str, str]] = set()

    def faults(self, reader: Any, writer: Any, place: str) -> Iterator[str]:
        reader, writer = self._reader.resolved(reader), self._writer.resolved(writer)
        if isinstance(writer, list):
            for branch in writer:
                yield from self.faults(reader, branch, place)
        elif isinstance(reader, list):
            branches = [self._reader.resolved(branch) for branch in reader]
            chosen = next((branch for branch in branches if _same_kind(branch, writer)), None)
            if chosen is None:
                yield f"{place or 'the record'}: {_described(writer)} is not read as {_described(reader)}"
            else:
                yield from self.faults(chosen, writer, place)
        elif not _same_kind(reader, writer):
            yield f"{place or 'the record'}: {_described(writer)} is not read as {_described(reader)}"
        else:
            yield from self._inside(reader, writer, place)

    def _inside(self, reader: Any, writer: Any, place: str) -> Iterator[str]:
        match reader["type"]:
            case "record":
                pair = (reader["name"], writer["name"])
                if pair not in self._entered:
                    self._entered.add(pair)
                    yield from self._fields(reader, writer, place)
            case "enum" if not reader.get("default"):
                for symbol in writer["symbols"]:
                    if symbol not in reader["symbols"]:
                        yield f"{place}: '{symbol}' is no symbol there, and no default stands for it"
            case "array":
                yield from self.faults(reader["items"], writer["items"], f"{place}[]")
            case "map":
                yield from self.faults(reader["values"], writer["values"], f"{place}{{}}")

    def _fields(self, reader: Any, writer: Any, place: str) -> Iterator[str]:
        written = {field["name"]: field for field in writer["fields"]}
        for field in reader["fields"]:
            inner = f"{place}.{field['name']}" if place else field["name"]
            found = [written[name] for name in (field["name"], *field.get("aliases", ())) if name in written]
            if len(found) > 1:
                yield f"{inner}: is written twice, as {' and as '.join(each['name'] for each in found)}"
            elif found:
                yield from self.faults(field["type"], found[0]["type"], inner)
            elif "default" not in field:
                yield f"{inner}: is not written, and has no default"


def _same_kind(reader: Any, writer: Any) -> bool:
    if reader["type"] != writer["type"]:
        return False
    if "name" not in reader:
        return True
    names = {reader["name"], *reader.get("aliases", ())}
    return _last_part(writer["name"]) in {_last_part(name) for name in names}


def _last_part(name: str) -> str:
    return name.rpartition(".")[2]


def _described(kind: Any) -> str:
    if isinstance(kind, list):
        return " or ".join(_described(branch) for branch in kind)
    if isinstance(kind, str):
        return kind
    return f"{kind['type']} {kind['name']}" if "name" in kind else str(kind["type"])
