"""A whistle that is refused, missed and comes to a meeting, on the hub in memory and on Kafka, by Hechuan's rules."""

from pathlib import Path
from typing import NamedTuple

import pytest

from streams.engine.memory import NO_FAULTS, Faults, MemoryHub
from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import KafkaHub
from streams.facts.notices import Attempt, MatterChanged
from streams.facts.views import Matter
from streams.secrecy.sealing import Keys, Sealer
from streams.watch.ownership import Violation
from tests.conftest import Cluster
from tests.hechuan import hechuan
from tests.processors.kit import codec, processors, topology
from tests.scenarios.player import Hub, publish_city, watched
from tests.scenarios.returned_thrice import HOUSING, MANAGEMENT, MATTER, STARTS_AT, TOWN_CENTRE, WATER, told
from tests.scenarios.whistled_in_vain import ENDS_AT, LATE, LATE_AT, MARKET, MEETING, REFUSED, SAID, WHISTLE


class Ended(NamedTuple):
    """What became of the story."""

    matter: Matter
    changes: list[tuple[str, str | None, str | None]]
    calls: list[Attempt]
    violations: list[Violation]
    set_aside: set[str]


def play(hub: Hub) -> Ended:
    publish_city(hub, hechuan())
    for said in told(SAID):
        hub.advance_to(said.at)
        hub.publish(said.log, said.fact)
        hub.settle()
    hub.advance_to(ENDS_AT)
    changes = [one for one in hub.values("hub.notice.matters.v1") if isinstance(one, MatterChanged)]
    return Ended(
        hub.latest("hub.view.matters.v1")[MATTER],
        [(one.change, one.joint_no or one.supervision_no, one.reason) for one in changes],
        sorted(hub.values("hub.notice.attempts.v1"), key=lambda one: (one.delivery_no, one.attempt)),
        watched(hub),
        {reason for _, reason in hub.set_aside()},
    )


def in_memory(faults: Faults = NO_FAULTS) -> Ended:
    return play(MemoryHub(topology(), processors(), codec(), STARTS_AT, faults))


@pytest.fixture(scope="module")
def ended() -> Ended:
    return in_memory()


def test_the_town_has_signed_for_each_unit_and_each_refusal_became_supervision(ended: Ended) -> None:
    (whistle,) = ended.matter.whistles
    assert (whistle.whistle_no, whistle.unit, whistle.state) == (WHISTLE, TOWN_CENTRE, "ended")
    assert [(one.unit, one.refusal, one.rating) for one in whistle.called] == [
        (HOUSING, None, "unsolved"),
        (WATER, "not_our_duty", "absent"),
        (MARKET, None, "late"),
    ]
    assert [(one.supervision_no, one.unit, one.origin, one.state) for one in ended.matter.supervisions] == [
        (REFUSED, WATER, "whistle", "signed_off"),
        (LATE, MARKET, "whistle", "refused"),
    ]
    assert ended.matter.supervisions[1].proposed_at == LATE_AT


def test_the_meeting_became_two_orders_and_all_of_them_a_closed_matter(ended: Ended) -> None:
    (meeting,) = ended.matter.meetings
    assert (meeting.meeting_no, meeting.state, meeting.document) == (MEETING, "decided", "合阳会纪〔2025〕7号")
    assert [(one.unit, one.came) for one in meeting.participants] == [
        (MANAGEMENT, False),
        (HOUSING, True),
        (WATER, True),
    ]
    assert [(one.order_no, one.unit, one.task) for one in meeting.decisions] == [
        (f"{MATTER}-05", WATER, "correct"),
        (f"{MATTER}-06", HOUSING, "act"),
    ]
    roles = [(one.role, one.state) for one in ended.matter.orders]
    assert roles == [("lead", "replied"), *[("assist", "resolved")] * 5]
    assert ended.matter.state == "closed"


def test_what_could_not_be_said_is_told_with_its_reason_and_nothing_is_set_aside(ended: Ended) -> None:
    refused = [(number, reason) for change, number, reason in ended.changes if change == "joint_refused"]
    assert refused == [(WHISTLE, "not_come"), (MEETING, "not_held")]
    assert ended.set_aside == set()


def test_whoever_is_to_come_is_called_to_the_meeting_and_by_the_whistle(ended: Ended) -> None:
    invited = {one.unit for one in ended.calls if one.kind == "meeting"}
    assert invited == {MANAGEMENT, HOUSING, WATER}
    called = {one.unit for one in ended.calls if one.kind == "order" and one.joint and one.joint.number == WHISTLE}
    assert called == {HOUSING, WATER, MARKET}


def test_somebody_was_accountable_at_every_moment_and_on_the_right_clock(ended: Ended) -> None:
    assert ended.violations == []


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
