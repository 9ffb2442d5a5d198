"""How likely it is that a system tells of a kind of happening, in this class, so long after it was first told of."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import exp, log
from typing import NamedTuple

from streams.facts.matching import DELAY_MINUTES, Happening, Matching, TellerShare
from streams.facts.rules import IncidentClass

LEAST_SHARE = 0.004
"""Anybody may tell of anything as anything that somebody calls a happening, now and then."""
LEAST_SAID_SHARE = 0.001
LEAST_AGAIN_SHARE = 0.015
LEAST_FIRST_SHARE = 0.001
SELDOM_SHARE = 0.01
"""What is told more seldom than this is not looked for."""
OFTEN_SHARE = 0.1
"""What is told so often of a kind is a usual word for it: ours."""
LONGEST_OF_MEANS, LONGEST_MINUTES = 8.0, 30.0
"""After so many times the mean and so many minutes more nobody tells of a happening any more."""
LATE_SHARE, LATE_MINUTES = 0.05, 60.0
"""One in twenty tells whenever it likes, an hour later on average, whatever was counted of its system: ours."""
MINUTES_AN_HOUR = 60
IMPOSSIBLE = -1e6
UNKNOWN = 8.0
"""A kind so many points less likely than the likeliest is left out."""
MOST_REMEMBERED = 50_000

UNDESCRIBED_SHARE = 0.001
MEANS_IN_A_WINDOW, SPREADS_IN_A_RADIUS = 6.0, 3.0
"""How far the bounds of a class lie from what is likely: next to nobody reports beyond them."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of happening; `reach_metres` and `window_minutes` bound one that only its class describes."""

    name: str
    share: float
    minutes: float
    spread_metres: float
    life_threatening: bool = False
    reach_metres: float | None = None
    window_minutes: float | None = None

    @cached_property
    def longest_minutes(self) -> float:
        """How long it is told of: since its first report, or of a bare class since its last one."""
        if self.window_minutes is None:
            return LONGEST_OF_MEANS * self.minutes + LONGEST_MINUTES
        return self.window_minutes


@dataclass(frozen=True, kw_only=True)
class Telling:
    """How likely one system tells of one kind as one class: for the first time, once more, as the first of all.

    `an_hour` is how much of that comes in an hour, by how long ago the first report was (`DELAY_MINUTES`); of a class
    that no kind is described for it is empty.
    """

    share: float
    again_share: float
    first_share: float
    says: float
    an_hour: tuple[float, ...] = ()


Kinds = tuple[tuple[int, float], ...]
"""Kinds by their place in the list, each with its probability; those next to impossible are left out."""


class Likely(NamedTuple):
    """Of one kind that a happening may be: how many reports of one sort it has, by what was told of it so far.

    `longest_minutes` and `an_hour` as of the kind and of how it is told of.
    """

    reports: float
    longest_minutes: float
    an_hour: tuple[float, ...]
    kind: Kind


@dataclass(frozen=True, eq=False)
class Known:
    """What was worked out of what was told of a happening: its kinds, the likeliest first, and who told it as what.

    `times`: how often each system has told of it. `likely` holds what `Happenings.likely` has worked out.
    """

    kinds: Kinds
    classes: frozenset[str]
    times: Mapping[str, int]
    likely: dict[tuple[str, float], tuple[Likely, ...]] = field(default_factory=dict)


