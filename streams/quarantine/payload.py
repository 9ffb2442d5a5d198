"""Payloads as people read and repair them: a record of ours as JSON with its schema's name, anything else as it is.

`{"schema": "incidents.reported.v1", "record": {…}}`; bytes inside stand as Base64, as in the examples beside schemas.
"""

import base64
import json
from dataclasses import asdict
from io import BytesIO
from typing import Any

from fastavro import schemaless_writer

from streams.checks.examples import ExampleError, record_from_json
from streams.codec import Codec, CodecError
from streams.contract import KINDS


class WrongPayload(Exception):
    """A repaired payload that names a schema of ours and is no record of it."""


def readable(payload: bytes, codec: Codec) -> Any:
    """The payload for its owner's eyes, as JSON has it: a record of ours, a JSON value, text, or Base64."""
    try:
        record = codec.decode(payload)
    except CodecError:
        return _foreign(payload)
    return {"schema": KINDS[type(record)], "record": _plain(asdict(record))}


def repaired(content: bytes, codec: Codec) -> bytes:
    """The bytes to send in place of a payload, from the file in which it was repaired; WrongPayload."""
    try:
        told = json.loads(content)
    except ValueError:
        return content
    if not (isinstance(told, dict) and told.keys() == {"schema", "record"}):
        return content
    schema = codec.schemas.get(told["schema"])
    if schema is None:
        raise WrongPayload(f"there is no schema {told['schema']}")
    try:
        fields = record_from_json(told["record"], schema.definition)
    except ExampleError as error:
        raise WrongPayload(f"no record of {schema.name}: {error}") from error
    buffer = BytesIO()
    buffer.write(b"\0" + schema.identity.to_bytes(4, "big"))
    schemaless_writer(buffer, schema.parsed, fields)
    return buffer.getvalue()


def _foreign(payload: bytes) -> Any:
    try:
        text = payload.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(payload).decode()}
    try:
        return json.loads(text)
    except ValueError:
        return text


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
