"""Looks for the incident that a report tells of: in what stands now, and in what is settled.

`current` is every report where it lies at this moment. `settled` are those that were looked at in the order in which
things happened: what is decided there does not depend on the order in which reports came.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from streams.contract import TableName, Tables, record, replace
from streams.durations import MINUTE_MILLISECONDS
from streams.facts import incidents, rules, views
from streams.facts.matching import Happening, Matching
from streams.processors.hand_over import OTHER_PLATFORM
from streams.processors.incident_book import EARLIEST, IncidentBook
from streams.processors.incident_profiles import ended_at, live_number
from streams.rules.evidence import Evidence, Sighting, placed_at, with_sighting, without_sighting
from streams.rules.geography import TIERS
from streams.rules.happenings import Happenings
from streams.rules.matching import Verdict, is_of_many, weigh
from streams.rules.merging import Pair, is_life_threatening, pair_to_merge, within_reach
from streams.rules.versions import RuleTables

POINT_METRES, PLACE_METRES, GRID_METRES, TOWN_METRES = 80.0, 30.0, 150.0, 2_000.0
"""What a place counts as whose system does not say how exact it is: as of a phone, a house, a grid, a town; ours."""
TOWN_DIGITS = TIERS["village"]
"""A village counts as a town: it is too wide to be looked for around its middle."""
MATCHING_KEY = "matching"
MORE_LIKELY = 0.5
"""What is told of by very many takes in what is more likely than not its own."""


@record("event_profiles.successor.v1")
@dataclass(frozen=True, kw_only=True)
class Successor:
    """The record that goes on with one that was handed over."""

    record: str


SIGHTINGS = TableName("sightings", Sighting)
CLASSES = TableName("classes", rules.IncidentClass, ordered=True)
MATCHING = TableName("matching", Matching, ordered=True)
HAPPENINGS = TableName("happenings", Happening, ordered=True)
SUCCESSORS = TableName("successors", Successor)
"""Under `<system>/<number>`: the record of that system that names the number as the one it was handed over from."""


CURRENT, SETTLED = IncidentBook("current"), IncidentBook("settled")


class NoMatching(Exception):
    """The rules in force do not say how reports are recognised."""


@dataclass(frozen=True)
class Found:
    """What was found for a report: the incident that it joins, or the one that a person is asked about."""

    verdict: Verdict
    joins: str | None
    undecided: str | None


class IncidentMatcher:
    """Both books, and the rules that they are read by."""

    def __init__(self, rule_tables: RuleTables) -> None:
        self.current = CURRENT
        self.settled = SETTLED
        self._rules = rule_tables
        self._known: tuple[str, Happenings] | None = None

    def happenings(self, tables: Tables) -> Happenings:
        """The rules in force; made once for each version. Raises NoRulesInForce, NoMatching."""
        version = self._rules.version(tables)
        if self._known is None or self._known[0] != version:
            matching = self._rules.find(MATCHING, MATCHING_KEY, tables)
            if matching is None:
                raise NoMatching(f"version {version} has no rules of matching")
            happenings = [one for _, one in tables[HAPPENINGS].scan(f"{version}/")]
            classes = [one for _, one in tables[CLASSES].scan(f"{version}/")]
            self._known = version, Happenings(matching, happenings, classes)
        return self._known[1]

    def sighting(self, report: incidents.Reported, tables: Tables) -> Sighting:
        """What of a report says which happening it tells of, in no incident yet."""
        matching = self.happenings(tables).matching
        longitude, latitude = report.longitude, report.latitude
        if longitude is None or latitude is None:
            longitude, latitude = report.centre_longitude, report.centre_latitude
        is_grid = report.longitude is None and len(report.region) > TOWN_DIGITS
        share = matching.region_deviation_share if is_grid else matching.deviation_share
        return Sighting(
            incident_no="",
            system=report.system,
            record_no=report.record_no,
            incident_class=report.incident_class,
            occurred_at=report.occurred_at,
            region=report.region,
            longitude=longitude,
            latitude=latitude,
            deviation_metres=_metres(report) * share,
            facility=report.place_code,
            reporter=report.reporter,
            words=report.words,
            transferred_from=report.transferred_from,
        )

    def find(self, book: IncidentBook, sighting: Sighting, tables: Tables, own: Evidence | None = None) -> Found:
        """The incident of a book that a report tells of; `own` is the one that it lies in, which counts without it."""
        happenings = self.happenings(tables)
        candidates = self._candidates(book, sighting, tables, own)
        linked = self._linked(book, sighting, candidates, tables)
        verdict = weigh(sighting, list(candidates.values()), linked, happenings)
        if verdict.likeliest is None:
            return Found(verdict, None, None)
        matching, likeliest = happenings.matching, verdict.likeliest.evidence
        is_life = self._is_life(sighting, likeliest, tables)
        asked = matching.join_probability_life if is_life else matching.join_probability
        if verdict.probability >= asked or (not is_life and self._is_surely_known(verdict, matching)):
            return Found(verdict, likeliest.incident_no, None)
        is_undecided = verdict.probability >= matching.review_probability
        return Found(verdict, None, likeliest.incident_no if is_undecided else None)

    def _is_surely_known(self, verdict: Verdict, matching: Matching) -> bool:
        """Whether it tells of what very many tell of rather than of all else, and surely of nothing new."""
        likeliest = verdict.likeliest
        if likeliest is None or not is_of_many(likeliest.evidence) or verdict.probability < MORE_LIKELY:
            return False
        return verdict.doubt_points <= log(1 - matching.join_probability_life)

    def find_at(self, sighting: Sighting, where: incidents.Updated | incidents.Reported, tables: Tables) -> None:
        """A report says its place after all: reports to come find its incident there."""
        placed = replace(
            sighting,
            region=where.region or sighting.region,
            longitude=where.longitude,
            latitude=where.latitude,
            deviation_metres=(where.uncertainty_metres or POINT_METRES)
            * self.happenings(tables).matching.deviation_share,
        )
        number, happenings = live_number(sighting.incident_no, tables), self.happenings(tables)
        for book in (self.current, *((self.settled,) if sighting.stage != "arrived" else ())):
            evidence = book.find(number, tables)
            if evidence is not None:
                moved = with_sighting(without_sighting(evidence, sighting), placed)
                book.keep(moved, happenings, tables)
        tables[SIGHTINGS].put(placed.record, placed, due_at=self.due_at(placed, tables))

    def put_at(self, incident: views.Incident, tables: Tables) -> None:
        """A person has said where an incident is: reports to come find it there."""
        happenings = self.happenings(tables)
        for book in (self.current, self.settled):
            evidence = book.find(incident.incident_no, tables)
            if evidence is not None:
                book.keep(
                    placed_at(evidence, incident.region, incident.longitude, incident.latitude), happenings, tables
                )

    def pair_to_merge(self, evidence: Evidence, tables: Tables) -> Pair | None:
        """The settled incident near by that this one is one with, if that is likely enough and neither had ended."""
        happenings = self.happenings(tables)
        own_end = ended_at(evidence.incident_no, tables)
        neighbours = [
            other
            for other in within_reach(evidence, self.settled.neighbours(evidence, tables), happenings)
            if other.first_at < own_end and evidence.first_at < ended_at(other.incident_no, tables)
        ]
        return pair_to_merge(evidence, neighbours, happenings)

    def due_at(self, sighting: Sighting, tables: Tables) -> int | None:
        """When a report is looked at next."""
        matching = self.happenings(tables).matching
        match sighting.stage:
            case "arrived":
                minutes = matching.settled_after_minutes
            case "settled":
                minutes = matching.again_after_minutes
            case "done":
                return None
        return max(sighting.occurred_at + minutes * MINUTE_MILLISECONDS, EARLIEST)

    def _candidates(
        self, book: IncidentBook, sighting: Sighting, tables: Tables, own: Evidence | None
    ) -> dict[str, Evidence]:
        """By number: those that had not ended when it happened and that nobody has said it is apart from."""
        moment, happenings = self._moment(book, sighting), self.happenings(tables)
        found = {
            evidence.incident_no: evidence
            for evidence in book.candidates(sighting, happenings, tables)
            if moment < ended_at(evidence.incident_no, tables)
        }
        if own is None:
            return found
        found.pop(own.incident_no, None)
        own_end = ended_at(own.incident_no, tables)
        found = {
            number: evidence
            for number, evidence in found.items()
            if evidence.first_at < own_end and number not in own.apart_from
        }
        if own.reports > 1:
            found[own.incident_no] = without_sighting(own, sighting)
        return found

    def _moment(self, book: IncidentBook, sighting: Sighting) -> int:
        """What had ended by then was over for a report; what came before an end in the same moment was in time."""
        return sighting.occurred_at if book is self.current else sighting.occurred_at - 1

    def _linked(
        self, book: IncidentBook, sighting: Sighting, candidates: dict[str, Evidence], tables: Tables
    ) -> frozenset[str]:
        """The incidents that hold the record that this one was handed over from, or one handed over from this."""
        found: set[str] = set()
        for other in self._handed_over(sighting, tables):
            evidence = book.find(live_number(other.incident_no, tables), tables)
            if evidence is None or self._moment(book, sighting) >= ended_at(evidence.incident_no, tables):
                continue
            candidates.setdefault(evidence.incident_no, evidence)
            found.add(evidence.incident_no)
        return frozenset(found)

    def _handed_over(self, sighting: Sighting, tables: Tables) -> Iterator[Sighting]:
        other = OTHER_PLATFORM.get(sighting.system)
        if other is None:
            return
        first = tables[SIGHTINGS].get(f"{other}/{sighting.transferred_from}") if sighting.transferred_from else None
        if first is not None:
            yield first
        successor = tables[SUCCESSORS].get(f"{other}/{sighting.record_no}")
        second = tables[SIGHTINGS].get(successor.record) if successor is not None else None
        if second is not None:
            yield second

    def _is_life(self, sighting: Sighting, evidence: Evidence, tables: Tables) -> bool:
        happenings = self.happenings(tables)
        return happenings.is_called_life_threatening(sighting.incident_class) or is_life_threatening(
            evidence, happenings
        )


def _metres(report: incidents.Reported) -> float:
    if report.uncertainty_metres is not None:
        return report.uncertainty_metres
    if report.longitude is not None:
        return POINT_METRES if report.located_by == "point" else PLACE_METRES
    return GRID_METRES if len(report.region) > TOWN_DIGITS else TOWN_METRES
