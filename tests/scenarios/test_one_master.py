"""One master for every order: the stories in memory, and the first of them on Kafka with the same end."""

from pathlib import Path

from streams.engine.memory import NO_FAULTS, Faults, MemoryHub
from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import KafkaHub
from streams.facts.views import Matter
from streams.secrecy.sealing import Keys, Sealer
from tests.conftest import Cluster
from tests.hechuan import hechuan
from tests.processors.kit import codec, processors, topology
from tests.scenarios.one_master import (
    BURST_MAIN,
    COMPLAINT,
    ENDS_AT,
    POTHOLE,
    POTHOLE_OF_NOBODY,
    STARTS_AT,
    units,
)
from tests.scenarios.player import Ending, play, publish_city
from tests.scenarios.units import Said


def played(told: list[Said], faults: Faults = NO_FAULTS) -> Ending:
    """A story on the hub in memory."""
    hub = MemoryHub(topology(), processors(), codec(), STARTS_AT, faults)
    publish_city(hub, hechuan())
    ending = play(hub, told, units(), ENDS_AT)
    assert ending.set_aside == []
    return ending


def the_matter(ending: Ending) -> Matter:
    (matter,) = ending.matters.values()
    return matter


def replies(ending: Ending) -> list[tuple[str | None, str | None]]:
    """To whom the outcome went: system and record."""
    told = [notice for changes in ending.changes.values() for notice in changes]
    return sorted((one.system, one.record_no) for one in told if one.change == "requester_replied")


def test_a_pothole_with_a_master_is_mirrored_called_for_by_nobody_else_and_replied_to_three_times() -> None:
    ending = played(POTHOLE)
    matter = the_matter(ending)
    (master,) = matter.mirrored
    assert (master.system, master.order_no, master.unit, master.state) == ("cg_digital", "CG1", "市政设施所", "closed")
    assert (matter.orders, matter.state) == ((), "closed")
    assert "assigned" not in ending.changes_of(matter.matter_no)
    assert replies(ending) == [("cg_digital", "CG1"), ("zw_hotline12345", "GD1"), ("zz_grid_app", "WG1")]
    assert (matter.requesters, matter.replied_to) == (3, 3)


def test_the_same_pothole_without_a_master_is_called_for_once_and_replied_to_twice() -> None:
    ending = played(POTHOLE_OF_NOBODY)
    matter = the_matter(ending)
    (order,) = matter.orders
    assert (order.unit, matter.mirrored) == ("500117-city_management", ())
    assert ending.changes_of(matter.matter_no).count("assigned") == 1
    assert (order.state, order.verification, matter.state) == ("replied", "passed", "closed")
    assert replies(ending) == [("zw_hotline12345", "GD1"), ("zz_grid_app", "WG1")]


def test_a_burst_main_across_two_towns_has_five_units() -> None:
    matter = the_matter(played(BURST_MAIN))
    assert [(order.role, order.unit) for order in matter.orders] == [
        ("lead", "500117-water_utility"),
        ("assist", "500117001-town_centre"),
        ("assist", "500117002-town_centre"),
        ("assist", "500117-traffic_duty"),
        ("assist", "500117-city_management"),
    ]
    assert {order.state for order in matter.orders} == {"replied"}
    assert matter.towns == ("500117001", "500117002")


def test_a_complaint_of_the_unit_itself_goes_to_the_next_on_the_ladder() -> None:
    ending = played(COMPLAINT)
    matter = the_matter(ending)
    (order,) = matter.orders
    assert (order.unit, matter.avoided) == ("500117-district_centre", "合阳城街道综治中心")
    assert "unit_avoided" in ending.changes_of(matter.matter_no)


def test_faults_change_nothing_of_the_stories() -> None:
    faults = Faults(seed=3, twice=0.5, crash_before_commit=0.1, crash_after_commit=0.1, handed_over=0.2, batch=3)
    for told in (POTHOLE, BURST_MAIN):
        assert_same(played(told, faults), played(told))


def assert_same(ending: Ending, expected: Ending) -> None:
    assert ending.matters == expected.matters
    assert ending.changes == expected.changes
    assert ending.incidents == expected.incidents
    assert ending.tiles == expected.tiles


def test_kafka_in_simulated_time_ends_the_pothole_as_memory_does(
    kafka_broker: Cluster, namespace: str, tmp_path: Path
) -> None:
    quarantine = SealingQuarantine(codec(), Sealer(Keys(tmp_path, create=True)))
    wiring = topology().with_namespace(namespace)
    with KafkaHub.running(wiring, processors(), codec(), kafka_broker.bootstrap_servers, quarantine, STARTS_AT) as hub:
        publish_city(hub, hechuan())
        ending = play(hub, POTHOLE, units(), ENDS_AT)
    assert_same(ending, played(POTHOLE))
