"""A closing that is on the log before its report: the same incident, with the same reports, as in order."""

from functools import cache
from pathlib import Path

import pytest

from streams.facts.views import Incident
from tests.conftest import Cluster
from tests.scenarios.closed_before_told import ENDS_AT, TOLD, told
from tests.scenarios.player import Ending
from tests.scenarios.tellings import assert_ends_alike, in_memory, on_kafka, record_of


@cache
def ended(*, out_of_order: bool) -> Ending:
    return in_memory(told(out_of_order=out_of_order), ENDS_AT)


def grouped(ending: Ending) -> dict[str, tuple[str, bool]]:
    """By report: the incident it lies in, and whether its department has closed it."""
    return {record_of(one): (one.incident_no, one.closed) for one in ending.reports.values()}


def shown(incident: Incident) -> tuple[object, ...]:
    """What is shown of an incident that does not depend on which report came first."""
    return (
        incident.incident_no, incident.incident_class, incident.urgency, incident.reports, {*incident.systems},
        incident.last_report_at, incident.state,
    )  # fmt: skip


@pytest.mark.parametrize("out_of_order", [False, True])
def test_all_three_tell_of_one_main_that_is_called_once(*, out_of_order: bool) -> None:
    ending = ended(out_of_order=out_of_order)
    (incident,) = ending.incidents.values()
    (matter,) = ending.matters.values()
    assert (incident.reports, incident.matter_no, len(matter.orders)) == (3, matter.matter_no, 1)
    assert set(grouped(ending)) == TOLD
    assert (ending.set_aside, ending.violations) == ([], [])


def test_grouping_and_what_is_shown_are_as_in_order() -> None:
    late, in_order = ended(out_of_order=True), ended(out_of_order=False)
    assert grouped(late) == grouped(in_order)
    assert [shown(one) for one in late.incidents.values()] == [shown(one) for one in in_order.incidents.values()]


def test_the_report_is_closed_from_when_it_comes_and_the_work_goes_on() -> None:
    ending = ended(out_of_order=True)
    assert {record: closed for record, (_, closed) in grouped(ending).items()} == {
        record: record == "cg_digital/G1" for record in TOLD
    }
    assert [matter.state for matter in ending.matters.values()] == ["in_hand"]


def test_kafka_ends_it_as_memory_does(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> None:
    ending = on_kafka(told(out_of_order=True), ENDS_AT, kafka_broker.bootstrap_servers, namespace, tmp_path)
    assert_ends_alike(ending, ended(out_of_order=True))
