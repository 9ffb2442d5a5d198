"""Examples of records, `schemas/<domain>/examples/<record>.v<n>.<name>.json`: plain JSON, every field said.

Bytes stand as Base64; otherwise a value stands as JSON has it, without Avro's names for the branches of a union.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from fastavro import parse_schema, schemaless_writer
from fastavro.validation import ValidationError, validate


class ExampleError(Exception):
    """An example is no record of its schema. `line` is where, as far as that is known."""

    def __init__(self, text: str, line: int = 1) -> None:
        super().__init__(text)
        self.line = line


@dataclass(frozen=True)
class Example:
    """A file that holds one record of a schema."""

    schema: str
    path: Path


def find_examples(folder: Path) -> list[Example]:
    """Every example beside the schemas of a folder."""
    return [
        Example(f"{path.parent.parent.name}.{path.stem.rpartition('.')[0]}", path)
        for path in sorted(folder.glob("*/examples/*.json"))
    ]


def read_example(path: Path, definition: Mapping[str, Any]) -> dict[str, Any]:
    """The record as fastavro reads and writes it; ExampleError if it does not fit its schema exactly."""
    try:
        fields = json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ExampleError(f"not JSON: {error.msg}", error.lineno) from error
    return record_from_json(fields, definition)


def record_from_json(fields: Any, definition: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON says of a record, as fastavro reads and writes it; ExampleError if it does not fit exactly."""
    value = _value(fields, definition)
    parsed = parse_schema(dict(definition), named_schemas={})
    try:
        validate(value, parsed)
        schemaless_writer(BytesIO(), parsed, value, strict=True)
    except (ValidationError, ValueError) as error:
        raise ExampleError(" ".join(str(error).split())) from error
    return dict(value)


def _value(value: Any, kind: Any) -> Any:
    """A JSON value as the value of an Avro type; what does not fit is left for fastavro to find."""
    if isinstance(kind, list):
        telling = [branch for branch in kind if branch == "bytes" or isinstance(branch, dict)]
        return value if value is None or not telling else _value(value, telling[0])
    if kind == "bytes":
        return _bytes(value)
    return _compound(value, kind) if isinstance(kind, dict) else value


def _compound(value: Any, kind: Mapping[str, Any]) -> Any:
    match kind["type"], value:
        case "record", dict():
            types = {field["name"]: field["type"] for field in kind["fields"]}
            return {name: _value(item, types.get(name)) for name, item in value.items()}
        case "array", list():
            return [_value(item, kind["items"]) for item in value]
        case "map", dict():
            return {name: _value(item, kind["values"]) for name, item in value.items()}
        case _:
            return value


def _bytes(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return base64.b64decode(value, validate=True)
    except ValueError as error:  # of binascii, or of a letter that is not ASCII
        raise ExampleError(f"'{value}' is not Base64: {error}") from error
