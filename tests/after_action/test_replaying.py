"""Whose each report is by a replay of the incidents log, also where the views have forgotten it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, ClassVar

from streams.after_action.replaying import replayed_reports
from streams.contract import Entry, Fact, Output, TableName, Tables
from streams.facts import incidents
from streams.facts.views import Report
from tests.after_action.desk import logs_of
from tests.processors.kit import INCIDENTS, MINUTE, Centre, codec, topology

FIRST, SECOND = "50011720260921E00001", "50011720260921E00002"


class Teller:
    """Shows a report of one incident, moves it to another when it is updated, and forgets it when it is closed."""

    name: ClassVar[str] = "event_profiles"
    tables: ClassVar[tuple[TableName[Any], ...]] = ()
    reads: ClassVar[tuple[type[Fact], ...]] = (incidents.Reported, incidents.Updated, incidents.SourceClosed)
    ports: ClassVar[dict[str, tuple[type, ...]]] = {"reports": (Report,)}

    def on_record(self, now: int, record: Any, tables: Tables) -> Iterable[Output]:
        key = f"{record.system}/{record.record_no}"
        if isinstance(record, incidents.SourceClosed):
            yield Output("reports", f"{SECOND}/{key}", None)
            return
        if isinstance(record, incidents.Updated):
            yield Output("reports", f"{FIRST}/{key}", None)
        incident_no = FIRST if isinstance(record, incidents.Reported) else SECOND
        yield Output("reports", f"{incident_no}/{key}", shown(incident_no, record))

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        return ()


def shown(incident_no: str, record: Any) -> Report:
    return Report(
        incident_no=incident_no, system=record.system, record_no=record.record_no, incident_class="fire",
        urgency="urgent", region="500117", occurred_at=record.occurred_at, recorded_at=record.recorded_at,
    )  # fmt: skip


def told() -> Centre:
    """Three reports, of which one moves on and is forgotten."""
    centre = Centre()
    for record_no in ("J1", "J2", "a/b"):
        centre.report(record_no)
        centre.wait(MINUTE)
    centre.update("J2")
    centre.wait(MINUTE)
    centre.close_at_source("J2")
    return centre


def test_each_report_is_found_where_it_was_shown_last_also_if_that_is_forgotten() -> None:
    found = replayed_reports(topology(), codec(), Teller(), logs_of(told().hub))
    assert found == {
        ("ga_alarm110", "J1"): FIRST,
        ("ga_alarm110", "J2"): SECOND,
        ("ga_alarm110", "a/b"): FIRST,
    }


def test_up_to_an_instant_it_is_what_it_was_then() -> None:
    centre = told()
    found = replayed_reports(topology(), codec(), Teller(), logs_of(centre.hub, until_at=centre.now - 3 * MINUTE))
    assert found == {("ga_alarm110", "J1"): FIRST, ("ga_alarm110", "J2"): FIRST}


def test_a_report_that_stands_twice_in_the_log_is_one_and_a_log_without_any_says_nothing() -> None:
    centre = told()
    (report, *_) = (one for one in centre.hub.values(INCIDENTS) if isinstance(one, incidents.Reported))
    centre.hub.publish(INCIDENTS, report)
    centre.hub.publish(INCIDENTS, replace(report, id="again:1#1"))
    assert len(replayed_reports(topology(), codec(), Teller(), logs_of(centre.hub))) == 3
    assert replayed_reports(topology(), codec(), Teller(), logs_of(Centre(items=None).hub)) == {}
