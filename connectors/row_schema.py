"""The Avro schema of a system's source topic follows from its contract; `schemas/source/` must hold the same."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from fastavro import schemaless_reader, schemaless_writer

from connectors.contract import Contract, Item
from streams.codec import HEADER_BYTES
from streams.schema_files import Schema

VERSION = 1


class SchemaDiffers(Exception):
    """A contract and its schema file say different things."""


def schema_name(system: str) -> str:
    """`source.<system>.v1`, also the topic's name without `hub.`."""
    return f"source.{system}.v{VERSION}"


def definition(contract: Contract) -> dict[str, Any]:
    """The Avro record of the contract's items, with class and Chinese name on each."""
    return {
        "type": "record",
        "name": "".join(part.capitalize() for part in contract.system.split("_")),
        "namespace": "hub.source",
        "doc": contract.name,
        "fields": [_field(item, nullable=_nullable(item, contract)) for item in contract.all_items],
    }


def _nullable(item: Item, contract: Contract) -> bool:
    """A line that has gone from a full dump has nothing but its number and the fact that it has gone."""
    return not item.required or (contract.full_dump and item.name not in (*contract.record, "change"))


def _field(item: Item, *, nullable: bool) -> dict[str, Any]:
    field = {"name": item.name, "type": item.type.avro, "class": item.data_class, "doc": item.title}
    return {**field, "type": ["null", item.type.avro], "default": None} if nullable else field


class RowCodec:
    """Encodes the checked items of one system's rows; SchemaDiffers where its schema file is another.

    `prefix` is what every encoded row begins with: the schema's id in the wire format.
    """

    def __init__(self, contract: Contract, schema: Schema) -> None:
        if schema.definition != definition(contract):
            raise SchemaDiffers(f"{schema.path.name} does not equal the contract of {contract.system}")
        self.schema = schema
        self.prefix = b"\0" + schema.identity.to_bytes(HEADER_BYTES - 1, "big")

    def encode(self, values: Mapping[str, Any]) -> bytes:
        buffer = BytesIO()
        buffer.write(self.prefix)
        schemaless_writer(buffer, self.schema.parsed, values)
        return buffer.getvalue()

    def decode(self, data: bytes) -> dict[str, Any]:
        """The items of a row of our own source topic."""
        items: Any = schemaless_reader(BytesIO(data[HEADER_BYTES:]), self.schema.parsed, None)
        return dict(items)
