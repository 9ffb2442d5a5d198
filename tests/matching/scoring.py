"""How good a grouping of reports is: over all pairs of reports, by pair of sources, by quirk.

A pair is true if both tell of one happening, said if the matcher has both in one incident. Precision is the share of
said pairs that are true, recall the share of true pairs that are said. Pairs are counted by the sizes of groups and of
their intersections, never one by one: a flood of 900 reports has 404,550 of them.

What was put before a person counts as it lies: apart, for dispatch does not wait.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement
from math import comb
from typing import TypeVar

from tests.matching.matcher import Grouping
from tests.matching.telling import WAYS_OF_LOCATING, Telling

SourcePair = tuple[str, str]
Column = TypeVar("Column", bound=Hashable)
NO_QUIRK = "none"
"""The column of pairs of which neither report is odd in any way but how its place is known."""


@dataclass(frozen=True)
class Pairs:
    """How many pairs are true and said, said, true. Sums of several runs are sums of pairs."""

    both: int = 0
    said: int = 0
    true: int = 0

    def __add__(self, other: "Pairs") -> "Pairs":
        return Pairs(self.both + other.both, self.said + other.said, self.true + other.true)

    def __sub__(self, other: "Pairs") -> "Pairs":
        return Pairs(self.both - other.both, self.said - other.said, self.true - other.true)

    @property
    def precision(self) -> float:
        """1 where nothing was said: nothing was wrong."""
        return self.both / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """1 where there was nothing to be found."""
        return self.both / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        total = self.said + self.true
        return 2 * self.both / total if total else 1.0


@dataclass(frozen=True)
class Score:
    """Of one or more runs. `life_threatening_joined`: pairs of different such incidents in one of the matcher's."""

    overall: Pairs = Pairs()
    by_sources: Mapping[SourcePair, Pairs] = field(default_factory=dict)
    by_quirk: Mapping[str, Pairs] = field(default_factory=dict)
    reports: int = 0
    reviewed: int = 0
    incidents: int = 0
    said_incidents: int = 0
    life_threatening_joined: int = 0

    @property
    def review_share(self) -> float:
        """Of the reports, those that a person was asked about."""
        return self.reviewed / self.reports if self.reports else 0.0

    def __add__(self, other: "Score") -> "Score":
        return Score(
            self.overall + other.overall,
            _summed(self.by_sources, other.by_sources),
            _summed(self.by_quirk, other.by_quirk),
            self.reports + other.reports,
            self.reviewed + other.reviewed,
            self.incidents + other.incidents,
            self.said_incidents + other.said_incidents,
            self.life_threatening_joined + other.life_threatening_joined,
        )


def _summed(ones: Mapping[Column, Pairs], others: Mapping[Column, Pairs]) -> dict[Column, Pairs]:
    return {name: ones.get(name, Pairs()) + others.get(name, Pairs()) for name in sorted({*ones, *others}, key=str)}


def score(tellings: Sequence[Telling], grouping: Grouping, life_threatening: Collection[int]) -> Score:
    """Of one run. Every telling is a report of its own; that a record came twice makes no second one."""
    said = {telling.record: _said(telling, grouping) for telling in tellings}
    overall = pairs_of((telling.incident, said[telling.record]) for telling in tellings)
    return Score(
        overall=overall,
        by_sources=pairs_by_sources((one.incident, said[one.record], one.fact.system) for one in tellings),
        by_quirk=pairs_by_quirk([(one.incident, said[one.record], one.quirks) for one in tellings]),
        reports=len(tellings),
        reviewed=sum(telling.record in grouping.reviewed for telling in tellings),
        incidents=len({telling.incident for telling in tellings}),
        said_incidents=len(set(said.values())),
        life_threatening_joined=joined_of(
            (telling.incident, said[telling.record]) for telling in tellings if telling.incident in life_threatening
        ),
    )


def _said(telling: Telling, grouping: Grouping) -> str:
    """A record without an answer is an incident of its own; no answer can be named like one."""
    found = grouping.incident_of.get(telling.record)
    return f"incident {found}" if found is not None else f"alone {telling.record}"


def pairs_of(reports: Iterable[tuple[Hashable, Hashable]]) -> Pairs:
    """Of (true group, said group) of each report."""
    cells = Counter(reports)
    true: Counter[Hashable] = Counter()
    said: Counter[Hashable] = Counter()
    for (truth, answer), size in cells.items():
        true[truth] += size
        said[answer] += size
    return Pairs(*(sum(comb(size, 2) for size in sizes.values()) for sizes in (cells, said, true)))


def pairs_by_quirk(reports: Sequence[tuple[Hashable, Hashable, Collection[str]]]) -> dict[str, Pairs]:
    """Pairs of which at least one report has the quirk: all of them but those of the reports that have it not."""
    everything = pairs_of((truth, answer) for truth, answer, _ in reports)
    quirks = sorted({quirk for _, _, odd in reports for quirk in odd})
    found = {
        quirk: everything - pairs_of((truth, answer) for truth, answer, odd in reports if quirk not in odd)
        for quirk in quirks
    }
    found[NO_QUIRK] = pairs_of((truth, answer) for truth, answer, odd in reports if WAYS_OF_LOCATING.issuperset(odd))
    return found


def pairs_by_sources(reports: Iterable[tuple[Hashable, Hashable, str]]) -> dict[SourcePair, Pairs]:
    """Pairs by the two systems that told, in the order of the alphabet."""
    both: dict[Hashable, Counter[str]] = defaultdict(Counter)
    said: dict[Hashable, Counter[str]] = defaultdict(Counter)
    true: dict[Hashable, Counter[str]] = defaultdict(Counter)
    for truth, answer, system in reports:
        both[truth, answer][system] += 1
        said[answer][system] += 1
        true[truth][system] += 1
    counts = [_by_sources(groups.values()) for groups in (both, said, true)]
    return {
        sources: Pairs(*(count[sources] for count in counts))
        for sources in sorted({*counts[0], *counts[1], *counts[2]})
    }


def _by_sources(groups: Iterable[Counter[str]]) -> Counter[SourcePair]:
    found: Counter[SourcePair] = Counter()
    for group in groups:
        for one, other in combinations_with_replacement(sorted(group), 2):
            pairs = comb(group[one], 2) if one == other else group[one] * group[other]
            if pairs:
                found[one, other] += pairs
    return found


def joined_of(reports: Iterable[tuple[Hashable, Hashable]]) -> int:
    """How many pairs of different true groups have a report each in one said group."""
    truths: dict[Hashable, set[Hashable]] = defaultdict(set)
    for truth, answer in reports:
        truths[answer].add(truth)
    return sum(comb(len(found), 2) for found in truths.values())
