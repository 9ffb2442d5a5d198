"""Which closed incident a new one recurs (再次发生): the same place and class family, within the days of its class.

The two are linked and counted, and stay two: what was closed is not taken up again by this (ops/decisions/0119).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import hypot

from streams.durations import DAY_MILLISECONDS
from streams.facts.rules import IncidentClass
from streams.rules.geography import distance_metres
from streams.rules.shown_fields import CanBeOne

SAME_PLACE_METRES = 50.0
"""As far apart may two exact points of one place lie: the two ends of a block. Ours."""
UNKNOWN_METRES = 100.0
"""What a point counts as whose system does not say how exact it is. Ours."""
VAGUEST_METRES = 200.0
"""A vaguer point is nobody's place: two of them near each other say nothing. Ours."""
REACH_METRES = SAME_PLACE_METRES + hypot(VAGUEST_METRES, VAGUEST_METRES)
"""How far around a point closed incidents have to be looked for."""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What is known of when and where an incident was; `closed_at` is missing while it is worked on."""

    incident_no: str
    incident_class: str
    place_code: str | None = None
    longitude: float | None = None
    latitude: float | None = None
    uncertainty_metres: float | None = None
    occurred_at: int
    closed_at: int | None = None


def recurs(new: Happening, others: Iterable[Happening], rule: IncidentClass, can_be_one: CanBeOne) -> str | None:
    """The number of the closed incident that `new` recurs: the one closed last, then the nearest; None where none is.

    `rule` is that of the new one's class. In whichever order the others come, it is the same one.
    """
    found = [
        (-closed_at, metres, other.incident_no)
        for other in others
        if other.incident_no != new.incident_no
        and (closed_at := other.closed_at) is not None
        and 0 <= new.occurred_at - closed_at <= rule.recurrence_days * DAY_MILLISECONDS
        and rule.recurrence_days
        and can_be_one(new.incident_class, other.incident_class)
        and (metres := metres_apart(new, other)) is not None
    ]
    return min(found)[2] if found else None


def metres_apart(one: Happening, other: Happening) -> float | None:
    """0 at one registered place; between points that may be one place their distance; else None.

    Two registered places are two places. A grid is too large to be one: what has no more is no recurrence.
    """
    if one.place_code and other.place_code:
        return 0.0 if one.place_code == other.place_code else None
    here, there = _place_of(one), _place_of(other)
    if here is None or there is None:
        return None
    metres = distance_metres(here[0], here[1], there[0], there[1])
    return metres if metres <= SAME_PLACE_METRES + hypot(here[2], there[2]) else None


def _place_of(of: Happening) -> tuple[float, float, float] | None:
    """Longitude, latitude and uncertainty in metres, where that is exact enough to be a place."""
    metres = UNKNOWN_METRES if of.uncertainty_metres is None else of.uncertainty_metres
    if of.longitude is None or of.latitude is None or metres > VAGUEST_METRES:
        return None
    return of.longitude, of.latitude, metres
