"""Writes records that hold records: one that is held and was written before is not encoded again.

A matter is shown at every change of it, and most of its orders and clocks are then the same values as before. What
holds no record is for `record_fields` to write; of the rest Avro says little: a record is its fields one after the
other, a union is the number of its branch and the value, an array the number of its items, the items and a zero.
"""

import dataclasses
import types
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from itertools import groupby
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from streams.record_fields import count, writer_of_fields

MOST_KEPT = 10_000
"""So many values of a kind are known again at least, and twice as many at most."""
END_OF_ARRAY = b"\0"

Data = TypeVar("Data")
Fields = Mapping[str, Any]
Write = Callable[[BytesIO, Any], None]
Named = Mapping[str, Any]
"""The records of a schema by their names: a later field may name what an earlier one has defined."""


def writer_of_parts(values: type[Any], definition: Mapping[str, Any]) -> Callable[[BytesIO, Fields], None]:
    """How a record's fields are written by its parts. Sealed ones are bytes by then."""
    hints = get_type_hints(values)
    if not any(_is_part(field, hints) for field in definition["fields"]):
        return writer_of_fields(definition)
    return _Record(values, definition, dict(_named(definition))).write


class WrittenBefore(Generic[Data]):
    """What values were written as, by their identity: they are kept, so that it stays theirs."""

    def __init__(self) -> None:
        self._young: dict[int, tuple[Any, Data]] = {}
        self._old: dict[int, tuple[Any, Data]] = {}

    def find(self, value: Any) -> Data | None:
        known = self._young.get(id(value)) or self._old.get(id(value))
        return None if known is None else known[1]

    def keep(self, value: Any, data: Data) -> None:
        if len(self._young) >= MOST_KEPT:
            self._old, self._young = self._young, {}
        self._young[id(value)] = value, data


class _Record:
    """A record's fields in their order: in runs those that hold no record, one by one the others."""

    def __init__(self, values: type[Any], definition: Mapping[str, Any], named: Named) -> None:
        self._values = values
        self._written = WrittenBefore[bytes]()
        hints = get_type_hints(values)
        self._parts: list[tuple[str, Write]] = []
        for holds, fields in groupby(definition["fields"], lambda field: _is_part(field, hints)):
            if holds:
                self._parts += [(one["name"], _write(hints[one["name"]], one["type"], named)) for one in fields]
            else:
                self._parts.append(("", writer_of_fields({**definition, "fields": [*fields]})))

    def write(self, buffer: BytesIO, fields: Fields) -> None:
        for name, write in self._parts:
            write(buffer, fields[name] if name else fields)

    def write_value(self, buffer: BytesIO, value: Any) -> None:
        """One that another record holds. Raises TypeError where it is another kind of value."""
        data = self._written.find(value)
        if data is None:
            if not isinstance(value, self._values):
                raise TypeError(f"{type(value).__name__} stands where {self._values.__name__} belongs")
            own = BytesIO()
            self.write(own, value.__dict__)
            data = own.getvalue()
            self._written.keep(value, data)
        buffer.write(data)


def _write(hint: Any, schema: Any, named: Named) -> Write:
    """How a field that holds records is written."""
    if dataclasses.is_dataclass(hint):
        definition = schema if isinstance(schema, Mapping) else named[schema]
        return _Record(hint, definition, named).write_value  # type: ignore[arg-type]
    item = _item(hint)
    if get_origin(hint) is tuple:
        return _write_array(_write(item, schema["items"], named))
    branch = next(number for number, one in enumerate(schema) if one != "null")
    return _write_optional(count(schema.index("null")), count(branch), _write(item, schema[branch], named))


def _write_array(write_item: Write) -> Write:
    def write(buffer: BytesIO, items: Any) -> None:
        if items:
            buffer.write(count(len(items)))
            for item in items:
                write_item(buffer, item)
        buffer.write(END_OF_ARRAY)

    return write


def _write_optional(none: bytes, some: bytes, write_some: Write) -> Write:
    def write(buffer: BytesIO, value: Any) -> None:
        if value is None:
            buffer.write(none)
        else:
            buffer.write(some)
            write_some(buffer, value)

    return write


def _is_part(field: Mapping[str, Any], hints: Mapping[str, Any]) -> bool:
    return "sealed" not in field and _held(hints[field["name"]])


def _held(hint: Any) -> bool:
    """Whether a value of this kind is a record or holds some."""
    item = _item(hint)
    return dataclasses.is_dataclass(hint) or (item is not None and _held(item))


def _item(hint: Any) -> Any | None:
    """The kind of a tuple's items, or of what may also be None."""
    if get_origin(hint) is tuple:
        return get_args(hint)[0]
    if get_origin(hint) in (Union, types.UnionType):
        return next(part for part in get_args(hint) if part is not type(None))
    return None


def _named(schema: Any) -> Iterator[tuple[str, Any]]:
    """The records that a schema defines, by name."""
    if isinstance(schema, list):
        for branch in schema:
            yield from _named(branch)
    elif isinstance(schema, Mapping):
        if schema["type"] == "array":
            yield from _named(schema["items"])
        elif schema["type"] == "record":
            yield schema["name"], schema
            for field in schema["fields"]:
                yield from _named(field["type"])
