"""What is known of an incident for the recognition of reports: sums over its reports, so that each can be taken out.

Whatever order reports are added in, the counts are the same; a place is the mean of all places told, each counting by
its precision, which is one over the square of the metres it may be off.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, radians
from typing import Literal, NamedTuple

from streams.contract import record, replace
from streams.rules.geography import EARTH_METRES, TIERS

METRES_A_DEGREE = radians(1) * EARTH_METRES
POINT_DEVIATION_METRES = 999.0
"""A place that may be off by more is a town, and adds nothing to where an incident is."""

ERROR_ALONE = 2.0
"""What one more point adds to the squares of deviations, in two directions, if nothing but its error is in them."""
FOUND_DEVIATION_METRES = 20.0
"""What a person finds out is as exact as an officer's device: ours."""


@record("event_profiles.sighting.v1")
@dataclass(frozen=True, kw_only=True)
class Sighting:
    """What of a report says which happening it tells of, and the incident that it lies in.

    `deviation_metres`: one standard deviation of its place, in each direction. `doubt_points`: the logarithm of how
    likely it told of something new, where it opened an incident. `bound`: a person has said where it belongs. `stage`:
    whether it was looked at in the order in which things happened.
    """

    incident_no: str
    system: str
    record_no: str
    incident_class: str
    occurred_at: int
    region: str
    longitude: float | None = None
    latitude: float | None = None
    deviation_metres: float = 0.0
    facility: str | None = None
    reporter: str | None = None
    words: tuple[str, ...] = ()
    transferred_from: str | None = None
    doubt_points: float = 0.0
    stage: Literal["arrived", "settled", "done"] = "arrived"
    bound: bool = False

    @property
    def record(self) -> str:
        """`<system>/<record_no>`."""
        return f"{self.system}/{self.record_no}"

    @property
    def told(self) -> str:
        """`<system>/<class>`: who tells it, as what."""
        return f"{self.system}/{self.incident_class}"

    @property
    def town(self) -> str:
        """The town that it was told of in; shorter where not even that is known."""
        return self.region[: TIERS["town"]]

    @property
    def grid(self) -> str | None:
        """The grid that it was told of in, where that is known."""
        return self.region if len(self.region) == TIERS["grid"] else None

    @property
    def is_at_point(self) -> bool:
        """Whether its place is known better than by a town."""
        return self.longitude is not None and self.deviation_metres <= POINT_DEVIATION_METRES


@record("event_profiles.evidence.v1")
@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The sum of an incident's sightings. Counts are by what was said; `told` by `<system>/<class>`.

    `precision` is the sum of one over squared deviations (1/m²); 0: no point is known. `excess`: by how much the places
    told lie farther apart than their errors explain, as squares of deviations. `doubt_points` are those of its first
    report. `apart_from`: incidents that a person has said it is not. `cells` are those of the index that it stands in.
    """

    incident_no: str
    first_at: int
    last_at: int
    reports: int = 0
    precision: float = 0.0
    longitude: float = 0.0
    latitude: float = 0.0
    excess: float = 0.0
    doubt_points: float = 0.0
    told: Mapping[str, int]
    facilities: Mapping[str, int]
    reporters: Mapping[str, int]
    words: Mapping[str, int]
    regions: Mapping[str, int]
    apart_from: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()

    @property
    def has_point(self) -> bool:
        return self.precision > 0

    @property
    def extent(self) -> float:
        """How far from its middle it is told of, beside the errors of places: a variance in each direction, in m²."""
        return max(0.0, self.excess) / (2 * self.precision) if self.precision > 0 else 0.0


def nothing_of(incident_no: str, first_at: int) -> Evidence:
    """An incident of which nothing has been told."""
    return Evidence(
        incident_no=incident_no,
        first_at=first_at,
        last_at=first_at,
        told={},
        facilities={},
        reporters={},
        words={},
        regions={},
    )


def with_sighting(evidence: Evidence, sighting: Sighting) -> Evidence:
    """With one more."""
    return replace(
        _counted(evidence, sighting, 1),
        doubt_points=evidence.doubt_points if evidence.reports else sighting.doubt_points,
        first_at=min(evidence.first_at, sighting.occurred_at),
        last_at=max(evidence.last_at, sighting.occurred_at),
    )


def without_sighting(evidence: Evidence, sighting: Sighting) -> Evidence:
    """As if it had not been told; its times stay, as sums alone do not say what the next ones are."""
    return _counted(evidence, sighting, -1)


def placed_at(evidence: Evidence, region: str, longitude: float | None, latitude: float | None) -> Evidence:
    """At the place that a person has found, which counts more than all that was told."""
    regions = {**evidence.regions, region: evidence.regions.get(region, 0) + 1}
    if longitude is None or latitude is None:
        return replace(evidence, regions=regions)
    precision = 1 / FOUND_DEVIATION_METRES**2
    return replace(evidence, regions=regions, precision=precision, longitude=longitude, latitude=latitude, excess=0.0)


def merged(one: Evidence, other: Evidence) -> Evidence:
    """Both together, under the first one's number and where that stands."""
    precision, longitude, latitude, excess = _together(_place(one), _place(other), 1)
    return replace(
        one,
        first_at=min(one.first_at, other.first_at),
        last_at=max(one.last_at, other.last_at),
        reports=one.reports + other.reports,
        precision=precision,
        longitude=longitude,
        latitude=latitude,
        excess=excess,
        told=_sum(one.told, other.told),
        facilities=_sum(one.facilities, other.facilities),
        reporters=_sum(one.reporters, other.reporters),
        words=_sum(one.words, other.words),
        regions=_sum(one.regions, other.regions),
        apart_from=tuple(dict.fromkeys((*one.apart_from, *other.apart_from))),
    )


