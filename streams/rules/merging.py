"""Whether two incidents are one: the odds that the younger one's reports were told of the elder."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log, pi

from streams.durations import MINUTE_MILLISECONDS
from streams.rules.evidence import Evidence, squared_metres
from streams.rules.happenings import MINUTES_AN_HOUR, Happenings
from streams.rules.matching import (
    SELDOM_SHARED,
    SQUARE_METRES_A_SQUARE_KILOMETRE,
    density_points,
    word_points,
)

FARTHEST_DEVIATIONS = 5.0
LEAST_ODDS = 1e-12


@dataclass(frozen=True)
class Pair:
    """Two incidents that are taken for one: the elder stays."""

    elder: Evidence
    younger: Evidence


def within_reach(one: Evidence, neighbours: Sequence[Evidence], happenings: Happenings) -> list[Evidence]:
    """Those others that are so near an incident with a point that they crowd it, or are one with it."""
    reach = happenings.matching.crowding_metres**2
    return [
        other
        for other in neighbours
        if other.has_point
        and other.incident_no != one.incident_no
        and squared_metres(other.longitude, other.latitude, one.longitude, one.latitude) < reach
    ]


def pair_to_merge(one: Evidence, others: Sequence[Evidence], happenings: Happenings) -> Pair | None:
    """The one within reach that an incident is most likely one with, if that is likely enough."""
    crowds = Counter(kind for other in others if (kind := happenings.likeliest(other.told)) is not None)
    best: tuple[float, Pair] | None = None
    for other in others:
        pair = Pair(*sorted((one, other), key=lambda each: (each.first_at, each.incident_no)))
        if not _may_be_one(pair):
            continue
        points = _points(pair, crowds, happenings)
        if points >= _asked(pair, happenings) and (best is None or points > best[0]):
            best = points, pair
    return best[1] if best else None


def _may_be_one(pair: Pair) -> bool:
    """Not where a person has said that they are two."""
    elder, younger = pair.elder, pair.younger
    return elder.incident_no not in younger.apart_from and younger.incident_no not in elder.apart_from


def _asked(pair: Pair, happenings: Happenings) -> float:
    matching = happenings.matching
    is_life = any(is_life_threatening(one, happenings) for one in (pair.elder, pair.younger))
    return matching.merge_points_life if is_life else matching.merge_points


def is_life_threatening(evidence: Evidence, happenings: Happenings) -> bool:
    """Whether an incident most likely threatens lives."""
    kind = happenings.likeliest(evidence.told)
    return kind is not None and happenings.kinds[kind].life_threatening


def _points(pair: Pair, crowds: Counter[int], happenings: Happenings) -> float:
    elder, younger, matching = pair.elder, pair.younger, happenings.matching
    own_kind = happenings.likeliest(younger.told)
    if own_kind is None:
        return log(LEAST_ODDS)
    spread = happenings.kinds[own_kind].spread_metres
    variance = 1 / elder.precision + 1 / younger.precision + spread**2
    apart = squared_metres(younger.longitude, younger.latitude, elder.longitude, elder.latitude)
    if apart > variance * FARTHEST_DEVIATIONS**2:
        return log(LEAST_ODDS)
    words = word_points(younger.words, elder.words, SELDOM_SHARED, matching)
    is_same_place = any(facility in elder.facilities for facility in younger.facilities)
    return (
        log(max(_one(pair, happenings), LEAST_ODDS))
        - log(max(_two(younger, own_kind, crowds, happenings), LEAST_ODDS))
        + density_points(apart, variance, matching.merge_stray_share, matching.stray_factor)
        + (matching.facility_points if is_same_place else 0.0)
        + words
    )


def _one(pair: Pair, happenings: Happenings) -> float:
    """How often an hour the younger one's first report would be told of the elder."""
    minutes = (pair.younger.first_at - pair.elder.first_at) / MINUTE_MILLISECONDS
    elder, younger = happenings.known(pair.elder.told), happenings.known(pair.younger.told)
    elders = dict(elder.kinds)
    both = [system for system in elder.times if system in younger.times]
    found = 0.0
    for place, probability in younger.kinds:
        if place in elders:
            mean = happenings.kinds[place].minutes + happenings.matching.head_minutes
            again = _again(both, place, happenings)
            found += probability * elders[place] * exp(-minutes / mean) * MINUTES_AN_HOUR / mean * again
    return found


def _again(systems: Iterable[str], place: int, happenings: Happenings) -> float:
    """Less than 1 where both are told of by a system that seldom tells of a happening twice."""
    found = 1.0
    for system in systems:
        telling = happenings.tellings(f"{system}/")[place]
        found *= min(1.0, telling.again_share / telling.share)
    return found


def _two(younger: Evidence, own_kind: int, crowds: Counter[int], happenings: Happenings) -> float:
    """How often an hour and square kilometre one more like the younger one begins."""
    matching = happenings.matching
    square_kilometres = pi * matching.crowding_metres**2 / SQUARE_METRES_A_SQUARE_KILOMETRE
    found = 0.0
    for place, probability in happenings.kinds_of(younger.told):
        crowd = max(0, crowds[place] - int(place == own_kind))
        rate = matching.rate * happenings.kinds[place].share + matching.crowding * crowd / square_kilometres
        found += probability * rate
    return found
