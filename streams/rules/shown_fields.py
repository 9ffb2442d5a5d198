"""Which value of each field an incident shows, who said it, and what others said (ops/decisions/0119).

The same reports in any order, and any of them twice, show the same.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import hypot
from typing import Any, NamedTuple

from streams.facts.fields import Conflict, Field, FieldName, Fields, Question, Saying
from streams.facts.views import Report
from streams.facts.vocabulary import Urgency
from streams.rules.geography import distance_metres

URGENCY_STEPS: Mapping[Urgency, int] = {"routine": 0, "urgent": 1, "critical": 2}
CONTRADICTING_STEPS = 2
"""So far apart are two urgencies of which one must be wrong: routine and critical."""
CONFIRMED_METRES = 150.0
"""A place that is vaguer contradicts nobody; ours: a house number, a registered place and a phone's position count."""
UNKNOWN_METRES = 300.0
"""What a point counts as whose system does not say how exact it is; ours: the worst noise that is reckoned with."""
SIGMAS = 3.0
OTHERS_KEPT = 20
SAYINGS_KEPT = 10_000

Rank = tuple[Any, ...]
CanBeOne = Callable[[str, str], bool]
"""Whether two classes can describe one happening."""


class Rule(NamedTuple):
    """How one field is chosen: the lowest rank is shown, and the best of each that `apart` tells apart is kept."""

    name: FieldName
    value: Callable[[Report], str]
    rank: Callable[[Report], Rank]
    apart: Callable[[Report], Rank]
    contradict: Callable[[Report, Report], bool]


def shown(
    incident_no: str,
    reports: Iterable[Report],
    *,
    as_of: int,
    extent_metres: float,
    can_be_one: CanBeOne,
    owner: str | None = None,
    confidential: bool = False,
) -> Fields:
    """The fields of an incident that is `extent_metres` wide, from its reports, of which there is at least one.

    `owner` is the system whose order leads, where one does. Of a confidential incident no place and no source is told.
    """
    told = latest_words(reports)
    fields: list[Field] = []
    conflicts: list[Conflict] = []
    for rule in rules_of(told, owner, extent_metres, can_be_one):
        best = best_of_each(told, rule)
        fields.append(_field(rule, best))
        if len(best) > 1:
            conflicts += _conflicts(rule, best)
    if confidential:
        concealed = tuple(_concealed(field) for field in fields if field.name != "place")
        return Fields(incident_no=incident_no, fields=concealed, conflicts=(), as_of=as_of)
    return Fields(incident_no=incident_no, fields=tuple(fields), conflicts=tuple(conflicts[:OTHERS_KEPT]), as_of=as_of)


def most_precise(reports: Iterable[Report]) -> Report:
    """The report whose place is shown: the incident stands where that says."""
    return min(latest_words(reports), key=place_rank)


def questions(before: Fields | None, after: Fields) -> Iterator[Question]:
    """One for each field that two systems contradict each other on and were not asked about yet."""
    asked = {_about(conflict) for conflict in before.conflicts} if before else set()
    for conflict in after.conflicts:
        if _about(conflict) not in asked:
            asked.add(_about(conflict))
            yield Question(
                incident_no=after.incident_no,
                field=conflict.field,
                shown=conflict.shown,
                other=conflict.other,
                asked_at=after.as_of,
            )


# How each field is chosen.


def rules_of(told: list[Report], owner: str | None, extent_metres: float, can_be_one: CanBeOne) -> tuple[Rule, ...]:
    """The rules, in the order in which fields are shown. One who has closed it contradicts nobody who has not."""
    votes = class_votes(told)
    return (
        Rule(
            name="place",
            value=place_value,
            rank=place_rank,
            apart=lambda report: (report.system,),
            contradict=lambda one, other: are_apart(one, other, extent_metres),
        ),
        Rule(
            name="incident_class",
            value=lambda report: report.incident_class,
            rank=lambda report: (*votes[report.incident_class], *first_told(report)),
            apart=lambda report: (report.system, report.incident_class),
            contradict=lambda one, other: not can_be_one(one.incident_class, other.incident_class),
        ),
        Rule(
            name="urgency",
            value=lambda report: report.urgency,
            rank=urgency_rank,
            apart=lambda report: (report.system, report.urgency),
            contradict=lambda one, other: steps_apart(one.urgency, other.urgency) >= CONTRADICTING_STEPS,
        ),
        Rule(
            name="status",
            value=lambda report: "closed" if report.closed else "open",
            rank=lambda report: status_rank(report, owner),
            apart=lambda report: (report.system,),
            contradict=lambda _one, _other: False,
        ),
    )


def place_rank(report: Report) -> Rank:
    """The most precise: by its point, else its registered place, else the smallest region; then who told first."""
    if report.longitude is not None and report.latitude is not None:
        metres = UNKNOWN_METRES if report.uncertainty_metres is None else report.uncertainty_metres
        return 0, metres, *first_told(report)
    return (1, 0.0, *first_told(report)) if report.place_code else (2, -len(report.region), *first_told(report))


