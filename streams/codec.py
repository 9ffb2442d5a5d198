"""Avro bytes in the Confluent wire format and the frozen dataclasses they stand for.

On the wire a value is one zero byte, four bytes of schema id (big endian, fixed in `schemas/ids.lock`), then Avro
binary. A decoded record's dict becomes the dataclass's own `__dict__`, so that decoding costs no second pass over the
fields.
"""

import dataclasses
import importlib
import pkgutil
import types
from collections.abc import Callable, Container, Iterable
from copy import copy
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from fastavro import schemaless_reader

from streams.contract import KINDS
from streams.record_parts import writer_of_parts
from streams.schema_files import SCHEMAS, Schema, load_schemas, record_of
from streams.sealed_contents import Contents, SealedField, sealed_fields
from streams.secrecy.person_keys import ContentBroken, PersonKeyMissing, PersonKeys

MAGIC = 0
HEADER_BYTES = 5


@dataclass(frozen=True)
class Origin:
    """Where bytes were read: topic, partition, offset."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"


class CodecError(Exception):
    """Bytes that are not a record of ours. `reason` is a stable code, `origin` says where they were read."""

    reason = "codec"

    def __init__(self, detail: str, origin: Origin | None = None) -> None:
        super().__init__(f"{detail} at {origin}" if origin else detail)
        self.detail = detail
        self.origin = origin


class WrongMagic(CodecError):
    reason = "wrong_magic"


class UnknownSchema(CodecError):
    reason = "unknown_schema"


class Malformed(CodecError):
    """The bytes end early or do not fit the schema they name."""

    reason = "malformed"


class TrailingBytes(CodecError):
    reason = "trailing_bytes"


class SealBroken(CodecError):
    """What is sealed for a person in it does not open, though its key was not destroyed."""

    reason = "seal_broken"


Convert = Callable[[Any], Any]
_Reader = tuple[type[Any], Any, Any, tuple[tuple[str, Convert], ...], tuple[SealedField, ...]]
"""Class, schema that wrote, schema to read by if it is another, fields to convert, fields to open."""


class Codec:
    """Encodes and decodes every record class that has been imported and has a schema in the given folders.

    Contents that are sealed for a person are read and written where `persons` gives the keys; else they are None.
    """

    def __init__(
        self,
        schemas: Iterable[Schema],
        persons: PersonKeys | None = None,
        kinds: Iterable[tuple[type[Any], str]] = KINDS.items(),
    ) -> None:
        self.contents = Contents(persons, self.encode, self.decode)
        self.schemas = {schema.name: schema for schema in schemas}
        self._by_identity = {schema.identity: schema for schema in self.schemas.values()}
        self._classes = {
            record_of(name): (values, self.schemas[name]) for values, name in kinds if name in self.schemas
        }
        self._writers = {
            values: (
                _header(schema),
                writer_of_parts(values, schema.definition),
                sealed_fields(values, schema.definition),
            )
            for values, schema in self._classes.values()
        }
        self._readers = {_header(schema): self._reader(schema) for schema in self.schemas.values()}

    @classmethod
    def load(cls, *folders: Path, persons: PersonKeys | None = None) -> "Codec":
        """Read the schema files and `ids.lock` of each folder (default: the repository's `schemas/`).

        A folder is read once for the record classes that are known: schemas do not change under a running process.
        """
        import_facts()
        return _read(folders or (SCHEMAS,), frozenset(KINDS.items())).with_keys(persons)

    def with_keys(self, persons: PersonKeys | None) -> "Codec":
        """The same records with other keys of persons."""
        other = copy(self)
        other.contents = Contents(persons, other.encode, other.decode)
        return other

    def _reader(self, writer: Schema) -> "_Reader | None":
        if writer.record not in self._classes:
            return None
        values, reader = self._classes[writer.record]
        resolve = None if reader is writer else reader.parsed
        sealed = sealed_fields(values, reader.definition)
        return values, writer.parsed, resolve, _load_fields(values, {field.name for field in sealed}), sealed

    def schema_of(self, values: type[Any]) -> Schema:
        return self.schemas[KINDS[values]]

    def schema_with_identity(self, identity: int) -> Schema | None:
        return self._by_identity.get(identity)

    def is_sealed(self, values: type[Any]) -> bool:
        """Whether a kind of record has something that is sealed for a person."""
        return bool(self._writers[values][-1])

    def encode(self, value: Any, **envelope: str) -> bytes:
        """Bytes of a record; `envelope` overrides fields, so that an engine can name what a processor left open.

        Raises ValueError or TypeError if a field does not fit its schema.
        """
        prefix, write, sealed = self._writers[type(value)]
        fields = {**value.__dict__, **envelope} if envelope else value.__dict__
        if sealed:
            fields = {**fields, **{field.name: self.contents.sealed(field, fields) for field in sealed}}
        buffer = BytesIO()
        buffer.write(prefix)
        write(buffer, fields)
        return buffer.getvalue()

    def _unreadable(self, data: bytes, origin: Origin | None) -> CodecError:
        if len(data) < HEADER_BYTES or data[0] != MAGIC:
            return WrongMagic("not in the wire format: no zero byte and schema id", origin)
        identity = int.from_bytes(data[1:HEADER_BYTES], "big")
        schema = self._by_identity.get(identity)
        detail = f"{schema.name} has no record class" if schema else f"schema id {identity} is not ours"
        return UnknownSchema(detail, origin)

    def decode(self, data: bytes, origin: Origin | None = None) -> Any:
        """The record that the bytes hold, as its dataclass; raises a CodecError."""
        reader = self._readers.get(data[:HEADER_BYTES])
        if reader is None:
            raise self._unreadable(data, origin)
        values, writer, resolve, loads, sealed = reader
        buffer = BytesIO(data)
        buffer.seek(HEADER_BYTES)
        try:
            fields: Any = schemaless_reader(buffer, writer, resolve)
        except Exception as error:  # fastavro raises whatever its parser stumbles on
            raise Malformed(f"{type(error).__name__}: bytes do not fit {writer['name']}", origin) from error
        if buffer.tell() != len(data):
            raise TrailingBytes(f"{len(data) - buffer.tell()} bytes after the record", origin)
        for name, load in loads:
            fields[name] = load(fields[name])
        for field in sealed:
            try:
                fields[field.name] = self.contents.opened(field, fields)
            except (PersonKeyMissing, ContentBroken) as error:
                raise SealBroken(str(error), origin) from error
        value = object.__new__(values)
        object.__setattr__(value, "__dict__", fields)
        return value


@lru_cache(maxsize=8)
def _read(folders: tuple[Path, ...], kinds: frozenset[tuple[type[Any], str]]) -> Codec:
    """The records of these folders for the classes of these kinds, without keys of persons."""
    return Codec((schema for folder in folders for schema in load_schemas(folder)), kinds=kinds)


def _header(schema: Schema) -> bytes:
    return bytes([MAGIC]) + schema.identity.to_bytes(HEADER_BYTES - 1, "big")


def import_facts() -> None:
    """Import every module of `streams.facts`, so that all record classes are known."""
    facts = importlib.import_module("streams.facts")
    for module in pkgutil.iter_modules(facts.__path__, "streams.facts."):
        importlib.import_module(module.name)


def _load_fields(values: type[Any], sealed: Container[str] = ()) -> tuple[tuple[str, Convert], ...]:
    hints = get_type_hints(values)
    plain = (field for field in dataclasses.fields(values) if field.name not in sealed)
    loads = ((field.name, _load(hints[field.name])) for field in plain)
    return tuple((name, load) for name, load in loads if load)


def _load(hint: Any) -> Convert | None:
    """How what fastavro read becomes a field's value; None where it is that already."""
    if dataclasses.is_dataclass(hint):
        return _load_record(hint)  # type: ignore[arg-type]
    inner = _inner(hint)
    if inner is None:
        return None
    load = _load(inner[0])
    if inner[1]:
        return (lambda value: None if value is None else load(value)) if load else None
    return (lambda value: tuple(load(item) for item in value)) if load else tuple


def _load_record(values: type[Any]) -> Convert:
    loads = _load_fields(values)

    def load(fields: dict[str, Any]) -> Any:
        for name, convert in loads:
            fields[name] = convert(fields[name])
        value = object.__new__(values)
        object.__setattr__(value, "__dict__", fields)
        return value

    return load


def _inner(hint: Any) -> tuple[Any, bool] | None:
    """The item type of a tuple (False) or of an optional (True)."""
    if get_origin(hint) is tuple:
        return get_args(hint)[0], False
    if get_origin(hint) in (Union, types.UnionType):
        return next(part for part in get_args(hint) if part is not type(None)), True
    return None
