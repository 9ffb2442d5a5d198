"""Every example beside the schemas, written and read by the hub's codec and by a plain Confluent-style reader."""

import struct
from io import BytesIO
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_reader, schemaless_writer

from streams.checks.examples import Example, find_examples, read_example
from streams.contract import KINDS
from streams.schema_files import SCHEMAS
from tests.schemas.whole_codec import CODEC, STATE

EXAMPLES = find_examples(SCHEMAS)


def plainly_written(example: Example) -> bytes:
    """As any client that knows the registry's wire format writes it."""
    schema = CODEC.schemas[example.schema]
    buffer = BytesIO()
    buffer.write(struct.pack(">bI", 0, schema.identity))
    schemaless_writer(
        buffer, parse_schema(dict(schema.definition), named_schemas={}), read_example(example.path, schema.definition)
    )
    return buffer.getvalue()


def plainly_read(data: bytes) -> Any:
    """As any client that asks `/schemas/ids/{id}` reads it."""
    magic, identity = struct.unpack(">bI", data[:5])
    schema = CODEC.schema_with_identity(identity)
    assert magic == 0
    assert schema is not None
    return schemaless_reader(BytesIO(data[5:]), parse_schema(dict(schema.definition), named_schemas={}), None)


def named(example: Example) -> str:
    return f"{example.schema.partition('.')[0]}/{example.path.name}"


@pytest.mark.parametrize("example", EXAMPLES, ids=named)
def test_a_plain_reader_reads_what_a_plain_writer_wrote(example: Example) -> None:
    fields = read_example(example.path, CODEC.schemas[example.schema].definition)
    assert plainly_read(plainly_written(example)) == fields


@pytest.mark.parametrize("example", [each for each in EXAMPLES if each.schema in set(KINDS.values())], ids=named)
def test_the_hub_and_a_plain_client_read_each_other(example: Example) -> None:
    data = plainly_written(example)
    value = CODEC.decode(data)
    assert KINDS[type(value)] == example.schema
    assert CODEC.encode(value) == data
    assert plainly_read(CODEC.encode(value)) == read_example(example.path, CODEC.schemas[example.schema].definition)


def test_every_schema_has_an_example() -> None:
    assert {example.schema for example in EXAMPLES} == CODEC.schemas.keys()


def test_only_records_of_sources_have_no_class() -> None:
    without_class = CODEC.schemas.keys() - set(KINDS.values())
    assert {name.partition(".")[0] for name in without_class} == {"source"}
    assert STATE.keys() <= set(KINDS.values())
