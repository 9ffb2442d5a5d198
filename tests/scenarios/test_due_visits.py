"""Visits that are owed by a day and calls for help, by the rules of Hechuan: in memory, and on Kafka likewise."""

from pathlib import Path

import pytest

from streams.engine.memory import NO_FAULTS, Faults, MemoryHub
from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import KafkaHub
from streams.facts import deliveries, matters
from streams.facts.views import Matter
from streams.secrecy.sealing import Keys, Sealer
from tests.conftest import Cluster
from tests.hechuan import hechuan
from tests.processors.kit import codec, processors, topology
from tests.scenarios.due_visits import ENDS_AT, STARTS_AT, STORY, july, units
from tests.scenarios.player import Ending, Hub, play, publish_city

TOWN, JUSTICE = "500117001-town_centre", "500117-justice"


def run(hub: Hub) -> Ending:
    publish_city(hub, hechuan())
    ending = play(hub, STORY, units(), ENDS_AT)
    assert (ending.set_aside, ending.violations) == ([], [])
    return ending


def in_memory(faults: Faults = NO_FAULTS) -> tuple[MemoryHub, Ending]:
    hub = MemoryHub(topology(), processors(), codec(), STARTS_AT, faults)
    return hub, run(hub)


@pytest.fixture(scope="module")
def played() -> tuple[MemoryHub, Ending]:
    return in_memory()


def by_record(hub: Hub, ending: Ending) -> dict[str, Matter]:
    """The matters by the number that the department has given: only the log of matters knows both."""
    raised = [one for one in hub.values("hub.log.matters.v1") if isinstance(one, matters.Raised)]
    shown = {matter.incident_no: matter for matter in ending.matters.values()}
    return {one.record_no: shown[one.subject_no] for one in raised}


def states(matter: Matter) -> dict[str, str]:
    (order,) = matter.orders
    return {clock.kind: clock.state for clock in order.clocks}


def test_a_visit_done_in_time_is_met_and_one_done_a_day_late_was_breached(played: tuple[MemoryHub, Ending]) -> None:
    found = by_record(*played)
    assert states(found["CJ1"]) == {"acknowledge": "met", "resolve": "met"}
    assert states(found["CJ2"]) == {"acknowledge": "met", "resolve": "breached"}
    assert {found[number].state for number in ("CJ1", "CJ2", "CJ3")} == {"closed"}
    assert [order.unit for number in ("CJ1", "CJ2") for order in found[number].orders] == [TOWN, TOWN]


def test_the_order_goes_out_three_days_before_and_another_day_moves_its_end(played: tuple[MemoryHub, Ending]) -> None:
    matter = by_record(*played)["CJ3"]
    assert matter.opened_at == july(8, 9)
    (clock,) = [one for one in matter.orders[0].clocks if one.kind == "resolve"]
    assert (clock.due_at, clock.state, [move.cause for move in clock.moves]) == (july(22, 0), "met", ["due_day"])


def test_of_a_correction_the_office_responsible_alone_is_told(played: tuple[MemoryHub, Ending]) -> None:
    hub, ending = played
    matter = by_record(hub, ending)["BF1"]
    assert ([one.unit for one in matter.orders], matter.supervisors) == ([JUSTICE], ())
    assert states(matter)["resolve"] == "breached"
    told = [one for one in hub.values("hub.log.deliveries.v1") if isinstance(one, deliveries.Requested)]
    assert {one.unit for one in told if one.matter_no == matter.matter_no} == {JUSTICE}
    assert {one.region for one in told} == {"500117"}


def test_a_call_answered_in_time_is_met_and_one_after_two_hours_was_breached(played: tuple[MemoryHub, Ending]) -> None:
    found = by_record(*played)
    assert states(found["HJ1"]) == {"acknowledge": "met", "arrive": "met", "resolve": "met"}
    assert states(found["HJ2"]) == {"acknowledge": "met", "arrive": "met", "resolve": "breached"}
    assert [one.role for one in found["HJ2"].orders] == ["lead"]
    assert {one.unit for one in found["HJ2"].supervisors} == {"500117-district_centre"}


def test_nothing_of_it_is_an_incident_or_in_a_tile(played: tuple[MemoryHub, Ending]) -> None:
    _, ending = played
    assert (ending.incidents, ending.tiles) == ({}, {})
    assert all(matter.confidential and matter.subject for matter in ending.matters.values())


def test_faults_change_nothing_of_it(played: tuple[MemoryHub, Ending]) -> None:
    faults = Faults(seed=3, twice=0.5, crash_before_commit=0.1, crash_after_commit=0.1, handed_over=0.2, batch=3)
    assert_same(in_memory(faults)[1], played[1])


def test_kafka_in_simulated_time_ends_it_as_memory_does(
    kafka_broker: Cluster, namespace: str, tmp_path: Path, played: tuple[MemoryHub, Ending]
) -> None:
    quarantine = SealingQuarantine(codec(), Sealer(Keys(tmp_path, create=True)))
    wiring = topology().with_namespace(namespace)
    with KafkaHub.running(wiring, processors(), codec(), kafka_broker.bootstrap_servers, quarantine, STARTS_AT) as hub:
        assert_same(run(hub), played[1])


def assert_same(ending: Ending, expected: Ending) -> None:
    assert ending.matters == expected.matters
    assert ending.changes == expected.changes
    assert ending.tiles == expected.tiles
