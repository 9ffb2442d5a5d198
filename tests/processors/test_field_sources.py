"""Fields are shown where they say anything new, and contradictions asked about once."""

from dataclasses import replace
from typing import Any

from streams.contract import Output
from streams.engine.tables import PartitionTables
from streams.facts.fields import Fields, Question
from streams.facts.views import Incident, Report
from streams.processors.field_sources import FIELDS, forget_fields, tell_fields
from tests.processors.kit import GRID, MINUTE, START_AT, codec, incident_class

INCIDENT = Incident(
    incident_no="50011720260921E00001", incident_class="fire", urgency="urgent", state="open", region=GRID,
    opened_at=START_AT, last_report_at=START_AT, reports=1, systems=("ga_alarm110",), as_of=START_AT,
)  # fmt: skip
RULE: Any = incident_class("fire", 300, 3_600)


def report(system: str, **said: Any) -> Report:
    return Report(
        incident_no=INCIDENT.incident_no, system=system, record_no="1", incident_class="fire",
        region=GRID, occurred_at=START_AT, recorded_at=START_AT, **{"urgency": "critical", **said},
    )  # fmt: skip


def told(tables: PartitionTables, *reports: Report, now: int = START_AT, incident: Incident = INCIDENT) -> list[Output]:
    return list(tell_fields(now, incident, reports, RULE, str.__eq__, tables))


def test_they_are_shown_again_only_where_they_say_anything_new() -> None:
    tables = PartitionTables([FIELDS], codec())
    (first,) = told(tables, report("ga_alarm110"))
    assert (first.port, first.key, first.value.as_of) == ("fields", INCIDENT.incident_no, START_AT)
    assert told(tables, report("ga_alarm110"), now=START_AT + MINUTE) == []
    (second,) = told(tables, report("ga_alarm110"), report("xj_alarm119"), now=START_AT + MINUTE)
    assert isinstance(second.value, Fields)
    assert second.value.as_of == START_AT + MINUTE


def test_two_that_contradict_each_other_are_asked_once() -> None:
    tables = PartitionTables([FIELDS], codec())
    both = report("ga_alarm110"), report("cg_digital", urgency="routine")
    fields, question = told(tables, *both)
    assert (fields.port, question.port, question.key) == ("fields", "questions", INCIDENT.incident_no)
    assert isinstance(question.value, Question)
    assert [one.port for one in told(tables, *both, report("xj_alarm119"))] == ["fields"]


def test_how_it_stands_is_the_word_of_whose_order_leads() -> None:
    both = report("cg_digital", closed=True), report("ga_alarm110")
    for owner, status in (("cg_digital", "closed"), ("ga_alarm110", "open"), (None, "open")):
        tables = PartitionTables([FIELDS], codec())
        (fields,) = tell_fields(START_AT, INCIDENT, both, RULE, str.__eq__, tables, owner=owner)
        assert fields.value.fields[-1].shown.value == status


def test_of_a_confidential_incident_nobody_is_asked() -> None:
    tables = PartitionTables([FIELDS], codec())
    both = report("ga_alarm110"), report("cg_digital", urgency="routine")
    (fields,) = told(tables, *both, incident=replace(INCIDENT, confidential=True))
    assert [one.name for one in fields.value.fields] == ["incident_class", "urgency", "status"]


def test_an_incident_that_is_forgotten_is_shown_no_more_and_that_is_said_once() -> None:
    tables = PartitionTables([FIELDS], codec())
    told(tables, report("ga_alarm110"))
    assert list(forget_fields(INCIDENT.incident_no, tables)) == [Output("fields", INCIDENT.incident_no, None)]
    assert list(forget_fields(INCIDENT.incident_no, tables)) == []
