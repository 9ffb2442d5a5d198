"""Shows who said what of an incident's fields, and asks two systems that contradict each other, once."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from streams.contract import Output, TableName, Tables
from streams.facts import rules, views
from streams.facts.fields import Fields
from streams.rules.shown_fields import CanBeOne, questions, shown

FIELDS = TableName("fields", Fields)
"""What was shown last, under `<incident_no>`: what it contradicts has been asked."""


def tell_fields(
    now: int,
    incident: views.Incident,
    reports: Iterable[views.Report],
    rule: rules.IncidentClass,
    can_be_one: CanBeOne,
    tables: Tables,
    *,
    owner: str | None = None,
) -> Iterator[Output]:
    """The fields by all reports that the incident has now, where they say anything new.

    `rule` is its class's, `owner` the system whose order leads (主单), where one does.
    """
    incident_no = incident.incident_no
    before = tables[FIELDS].get(incident_no)
    after = shown(
        incident_no,
        reports,
        as_of=now,
        extent_metres=rule.radius_metres,
        can_be_one=can_be_one,
        owner=owner,
        confidential=incident.confidential,
    )
    if before is not None and replace(before, as_of=now) == after:
        return
    tables[FIELDS].put(incident_no, after)
    yield Output("fields", incident_no, after)
    for question in questions(before, after):
        yield Output("questions", incident_no, question)


def forget_fields(incident_no: str, tables: Tables) -> Iterator[Output]:
    """Nothing is shown of an incident any more that has no report left, or was forgotten."""
    if tables[FIELDS].get(incident_no) is not None:
        tables[FIELDS].delete(incident_no)
        yield Output("fields", incident_no, None)
