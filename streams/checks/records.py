"""The record classes say the same as their schemas: fields, order, types, what may be missing, symbols."""

import dataclasses
import inspect
import types
from collections.abc import Iterator, Mapping
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from streams.checks.schemas import TYPE_NAME, SchemaFile, text_of
from streams.contract import KINDS, Fact
from streams.marked.yaml_file import Fault, Marked
from streams.schema_files import record_of

PRIMITIVES: dict[Any, str] = {str: "string", int: "long", float: "double", bool: "boolean", bytes: "bytes"}

FILLED_BY_ENGINE = {"id", "source", "trace"}
"""Fields of a fact that a processor leaves open, so that the class has a default and the schema none."""


def record_faults(kinds: Mapping[type[Any], str], schemas: Mapping[str, SchemaFile]) -> Iterator[Fault]:
    """Where a class of `kinds` and its schema differ, and where two classes stand for one record."""
    taken: dict[str, type[Any]] = {}
    for values, name in kinds.items():
        other = taken.setdefault(record_of(name), values)
        if other is not values:
            yield _of_class(values, f"stands for {name}, as {other.__qualname__} in {other.__module__} does")
        elif name not in schemas:
            yield _of_class(values, f"there is no schema {name}")
        else:
            yield from _record(values, schemas[name].marked, name)


def _of_class(values: type[Any], text: str) -> Fault:
    return Fault(inspect.getfile(values), inspect.getsourcelines(values)[1], f"{values.__qualname__}: {text}")


def _record(values: type[Any], record: Marked, name: str) -> Iterator[Fault]:
    if not dataclasses.is_dataclass(values) or not values.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        yield _of_class(values, "is not a frozen dataclass")
        return
    fields = {str(field.at("name").value): field for field in record.at("fields").value}
    members = {member.name: member for member in dataclasses.fields(values)}
    if list(fields) != list(members):
        yield record.at("fields").fault(
            f"{name}: fields {', '.join(fields)}, but {values.__qualname__} has {', '.join(members)}"
        )
        return
    hints = get_type_hints(values)
    for member in members.values():
        field = fields[member.name]
        title = f"{name}: field {member.name}"
        if "sealed" in field.items():
            yield from _sealed(hints[member.name], field, title)
        else:
            yield from _type(hints[member.name], field.at("type"), title)
        yield from _default(values, member, field, title)


def _default(values: type[Any], member: "dataclasses.Field[Any]", field: Marked, title: str) -> Iterator[Fault]:
    if issubclass(values, Fact) and member.name in FILLED_BY_ENGINE:
        return
    said = field.items().get("default")
    has_default = member.default is not dataclasses.MISSING or member.default_factory is not dataclasses.MISSING
    if (said is not None) != has_default:
        yield field.fault(f"{title}: {'has no' if said is None else 'has a'} default, unlike {values.__qualname__}")
    elif said is not None and member.default is not dataclasses.MISSING and said.plain() != member.default:
        yield said.fault(f"{title}: its default is {said.plain()!r}, in {values.__qualname__} {member.default!r}")


def _type(hint: Any, kind: Marked, title: str) -> Iterator[Fault]:
    wanted = _expected(hint)
    found = _found(kind.plain())
    if wanted != found:
        yield kind.fault(f"{title}: its type is {found}, in the class {wanted}")
    elif nested := _nested(hint):
        for record in _records(kind):
            yield from _record(nested, record, title)


def _sealed(hint: Any, field: Marked, title: str) -> Iterator[Fault]:
    """In the class stands the record, or None, whose bytes the schema has."""
    arguments = get_args(hint)
    held = next((KINDS.get(part, str(part)) for part in arguments if part is not type(None)), str(hint))
    wanted, found = f"null or {held}", f"null or {text_of(field, 'sealed')}"
    if type(None) not in arguments or wanted != found:
        yield field.fault(f"{title}: sealed in it is {found}, in the class {wanted}")


def _expected(hint: Any) -> str:
    """The Avro type of a Python one, in words."""
    arguments = get_args(hint)
    if get_origin(hint) is Literal:
        return f"enum of {', '.join(map(str, arguments))}"
    if get_origin(hint) in (Union, types.UnionType):
        optional = [part for part in arguments if part is not type(None)]
        return f"null or {_expected(optional[0])}" if len(optional) == 1 else str(hint)
    if get_origin(hint) is tuple and arguments[1:] == (Ellipsis,):
        return f"array of {_expected(arguments[0])}"
    if get_origin(hint) in (Mapping, dict) and arguments[0] is str:
        return f"map of {_expected(arguments[1])}"
    return "record" if dataclasses.is_dataclass(hint) else PRIMITIVES.get(hint, str(hint))


def _found(kind: Any) -> str:
    """An Avro type in the same words."""
    match kind:
        case ("null", other):
            return f"null or {_found(other)}"
        case {"type": "enum", "symbols": symbols}:
            return f"enum of {', '.join(symbols)}"
        case {"type": "array", "items": items}:
            return f"array of {_found(items)}"
        case {"type": "map", "values": values}:
            return f"map of {_found(values)}"
        case {"type": "record"}:
            return "record"
        case _:
            # A record that is written out before is named here.
            return "record" if TYPE_NAME.fullmatch(str(kind)) else str(kind)


def _nested(hint: Any) -> Any:
    """The record class inside a type, if there is one."""
    if dataclasses.is_dataclass(hint):
        return hint
    return next((found for part in get_args(hint) if (found := _nested(part))), None)


def _records(kind: Marked) -> Iterator[Marked]:
    """The record written out inside a type, without those inside it."""
    if isinstance(kind.value, list):
        for branch in kind.value:
            yield from _records(branch)
    elif isinstance(kind.value, str):
        return
    elif kind.at("type").value == "record":
        yield kind
    else:
        for key in kind.items().keys() & {"items", "values"}:
            yield from _records(kind.value[key])
