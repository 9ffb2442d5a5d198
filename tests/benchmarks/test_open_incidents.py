"""A backlog that is put into the tables is one that reports find, and that leaves the index as any other does."""

from streams.facts.incidents import Reported
from streams.processors.incident_matcher import SIGHTINGS
from streams.processors.incident_profiles import PROFILES, REPORTS, TOLD
from streams.rules.evidence import Evidence, Sighting
from tests.benchmarks.matching_speed import TimedHub
from tests.benchmarks.open_incidents import SYSTEM, Backlog, fill
from tests.matching.happenings import STARTS_AT
from tests.matching.reports import reported
from tests.matching.telling import DAY, HOUR, MINUTE
from tests.matching.whereabouts import Whereabouts

BACKLOG = Backlog(60, 6)


def filled() -> TimedHub:
    hub = TimedHub()
    hub.begin(STARTS_AT - DAY)
    fill(hub.tables, BACKLOG, until=STARTS_AT)
    return hub


def test_every_incident_of_a_backlog_has_its_rows() -> None:
    tables = filled().tables
    for table in (PROFILES, REPORTS, TOLD, SIGHTINGS):
        assert sum(key.startswith(f"{table.name}/") for key in tables.rows) == BACKLOG.incidents
    reports = [tables.get(key) for key in tables.rows if key.startswith(f"{REPORTS.name}/")]
    assert all(tables[PROFILES].get(report.incident_no) is not None for report in reports)


def test_a_report_joins_the_incident_of_a_backlog_that_it_tells_of() -> None:
    hub = filled()
    youngest = hub.tables[SIGHTINGS].get(f"{SYSTEM}/OPEN{BACKLOG.incidents - 1:06}")
    assert youngest is not None
    again = told_beside(youngest)
    hub.apply(again.occurred_at, again.key.encode(), hub.encode(again))
    report = hub.tables[REPORTS].get(f"{again.system}/{again.record_no}")
    assert report is not None
    assert report.incident_no == youngest.incident_no


def test_what_nobody_tells_of_any_more_leaves_the_index() -> None:
    hub = filled()
    in_index = [value for key in hub.tables.rows if isinstance(value := hub.tables.get(key), Evidence)]
    hub.wait(STARTS_AT + DAY)
    hub.commit()
    assert in_index
    assert not [key for key in hub.tables.rows if isinstance(hub.tables.get(key), Evidence)]


def told_beside(one: Sighting) -> Reported:
    at = STARTS_AT + MINUTE
    assert at - one.occurred_at < HOUR
    return reported(
        system="ga_alarm110",
        record_no="A1",
        incident_class=one.incident_class,
        at=at,
        recorded_at=at,
        where=Whereabouts(
            region=one.region,
            located_by="point",
            longitude=one.longitude,
            latitude=one.latitude,
            uncertainty_metres=30.0,
            quirks=frozenset(),
        ),
        transferred_from=None,
    )
