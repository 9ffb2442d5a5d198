"""`unreadable` against fastavro itself, which must read exactly what it says can be read."""

import contextlib
from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_reader, schemaless_writer
from hypothesis import event, given, settings
from hypothesis import strategies as st

from streams.checks.compatibility import unreadable
from tests.schemas.avro_values import values_of

Definition = dict[str, Any]


def record(*fields: Definition, name: str = "Visit", **more: Any) -> Definition:
    return {"type": "record", "name": name, "namespace": "hub.trial", "fields": list(fields), **more}


def field(name: str, kind: Any, **more: Any) -> Definition:
    return {"name": name, "type": kind, **more}


def enum(*symbols: str, name: str = "Outcome", **more: Any) -> Definition:
    return {"type": "enum", "name": name, "symbols": list(symbols), **more}


NUMBER = field("visit_no", "string")
READ_BOTH_WAYS = {
    "the same": (record(NUMBER), record(NUMBER)),
    "other documentation and class": (record(NUMBER), record({**NUMBER, "doc": "走访编号", "class": "inner"})),
    "another order of fields": (record(NUMBER, field("at", "long")), record(field("at", "long"), NUMBER)),
    "a new field with a default": (record(NUMBER), record(NUMBER, field("note", ["null", "string"], default=None))),
    "a field with a default gone": (record(field("note", "string", default="")), record()),
    "a field renamed on both sides": (
        record(field("no", "string", aliases=["visit_no"])),
        record(field("visit_no", "string", aliases=["no"])),
    ),
    "an enum with a default on both sides": (
        record(field("o", enum("a", "other", default="other"))),
        record(field("o", enum("b", "other", default="other"))),
    ),
    "a record renamed on both sides": (
        record(NUMBER, name="Call", aliases=["Visit"]),
        record(NUMBER, aliases=["Call"]),
    ),
}
READ_ONE_WAY = {
    "a new field without default": (record(NUMBER, field("note", "string")), record(NUMBER)),
    "a symbol gone": (record(field("o", enum("a"))), record(field("o", enum("a", "b")))),
    "an optional field made required": (record(field("n", "string")), record(field("n", ["null", "string"]))),
    "a field renamed on the reader's side": (
        record(field("visit_no", "string")),
        record(field("no", "string", aliases=["visit_no"])),
    ),
    "inside a list of records": (
        record(field("r", {"type": "array", "items": record(NUMBER, field("x", "long"), name="Item")})),
        record(field("r", {"type": "array", "items": record(NUMBER, name="Item")})),
    ),
}
READ_NEITHER_WAY = {
    "another type": (record(field("n", "long")), record(field("n", "string"))),
    "another name": (record(NUMBER), record(NUMBER, name="Call")),
    "another enum": (record(field("o", enum("a", name="One"))), record(field("o", enum("a", name="Two")))),
    "a list and one": (record(field("n", {"type": "array", "items": "long"})), record(field("n", "long"))),
    "other values of a map": (
        record(field("n", {"type": "map", "values": "long"})),
        record(field("n", {"type": "map", "values": "string"})),
    ),
    "written twice": (record(field("a", "long", aliases=["b"])), record(field("a", "long"), field("b", "string"))),
}


@pytest.mark.parametrize("case", READ_BOTH_WAYS)
def test_versions_that_read_each_other(case: str) -> None:
    one, other = READ_BOTH_WAYS[case]
    assert unreadable(one, other) == unreadable(other, one) == []


@pytest.mark.parametrize("case", READ_ONE_WAY)
def test_a_change_that_only_one_side_can_read(case: str) -> None:
    reader, writer = READ_ONE_WAY[case]
    assert unreadable(reader, writer)
    assert unreadable(writer, reader) == []


@pytest.mark.parametrize("case", READ_NEITHER_WAY)
def test_a_change_that_is_no_longer_the_same_record(case: str) -> None:
    assert unreadable(*READ_NEITHER_WAY[case])


def test_the_reason_names_the_field_inside_lists_and_maps() -> None:
    inner = record(field("state", enum("open")), name="Item")
    wider = record(field("state", enum("open", "closed")), name="Item")
    kind = {"type": "array", "items": {"type": "map", "values": inner}}
    assert unreadable(
        record(field("r", kind)), record(field("r", {**kind, "items": {"type": "map", "values": wider}}))
    ) == ["r[]{}.state: 'closed' is no symbol there, and no default stands for it"]


def test_a_record_that_holds_itself_is_compared_once() -> None:
    chain = record(NUMBER, field("next", ["null", "Visit"], default=None))
    assert unreadable(chain, deepcopy(chain)) == []


PRIMITIVES = st.sampled_from(["long", "string", "boolean"])
SYMBOLS = st.lists(st.sampled_from(["p", "q", "r"]), min_size=1, unique=True)