def _sum(counts: Mapping[str, int], others: Mapping[str, int]) -> Mapping[str, int]:
    return {**counts, **{each: counts.get(each, 0) + times for each, times in others.items()}}


def _counted(evidence: Evidence, sighting: Sighting, times: int) -> Evidence:
    precision, longitude, latitude, excess = _with_place(evidence, sighting, times)
    return replace(
        evidence,
        reports=evidence.reports + times,
        precision=precision,
        longitude=longitude,
        latitude=latitude,
        excess=excess,
        told=_count(evidence.told, (sighting.told,), times),
        facilities=_count(evidence.facilities, (sighting.facility,) if sighting.facility else (), times),
        reporters=_count(evidence.reporters, (sighting.reporter,) if sighting.reporter else (), times),
        words=_count(evidence.words, sighting.words, times),
        regions=_count(evidence.regions, (sighting.region,), times),
    )


class Place(NamedTuple):
    """Precision (1/m²; 0: none), the mean point, and the excess of the scatter around it."""

    precision: float
    longitude: float
    latitude: float
    excess: float


NOWHERE = Place(0.0, 0.0, 0.0, 0.0)


def _place(evidence: Evidence) -> Place:
    return Place(evidence.precision, evidence.longitude, evidence.latitude, evidence.excess)


def _with_place(evidence: Evidence, sighting: Sighting, times: int) -> Place:
    """With one more or fewer."""
    if not sighting.is_at_point or sighting.longitude is None or sighting.latitude is None:
        return _place(evidence)
    if times < 0 and sum(evidence.told.values()) == 1:
        return NOWHERE
    told = Place(1 / sighting.deviation_metres**2, sighting.longitude, sighting.latitude, 0.0)
    return _together(_place(evidence), told, times)


def _together(one: Place, other: Place, times: int) -> Place:
    """Both, or the first without the second: two points lie apart by two squares of deviations where all is error."""
    if not one.precision or not other.precision:
        return other if not one.precision else one
    precision = one.precision + times * other.precision
    if precision <= other.precision * 1e-6:
        return NOWHERE
    share = times * other.precision / precision
    squared = squared_metres(one.longitude, one.latitude, other.longitude, other.latitude)
    return Place(
        precision,
        one.longitude + (other.longitude - one.longitude) * share,
        one.latitude + (other.latitude - one.latitude) * share,
        one.excess + times * other.excess + squared * one.precision * share - times * ERROR_ALONE,
    )


def _count(counts: Mapping[str, int], what: Iterable[str], times: int) -> Mapping[str, int]:
    if not what:
        return counts
    changed = dict(counts)
    for each in what:
        left = changed.get(each, 0) + times
        if left > 0:
            changed[each] = left
        else:
            changed.pop(each, None)
    return changed


def squared_metres(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """The square of a distance within a city, in m²: flat, by the cosine of the first latitude."""
    east = (longitude - other_longitude) * METRES_A_DEGREE * cos(radians(latitude))
    north = (latitude - other_latitude) * METRES_A_DEGREE
    return east * east + north * north
