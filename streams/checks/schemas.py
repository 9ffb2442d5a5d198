"""Rules of each schema file: its name, and the name, class and Chinese title of all that it holds."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastavro import parse_schema

from streams.marked.form import did_you_mean
from streams.marked.yaml_file import Fault, Marked, read_marked
from streams.schema_files import schema_paths

CLASSES = ("pub", "inner", "pii", "spi")
"""Public, for work inside, personal, sensitive personal (design 2.11)."""

CHINESE = re.compile(r"[㐀-鿿]")
FIELD_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", re.ASCII)
TYPE_NAME = re.compile(r"[A-Z][A-Za-z0-9]*", re.ASCII)
FIELD_KEYS = {"name", "type", "class", "doc", "default", "aliases", "sealed", "sealed_for"}
TYPE_KEYS = {
    "record": {"type", "name", "namespace", "doc", "fields", "aliases", "broadcast"},
    "enum": {"type", "name", "namespace", "doc", "symbols", "default", "aliases"},
    "array": {"type", "items"},
    "map": {"type", "values"},
}


@dataclass(frozen=True)
class SchemaFile:
    """A schema as it is written, and the same with each part's line."""

    name: str
    path: Path
    definition: Any
    marked: Marked

    @property
    def fields(self) -> Iterator[Marked]:
        """Every field, of nested records too."""
        return (field for record in types_in(self.marked, "record") for field in _listed(record, "fields"))


def read_schema_files(folder: Path, faults: list[Fault]) -> dict[str, SchemaFile]:
    """Every schema of a folder by its name; files that are no JSON go to `faults`."""
    found = {}
    for name, path in schema_paths(folder).items():
        try:
            definition = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            faults.append(Fault(str(path), error.lineno, f"{name}: not JSON: {error.msg}"))
        except UnicodeDecodeError as error:
            faults.append(Fault(str(path), 0, f"{name}: not UTF-8: {error.reason}"))
        else:
            found[name] = SchemaFile(name, path, definition, read_marked(path, faults))
    return found


def schema_faults(schema: SchemaFile) -> Iterator[Fault]:
    """What is wrong inside one file."""
    top = schema.marked
    if text_of(top, "type") != "record":
        yield top.fault(f"{schema.name}: a schema is a record")
        return
    domain, record = schema.name.rpartition(".v")[0].split(".", 1)
    wanted = "".join(part.capitalize() for part in record.split("_"))
    for key, value in (("name", wanted), ("namespace", f"hub.{domain}")):
        if text_of(top, key) != value:
            yield top.at(key).fault(f"{schema.name}: '{key}' must be {value}, as its file is named")
    for part in types_in(top):
        yield from _type(schema, part)
    for field in schema.fields:
        yield from _field(schema, field)
    yield from _avro(schema)


def types_in(marked: Marked, kind: str | None = None) -> Iterator[Marked]:
    """Every type that is written out in an Avro type, itself first; of one `kind` only, if it is named."""
    if isinstance(marked.value, list):
        for branch in marked.value:
            yield from types_in(branch, kind)
    elif isinstance(marked.value, dict):
        named = marked.value.get("type")
        if named is not None and not isinstance(named.value, str):
            yield from types_in(named, kind)
        if kind in (None, text_of(marked, "type")):
            yield marked
        for field in _listed(marked, "fields"):
            yield from types_in(field.at("type"), kind)
        for key in ("items", "values"):
            if key in marked.value:
                yield from types_in(marked.value[key], kind)


def text_of(marked: Marked, key: str) -> str:
    """The text under a key, "" where there is none."""
    found = marked.items().get(key)
    return found.value if found is not None and isinstance(found.value, str) else ""


def _listed(marked: Marked, key: str) -> list[Marked]:
    found = marked.items().get(key)
    return found.value if found is not None and isinstance(found.value, list) else []