@st.composite
def enums(draw: st.DrawFn, name: str) -> Definition:
    symbols = draw(SYMBOLS)
    return enum(*symbols, name=name, **({"default": draw(st.sampled_from(symbols))} if draw(st.booleans()) else {}))


@st.composite
def types(draw: st.DrawFn, name: str, depth: int) -> Any:
    """A type; the enum or record in it is called `name`."""
    if depth == 0 or draw(st.booleans()):
        return draw(PRIMITIVES)
    inner = draw(st.one_of(records(name, depth - 1), enums(name)))
    return draw(st.sampled_from([inner, {"type": "array", "items": inner}, {"type": "map", "values": inner}]))


@st.composite
def fields(draw: st.DrawFn, name: str, record_name: str, depth: int) -> Definition:
    kind = draw(types(f"{record_name}{name.upper()}", depth))
    if draw(st.booleans()):
        return field(name, ["null", kind], **({"default": None} if draw(st.booleans()) else {}))
    return field(name, kind)


@st.composite
def records(draw: st.DrawFn, name: str = "R", depth: int = 2) -> Definition:
    names = draw(st.lists(st.sampled_from(["a", "b", "c"]), unique=True, min_size=1))
    return record(*[draw(fields(each, name, depth)) for each in names], name=name)


@st.composite
def next_versions(draw: st.DrawFn, one: Definition) -> Definition:
    """The record with some of its fields changed, renamed, dropped or put elsewhere, and perhaps one more."""
    kept = [draw(next_fields(each)) for each in one["fields"] if draw(st.integers(0, 5))]
    added = [draw(fields("d", one["name"], 0))] if draw(st.booleans()) else []
    return record(*draw(st.permutations([*kept, *added])), name=one["name"])


@st.composite
def next_fields(draw: st.DrawFn, one: Definition) -> Definition:
    match draw(st.sampled_from(["same", "same", "same", "renamed", "optional", "inside"])):
        case "renamed":
            return {**one, "name": f"{one['name']}_new", "aliases": [one["name"]]}
        case "optional" if not isinstance(one["type"], list):
            return {**one, "type": ["null", one["type"]], "default": None}
        case "inside":
            return {**one, "type": draw(next_types(one["type"]))}
    return one


@st.composite
def next_types(draw: st.DrawFn, one: Any) -> Any:
    if isinstance(one, list):
        return ["null", draw(next_types(one[1]))]
    if isinstance(one, str):
        return draw(PRIMITIVES)
    match one["type"]:
        case "record":
            return draw(next_versions(one))
        case "enum":
            return draw(enums(one["name"]))
        case "array":
            return {**one, "items": draw(next_types(one["items"]))}
    return {**one, "values": draw(next_types(one["values"]))}


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Definition, Definition]:
    one = draw(records())
    other = draw(next_versions(one))
    return (one, other) if draw(st.booleans()) else (other, one)


def written(definition: Definition, value: Any) -> BytesIO:
    buffer = BytesIO()
    schemaless_writer(buffer, parse_schema(definition, named_schemas={}), value)
    buffer.seek(0)
    return buffer


def read(buffer: BytesIO, writer: Definition, reader: Definition) -> Any:
    return schemaless_reader(buffer, parse_schema(writer, named_schemas={}), parse_schema(reader, named_schemas={}))


@settings(max_examples=200)
@given(pair=pairs(), data=st.data())
def test_fastavro_reads_every_value_of_what_is_called_readable_and_not_of_what_is_not(
    pair: tuple[Definition, Definition], data: st.DataObject
) -> None:
    reader, writer = pair
    reasons = unreadable(reader, writer)
    event("unreadable" if reasons else "readable")
    if reasons:
        assert any(fails(value, writer, reader) for value in telling_values(writer)), reasons
    else:
        read(written(writer, data.draw(values_of(writer))), writer, reader)


def fails(value: Any, writer: Definition, reader: Definition) -> bool:
    with contextlib.suppress(Exception):
        read(written(writer, value), writer, reader)
        return False
    return True


def telling_values(kind: Any) -> list[Any]:
    """Values that between them take every branch and every symbol of a type."""
    if isinstance(kind, list):
        return [value for branch in kind for value in telling_values(branch)]
    if isinstance(kind, str):
        return [{"null": None, "long": 1, "string": "s", "boolean": True}[kind]]
    match kind["type"]:
        case "enum":
            return list(kind["symbols"])
        case "array":
            return [[value] for value in telling_values(kind["items"])]
        case "map":
            return [{"k": value} for value in telling_values(kind["values"])]
    choices = {each["name"]: telling_values(each["type"]) for each in kind["fields"]}
    return [
        {name: values[min(number, len(values) - 1)] for name, values in choices.items()}
        for number in range(max(map(len, choices.values()), default=1))
    ]
