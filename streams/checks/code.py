"""The code that the wiring names: it can be imported, and its ports, records and settings fit the wiring."""

import inspect
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from streams.contract import KINDS, TableName
from streams.marked.form import did_you_mean
from streams.marked.yaml_file import Fault
from streams.topology import ProcessorWiring, Reading

PROMISED = ("name", "tables", "reads", "ports", "on_record", "on_due")

ENGINE_FACTS = ("engine.tick.v1", "engine.rearm.v1")
"""What the engine itself reads of a log."""


class NoSuchCode(Exception):
    """A `module:name` of the wiring that leads to nothing."""


def load_code(code: str) -> Any:
    """The object that `module:name` stands for; raises NoSuchCode whatever is in the way."""
    module_name, _, name = code.partition(":")
    if not (module_name and name):
        raise NoSuchCode(f"'{code}' is not module:name")
    try:
        module = import_module(module_name)
    except Exception as error:
        raise NoSuchCode(f"{module_name} cannot be imported: {type(error).__name__}: {error}") from error
    if not hasattr(module, name):
        raise NoSuchCode(f"{module_name} has no '{name}'{did_you_mean(name, vars(module))}")
    return getattr(module, name)


def code_faults(reading: Reading, connectors: Path) -> Iterator[Fault]:
    """Faults between wiring and code; `connectors` is the folder of the connectors' package."""
    for wiring in reading.topology.processors.values():
        for key, text in _processor(reading, wiring):
            yield reading.marked.at("processors", wiring.name, *key).fault(f"processor {wiring.name}: {text}")
    for agent in reading.topology.agents.values():
        try:
            made_by = load_code(agent.code)
        except NoSuchCode as error:
            yield reading.marked.at("agents", agent.name, "code").fault(f"agent {agent.name}: {error}")
        else:
            if not callable(made_by):
                yield reading.marked.at("agents", agent.name, "code").fault(
                    f"agent {agent.name}: {agent.code} is not a function that makes the agent"
                )
    yield from _connectors(reading, connectors)


def state_schemas(reading: Reading) -> Iterator[tuple[str, str]]:
    """The schema of each table's values, and whose they are; code that cannot be loaded has none."""
    for wiring in reading.topology.processors.values():
        try:
            tables = load_code(wiring.code).tables
        except (NoSuchCode, AttributeError):
            continue
        yield from ((KINDS[table.values], wiring.name) for table in tables if table.values in KINDS)


def _processor(reading: Reading, wiring: ProcessorWiring) -> Iterator[tuple[tuple[str, ...], str]]:
    """What is wrong, and under which keys of the wiring it stands."""
    if not wiring.code:
        return
    try:
        code = load_code(wiring.code)
    except NoSuchCode as error:
        yield ("code",), str(error)
        return
    if lacking := [name for name in PROMISED if not hasattr(code, name)]:
        yield ("code",), f"{wiring.code} is no processor: it lacks {', '.join(lacking)}"
        return
    if code.name != wiring.name:
        yield ("code",), f"{wiring.code} calls itself '{code.name}'"
    yield from ((("code",), text) for text in _tables(code.tables))
    yield from _log(reading, wiring, code)
    yield from _ports(reading, wiring, code)
    yield from _settings(wiring, code)


def _tables(tables: Iterable[TableName[Any]]) -> Iterator[str]:
    names: set[str] = set()
    for table in tables:
        if table.name in names:
            yield f"two of its tables are named '{table.name}'"
        names.add(table.name)
        if table.values not in KINDS:
            yield f"its table '{table.name}' holds {table.values.__name__}, which has no schema"


def _log(reading: Reading, wiring: ProcessorWiring, code: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    log = reading.topology.topics.get(wiring.reads)
    if log is None:
        return
    understood = _kinds(code.reads)
    for kind in understood:
        if kind not in log.schemas:
            yield ("reads",), f"it reads {kind}, which {log.name} does not carry"
    for kind in log.schemas:
        if kind not in understood and kind not in ENGINE_FACTS:
            yield ("reads",), f"{log.name} carries {kind}, which it does not read"


def _ports(reading: Reading, wiring: ProcessorWiring, code: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    for port in wiring.ports:
        if port not in code.ports:
            yield ("ports", port), f"it has no port '{port}'{did_you_mean(port, code.ports)}"
    for port, types in code.ports.items():
        if port not in wiring.ports:
            yield ("ports",), f"its port '{port}' leads nowhere"
            continue
        topic = reading.topology.topics.get(wiring.ports[port])
        for kind in _kinds(types):
            if topic is not None and kind not in topic.schemas:
                yield ("ports", port), f"port '{port}' emits {kind}, which {topic.name} does not carry"


def _kinds(types: Iterable[type[Any]]) -> list[str]:
    return [KINDS.get(values, f"{values.__name__} (without a schema)") for values in types]


def _settings(wiring: ProcessorWiring, code: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    known = inspect.signature(code).parameters
    for name in wiring.settings:
        if name not in known:
            yield ("settings", name), f"it knows no setting '{name}'{did_you_mean(name, known)}"
    for name, parameter in known.items():
        if parameter.default is parameter.empty and name not in wiring.settings:
            yield ("settings",), f"its setting '{name}' is missing"


def _connectors(reading: Reading, connectors: Path) -> Iterator[Fault]:
    readers = sorted(path.stem for path in (connectors / "readers").glob("[!_]*.py"))
    systems = sorted(path.stem for path in (connectors / "systems").glob("[!_]*.py"))
    for wiring in reading.topology.connectors.values():
        place = reading.marked.at("connectors", wiring.name)
        if wiring.name not in systems:
            yield place.fault(
                f"connector {wiring.name}: there is no connectors/systems/{wiring.name}.py"
                f"{did_you_mean(wiring.name, systems)}"
            )
        if wiring.reader and wiring.reader not in readers:
            yield place.at("reader").fault(
                f"connector {wiring.name}: unknown reader '{wiring.reader}'{did_you_mean(wiring.reader, readers)}"
            )
