"""CloudEvents 1.0 over HTTP, into rows: structured and binary mode, JSON batches, Avro container files.

A single event that is none is refused. In a batch it becomes a row with a fault, so that every row has a receipt.
"""

import json
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from fastavro import reader

from connectors.contract import ContractError, RawRow
from connectors.readers.http_push import pushed_row
from connectors.readers.json_rows import NotJson, read_json
from streams.codec import Origin

SPECIFICATION = "1.0"
REQUIRED = ("id", "source", "type")
LONGEST_ATTRIBUTE = 256
MOST_ROWS = 1000

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=lambda moment: moment.isoformat())
"""`isoformat` is for what Avro's logical types were read as."""

PLAIN_AVRO = frozenset({"null", "boolean", "int", "long", "float", "double", "string"})
"""What an Avro row may hold beside records, enums and unions: nothing whose size a few bytes could blow up."""


class NotEvents(Exception):
    """A body that holds no events. `reason` is a stable code, `detail` says what is wrong with it."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


class TooManyRows(NotEvents):
    """A batch with more rows than a receipt can answer for."""

    def __init__(self) -> None:
        super().__init__("batch_too_large", f"a batch has at most {MOST_ROWS} rows")


def structured_event(body: bytes, door: str) -> RawRow:
    """The row of a body `application/cloudevents+json`, which it keeps whole: its type is in it. NotEvents."""
    event = _json(body)
    _check_event(event, door)
    if isinstance(event["data"], dict):
        return RawRow(body, event["data"], Origin(door, 0, -1), None, event["type"], event["id"])
    return _row(event, door)


def binary_event(headers: Mapping[str, str], body: bytes, door: str) -> RawRow:
    """The row of a body whose attributes are `ce-` headers; NotEvents."""
    attributes = {name: unquote(headers.get(f"ce-{name}", "")) for name in ("specversion", *REQUIRED)}
    _check_attributes(attributes)
    return pushed_row(body, attributes["type"], attributes["id"], door)


def json_batch(body: bytes, door: str) -> list[RawRow]:
    """The rows of a JSON array of events; NotEvents where it is none, TooManyRows."""
    events = _json(body)
    if not isinstance(events, list):
        raise NotEvents("not_a_batch", "a batch is a JSON array of CloudEvents")
    return _rows(events, door)


def avro_batch(body: bytes, door: str) -> list[RawRow]:
    """The rows of an uncompressed Avro container file: records with `id`, `source`, `type` and a record `data`."""
    try:
        container = reader(BytesIO(body))
        _check_avro(container)
        return _rows(container, door)
    except NotEvents:
        raise
    except Exception as error:  # fastavro raises whatever its parser stumbles on
        raise NotEvents("not_avro", f"the Avro container cannot be read: {type(error).__name__}") from error


def _rows(events: Iterable[Any], door: str) -> list[RawRow]:
    rows: list[RawRow] = []
    for event in events:
        if len(rows) == MOST_ROWS:
            raise TooManyRows
        try:
            rows.append(_row(event, door))
        except NotEvents as error:
            rows.append(
                RawRow(_sealable(event), None, Origin(door, 0, -1), ContractError("", error.reason, str(error)))
            )
    return rows


def _row(event: Any, door: str) -> RawRow:
    _check_event(event, door)
    return pushed_row(_bytes(event["data"]), event["type"], event["id"], door)


def _check_event(event: Any, door: str) -> None:
    if not isinstance(event, dict):
        raise NotEvents("not_an_event", "an event is a JSON object")
    _check_attributes({"specversion": SPECIFICATION, **event} if door.endswith("/batches") else event)
    if "data" not in event:
        raise NotEvents("data_missing", "the event has no data")


def _check_attributes(attributes: Mapping[str, Any]) -> None:
    if attributes.get("specversion") != SPECIFICATION:
        raise NotEvents("specversion", f"specversion must be {SPECIFICATION}")
    for name in REQUIRED:
        value = attributes.get(name)
        if not (isinstance(value, str) and 0 < len(value) <= LONGEST_ATTRIBUTE and value.isprintable()):
            raise NotEvents("attribute", f"{name} must be printable text of 1 to {LONGEST_ATTRIBUTE} characters")


def _json(body: bytes) -> Any:
    try:
        return read_json(body)
    except NotJson as error:
        raise NotEvents("not_json", "the body is not JSON in UTF-8") from error


def _bytes(value: Any) -> bytes:
    """JSON again."""
    try:
        text = ENCODER.encode(value)
    except RecursionError as error:
        raise NotEvents("too_deep", "the data is nested too deep") from error
    return text.encode(errors="surrogatepass")


def _sealable(event: Any) -> bytes:
    """What the quarantine keeps of an event that is none."""
    try:
        return _bytes(event)
    except NotEvents:
        return b""


def _check_avro(container: Any) -> None:
    if container.codec != "null":
        raise NotEvents("avro_compressed", "the Avro container must not be compressed")
    _check_avro_type(container.writer_schema)


def _check_avro_type(schema: Any) -> None:
    if isinstance(schema, list):
        for branch in schema:
            _check_avro_type(branch)
    elif isinstance(schema, dict) and schema.get("type") in ("record", "error"):
        for field in schema["fields"]:
            _check_avro_type(field["type"])
    elif (schema["type"] if isinstance(schema, dict) else schema) not in {*PLAIN_AVRO, "enum"}:
        raise NotEvents("avro_type", "rows are records of plain values: no arrays, maps or types that hold themselves")
