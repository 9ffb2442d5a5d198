"""The bytes of `w1` as cheaply as Python makes them: plain dicts, fastavro, nothing of the hub.

Every Python peer but the hub uses these; they run in environments that have fastavro and no more.
"""

import json
from datetime import UTC, datetime
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import Any

from fastavro import parse_schema, schemaless_reader, schemaless_writer

SCHEMAS = Path(__file__).resolve().parent / "schemas" / "bench"
PROCESSOR = "bench_profiles"
PORT = "view"
HEADER_BYTES = 5
READING, TALLY, PROFILE = 1000001, 1000002, 1000003
NOT_DUE = bytes(8)

Fields = dict[str, Any]
Headers = list[tuple[str, bytes]]


def _schema(record: str) -> Any:
    definition = json.loads((SCHEMAS / f"{record}.v1.avsc").read_text(encoding="utf-8"))
    return parse_schema(definition, named_schemas={})


_READING, _TALLY, _PROFILE = _schema("reading"), _schema("tally"), _schema("profile")
_TALLY_PREFIX = NOT_DUE + b"\0" + TALLY.to_bytes(4, "big")
_PROFILE_PREFIX = b"\0" + PROFILE.to_bytes(4, "big")
_READING_PREFIX = b"\0" + READING.to_bytes(4, "big")


def decode_reading(data: bytes) -> Fields:
    """A reading as it lies in the log; ValueError if the bytes are another record's."""
    if data[:HEADER_BYTES] != _READING_PREFIX:
        raise ValueError(f"not a reading: {data[:HEADER_BYTES]!r}")
    buffer = BytesIO(data)
    buffer.seek(HEADER_BYTES)
    fields: Fields = schemaless_reader(buffer, _READING, None)  # type: ignore[assignment]
    return fields


def encode_tally(tally: Fields) -> bytes:
    """The row of a changelog: no due moment, then the value on the wire."""
    return _encode(_TALLY_PREFIX, _TALLY, tally)


def decode_tally(row: bytes) -> Fields:
    buffer = BytesIO(row)
    buffer.seek(len(_TALLY_PREFIX))
    fields: Fields = schemaless_reader(buffer, _TALLY, None)  # type: ignore[assignment]
    return fields


def encode_profile(profile: Fields) -> bytes:
    return _encode(_PROFILE_PREFIX, _PROFILE, profile)


def decode_profile(data: bytes) -> Fields:
    buffer = BytesIO(data)
    buffer.seek(HEADER_BYTES)
    fields: Fields = schemaless_reader(buffer, _PROFILE, None)  # type: ignore[assignment]
    return fields


def _encode(prefix: bytes, schema: Any, fields: Fields) -> bytes:
    buffer = BytesIO()
    buffer.write(prefix)
    schemaless_writer(buffer, schema, fields)
    return buffer.getvalue()


def count(before: Fields | None, reading: Fields) -> Fields:
    """The facility's tally with one more reading; `before` is left as it was."""
    counts = {**before["counts"]} if before else {}
    category = reading["category"]
    counts[category] = counts.get(category, 0) + 1
    return {
        "counts": counts,
        "events": before["events"] + 1 if before else 1,
        "total": before["total"] + reading["value"] if before else reading["value"],
        "last_value": reading["value"],
        "last_at": reading["occurred_at"],
    }


def profile_of(reading: Fields, tally: Fields, now: int) -> Fields:
    """What is published, as of the partition clock `now`."""
    return {"facility": reading["key"], "region": reading["region"], **tally, "as_of": now}


def derived_id(partition: int, cause: str) -> str:
    """The id of what a reading caused, the same at each replay."""
    return blake2b(f"{PROCESSOR}|{partition}|{cause}|{PORT}|0".encode(), digest_size=16).hexdigest()


def headers(identity: str, subject: str, now: int, trace: str) -> Headers:
    """CloudEvents 1.0, Kafka binding, binary mode."""
    return [
        _SPECIFICATION,
        ("ce_id", identity.encode()),
        _SOURCE,
        _TYPE,
        _times.get(now) or _time(now),
        ("ce_subject", subject.encode()),
        ("ce_trace", trace.encode()),
        _CONTENT,
    ]


_SPECIFICATION = "ce_specversion", b"1.0"
_SOURCE = "ce_source", b"bench_profiles"
_TYPE = "ce_type", b"hub.bench.profile.v1"
_CONTENT = "content-type", b"application/avro"
_times: dict[int, tuple[str, bytes]] = {}
"""The last instant's header: records of one batch were appended at the same millisecond."""


def _time(now: int) -> tuple[str, bytes]:
    text = datetime.fromtimestamp(now // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    _times.clear()
    header = _times[now] = "ce_time", f"{text}.{now % 1000:03}Z".encode()
    return header
