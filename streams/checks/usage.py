"""Every schema that is named exists, and every schema that exists is used, has an id and an example."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from streams.checks.examples import ExampleError, find_examples, read_example
from streams.checks.schemas import SchemaFile, text_of, types_in
from streams.checks.sealed import sealed_records
from streams.marked.form import did_you_mean
from streams.marked.yaml_file import Fault, Marked
from streams.schema_files import LOCK, lock_faults, read_lock, record_of, schema_paths
from streams.topology import ENGINE_SCHEMAS, Reading


def missing_faults(reading: Reading, schemas: Mapping[str, SchemaFile]) -> Iterator[Fault]:
    """Schemas that a topic names and that do not exist."""
    for topic in reading.topology.topics.values():
        for number, name in enumerate(topic.schemas):
            if name not in schemas:
                yield reading.marked.at("topics", topic.name, "schemas", number).fault(
                    f"topic {topic.name}: there is no schema '{name}'{did_you_mean(name, schemas)}"
                )


def orphan_faults(reading: Reading, schemas: Mapping[str, SchemaFile], state: Iterable[str]) -> Iterator[Fault]:
    """Schemas that stand on no topic, in no changelog and within no other schema, sealed or not.

    `state` names the schemas of the processors' entries. A topic that lists one version uses them all: what was
    written under an earlier one is still read.
    """
    listed = {name for topic in reading.topology.topics.values() for name in topic.schemas}
    held = {name for schema in schemas.values() for name in sealed_records(schema)}
    used = {record_of(name) for name in (*listed, *state, *held, *ENGINE_SCHEMAS)}
    for schema in schemas.values():
        if record_of(schema.name) not in used and not _is_nested(schema, schemas.values()):
            yield Fault(str(schema.path), 1, f"{schema.name}: no topic and no changelog carries this schema")


def _is_nested(schema: SchemaFile, schemas: Iterable[SchemaFile]) -> bool:
    return any(
        _full_name(part) == _full_name(schema.marked)
        for other in schemas
        if other is not schema
        for part in types_in(other.marked, "record")
    )


def _full_name(record: Marked) -> tuple[str, str]:
    return text_of(record, "namespace"), text_of(record, "name")


def identity_faults(folder: Path) -> Iterator[Fault]:
    """What is wrong in `ids.lock`, and between it and the schemas."""
    faults: list[Fault] = []
    locked = read_lock(folder / LOCK, faults)
    yield from faults
    yield from lock_faults(schema_paths(folder), locked, folder / LOCK)


def example_faults(folder: Path, schemas: Mapping[str, SchemaFile]) -> Iterator[Fault]:
    """Schemas without an example, examples without a schema, and examples that do not fit theirs."""
    examples = find_examples(folder)
    for name, schema in schemas.items():
        if not any(example.schema == name for example in examples):
            domain, record = name.split(".", 1)
            yield Fault(str(schema.path), 1, f"{name}: no example examples/{record}.<name>.json in schemas/{domain}/")
    for example in examples:
        if example.schema not in schemas:
            yield Fault(str(example.path), 1, f"an example of {example.schema}, which does not exist")
            continue
        try:
            read_example(example.path, schemas[example.schema].definition)
        except ExampleError as error:
            yield Fault(str(example.path), error.line, f"{example.schema}: {error}")
