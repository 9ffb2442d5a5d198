"""Writes a record's fields that hold no record, faster than fastavro does: above all those that may be None.

Which branch of a union fits, fastavro finds out by trying; a union with null needs no trying. Whatever is not exactly
of its field's kind is fastavro's to write or to refuse, so that both write the same and refuse the same.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from io import BytesIO
from struct import Struct
from typing import Any

from fastavro import parse_schema, schemaless_writer

Fields = Mapping[str, Any]
Write = Callable[[bytearray, Any], None]

LEAST_LONG, MOST_LONG = -(2**63), 2**63 - 1
SIX_BYTES_FROM, SIX_BYTES_UNTIL = 2**35, 2**42
"""Doubles of numbers that take six bytes: all milliseconds of our time do."""
COUNTS_KEPT = 1_000
DOUBLE = Struct("<d").pack


class _NotExactly(Exception):
    """A value is not exactly of its field's kind."""


def writer_of_fields(definition: Mapping[str, Any]) -> Callable[[BytesIO, Fields], None]:
    """How these fields of a record that hold no record are written. Raises TypeError, ValueError as fastavro does."""

    @cache
    def parsed() -> Any:
        return parse_schema(dict(definition), named_schemas={})

    writes = [(field["name"], _write_of(field["type"])) for field in definition["fields"]]
    plan = [(name, write) for name, write in writes if write is not None]
    if len(plan) < len(writes):
        return lambda buffer, fields: schemaless_writer(buffer, parsed(), fields)

    def write(buffer: BytesIO, fields: Fields) -> None:
        out = bytearray()
        try:
            for name, write_field in plan:
                write_field(out, fields[name])
        except (_NotExactly, KeyError):
            schemaless_writer(buffer, parsed(), fields)
        else:
            buffer.write(out)

    return write


def count(number: int) -> bytes:
    """A number from 0 on as Avro's long: its double, seven bits a byte, the lowest first."""
    return _seven_bits(2 * number)


def _seven_bits(double: int) -> bytes:
    data = bytearray()
    while double > 0x7F:
        data.append(double & 0x7F | 0x80)
        double >>= 7
    data.append(double)
    return bytes(data)


COUNTS = [count(number) for number in range(COUNTS_KEPT)]


def _write_of(schema: Any) -> Write | None:
    """How a value of a schema is written; None where that is fastavro's."""
    if isinstance(schema, str):
        return PLAIN.get(schema)
    write_held: Callable[[Write], Write]
    match schema:
        case ["null", some] | [some, "null"]:
            held, write_held = some, partial(_write_optional, schema.index("null"))
        case {"logicalType": _}:
            return None
        case {"type": "array", "items": held}:
            write_held = _write_array
        case {"type": "map", "values": held}:
            write_held = _write_map
        case {"type": "enum", "symbols": symbols}:
            return _write_symbol(symbols)
        case _:
            return None
    write = _write_of(held)
    return write_held(write) if write is not None else None


def _write_optional(place_of_null: int, write_some: Write) -> Write:
    none_branch, some_branch = COUNTS[place_of_null], COUNTS[1 - place_of_null]

    def write(out: bytearray, value: Any) -> None:
        if value is None:
            out += none_branch
        else:
            out += some_branch
            write_some(out, value)

    return write


def _write_symbol(symbols: list[str]) -> Write:
    places = {symbol: COUNTS[place] for place, symbol in enumerate(symbols)}

    def write(out: bytearray, value: Any) -> None:
        if type(value) is not str:
            raise _NotExactly
        out += places[value]

    return write


def _write_array(write_item: Write) -> Write:
    def write(out: bytearray, items: Any) -> None:
        if type(items) is not tuple:
            raise _NotExactly
        if items:
            out += count(len(items))
            for item in items:
                write_item(out, item)
        out.append(0)

    return write


def _write_map(write_value: Write) -> Write:
    def write(out: bytearray, values: Any) -> None:
        if type(values) is not dict:
            raise _NotExactly
        if values:
            out += count(len(values))
            for key, value in values.items():
                _write_string(out, key)
                write_value(out, value)
        out.append(0)

    return write


def _write_string(out: bytearray, value: Any) -> None:
    if type(value) is not str:
        raise _NotExactly
    data = value.encode()
    length = len(data)
    out += COUNTS[length] if length < COUNTS_KEPT else count(length)
    out += data


def _write_bytes(out: bytearray, value: Any) -> None:
    if type(value) is not bytes:
        raise _NotExactly
    out += count(len(value))
    out += value


def _write_long(out: bytearray, value: Any) -> None:
    if type(value) is not int:
        raise _NotExactly
    if 0 <= value < COUNTS_KEPT:
        out += COUNTS[value]
        return
    if not LEAST_LONG <= value <= MOST_LONG:
        raise _NotExactly
    double = 2 * value if value >= 0 else -2 * value - 1
    if SIX_BYTES_FROM <= double < SIX_BYTES_UNTIL:
        low, high = double & 0x1FFFFF, double >> 21
        out += bytes((
            low & 0x7F | 0x80, low >> 7 & 0x7F | 0x80, low >> 14 | 0x80,
            high & 0x7F | 0x80, high >> 7 & 0x7F | 0x80, high >> 14,
        ))  # fmt: skip
    else:
        out += _seven_bits(double)


def _write_double(out: bytearray, value: Any) -> None:
    if type(value) is not float:
        raise _NotExactly
    out += DOUBLE(value)


def _write_boolean(out: bytearray, value: Any) -> None:
    if type(value) is not bool:
        raise _NotExactly
    out.append(value)


PLAIN: Mapping[str, Write] = {
    "string": _write_string,
    "bytes": _write_bytes,
    "long": _write_long,
    "double": _write_double,
    "boolean": _write_boolean,
}
