"""CloudEvents 1.0 on Kafka in binary mode: attributes in `ce_` headers, the value is the event's data.

Sources, views and notices carry them, so that stock clients read and write those topics; logs and changelogs do not.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from streams.contract import KINDS

PREFIX = "ce_"
TYPE_PREFIX = "hub."
SPECIFICATION = b"1.0"
CONTENT_TYPE = "application/avro"
REQUIRED = ("specversion", "id", "source", "type")

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

Headers = Mapping[str, bytes | None] | Mapping[str, bytes] | Iterable[tuple[str, bytes | None]] | None
"""As Kafka's clients hand them over: pairs, a mapping, or None for none."""


class NotACloudEvent(Exception):
    """Not a CloudEvent of ours in binary mode. `reason` is a stable code, `header` names the header at fault."""

    reason = "cloudevent"

    def __init__(self, header: str, detail: str) -> None:
        super().__init__(f"header {header}: {detail}")
        self.header = header


class MissingHeader(NotACloudEvent):
    reason = "cloudevent_header_missing"


class WrongHeader(NotACloudEvent):
    reason = "cloudevent_header_wrong"


def headers(
    kind: type[Any] | str, event_id: str, source: str, subject: str, at: int, trace: str
) -> list[tuple[str, bytes]]:
    """The headers of a record; `kind` is its class or its schema's name, `at` an instant in milliseconds, UTC.

    This is on the hot path: what all events of a kind and source share, and all events of an instant, is made once. An
    empty subject or trace is left out, as the specification wants it.
    """
    constant = _constant(kind, source)  # type: ignore[arg-type]  # mypy takes classes for unhashable
    made = [*constant, ("ce_id", event_id.encode()), _time(at)]
    if subject:
        made.append(("ce_subject", subject.encode()))
    if trace:
        made.append(("ce_trace", trace.encode()))
    return made


def type_of(kind: type[Any] | str) -> bytes:
    """What stands in the header `ce_type` of a kind's records."""
    return f"{TYPE_PREFIX}{kind if isinstance(kind, str) else KINDS[kind]}".encode()


@lru_cache(maxsize=1024)
def _constant(kind: type[Any] | str, source: str) -> tuple[tuple[str, bytes], ...]:
    return (
        ("content-type", CONTENT_TYPE.encode()),
        ("ce_specversion", SPECIFICATION),
        ("ce_type", type_of(kind)),
        ("ce_source", source.encode()),
    )


@lru_cache(maxsize=4096)
def _time(at: int) -> tuple[str, bytes]:
    second, millisecond = divmod(at, 1000)
    return "ce_time", b"%b.%03dZ" % (_second(second), millisecond)


@lru_cache(maxsize=4096)
def _second(seconds: int) -> bytes:
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat().encode()


def attributes(headers: Headers) -> dict[str, str]:
    """The event's attributes without prefix: specversion, id, source, type, time, subject, trace …

    Raises MissingHeader or WrongHeader. Where a header stands twice the last one counts, as for Kafka's own clients.
    """
    by_name: dict[str, bytes | None] = dict(headers or ())
    found = {name[len(PREFIX) :]: _text(name, value) for name, value in by_name.items() if name.startswith(PREFIX)}
    for name in REQUIRED:
        if name not in found:
            raise MissingHeader(PREFIX + name, "is missing")
        if not found[name]:
            raise WrongHeader(PREFIX + name, "is empty")
    if found["specversion"] != SPECIFICATION.decode():
        raise WrongHeader("ce_specversion", f"is {found['specversion']!r}; only 1.0 is known")
    if "time" in found:
        instant(found["time"])
    _check_content_type(by_name)
    return found


def instant(time: str) -> int:
    """Milliseconds since the epoch of an RFC 3339 time with a zone; finer parts are cut off. Raises WrongHeader."""
    if not _RFC3339.fullmatch(time):
        raise WrongHeader("ce_time", f"{time!r} is not an RFC 3339 time with a zone")
    try:
        moment = datetime.fromisoformat(time.upper())
    except ValueError as error:
        raise WrongHeader("ce_time", f"{time!r}: {error}") from error
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _check_content_type(by_name: dict[str, bytes | None]) -> None:
    if "content-type" not in by_name:
        raise MissingHeader("content-type", "is missing")
    content_type = _text("content-type", by_name["content-type"]).partition(";")[0].strip().lower()
    if content_type != CONTENT_TYPE:
        raise WrongHeader("content-type", f"is {content_type!r}; the value must be {CONTENT_TYPE} in binary mode")


def _text(name: str, value: bytes | None) -> str:
    try:
        return (value or b"").decode()
    except UnicodeDecodeError as error:
        raise WrongHeader(name, "is not UTF-8") from error
