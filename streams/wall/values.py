"""What a record of a view topic becomes on the wall: JSON with the place it came from."""

from collections.abc import Iterable
from dataclasses import dataclass
from json import JSONEncoder
from typing import Any

from streams.codec import Codec, Origin, UnknownSchema
from streams.facts import views
from streams.facts.measures import Measure
from streams.facts.vocabulary import AFTER_CLOSING
from streams.facts.warnings import HazardWarning
from streams.wall.cache import KINDS

View = (
    views.Tile | views.Incident | views.Matter | views.Source | Measure | views.Content | views.Review | HazardWarning
)
GONE = b""
OFFICERS = frozenset(
    {"resolved_by", "requested_officer", "decided_officer", "ordered_officer", "ended_officer", "key_rotated_by"}
)
"""Fields of views that say which officer it was: no screen needs them, and whoever sees the wall reads it all."""


def _shown(value: Any) -> dict[str, Any]:
    fields: dict[str, Any] = vars(value)
    if OFFICERS.isdisjoint(fields):
        return fields
    return {name: value for name, value in fields.items() if name not in OFFICERS}


JSON = JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_shown)


@dataclass(frozen=True)
class WallChange:
    """One change of the wall. `shown` is what its key shows from then on, None where it leaves the wall; `as_of` is
    when its cause was appended (milliseconds), `caused_by` the id of that cause.
    """

    kind: str
    origin: Origin
    key: str
    shown: Any
    as_of: int | None
    caused_by: str

    def json(self) -> bytes:
        """The value in the cache, or GONE."""
        if self.shown is None:
            return GONE
        place = {"topic": self.origin.topic, "partition": self.origin.partition, "offset": self.origin.offset}
        fields = {name: value for name, value in _shown(self.shown).items() if name != "caused_by"}
        return JSON.encode({**fields, "origin": {**place, "caused_by": self.caused_by}}).encode()


def wall_change(codec: Codec, origin: Origin, key: bytes | None, value: bytes | None, trace: str) -> WallChange:
    """The change that a record of a view makes; raises CodecError.

    What is closed, and waits for nobody's word, leaves the wall: a county closes thousands a day, and the views keep
    them for a month. So does an incident that was merged into another (并案), where its reports count from then on.
    """
    kind, name = KINDS[origin.topic], (key or b"").decode(errors="replace")
    if value is None:
        return WallChange(kind, origin, name, None, None, trace)
    record = codec.decode(value, origin)
    if not isinstance(record, View):
        raise UnknownSchema(f"{type(record).__name__} is no view of the wall", origin)
    told = vars(record)
    caused_by = told.get("caused_by") or trace
    return WallChange(kind, origin, name, None if has_ended(record) else record, told.get("as_of"), caused_by)


def has_ended(record: View) -> bool:
    """Whether there is nothing left of it to show; what a unit owes to a person is never shown (ops/decisions/0123)."""
    if isinstance(record, views.Review):
        return record.state != "open"
    if isinstance(record, Measure):
        return record.state == "ended"
    if isinstance(record, views.Matter) and record.subject is not None:
        return True
    if isinstance(record, views.Matter):
        return record.state == "closed" and not waits_after_closing(record)
    return isinstance(record, views.Incident) and record.state in ("closed", "replaced")


def waits_after_closing(matter: views.Matter) -> bool:
    """Whether the centre still has a word to say on a closed matter: a correction, a supervision order."""
    requests = (request for order in matter.orders for request in order.requests)
    return any(one.state == "waiting" and one.request in AFTER_CLOSING for one in requests) or any(
        one.state in ("proposed", "answered") for one in matter.supervisions
    )


def newest(changes: Iterable[WallChange]) -> list[WallChange]:
    """The last change of each key, in the order in which they came: of what is seen at once only that is shown."""
    last: dict[tuple[str, str], WallChange] = {}
    for change in changes:
        place = change.kind, change.key
        last.pop(place, None)
        last[place] = change
    return [*last.values()]