def place_value(report: Report) -> str:
    """A point to a metre, else a registered place's code, else a region's."""
    if report.longitude is not None and report.latitude is not None:
        return f"{report.longitude:.5f},{report.latitude:.5f}"
    return report.place_code or report.region


def class_votes(told: Iterable[Report]) -> dict[str, tuple[int, int]]:
    """Lowest first: what most systems say, then most reports. A sensor that tells a thousand times is one system."""
    systems = Counter(pair[1] for pair in dict.fromkeys((one.system, one.incident_class) for one in told))
    numbers = Counter(one.incident_class for one in told)
    return {incident_class: (-systems[incident_class], -numbers[incident_class]) for incident_class in numbers}


def urgency_rank(report: Report) -> Rank:
    """The most urgent, then who told first."""
    return -URGENCY_STEPS[report.urgency], *first_told(report)


def status_rank(report: Report, owner: str | None) -> Rank:
    """The owner's latest word; while nobody owns it, whoever still works on it, else who closed it last."""
    if report.system == owner:
        return 0, -said_at(report), *first_told(report)
    return 1, report.closed, -said_at(report) if report.closed else 0, *first_told(report)


def first_told(report: Report) -> Rank:
    return report.recorded_at, report.system, report.record_no


def said_at(report: Report) -> int:
    """When its system last spoke of it."""
    return report.recorded_at if report.said_at is None else report.said_at


def latest_words(reports: Iterable[Report]) -> list[Report]:
    """Each report once, as its system had it last."""
    latest: dict[tuple[str, str], Report] = {}
    for report in reports:
        key = report.system, report.record_no
        known = latest.get(key)
        if known is None or (report != known and _recency(report) > _recency(known)):
            latest[key] = report
    return list(latest.values())


def best_of_each(told: Sequence[Report], rule: Rule) -> list[tuple[Rank, Report]]:
    """The best report of each that is told apart, the best first."""
    if len(told) == 1:
        return [(rule.rank(told[0]), told[0])]
    best: dict[Rank, tuple[Rank, Report]] = {}
    for report in told:
        apart, rank = rule.apart(report), rule.rank(report)
        known = best.get(apart)
        if known is None or rank < known[0]:
            best[apart] = rank, report
    return sorted(best.values(), key=lambda ranked: ranked[0])


def _recency(report: Report) -> Rank:
    return said_at(report), repr(report)


# What is told of it.


def _field(rule: Rule, best: list[tuple[Rank, Report]]) -> Field:
    first, *rest = (_saying(rule, report) for _, report in best[: OTHERS_KEPT + 1])
    return Field(name=rule.name, shown=first, others=tuple(rest))


def _saying(rule: Rule, report: Report) -> Saying:
    metres = report.uncertainty_metres if rule.name == "place" else None
    return _said(rule.value(report), report.system, report.record_no, said_at(report), metres)


@lru_cache(maxsize=SAYINGS_KEPT)
def _said(value: str, system: str, record_no: str, at: int, uncertainty_metres: float | None) -> Saying:
    """One value for what is said again and again, so that it is written out once."""
    return Saying(value=value, system=system, record_no=record_no, said_at=at, uncertainty_metres=uncertainty_metres)


def _concealed(field: Field) -> Field:
    nobody = Saying(value=field.shown.value, system="", record_no="", said_at=field.shown.said_at)
    return Field(name=field.name, shown=nobody, others=())


# Where they contradict one another.


def _conflicts(rule: Rule, best: list[tuple[Rank, Report]]) -> Iterator[Conflict]:
    """The one that is shown against what each other system says best."""
    _, chosen = best[0]
    heard = {chosen.system}
    for _, other in best[1:]:
        if other.system not in heard:
            heard.add(other.system)
            if rule.contradict(chosen, other):
                yield Conflict(field=rule.name, shown=_saying(rule, chosen), other=_saying(rule, other))


def are_apart(one: Report, other: Report, extent_metres: float) -> bool:
    """Whether two places are too far from each other to be one of that extent, both being sure enough to say so."""
    here, there = _confirmed(one), _confirmed(other)
    if here is None or there is None:
        return False
    reach = SIGMAS * hypot(here[2], there[2]) + extent_metres
    return distance_metres(here[0], here[1], there[0], there[1]) > reach


def steps_apart(urgency: Urgency, other: Urgency) -> int:
    return abs(URGENCY_STEPS[urgency] - URGENCY_STEPS[other])


def _confirmed(report: Report) -> tuple[float, float, float] | None:
    """Longitude, latitude and uncertainty in metres of a place that is sure enough to contradict another."""
    metres = report.uncertainty_metres
    if report.longitude is None or report.latitude is None or metres is None or metres > CONFIRMED_METRES:
        return None
    return report.longitude, report.latitude, metres


def _about(conflict: Conflict) -> tuple[FieldName, frozenset[str]]:
    return conflict.field, frozenset((conflict.shown.system, conflict.other.system))
