"""A merge found to be wrong after orders went out, in memory, under faults and on Kafka: each citizen has his time."""

from pathlib import Path
from typing import NamedTuple

import pytest

from streams.engine.memory import NO_FAULTS, Faults, MemoryHub
from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import KafkaHub
from streams.facts.deliveries import Requested
from streams.facts.notices import MatterChanged
from streams.facts.views import Matter, Tile
from streams.secrecy.sealing import Keys, Sealer
from tests.conftest import Cluster
from tests.hechuan import hechuan
from tests.processors.kit import codec, processors, topology
from tests.scenarios.player import Hub, publish_city
from tests.scenarios.returned_thrice import DELIVERIES, DISTRICT, STARTS_AT, in_minutes, told
from tests.scenarios.wrong_merge import ENDS_AT, FIRST, INCIDENT, OTHER, SECOND, STORY, WATER


class Ended(NamedTuple):
    """What became of the story."""

    first: Matter
    second: Matter
    changes: list[MatterChanged]
    words: list[str | None]
    tile: Tile
    set_aside: set[str]


def play(hub: Hub) -> Ended:
    publish_city(hub, hechuan())
    for said in told(STORY):
        hub.advance_to(said.at)
        hub.publish(said.log, said.fact)
        hub.settle()
    hub.advance_to(ENDS_AT)
    shown = hub.latest("hub.view.matters.v1")
    asked = [one for one in hub.values(DELIVERIES) if isinstance(one, Requested)]
    return Ended(
        shown[FIRST],
        shown[SECOND],
        [one for one in hub.values("hub.notice.matters.v1") if isinstance(one, MatterChanged)],
        [one.into_order_no for one in asked if one.kind == "folded"],
        hub.latest("hub.view.tiles.v1")[f"{DISTRICT}|*"],
        {reason for _, reason in hub.set_aside()},
    )


def in_memory(faults: Faults = NO_FAULTS) -> Ended:
    return play(MemoryHub(topology(), processors(), codec(), STARTS_AT, faults))


@pytest.fixture(scope="module")
def ended() -> Ended:
    return in_memory()


def test_both_mains_are_done_by_an_order_of_their_own_and_none_was_lost(ended: Ended) -> None:
    for matter in (ended.first, ended.second):
        assert (matter.state, matter.folded_into) == ("closed", None)
    assert [(one.order_no, one.state) for one in ended.first.orders] == [(f"{FIRST}-01", "replied")]
    assert [(one.order_no, one.state, one.continued_by) for one in ended.second.orders] == [
        (f"{SECOND}-01", "folded", f"{SECOND}-02"),
        (f"{SECOND}-02", "replied", None),
    ]
    assert ended.words == [f"{FIRST}-01"]
    assert ended.set_aside == set()
    assert (ended.tile.open, ended.tile.overdue) == (0, 0)


def test_each_citizens_time_is_from_his_report_and_what_the_wrong_merge_cost_is_the_centres(ended: Ended) -> None:
    assert in_minutes(ended.first) == (("centre", None, 4), ("unit", WATER, 47))
    assert in_minutes(ended.second) == (
        ("centre", None, 2),
        ("unit", WATER, 1),
        ("centre", None, 25),
        ("unit", WATER, 50),
    )
    assert (ended.second.closed_at or 0) - ended.second.opened_at == 78 * 60_000


def test_no_breach_comes_of_it_and_what_was_called_meanwhile_is_listed(ended: Ended) -> None:
    assert not [one for one in ended.changes if one.change == "breached"]
    assert [(one.incident_no, one.into_no) for one in ended.changes if one.change == "separated"] == [(INCIDENT, OTHER)]
    (repair,) = ended.second.repairs
    assert (repair.cause, repair.other_no) == ("separated", FIRST)
    assert repair.orders == (f"{FIRST}-01", f"{SECOND}-01")
    assert [one.cause for one in ended.first.repairs] == ["folded", "separated"]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_faults_change_nothing(ended: Ended, seed: int) -> None:
    faults = Faults(
        seed=seed, twice=0.5, crash_before_commit=0.2, crash_after_commit=0.2, handed_over=0.2, delayed=0.4,
        shuffled=True, batch=3,
    )  # fmt: skip
    assert in_memory(faults) == ended


def test_kafka_ends_it_as_memory_does(kafka_broker: Cluster, namespace: str, tmp_path: Path, ended: Ended) -> None:
    quarantine = SealingQuarantine(codec(), Sealer(Keys(tmp_path, create=True)))
    wiring = topology().with_namespace(namespace)
    with KafkaHub.running(wiring, processors(), codec(), kafka_broker.bootstrap_servers, quarantine, STARTS_AT) as hub:
        assert play(hub) == ended
