"""Looks at each report again in the order in which things happened, when all that may come late has come.

Whatever order reports came in, the incidents are the same then: each report is weighed against what happened before it,
and once more against what was told after. Where that says something else than was thought at first, it moves.
"""

from collections.abc import Iterator

from streams.contract import Output, Tables, replace
from streams.processors.incident_matcher import SIGHTINGS, Found, IncidentMatcher
from streams.processors.incident_moves import IncidentMoves
from streams.processors.incident_profiles import PROFILES, TOLD, live_number, show_report
from streams.processors.incident_reviews import ask
from streams.rules.evidence import Evidence, Sighting

MOST_MERGED_AT_ONCE = 3
STAYS = 0.5
"""What lies with others goes only if it is more likely that it does not belong there."""


class IncidentSettling:
    """The second and the third look."""

    def __init__(self, matcher: IncidentMatcher, moves: IncidentMoves) -> None:
        self._matcher = matcher
        self._moves = moves

    def wait(self, sighting: Sighting, tables: Tables) -> None:
        """Let a report that has arrived wait for its second look."""
        tables[SIGHTINGS].put(sighting.record, sighting, due_at=self._matcher.due_at(sighting, tables))

    def look(self, now: int, sighting: Sighting, tables: Tables) -> Iterator[Output]:
        """The look that a report has waited for."""
        if sighting.stage == "arrived":
            yield from self._settle(now, sighting, tables)
        elif sighting.stage == "settled":
            yield from self._look_back(now, sighting, tables)

    def _settle(self, now: int, sighting: Sighting, tables: Tables) -> Iterator[Output]:
        lies_in = live_number(sighting.incident_no, tables)
        profile = tables[PROFILES].get(lies_in)
        if profile is None:
            tables[SIGHTINGS].delete(sighting.record)
            return
        settled, happenings = self._matcher.settled, self._matcher.happenings(tables)
        found = None
        belongs_to = lies_in
        if not sighting.bound and not profile.bound:
            found = self._matcher.find(settled, sighting, tables)
            sighting = replace(sighting, doubt_points=found.verdict.doubt_points)
            belongs_to = found.joins or self._own(now, lies_in, tables)
        if belongs_to != lies_in:
            yield from self._move(now, sighting, belongs_to, found, tables)
        evidence = settled.add(sighting, belongs_to, happenings, tables)
        self._wait_again(sighting, tables)
        yield from self._merge(now, evidence, tables)
        yield from self._ask(now, sighting, found, tables)

    def _own(self, now: int, lies_in: str, tables: Tables) -> str:
        """Its incident, if nothing was settled to be that yet; else a new one."""
        if self._matcher.settled.find(lies_in, tables) is None:
            return lies_in
        return self._moves.next_number(now, lies_in, tables)

    def _wait_again(self, sighting: Sighting, tables: Tables) -> None:
        settled = replace(tables[SIGHTINGS].get(sighting.record) or sighting, stage="settled")
        tables[SIGHTINGS].put(settled.record, settled, due_at=self._matcher.due_at(settled, tables))

    def _merge(self, now: int, evidence: Evidence, tables: Tables) -> Iterator[Output]:
        """What was told of at two ends and has grown together becomes one."""
        for _ in range(MOST_MERGED_AT_ONCE):
            pair = self._matcher.pair_to_merge(evidence, tables)
            if pair is None:
                return
            yield from self._moves.fold(now, pair.elder.incident_no, pair.younger.incident_no, tables)
            found = self._matcher.settled.find(pair.elder.incident_no, tables)
            if found is None:
                return
            evidence = found

    def _look_back(self, now: int, sighting: Sighting, tables: Tables) -> Iterator[Output]:
        """Whether it still belongs where it lies, after what was told since."""
        lies_in = live_number(sighting.incident_no, tables)
        own = self._matcher.settled.find(lies_in, tables)
        profile = tables[PROFILES].get(lies_in)
        if own is not None and profile is not None and not profile.bound and not sighting.bound:
            found = self._matcher.find(self._matcher.settled, sighting, tables, own)
            belongs_to = self._after_all(now, own, found, tables)
            sighting = replace(sighting, doubt_points=found.verdict.doubt_points)
            if belongs_to != lies_in:
                happenings = self._matcher.happenings(tables)
                self._matcher.settled.take(sighting, lies_in, happenings, tables)
                yield from self._move(now, sighting, belongs_to, found, tables)
                evidence = self._matcher.settled.add(sighting, belongs_to, happenings, tables)
                yield from self._merge(now, evidence, tables)
        current = tables[SIGHTINGS].get(sighting.record)
        if current is None:
            return
        tables[SIGHTINGS].put(sighting.record, replace(current, stage="done"))
        shown_in = tables[PROFILES].get(current.incident_no)
        told = tables[TOLD].get(f"{current.incident_no}/{current.record}")
        if told is not None and shown_in is not None:
            yield from show_report(replace(told, settled=True), shown_in, tables)

    def _after_all(self, now: int, own: Evidence, found: Found, tables: Tables) -> str:
        """The incident that a settled report belongs to."""
        if found.joins is not None:
            return found.joins
        likeliest = found.verdict.likeliest
        stays = likeliest is not None and likeliest.evidence.incident_no == own.incident_no
        if own.reports == 1 or (stays and found.verdict.probability >= STAYS):
            return own.incident_no
        return self._moves.next_number(now, own.incident_no, tables)

    def _move(
        self, now: int, sighting: Sighting, belongs_to: str, found: Found | None, tables: Tables
    ) -> Iterator[Output]:
        told = tables[TOLD].get(f"{sighting.incident_no}/{sighting.record}")
        if told is None:
            return
        joins = found is not None and found.joins == belongs_to
        shown = replace(
            told,
            incident_no=belongs_to,
            probability=round(found.verdict.probability, 3) if joins and found is not None else None,
            reasons=found.verdict.reasons if joins and found is not None else (),
        )
        yield from self._moves.move(now, sighting, belongs_to, tables, shown)

    def _ask(self, now: int, sighting: Sighting, found: Found | None, tables: Tables) -> Iterator[Output]:
        """A person is asked about what is still undecided, if it is an incident of its own."""
        current = tables[SIGHTINGS].get(sighting.record)
        if found is None or found.undecided is None or current is None:
            return
        evidence = self._matcher.settled.find(live_number(current.incident_no, tables), tables)
        if evidence is not None and evidence.reports == 1:
            matching = self._matcher.happenings(tables).matching
            yield from ask(now, evidence.incident_no, found.undecided, found.verdict, matching, tables)