class Happenings:
    """What a version of the rules says about happenings; what was worked out once is remembered."""

    def __init__(self, matching: Matching, happenings: Iterable[Happening], classes: Iterable[IncidentClass]) -> None:
        described = sorted(happenings, key=lambda one: one.happening)
        bare = [one for one in sorted(classes, key=lambda one: one.incident_class) if _needs_kind(one, described)]
        self.matching = matching
        self.kinds = [
            *(_described(one, matching) for one in described),
            *(_of_class(one) for one in bare),
        ]
        self._shares = [log(kind.share) for kind in self.kinds]
        self._tellers: list[Mapping[str, TellerShare]] = [
            *({teller.system: teller for teller in one.tellers} for one in described),
            *({} for _ in bare),
        ]
        self._described_classes = frozenset(
            said.incident_class for one in described for teller in one.tellers for said in teller.says
        )
        self._delays = [_mean_delays(one.tellers) for one in described]
        self._bare_classes = {len(described) + place: one.incident_class for place, one in enumerate(bare)}
        self._life_threatening = frozenset(one.incident_class for one in described if one.life_threatening)
        self._akin = _akin(described, bare, SELDOM_SHARE)
        self._often_akin = _akin(described, bare, OFTEN_SHARE)
        self._points_of: dict[str, tuple[float, ...]] = {}
        self._tellings: dict[str, tuple[Telling, ...]] = {}
        self._first_told: dict[str, float] = {}
        self._an_hour: dict[tuple[int, str], tuple[float, ...]] = {}
        self._of_told: dict[tuple[tuple[str, int], ...], Known] = {}
        self._likely = 0

    def is_called_life_threatening(self, incident_class: str) -> bool:
        """Whether a happening that is called so threatens lives."""
        return incident_class in self._life_threatening

    def akin(self, incident_class: str) -> frozenset[str]:
        """The classes under which a happening may stand that somebody calls by this one."""
        return self._akin.get(incident_class) or frozenset({incident_class})

    def can_be_one(self, incident_class: str, other: str) -> bool:
        """Whether two classes can describe one happening."""
        return other in self.akin(incident_class)

    def is_often_one(self, incident_class: str, other: str) -> bool:
        """Whether two classes are usual words for one kind of happening."""
        return other in self._often_akin.get(incident_class, ())

    def tellings(self, told: str) -> tuple[Telling, ...]:
        """For each kind, how `<system>/<class>` tells of it."""
        found = self._tellings.get(told)
        if found is None:
            system, _, incident_class = told.partition("/")
            found = tuple(self._telling(place, system, incident_class) for place in range(len(self.kinds)))
            self._tellings[told] = found
        return found

    def first_told(self, told: str) -> float:
        """How many happenings an hour and square kilometre are told of by `<system>/<class>` first."""
        found = self._first_told.get(told)
        if found is None:
            rate = self.matching.rate
            found = self._first_told[told] = sum(
                rate * kind.share * telling.says * telling.first_share
                for kind, telling in zip(self.kinds, self.tellings(told), strict=True)
            )
        return found

    def likeliest(self, told: Mapping[str, int]) -> int | None:
        """The place in the list of the kind that a happening most likely is; None where it is of none."""
        kinds = self.kinds_of(told)
        return kinds[0][0] if kinds else None

    def kinds_of(self, told: Mapping[str, int]) -> Kinds:
        """Which kinds a happening may be that was told of so, the likeliest first."""
        return self.known(told).kinds

    def known(self, told: Mapping[str, int]) -> Known:
        """All that is worked out of what was told."""
        key = tuple(told.items())
        known = self._of_told.get(key)
        if known is None:
            if len(self._of_told) + self._likely >= MOST_REMEMBERED:
                self._of_told.clear()
                self._likely = 0
            known = self._of_told[key] = self._worked_out(told)
        return known

    def _worked_out(self, told: Mapping[str, int]) -> Known:
        times: Counter[str] = Counter()
        for each, of_it in told.items():
            times[each.partition("/")[0]] += of_it
        classes = frozenset(each.partition("/")[2] for each in told)
        return Known(self._kinds_of(sorted(told.items())), classes, times)

    def likely(self, told: str, known: Known, again: float) -> tuple[Likely, ...]:
        """How many reports by `<system>/<class>` each kind has that a happening may be, the likeliest first.

        `again`: 0 where the system has not told of it yet, else how much more often than usual it tells once more.
        """
        key = told, again
        found = known.likely.get(key)
        if found is None:
            self._likely += 1
            tellings = self.tellings(told)
            found = known.likely[key] = tuple(
                self._likely_of(place, probability, tellings[place], again) for place, probability in known.kinds
            )
        return found

    def _likely_of(self, place: int, probability: float, telling: Telling, again: float) -> Likely:
        share = telling.again_share * again if again else telling.share
        kind = self.kinds[place]
        return Likely(probability * share * telling.says, kind.longest_minutes, telling.an_hour, kind)

    def _kinds_of(self, told: Iterable[tuple[str, int]]) -> Kinds:
        points = list(self._shares)
        for what, times in told:
            points = [point + times * told_once for point, told_once in zip(points, self._points(what), strict=True)]
        most = max(points, default=IMPOSSIBLE)
        if most <= IMPOSSIBLE:
            return ()
        likely = [(place, exp(point - most)) for place, point in enumerate(points) if most - point < UNKNOWN]
        whole = sum(weight for _, weight in likely)
        return tuple(sorted(((place, weight / whole) for place, weight in likely), key=lambda one: (-one[1], one[0])))

    def _points(self, told: str) -> tuple[float, ...]:
        """For each kind, how likely it is told of so, in points."""
        found = self._points_of.get(told)
        if found is None:
            found = self._points_of[told] = tuple(
                log(telling.share * telling.says) if telling.says else IMPOSSIBLE for telling in self.tellings(told)
            )
        return found

    def _telling(self, place: int, system: str, incident_class: str) -> Telling:
        own_class = self._bare_classes.get(place)
        if own_class is not None:
            return _of_anybody(says=float(incident_class == own_class))
        teller = self._tellers[place].get(system) or TellerShare(
            system=system, share=0.0, first_share=0.0, again_share=0.0, delays=(), says=()
        )
        says = next((one.share for one in teller.says if one.incident_class == incident_class), 0.0)
        return Telling(
            share=max(teller.share, LEAST_SHARE),
            again_share=max(teller.again_share, LEAST_AGAIN_SHARE),
            first_share=max(teller.first_share, LEAST_FIRST_SHARE),
            says=max(says, LEAST_SAID_SHARE) if incident_class in self._described_classes else 0.0,
            an_hour=self._an_hour_of(place, teller),
        )

    def _an_hour_of(self, place: int, teller: TellerShare) -> tuple[float, ...]:
        """When it tells of a kind, under whichever class."""
        key = place, teller.system
        found = self._an_hour.get(key)
        if found is None:
            found = self._an_hour[key] = tuple(_an_hour(teller.delays or self._delays[place]))
        return found


