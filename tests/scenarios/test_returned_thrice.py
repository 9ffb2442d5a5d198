"""An order returned three times and ruled, on the hub in memory and on Kafka: one matter, every moment somebody's."""

from pathlib import Path
from typing import NamedTuple

import pytest

from streams.engine.memory import NO_FAULTS, Faults, MemoryHub
from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import KafkaHub
from streams.facts.notices import MatterChanged
from streams.facts.views import Matter, Ruling
from streams.secrecy.sealing import Keys, Sealer
from tests.conftest import Cluster
from tests.hechuan import hechuan
from tests.processors.kit import codec, processors, topology
from tests.scenarios.player import Hub, publish_city
from tests.scenarios.returned_thrice import (
    ENDS_AT,
    HOUSING,
    MANAGEMENT,
    MATTER,
    SEGMENTS,
    STARTS_AT,
    WATER,
    in_minutes,
    told,
)


class Ended(NamedTuple):
    """What became of the story."""

    matter: Matter
    rulings: dict[str, Ruling]
    changes: list[MatterChanged]
    set_aside: set[str]


def play(hub: Hub) -> Ended:
    publish_city(hub, hechuan())
    for said in told():
        hub.advance_to(said.at)
        hub.publish(said.log, said.fact)
        hub.settle()
    hub.advance_to(ENDS_AT)
    return Ended(
        hub.latest("hub.view.matters.v1")[MATTER],
        hub.latest("hub.view.rulings.v1"),
        [one for one in hub.values("hub.notice.matters.v1") if isinstance(one, MatterChanged)],
        {reason for _, reason in hub.set_aside()},
    )


def in_memory(faults: Faults = NO_FAULTS) -> Ended:
    return play(MemoryHub(topology(), processors(), codec(), STARTS_AT, faults))


@pytest.fixture(scope="module")
def ended() -> Ended:
    return in_memory()


def test_the_matter_ends_closed_with_four_orders_of_which_three_came_back(ended: Ended) -> None:
    orders = [(order.unit, order.state, order.ruled) for order in ended.matter.orders]
    assert orders == [
        (MANAGEMENT, "returned", False),
        (HOUSING, "returned", False),
        (WATER, "returned", False),
        (HOUSING, "replied", True),
    ]
    assert (ended.matter.state, ended.matter.orders[-1].verification) == ("closed", "passed")
    assert ended.matter.orders[-1].reworks == 1


def test_each_minute_of_it_is_somebodys_and_they_add_up(ended: Ended) -> None:
    assert in_minutes(ended.matter) == SEGMENTS
    assert sum(minutes for _, _, minutes in SEGMENTS) == 215
    assert (ended.matter.closed_at or 0) - ended.matter.opened_at == 215 * 60_000


def test_the_ruling_is_kept_for_whoever_mends_the_call_list(ended: Ended) -> None:
    ruling = ended.rulings[MATTER]
    assert (ruling.unit, ruling.returned_by) == (HOUSING, (MANAGEMENT, HOUSING, WATER))
    assert ruling.reasons == ("not_our_area", "not_our_duty", "not_our_duty")


def test_what_nobody_may_say_is_told_and_changes_nothing(ended: Ended) -> None:
    assert ended.set_aside == {"NotEntitled"}
    refused = [(one.change, one.reason) for one in ended.changes if one.change in ("decision_refused", "refused")]
    assert refused == [("decision_refused", "not_the_decider"), ("refused", "ruled")]


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
