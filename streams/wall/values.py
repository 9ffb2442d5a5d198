"""What a record of a view topic becomes on the wall: JSON with the place it came from."""

import json
from typing import Any, NamedTuple

from streams.codec import Codec, Origin, UnknownSchema
from streams.facts import views
from streams.facts.measures import Measure
from streams.wall.cache import KINDS

VIEWS = (views.Tile, views.Incident, views.Matter, views.Source, Measure)
GONE = b""


class WallValue(NamedTuple):
    """One change of the wall. `value` is JSON, or GONE; `as_of` is when its cause was appended (milliseconds)."""

    kind: str
    origin: Origin
    key: str
    value: bytes
    as_of: int | None


def wall_value(codec: Codec, origin: Origin, key: bytes | None, value: bytes | None, trace: str) -> WallValue:
    """The change that a record of a view makes; raises CodecError.

    What is closed leaves the wall: a county closes thousands a day, and the views keep them for a month.
    """
    kind, name = KINDS[origin.topic], (key or b"").decode(errors="replace")
    if value is None:
        return WallValue(kind, origin, name, GONE, None)
    record = codec.decode(value, origin)
    if not isinstance(record, VIEWS):
        raise UnknownSchema(f"{type(record).__name__} is no view of the wall", origin)
    if isinstance(record, Measure) and record.state == "ended":
        return WallValue(kind, origin, name, GONE, record.as_of)
    if isinstance(record, views.Incident | views.Matter) and record.state == "closed":
        return WallValue(kind, origin, name, GONE, record.as_of)
    return WallValue(kind, origin, name, _json(record, origin, trace), record.as_of)


def _json(record: Any, origin: Origin, trace: str) -> bytes:
    fields = vars(record)
    caused_by = fields.get("caused_by") or trace
    shown = {
        **{name: value for name, value in fields.items() if name != "caused_by"},
        "origin": {
            "topic": origin.topic,
            "partition": origin.partition,
            "offset": origin.offset,
            "caused_by": caused_by,
        },
    }
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"), default=vars).encode()
