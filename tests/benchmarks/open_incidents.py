"""A district's open incidents, put into its tables at once: rows as the processor's own functions make them.

Each was told of once by a phone in a street, has a matter and is not done. All looks at its report have been taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from streams.contract import Tables, replace
from streams.engine.tables import PartitionTables
from streams.facts import incidents, views
from streams.processors.event_profiles import RULES, as_told
from streams.processors.incident_matcher import SIGHTINGS, IncidentMatcher
from streams.processors.incident_moves import with_told
from streams.processors.incident_profiles import REPORTS, Profile, Report, keep, show_report
from streams.rules.numbering import next_number
from tests.matching.city_map import DISTRICT, hechuan_map, scattered
from tests.matching.kinds import KINDS
from tests.matching.reports import reported
from tests.matching.telling import HOUR
from tests.matching.whereabouts import Whereabouts

COMMITTED_TOGETHER = 2_000
IN_INDEX_HOURS = 12.0
"""Nobody tells of any kind of happening for longer; what is younger is told to the index, and leaves it by itself."""
METRES, IN_A_GRID_METRES = 80.0, 90.0
SYSTEM = "zz_community_e"


@dataclass(frozen=True)
class Backlog:
    """So many open incidents, which began evenly spread over so many hours before an instant."""

    incidents: int
    hours: float

    @property
    def an_hour(self) -> float:
        """How many begin in an hour."""
        return self.incidents / self.hours


def fill(tables: PartitionTables, backlog: Backlog, until: int) -> None:
    """Put a backlog into the tables of a partition that has the rules, the eldest first."""
    matcher = IncidentMatcher(RULES)
    for number, report in enumerate(_reports(backlog, until), start=1):
        _open(report, matcher, tables, in_index=until - report.occurred_at < IN_INDEX_HOURS * HOUR)
        if number % COMMITTED_TOGETHER == 0:
            tables.commit(tables.changes())
    tables.commit(tables.changes())


def _reports(backlog: Backlog, until: int) -> Iterator[incidents.Reported]:
    city, random = hechuan_map(), Random(f"open incidents:{backlog.incidents}:{backlog.hours}")
    grids, kinds, weights = city.ground.of("grid"), KINDS, [kind.per_day for kind in KINDS]
    begins = until - round(backlog.hours * HOUR)
    for number in range(backlog.incidents):
        at = begins + round((until - begins) * number / backlog.incidents)
        spot = random.choice(grids)
        point = scattered(spot.point, IN_A_GRID_METRES, random)
        yield reported(
            system=SYSTEM,
            record_no=f"OPEN{number:06}",
            incident_class=random.choices(kinds, weights)[0].incident_class,
            at=at,
            recorded_at=at,
            where=Whereabouts(
                region=spot.grid,
                located_by="point",
                longitude=point.longitude,
                latitude=point.latitude,
                uncertainty_metres=METRES,
                quirks=frozenset(),
            ),
            transferred_from=None,
        )


def _open(report: incidents.Reported, matcher: IncidentMatcher, tables: Tables, *, in_index: bool) -> None:
    at = report.occurred_at
    said = Report(urgency=report.urgency, closed=False)
    told = as_told(report, said, next_number(at, DISTRICT, "E", tables), None)
    profile = with_told(_nothing_told(told), told)
    for _ in (*show_report(told, profile, tables), *keep(at, profile, tables)):
        pass  # what is emitted concerns nobody here
    sighting = matcher.sighting(report, tables)
    happenings = matcher.happenings(tables)
    for book in (matcher.current, matcher.settled) if in_index else ():
        book.add(sighting, told.incident_no, happenings, tables)
    tables[SIGHTINGS].put(sighting.record, replace(sighting, incident_no=told.incident_no, stage="done"))
    tables[REPORTS].put(sighting.record, Report(incident_no=told.incident_no, urgency=said.urgency, closed=False))


def _nothing_told(told: views.Report) -> Profile:
    """An incident that dispatch has a matter of, before its first report is counted."""
    incident = views.Incident(
        incident_no=told.incident_no,
        incident_class=told.incident_class,
        urgency=told.urgency,
        state="assigned",
        region=told.region,
        longitude=told.longitude,
        latitude=told.latitude,
        opened_at=told.occurred_at,
        last_report_at=told.occurred_at,
        reports=0,
        systems=(),
        as_of=told.occurred_at,
    )
    return Profile(incident=incident, first_report_at=told.occurred_at, open_reports=0, matter_asked=True)
