"""How likely it is that a report tells of one incident and not of another or a new one: Bayes' rule, with reasons.

The candidates compete with each other and with "it is new". All odds are densities of the same thing, reports of this
kind per square kilometre and minute, so that their logarithms can be added up and shown as reasons.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log, pi
from typing import NamedTuple

from streams.durations import MINUTE_MILLISECONDS
from streams.facts.matching import DELAY_MINUTES, Matching
from streams.facts.views import Reason
from streams.rules.evidence import Evidence, Sighting, squared_metres
from streams.rules.happenings import MINUTES_AN_HOUR, Happenings, Kind, Known

SQUARE_METRES_A_SQUARE_KILOMETRE = 1_000_000
LEAST_DENSITY = 1e-30
DELAYS_BUT_LAST = DELAY_MINUTES[:-1]
"""What comes later than the last bound counts as what comes just before it."""
USUAL_TIMES = 3
"""What one system has told of oftener than this is something that many tell of, and the more will: ours."""
USUAL_REPORTS = 20
"""More reports than this of one happening say how often the next one comes, better than its kind does: ours."""
PACE_MINUTES = 10.0
"""So long what comes fast is waited for; and the least time that a pace is measured over: ours."""
UNHEARD_TIMES = 1
"""Who has not told of it in this class yet counts as having told so many times, if it can be called so at all: ours."""
NEXT_HOUSE = 4
"""Numbers of neighbouring houses differ by two, and of those across the street by less: ours."""
HOUSE = "号"
REASONS_KEPT = 5_000
REGISTERED_HOUSE = "DZ"
"""Codes of the address library: neighbours tell of one happening from two houses."""


class Candidate(NamedTuple):
    """An incident that a report may tell of: the points of each reason, in the order of `REASONS`."""

    evidence: Evidence
    points: tuple[float, ...]
    total: float


REASONS = ("class", "time", "distance", "facility", "reporter", "transfer", "words", "doubt")
"""Who tells it as what; how long after; how far apart; the same place, caller or case number; words in common; whether
it is an incident of its own at all."""


@dataclass(frozen=True)
class Verdict:
    """The likeliest incident, how probable it is that it is this one, and the points of it and of a new one.

    `doubt_points`: the logarithm of how probable it is that it is a new one.
    """

    likeliest: Candidate | None
    probability: float
    new_points: float
    doubt_points: float = 0.0

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """Why it may be this one, against a new one: each reason that says anything, in points; 0.0, never -0.0."""
        if self.likeliest is None:
            return ()
        named = zip(REASONS, self.likeliest.points, strict=True)
        return (
            *(_reason(name, round(points, 1) + 0.0) for name, points in named if points),
            _reason("new", round(self.new_points, 1) + 0.0),
        )


@lru_cache(maxsize=REASONS_KEPT)
def _reason(name: str, points: float) -> Reason:
    """One value for all reasons that are the same, so that it is written out once."""
    return Reason(name=name, points=points)


@dataclass(frozen=True)
class Commonness:
    """How many candidates there are, and of how many of them each word was said."""

    candidates: int
    counts: Mapping[str, int]


SELDOM_SHARED = Commonness(2, {})
"""Between two incidents alone: as if two more had none of their words. Ours."""


def weigh(
    sighting: Sighting, candidates: Sequence[Evidence], linked: Collection[str], happenings: Happenings
) -> Verdict:
    """Which of these incidents a report tells of. `linked` are those that a number of a transfer names."""
    weighed = _Weighed(sighting, candidates, linked, happenings)
    found = [candidate for evidence in candidates if (candidate := weighed.against(evidence)) is not None]
    new_points = _new_points(sighting, happenings)
    if happenings.is_called_life_threatening(sighting.incident_class):
        new_points += happenings.matching.caution_points
    if not found:
        return Verdict(None, 0.0, new_points)
    likeliest = max(found, key=lambda one: (one.total, -one.evidence.first_at, one.evidence.incident_no))
    most = max(likeliest.total, new_points)
    whole = exp(new_points - most) + sum(exp(one.total - most) for one in found)
    is_life = happenings.is_called_life_threatening(sighting.incident_class)
    is_sure = is_life and not is_of_many(likeliest.evidence)
    doubt_points = 0.0 if is_sure else new_points - most - log(whole)
    return Verdict(likeliest, exp(likeliest.total - most) / whole, new_points, doubt_points)


class _Weighed:
    """A report that is weighed against one candidate after the other: what is the same for all is worked out once."""

    def __init__(
        self, sighting: Sighting, candidates: Sequence[Evidence], linked: Collection[str], happenings: Happenings
    ) -> None:
        self._sighting = sighting
        self._linked = linked
        self._happenings = happenings
        self._commonness = _commonness(sighting, candidates)
        self._told = sighting.told
        self._variance = sighting.deviation_metres**2
        self._is_at_point = sighting.is_at_point

    def against(self, evidence: Evidence) -> Candidate | None:
        """An incident as a candidate; None where it is none."""
        sighting, matching = self._sighting, self._happenings.matching
        known = self._happenings.known(evidence.told)
        told, told_by_now = self._tellings(evidence, known)
        if not told_by_now:
            return None
        points = (
            log(told),
            log(told_by_now / told),
            self._distance_points(evidence, known),
            _facility_points(sighting.facility, evidence, matching) if sighting.facility else 0.0,
            matching.reporter_points if sighting.reporter in evidence.reporters else 0.0,
            matching.transfer_points if evidence.incident_no in self._linked else 0.0,
            word_points(sighting.words, evidence.words, self._commonness, matching) if sighting.words else 0.0,
            evidence.doubt_points if evidence.reports == 1 else 0.0,
        )
        return Candidate(evidence, points, sum(points))

    # Who tells it, as what, when.

    def _tellings(self, evidence: Evidence, known: Known) -> tuple[float, float]:
        """How many reports like this one an incident like that one has, and how many an hour it has now; 0: none."""
        sighting = self._sighting
        occurred_at, first_at = sighting.occurred_at, evidence.first_at
        since_first = abs(occurred_at - first_at) / MINUTE_MILLISECONDS
        times = known.times.get(sighting.system)
        again = max(1.0, times / USUAL_TIMES) if times else 0.0
        delay = bisect_right(DELAYS_BUT_LAST, since_first)
        before = exp(-since_first / self._happenings.matching.head_minutes) if occurred_at < first_at else 1.0
        whole = found = 0.0
        for reports, longest_minutes, an_hour, kind in self._happenings.likely(self._told, known, again):
            if an_hour:
                if since_first <= longest_minutes:
                    whole += reports
                    found += reports * (an_hour[delay] * before)
            elif (waited := _waited(sighting, evidence)) <= longest_minutes and self._is_in_reach(evidence, kind):
                whole += reports
                found += reports * (exp(-waited / kind.minutes) * MINUTES_AN_HOUR / kind.minutes)
        if is_of_many(evidence):
            heard, heard_by_now = _as_heard(sighting, evidence, self._happenings)
            if heard_by_now > found:
                return heard, heard_by_now
        return whole, found

    def _is_in_reach(self, evidence: Evidence, kind: Kind) -> bool:
        """Whether it lies within the radius of a class that nothing else describes."""
        if kind.reach_metres is None:
            return True
        if not self._is_at_point or not evidence.has_point:
            return self._sighting.grid is not None and self._sighting.grid in evidence.regions
        return self._squared_metres(evidence) <= kind.reach_metres**2

    # Where.

    def _squared_metres(self, evidence: Evidence) -> float:
        """0 where one of them has no place."""
        sighting = self._sighting
        if sighting.longitude is None or sighting.latitude is None or not evidence.has_point:
            return 0.0
        return squared_metres(sighting.longitude, sighting.latitude, evidence.longitude, evidence.latitude)

    def _distance_points(self, evidence: Evidence, known: Known) -> float:
        matching = self._happenings.matching
        if self._sighting.longitude is None or not evidence.has_point:
            return -matching.town_points
        apart = self._squared_metres(evidence)
        if not self._is_at_point:
            around_its_middle = density_points(apart, self._variance, 0.0, 1.0)
            return log((exp(around_its_middle) + exp(-matching.town_points)) / 2)
        spread = self._happenings.kinds[known.kinds[0][0]].spread_metres if known.kinds else 0.0
        learned = evidence.reports / (evidence.reports + USUAL_REPORTS)
        spread_variance = spread**2 + max(0.0, evidence.extent - spread**2) * learned
        variance = self._variance + 1 / evidence.precision + spread_variance
        return density_points(apart, variance, matching.stray_share * (1 - learned), matching.stray_factor)


def is_of_many(evidence: Evidence) -> bool:
    """Whether more have told of it than usually do."""
    return evidence.reports > USUAL_REPORTS


def _waited(sighting: Sighting, evidence: Evidence) -> float:
    """How many minutes before the first or after the last report something happened; 0 between them."""
    return (
        max(evidence.first_at - sighting.occurred_at, sighting.occurred_at - evidence.last_at, 0) / MINUTE_MILLISECONDS
    )


def _as_heard(sighting: Sighting, evidence: Evidence, happenings: Happenings) -> tuple[float, float]:
    """The same of what very many have told of, by who has told of it as what, and at what pace."""
    times = evidence.told.get(sighting.told, 0)
    if not times and happenings.is_often_one(sighting.incident_class, _most_called(evidence)):
        times = UNHEARD_TIMES
    share = times / evidence.reports
    minutes = (evidence.last_at - evidence.first_at) / MINUTE_MILLISECONDS + PACE_MINUTES
    return share, share * evidence.reports * MINUTES_AN_HOUR / minutes * exp(
        -_waited(sighting, evidence) / PACE_MINUTES
    )


def _most_called(evidence: Evidence) -> str:
    """The class that an incident was told of under most often."""
    counts: Counter[str] = Counter()
    for told, times in evidence.told.items():
        counts[told.partition("/")[2]] += times
    return max(counts, key=lambda incident_class: (counts[incident_class], incident_class))


def _new_points(sighting: Sighting, happenings: Happenings) -> float:
    """The points of a new happening: how often they are, and are told of first like this."""
    return log(max(happenings.first_told(sighting.told), LEAST_DENSITY))


def density_points(squared: float, variance: float, stray_share: float, stray_factor: float) -> float:
    """The logarithm of a density per km²: a normal one, and of a share one so many times as wide."""
    wide = variance * stray_factor**2
    density = (1 - stray_share) * exp(-squared / (2 * variance)) / variance
    density += stray_share * exp(-squared / (2 * wide)) / wide
    return log(max(density, LEAST_DENSITY) / (2 * pi) * SQUARE_METRES_A_SQUARE_KILOMETRE)


def _facility_points(facility: str, evidence: Evidence, matching: Matching) -> float:
    """The same registered place speaks for it, another one against it; of houses only the same one says anything."""
    if facility in evidence.facilities:
        return matching.facility_points
    others = any(not other.startswith(REGISTERED_HOUSE) for other in evidence.facilities)
    return matching.other_facility_points if others and not facility.startswith(REGISTERED_HOUSE) else 0.0


# What is said.


def _commonness(sighting: Sighting, candidates: Sequence[Evidence]) -> Commonness:
    if not sighting.words:
        return Commonness(len(candidates), {})
    counts = Counter(word for one in candidates for word in sighting.words if word in one.words)
    return Commonness(len(candidates), counts)


def word_points(words: Iterable[str], said: Mapping[str, int], commonness: Commonness, matching: Matching) -> float:
    """What words say: a word counts the more, the fewer candidates share it; house numbers by how near they are."""
    if not words or not said:
        return 0.0
    ground = commonness.candidates + matching.word_ground
    common = 0.0
    for word in words:
        if word in said and not is_house(word):
            weight = matching.figure_points if word[0].isdigit() else matching.name_points
            common += weight * log(ground / (commonness.counts.get(word, 0) + 1))
    return matching.any_word_points + _house_points(words, said, matching) + min(common, matching.most_word_points)


def _house_points(words: Iterable[str], said: Iterable[str], matching: Matching) -> float:
    mine = [word for word in words if is_house(word)]
    theirs = [word for word in said if is_house(word)] if mine else []
    if not theirs:
        return 0.0
    apart = min(abs(number_of(one) - number_of(other)) for one in mine for other in theirs)
    if not apart:
        return matching.same_house_points
    if apart <= NEXT_HOUSE:
        return matching.next_house_points
    return 0.0 if any(is_slip(one, other) for one in mine for other in theirs) else matching.other_house_points


def is_slip(house: str, other: str) -> bool:
    """Whether a digit was left out of one of two numbers, or two of them changed places: 75号 may be 175号."""
    shorter, longer = sorted((house, other), key=len)
    if len(shorter) == len(longer):
        places = [at for at, (one, two) in enumerate(zip(house, other, strict=True)) if one != two]
        first, last = places[0], places[-1]
        return last - first == 1 and (house[first], house[last]) == (other[last], other[first])
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


def is_house(word: str) -> bool:
    """Whether a word is the number of a house, like 118号."""
    return word[-1] == HOUSE and word[0].isdigit()


def number_of(house: str) -> int:
    return int(house[: -len(HOUSE)])
