"""What is sealed for persons: a record of the hub, for a token beside it; the people log holds nothing else of them.

A field is sealed by `"sealed": "people.service_content.v1", "sealed_for": "token"`: bytes in the schema, that record in
the class, under the key of the person whose token stands in the field that is named.
"""

from collections.abc import Collection, Iterator, Mapping

from streams.checks.privacy import PERSONAL
from streams.checks.schemas import SchemaFile, text_of
from streams.marked.yaml_file import Fault, Marked
from streams.topology import Reading

PEOPLE_LOG = "hub.log.people.v1"
SEALED, SEALED_FOR = "sealed", "sealed_for"
TOKENS = ("token", "other", "service")
"""Fields so named, and all that end in `_token`, stand for persons or begin with one: they may be read."""


def sealed_faults(schemas: Mapping[str, SchemaFile]) -> Iterator[Fault]:
    """What is wrong with sealed fields, schema by schema."""
    for schema in schemas.values():
        top = {text_of(field, "name"): field for field in top_fields(schema)}
        for field in schema.fields:
            if SEALED in field.items() or SEALED_FOR in field.items():
                yield from _field(schema, field, top, schemas)


def clear_faults(reading: Reading, schemas: Mapping[str, SchemaFile], state: Collection[str]) -> Iterator[Fault]:
    """Personal fields that the people log, or its owner's entries, would hold in clear; `state` names the entries'."""
    log = reading.topology.topics.get(PEOPLE_LOG)
    for name in sorted({*(log.schemas if log else ()), *state} & schemas.keys()):
        for field in schemas[name].fields:
            title = text_of(field, "name")
            if text_of(field, "class") in PERSONAL and SEALED not in field.items() and not is_token(title):
                yield field.fault(
                    f"{name}: field {title} is {text_of(field, 'class')} and would stand in the people log in clear: "
                    f"it belongs into a record that is '{SEALED}' for the person"
                )


def sealed_records(schema: SchemaFile) -> Iterator[str]:
    """The schemas of what is sealed in a record."""
    return (text_of(field, SEALED) for field in top_fields(schema) if SEALED in field.items())


def top_fields(schema: SchemaFile) -> list[Marked]:
    """The fields of the record itself."""
    fields = schema.marked.items().get("fields")
    return fields.value if fields is not None and isinstance(fields.value, list) else []


def is_token(name: str) -> bool:
    return name in TOKENS or name.endswith("_token")


def _field(
    schema: SchemaFile, field: Marked, top: Mapping[str, Marked], schemas: Mapping[str, SchemaFile]
) -> Iterator[Fault]:
    title = f"{schema.name}: field {text_of(field, 'name')}"
    holds, person = text_of(field, SEALED), top.get(text_of(field, SEALED_FOR))
    if top.get(text_of(field, "name")) is not field:
        yield field.fault(f"{title}: only a field of the record itself is sealed")
    if holds not in schemas:
        yield field.fault(f"{title}: there is no schema '{holds}' that could be '{SEALED}' in it")
    elif any(sealed_records(schemas[holds])):
        yield field.fault(f"{title}: {holds} has something sealed itself")
    if person is None or person.at("type").plain() != "string":
        yield field.fault(f"{title}: '{SEALED_FOR}' names no field of the record that holds a token")
    if field.at("type").plain() != ("null", "bytes"):
        yield field.fault(f"{title}: what is sealed is null or bytes")
    if text_of(field, "class") not in PERSONAL:
        yield field.fault(f"{title}: what is sealed for a person is of class {' or '.join(PERSONAL)}")
