"""Fields that hold no record are written as fastavro writes them, and refused as it refuses them."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_writer
from hypothesis import example, given
from hypothesis import strategies as st

from streams.record_fields import writer_of_fields
from tests.schemas.avro_values import LONG, values_of

COLOUR = {"type": "enum", "name": "Colour", "symbols": ["red", "green", "blue"]}
KINDS: Mapping[str, Any] = {
    "string": "string",
    "long": "long",
    "double": "double",
    "boolean": "boolean",
    "bytes": "bytes",
    "colour": COLOUR,
    "strings": {"type": "array", "items": "string"},
    "counts": {"type": "map", "values": "long"},
    "maybe_string": ["null", "string"],
    "maybe_long": ["long", "null"],
    "maybe_double": ["null", "double"],
    "maybe_counts": ["null", {"type": "map", "values": ["null", "boolean"]}],
    "either": ["null", "string", "long"],
    "floats": {"type": "array", "items": "float"},
    "instant": {"type": "long", "logicalType": "timestamp-millis"},
}
EDGES = [
    "", "水" * 333, "x" * 1_000, "\ud800", 0, -1, 63, 64, 999, 1_000, 2**34, 2**34 - 1, 2**41, 2**41 - 1, -(2**41),
    1_780_000_000_000, 2**63 - 1, -(2**63), 2**63, 0.5, float("inf"), True, None, b"", b"\0" * 1_000, "red", "mauve",
    [], ["a"], ("a", 1), {}, {"a": 1}, {1: 1}, {"a": None}, object(),
]  # fmt: skip
"""What stands at the ends of ranges, and what fits some kinds and others not."""
REFUSED = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def definition_of(*kinds: Any) -> dict[str, Any]:
    return {
        "type": "record",
        "name": "Told",
        "fields": [{"name": f"field_{place}", "type": kind} for place, kind in enumerate(kinds)],
    }


def written(definition: Mapping[str, Any], values: list[Any]) -> bytes:
    buffer = BytesIO()
    writer_of_fields(definition)(buffer, dict(zip((one["name"] for one in definition["fields"]), values, strict=True)))
    return buffer.getvalue()


def written_by_fastavro(definition: Mapping[str, Any], values: list[Any]) -> bytes:
    buffer = BytesIO()
    fields = dict(zip((one["name"] for one in definition["fields"]), values, strict=True))
    schemaless_writer(buffer, parse_schema(dict(definition), named_schemas={}), fields)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("value", EDGES, ids=lambda value: f"{type(value).__name__}:{ascii(value)[:20]}")
def test_every_value_is_written_as_by_fastavro_or_refused_with_the_same_error(kind: str, value: Any) -> None:
    definition, values = definition_of("string", KINDS[kind]), ["before it", value]
    try:
        expected = written_by_fastavro(definition, values)
    except REFUSED as error:
        with pytest.raises(type(error)):
            written(definition, values)
    else:
        assert written(definition, values) == expected


@given(st.data())
def test_any_fields_in_any_order_are_written_as_by_fastavro(data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from([name for name in KINDS if name != "instant"]), max_size=6, unique=True))
    definition = definition_of(*(KINDS[name] for name in names))
    values = [data.draw(values_of(KINDS[name]) if name != "floats" else st.just([0.5])) for name in names]
    values = [tuple(value) if isinstance(value, list) else value for value in values]
    assert written(definition, values) == written_by_fastavro(definition, values)


@given(LONG)
@example(-(2**63))
def test_any_number_is_written_as_by_fastavro(number: int) -> None:
    definition = definition_of("long")
    assert written(definition, [number]) == written_by_fastavro(definition, [number])
