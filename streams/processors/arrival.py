"""Whether a unit that says it has arrived can be believed: by the caller, a photo or its position, else it is a claim.

A caller's or a photo's reference is for whoever checks; a position is checked here, against the point that the matter
was told with.
"""

from dataclasses import dataclass, replace

from streams.contract import TableName, Tables, record
from streams.facts import matters, views
from streams.rules.geography import distance_metres
from streams.rules.numbering import matter_no_of

NEAR_METRES = 300.0
"""A phone's fix among high buildings and a caller's point together. A proposal: no document sets it."""


@record("dispatch.place.v1")
@dataclass(frozen=True, kw_only=True)
class MatterPlace:
    """The point of a matter, under its number."""

    longitude: float
    latitude: float


PLACES = TableName("places", MatterPlace)


def note_place(matter_no: str, where: matters.Opened | matters.Located | matters.Separated, tables: Tables) -> None:
    """Keep the point of a matter where it has one."""
    if where.longitude is not None and where.latitude is not None:
        tables[PLACES].put(matter_no, MatterPlace(longitude=where.longitude, latitude=where.latitude))


def with_arrival(order: views.Order, answered: matters.Answered, tables: Tables) -> views.Order:
    """The order with what is known of its unit's arrival after an answer; what was confirmed stays confirmed."""
    if answered.answer != "arrive" or order.arrival == "confirmed":
        return order
    is_confirmed = _is_confirmed(matter_no_of(order.order_no), answered, tables)
    if order.arrival == "claimed" and not is_confirmed:
        return order
    return replace(order, arrival="confirmed" if is_confirmed else "claimed")


def _is_confirmed(matter_no: str, answered: matters.Answered, tables: Tables) -> bool:
    if answered.evidence in ("caller", "photo"):
        return answered.evidence_reference is not None
    place = tables[PLACES].get(matter_no)
    point = _point(answered.evidence_reference)
    if answered.evidence != "place" or place is None or point is None:
        return False
    return distance_metres(place.longitude, place.latitude, *point) <= NEAR_METRES


def _point(reference: str | None) -> tuple[float, float] | None:
    """Longitude and latitude out of `106.26512,29.99123`; None where it is no point."""
    east, _, north = (reference or "").partition(",")
    try:
        longitude, latitude = float(east), float(north)
    except ValueError:
        return None
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None
