"""Where incidents are found by what is told: their evidence, and an index by place that keeps searches short.

An incident stands in the index for as long as reports of its kind come. So a search costs what lies near by and is
fresh, however many incidents are open.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from streams.contract import TableName, Tables, record, replace
from streams.durations import MINUTE_MILLISECONDS
from streams.rules.evidence import Evidence, Sighting, merged, nothing_of, with_sighting, without_sighting
from streams.rules.geography import TIERS, cell_of, cells_around
from streams.rules.happenings import LONGEST_MINUTES, LONGEST_OF_MEANS, Happenings

EARLIEST = 1
"""Whatever a department says, nothing is due before the first moment that there is."""
REACH_METRES = 1_000.0
"""Farther away nobody says that something is, whose place is known better than by its town; ours."""
NEIGHBOUR_METRES = 500.0
MOST_IN_A_PLACE = 400
"""So many of a cell, grid or town are looked at, the latest: more than there ever are, or a search has no bound."""


@record("event_profiles.standing.v1")
@dataclass(frozen=True, kw_only=True)
class Standing:
    """The incidents that stand in a cell, grid or town, in the order in which they came there."""

    incidents: tuple[str, ...]


class IncidentBook:
    """One view of all incidents that reports may join; `name` is that of its tables."""

    def __init__(self, name: str) -> None:
        self.evidence = TableName(name, Evidence)
        self.standing = TableName(f"{name}_standing", Standing)

    @property
    def tables(self) -> tuple[TableName[Evidence], TableName[Standing]]:
        return self.evidence, self.standing

    def find(self, incident_no: str, tables: Tables) -> Evidence | None:
        """What is known of an incident here."""
        return tables[self.evidence].get(incident_no)

    def candidates(self, sighting: Sighting, happenings: Happenings, tables: Tables) -> list[Evidence]:
        """The incidents near a report that somebody could have told of in its class, in no particular order."""
        akin, known = happenings.akin(sighting.incident_class), happenings.known
        near = self._standing_in(self._searched(sighting), tables)
        return [evidence for evidence in near if not akin.isdisjoint(known(evidence.told).classes)]

    def _standing_in(self, places: Iterable[str], tables: Tables) -> list[Evidence]:
        """The incidents of these places, each once."""
        standing, evidence = tables[self.standing], tables[self.evidence]
        there = [here.incidents for place in places if (here := standing.get(place)) is not None]
        numbers = dict.fromkeys(chain.from_iterable(there))
        return [found for number in numbers if (found := evidence.get(number)) is not None]

    def _searched(self, sighting: Sighting) -> Iterator[str]:
        """Cells around a point, its grid, and what its town has without a point; for a town all that is in it."""
        if sighting.is_at_point and sighting.longitude is not None and sighting.latitude is not None:
            yield from cells_around(sighting.longitude, sighting.latitude, REACH_METRES)
            yield f"bare {sighting.town}"
        elif sighting.grid is None and len(sighting.region) >= TIERS["town"]:
            yield sighting.town
        if sighting.grid is not None:
            yield sighting.grid

    def _standing(self, key: str, tables: Tables) -> tuple[str, ...]:
        standing = tables[self.standing].get(key)
        return standing.incidents if standing is not None else ()

    # Changing.

    def add(self, sighting: Sighting, incident_no: str, happenings: Happenings, tables: Tables) -> Evidence:
        """Count a report as one of an incident's."""
        evidence = self.find(incident_no, tables) or nothing_of(incident_no, sighting.occurred_at)
        return self.keep(with_sighting(evidence, sighting), happenings, tables)

    def take(self, sighting: Sighting, incident_no: str, happenings: Happenings, tables: Tables) -> None:
        """Count a report as none of an incident's; what nothing is told of any more is gone."""
        evidence = self.find(incident_no, tables)
        if evidence is not None:
            self._keep_rest(without_sighting(evidence, sighting), happenings, tables)

    def keep(self, evidence: Evidence, happenings: Happenings, tables: Tables) -> Evidence:
        """Keep it, in every place where reports will look for it, for as long as they may come."""
        new = [place for place in dict.fromkeys(_places_of(evidence)) if place not in evidence.cells]
        for key in new:
            self._enter(key, evidence.incident_no, tables)
        if new:
            evidence = replace(evidence, cells=(*evidence.cells, *new))
        minutes = max((happenings.kinds[place].minutes for place, _ in happenings.kinds_of(evidence.told)), default=0.0)
        told_until = evidence.last_at + round((LONGEST_OF_MEANS * minutes + LONGEST_MINUTES) * MINUTE_MILLISECONDS)
        tables[self.evidence].put(evidence.incident_no, evidence, due_at=max(told_until, EARLIEST))
        return evidence

    def fold(self, into_no: str, folded_no: str, happenings: Happenings, tables: Tables) -> None:
        """Let an incident go into another one, which takes over all that is known of it here."""
        into, folded = self.find(into_no, tables), self.find(folded_no, tables)
        if folded is not None:
            self.forget(folded, tables)
            whole = merged(into, folded) if into is not None else replace(folded, incident_no=into_no, cells=())
        elif into is not None:
            whole = into
        else:
            return
        self.keep(whole, happenings, tables)

    def take_out(
        self, whole_no: str, part_no: str, sightings: Iterable[Sighting], happenings: Happenings, tables: Tables
    ) -> None:
        """Let these reports be an incident of their own, which no longer goes with the whole."""
        whole, part = self.find(whole_no, tables), None
        for sighting in sightings:
            part = with_sighting(part or nothing_of(part_no, sighting.occurred_at), sighting)
            whole = without_sighting(whole, sighting) if whole is not None else None
        if part is not None:
            self.keep(part, happenings, tables)
        if whole is not None:
            self._keep_rest(whole, happenings, tables)

    def _keep_rest(self, evidence: Evidence, happenings: Happenings, tables: Tables) -> None:
        """Keep what is left of an incident, if anything is told of it yet."""
        if evidence.reports > 0:
            self.keep(evidence, happenings, tables)
        else:
            self.forget(evidence, tables)

    def set_apart(self, incident_no: str, other_no: str, happenings: Happenings, tables: Tables) -> None:
        """Let an incident never be joined with another one again."""
        evidence = self.find(incident_no, tables)
        if evidence is not None and other_no not in evidence.apart_from:
            self.keep(replace(evidence, apart_from=(*evidence.apart_from, other_no)), happenings, tables)

    def forget(self, evidence: Evidence, tables: Tables) -> None:
        """Nothing can join it any more."""
        for key in evidence.cells:
            left = _without(self._standing(key, tables), evidence.incident_no)
            if left:
                tables[self.standing].put(key, Standing(incidents=left))
            else:
                tables[self.standing].delete(key)
        tables[self.evidence].delete(evidence.incident_no)

    def _enter(self, key: str, incident_no: str, tables: Tables) -> None:
        standing = self._standing(key, tables)
        tables[self.standing].put(key, Standing(incidents=(*standing, incident_no)[-MOST_IN_A_PLACE:]))

    def neighbours(self, evidence: Evidence, tables: Tables) -> list[Evidence]:
        """The incidents near one that has a point."""
        if not evidence.has_point:
            return []
        cells = cells_around(evidence.longitude, evidence.latitude, NEIGHBOUR_METRES)
        return self._standing_in(cells, tables)


def _without(numbers: tuple[str, ...], number: str) -> tuple[str, ...]:
    """Without one that stands there once at most."""
    if number not in numbers:
        return numbers
    place = numbers.index(number)
    return numbers[:place] + numbers[place + 1 :]


def _places_of(evidence: Evidence) -> Iterator[str]:
    """The keys under which an incident stands: its cell, its grids and its towns."""
    if evidence.has_point:
        yield cell_of(evidence.longitude, evidence.latitude)
    for region in evidence.regions:
        if len(region) == TIERS["grid"]:
            yield region
        if len(region) >= TIERS["town"]:
            yield region[: TIERS["town"]]
            if not evidence.has_point:
                yield f"bare {region[: TIERS['town']]}"
