"""Every rule at once, over one checkout: its topology, its city, its schemas and the code that they name."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from streams import metrics
from streams.checks.code import code_faults, state_schemas
from streams.checks.holes import hole_faults
from streams.checks.privacy import forbidden_faults, label_faults, wall_faults
from streams.checks.records import record_faults
from streams.checks.released import released_faults
from streams.checks.schemas import SchemaFile, read_schema_files, schema_faults
from streams.checks.sealed import PEOPLE_LOG, clear_faults, sealed_faults, sealed_records
from streams.checks.usage import example_faults, identity_faults, missing_faults, orphan_faults
from streams.checks.wiring import wiring_faults
from streams.cities.city import CityFaults, read_city
from streams.codec import import_facts
from streams.contract import KINDS
from streams.marked.yaml_file import Fault
from streams.topology import TOPOLOGY, Reading, read_topology


def every_fault(topology: Path = TOPOLOGY, environment: Mapping[str, str] | None = None) -> list[Fault]:
    """All faults of the checkout that a topology file stands in, by file and line."""
    checkout = topology.parent
    reading = read_topology(topology, environment)
    faults = [*reading.faults, *wiring_faults(reading, checkout / "ops" / "cities")]
    faults += code_faults(reading, checkout / "connectors")
    faults += hole_faults(checkout)
    faults += _city_faults(checkout / "ops" / "cities" / reading.topology.city)
    schemas = read_schema_files(checkout / "schemas", faults)
    faults += _schema_faults(checkout / "schemas", schemas)
    faults += _together(reading, schemas)
    return sorted(set(faults))


def _city_faults(folder: Path) -> list[Fault]:
    """What is wrong in the city's own files; a city that is not there is a fault of the wiring."""
    if not folder.is_dir():
        return []
    try:
        read_city(folder)
    except CityFaults as error:
        return error.faults
    return []


def _schema_faults(folder: Path, schemas: Mapping[str, SchemaFile]) -> Iterator[Fault]:
    for schema in schemas.values():
        yield from schema_faults(schema)
        yield from forbidden_faults(schema)
    yield from sealed_faults(schemas)
    yield from identity_faults(folder)
    yield from example_faults(folder, schemas)
    yield from released_faults(folder, schemas)


def _together(reading: Reading, schemas: Mapping[str, SchemaFile]) -> Iterator[Fault]:
    """Where topology, schemas and code have to agree."""
    import_facts()
    owners = [*state_schemas(reading)]
    state = [name for name, _ in owners]
    people = reading.topology.topics.get(PEOPLE_LOG)
    yield from missing_faults(reading, schemas)
    yield from orphan_faults(reading, schemas, state)
    ours = {values: name for values, name in KINDS.items() if values.__module__.startswith("streams.")}
    yield from record_faults(ours, schemas)
    yield from clear_faults(reading, schemas, [name for name, owner in owners if people and owner == people.owner])
    yield from wall_faults(reading, schemas)
    held = {name for schema in schemas.values() for name in sealed_records(schema)}
    in_clear = [schema for schema in schemas.values() if schema.name not in held]  # the rest stands nowhere by itself
    yield from label_faults(metrics.CATALOGUE.values(), Path(metrics.__file__), in_clear)