def _type(schema: SchemaFile, part: Marked) -> Iterator[Fault]:
    kind, name = text_of(part, "type"), text_of(part, "name")
    known = TYPE_KEYS.get(kind)
    if known is None:
        yield part.fault(f"{schema.name}: a type '{kind}' is not used here; known: {', '.join(TYPE_KEYS)}")
        return
    for key, value in part.items().items():
        if key not in known:
            yield value.fault(f"{schema.name}: {kind} {name}: unknown key '{key}'{did_you_mean(key, known)}")
    if kind in ("record", "enum") and not TYPE_NAME.fullmatch(name):
        yield part.at("name").fault(f"{schema.name}: the {kind}'s name '{name}' is not like TownCentre, in ASCII")
    if kind == "record" and not CHINESE.search(text_of(part, "doc")):
        yield part.at("doc").fault(f"{schema.name}: record {name} has no Chinese name in 'doc'")
    names = [other for field in _listed(part, "fields") for other in _names(field)]
    for name in {name for name in names if names.count(name) > 1}:
        yield part.at("fields").fault(f"{schema.name}: record {text_of(part, 'name')}: two fields are called '{name}'")
    for symbol in _listed(part, "symbols"):
        if not FIELD_NAME.fullmatch(str(symbol.value)):
            yield symbol.fault(f"{schema.name}: the symbol '{symbol.value}' is not like in_hand, in ASCII")


def _names(field: Marked) -> list[str]:
    return [text_of(field, "name"), *(str(alias.value) for alias in _listed(field, "aliases"))]


def _field(schema: SchemaFile, field: Marked) -> Iterator[Fault]:
    name = text_of(field, "name")
    title = f"{schema.name}: field {name or '?'}"
    for key, value in field.items().items():
        if key not in FIELD_KEYS:
            yield value.fault(f"{title}: unknown key '{key}'{did_you_mean(key, FIELD_KEYS)}")
    if not FIELD_NAME.fullmatch(name):
        yield field.at("name").fault(f"{title}: its name is not like order_no, in ASCII")
    if text_of(field, "class") not in CLASSES:
        yield field.at("class").fault(
            f"{title}: its class is '{text_of(field, 'class')}', not one of {', '.join(CLASSES)}"
        )
    if not CHINESE.search(text_of(field, "doc")):
        yield field.at("doc").fault(f"{title}: it has no Chinese name in 'doc'")
    yield from _field_type(title, name, field)


def _field_type(title: str, name: str, field: Marked) -> Iterator[Fault]:
    kind, default = field.at("type").plain(), field.at("default").plain() if "default" in field.items() else None
    branches = set(_branches(kind)) - {"null"}
    if isinstance(kind, tuple) and (len(kind) != 2 or kind[0] != "null"):
        yield field.at("type").fault(f"{title}: a union is null and one type, in this order")
    if isinstance(default, (dict, tuple)) and default:
        yield field.at("default").fault(f"{title}: a default is null, a text, a number, a flag, [] or {{}}")
    if "bytes" in branches and default is not None:
        yield field.at("default").fault(f"{title}: bytes have no other default than null")
    if name.endswith("_at") and branches != {"long"}:
        yield field.at("type").fault(f"{title}: an instant is a long, milliseconds since the epoch")
    if name.endswith("_seconds") and not branches <= {"long", "int"}:
        yield field.at("type").fault(f"{title}: a duration is a whole number of seconds")


def _branches(kind: Any) -> tuple[str, ...]:
    if isinstance(kind, tuple):
        return tuple(name for branch in kind for name in _branches(branch))
    return (str(kind.get("type")) if isinstance(kind, dict) else str(kind),)


def _avro(schema: SchemaFile) -> Iterator[Fault]:
    try:
        parse_schema(schema.definition, named_schemas={})
    except Exception as error:  # noqa: BLE001  fastavro raises whatever its parser stumbles on
        yield schema.marked.fault(f"{schema.name}: not a schema of Avro: {type(error).__name__}: {error}")