def _mean_delays(tellers: Iterable[TellerShare]) -> tuple[float, ...]:
    """When those tell who are known to, each by how often it tells: for all others."""
    tellers = list(tellers)
    whole = sum(one.share for one in tellers)
    return tuple(
        sum(one.share * one.delays[place] for one in tellers) / whole if whole else 1 / len(DELAY_MINUTES)
        for place in range(len(DELAY_MINUTES))
    )


def _an_hour(delays: Iterable[float]) -> Iterator[float]:
    """Shares of delays as densities."""
    begins = 0.0
    for share, ends in zip(delays, DELAY_MINUTES, strict=True):
        late = exp(-begins / LATE_MINUTES) - exp(-ends / LATE_MINUTES)
        yield ((1 - LATE_SHARE) * share + LATE_SHARE * late) * MINUTES_AN_HOUR / (ends - begins)
        begins = ends


def _of_anybody(says: float) -> Telling:
    """Of a class that no kind of happening is described for: anybody tells, any number of times, by that class."""
    return Telling(share=0.5, again_share=0.5, first_share=0.3, says=says)


def _akin(
    described: Iterable[Happening], bare: Iterable[IncidentClass], least_share: float
) -> dict[str, frozenset[str]]:
    """By class: those that the same kind of happening is called by at least so often."""
    akin: dict[str, set[str]] = {one.incident_class: {one.incident_class} for one in bare}
    for happening in described:
        classes = {
            said.incident_class
            for teller in happening.tellers
            for said in teller.says
            if said.share >= least_share and teller.share >= least_share
        }
        for incident_class in classes:
            akin.setdefault(incident_class, {incident_class}).update(classes)
    return {incident_class: frozenset(others) for incident_class, others in akin.items()}


def _needs_kind(rule: IncidentClass, described: Iterable[Happening]) -> bool:
    """Whether reports of a class belong together though no kind of happening is called by it."""
    return rule.radius_metres > 0 and all(rule.incident_class != one.incident_class for one in described)


def _described(happening: Happening, matching: Matching) -> Kind:
    return Kind(
        name=happening.happening,
        share=happening.share,
        minutes=happening.minutes,
        spread_metres=matching.spread_metres,
        life_threatening=happening.life_threatening,
    )


def _of_class(rule: IncidentClass) -> Kind:
    window_minutes = rule.window_seconds / 60
    return Kind(
        name=rule.incident_class,
        share=UNDESCRIBED_SHARE,
        minutes=window_minutes / MEANS_IN_A_WINDOW,
        spread_metres=rule.radius_metres / SPREADS_IN_A_RADIUS,
        reach_metres=rule.radius_metres,
        window_minutes=window_minutes,
    )
