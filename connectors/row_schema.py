"""The Avro schema of a system's source topic follows from its contract; `schemas/source/` must hold the same.

What is said of persons is sealed in it (`row_seals`): whoever reads the topic sees that there is something, not what.
"""

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from fastavro import schemaless_reader

from connectors.contract import Contract, Item
from connectors.row_seals import RowSeals, is_sealed
from streams.checks.compatibility import unreadable
from streams.codec import HEADER_BYTES
from streams.record_fields import writer_of_fields
from streams.schema_files import Schema
from streams.secrecy.person_keys import PersonKeys
from streams.secrecy.sealing import Sealer

VERSION = 1
SEALED_ROWS = "rows"
"""What the keys of sealed items are for; one destroyed deletes these items of a system."""


class SchemaDiffers(Exception):
    """A contract and its schema file say different things."""


def schema_name(system: str) -> str:
    """`source.<system>.v1`, also the topic's name without `hub.`."""
    return f"source.{system}.v{VERSION}"


def definition(contract: Contract, *, sealed: bool = True) -> dict[str, Any]:
    """The Avro record of the contract's items, with class and Chinese name on each; all in clear unless `sealed`."""
    return {
        "type": "record",
        "name": "".join(part.capitalize() for part in contract.system.split("_")),
        "namespace": "hub.source",
        "doc": contract.name,
        "fields": [
            _field(item, is_sealed=sealed and is_sealed(item, contract), nullable=_nullable(item, contract))
            for item in contract.all_items
        ],
    }


def incompatibilities(contract: Contract, schema: Mapping[str, Any]) -> list[str]:
    """Why records of a changed contract and of its system's schema so far cannot read each other."""
    changed = definition(contract)
    faults = [f"新契约读不了旧记录:{fault}" for fault in unreadable(changed, schema)]
    return faults + [f"旧契约读不了新记录:{fault}" for fault in unreadable(schema, changed)]


def _nullable(item: Item, contract: Contract) -> bool:
    """A line that has gone from a full dump has nothing but its number and the fact that it has gone."""
    return not item.required or (contract.full_dump and item.name not in (*contract.record, "change"))


def _field(item: Item, *, is_sealed: bool, nullable: bool) -> dict[str, Any]:
    avro = "bytes" if is_sealed else item.type.avro
    field = {"name": item.name, "type": avro, "class": item.data_class, "doc": item.title}
    return {**field, "type": ["null", avro], "default": None} if nullable else field


class RowCodec:
    """Encodes the checked items of one system's rows; SchemaDiffers where its schema file is another.

    Where nothing is `sealed` the schema has all in clear, too. `prefix` is what every encoded row begins with: the
    schema's id in the wire format.
    """

    def __init__(
        self, contract: Contract, schema: Schema, sealer: Sealer, persons: PersonKeys | None, *, sealed: bool = True
    ) -> None:
        if schema.definition != definition(contract, sealed=sealed):
            raise SchemaDiffers(f"{schema.path.name} does not equal the contract of {contract.system}")
        self.schema = schema
        self.prefix = b"\0" + schema.identity.to_bytes(HEADER_BYTES - 1, "big")
        self._write = writer_of_fields(schema.definition)
        self.seals = RowSeals(contract, sealer, persons, sealed=sealed)

    def encode(self, values: Mapping[str, Any], row_id: str) -> bytes:
        """The same values of the same row give the same bytes; KeyMissing where an item cannot be sealed."""
        return self.written(self.sealed(values, row_id))

    def sealed(self, values: Mapping[str, Any], row_id: str) -> Mapping[str, Any]:
        """The first half of `encode`: the items as they are written, those that are sealed as bytes. KeyMissing."""
        sealed = self.seals.sealed(values, row_id)
        return {**values, **sealed} if sealed else values

    def written(self, sealed: Mapping[str, Any]) -> bytes:
        """The other half: what `sealed` gave, in the wire format."""
        buffer = BytesIO()
        buffer.write(self.prefix)
        self._write(buffer, sealed)
        return buffer.getvalue()

    def decode(self, data: bytes, row_id: str) -> dict[str, Any]:
        """The items of a row of our own source topic, sealed ones as text; KeyMissing, SealBroken."""
        items: Any = schemaless_reader(BytesIO(data[HEADER_BYTES:]), self.schema.parsed, None)
        return {**items, **self.seals.opened(items, row_id)}
