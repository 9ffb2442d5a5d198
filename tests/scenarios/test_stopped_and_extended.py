"""A manhole's order is suspended for bad weather and extended, by the city's own rules; in memory and on Kafka."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from streams.cities.city import CITIES, read_city
from streams.contract import Fact
from streams.engine.memory import NO_FAULTS, Faults, MemoryHub
from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import KafkaHub
from streams.facts.matters import Decided, Requested
from streams.facts.notices import MatterChanged
from streams.facts.views import Clock, Matter
from streams.rules.calendar import BEIJING
from streams.secrecy.sealing import Keys, Sealer
from tests.conftest import Cluster
from tests.processors.kit import codec, processors, topology
from tests.scenarios.player import Hub, publish_city
from tests.scenarios.returned_thrice import (
    DELIVERIES,
    DISTRICT,
    INCIDENTS,
    MANAGEMENT,
    MATTER,
    MATTERS,
    STARTS_AT,
    actor,
    answered,
    reached,
    report,
)

MINUTE = 60_000
Ended = tuple[Matter, list[MatterChanged], list[tuple[str, str]]]


def at(day: int, hour: int, minute: int = 0) -> int:
    """A moment of July 2025, which begins on a Tuesday; the story on Monday the 7th at half past nine."""
    return round(datetime(2025, 7, day, hour, minute, tzinfo=BEIJING).timestamp() * 1_000)


def asked(request: Any, reason: str, **wanted: Any) -> Requested:
    return Requested(
        key=DISTRICT, occurred_at=0, order_no=f"{MATTER}-01", request=request, reason=reason, words="", document="",
        **wanted, **actor(MANAGEMENT, "officer-1", "responder"),
    )  # fmt: skip


def approved(number: int, officer: str, role: str) -> Decided:
    return Decided(
        key=DISTRICT, occurred_at=0, request_no=f"50011720250707R{number:05}", decision="approve", words="",
        document="合城管批〔2025〕8号", **actor(MANAGEMENT, officer, role),
    )  # fmt: skip


def extension_approved() -> Decided:
    """The second request of the next day, whose numbers begin anew."""
    return replace(approved(1, "leader-1", "unit_leader"), request_no="50011720250708R00002")


SAID: tuple[tuple[int, str, Fact], ...] = (
    (STARTS_AT, INCIDENTS, report()),
    (at(7, 9, 31), DELIVERIES, reached(1, MANAGEMENT)),
    (at(7, 9, 40), MATTERS, answered(1, MANAGEMENT, "first_contact")),
    (at(7, 10), MATTERS, asked("suspend", "weather", until_at=at(8, 12))),
    (at(7, 10, 10), MATTERS, approved(2, "officer-1", "unit_leader")),  # his own request
    (at(7, 10, 30), MATTERS, approved(2, "leader-1", "unit_leader")),
    (at(8, 14), MATTERS, asked("extend", "complex_case", clock="resolve", amount=6)),  # more than five
    (at(8, 14, 5), MATTERS, asked("extend", "complex_case", clock="resolve", amount=2)),
    (at(8, 15), MATTERS, extension_approved()),
    (at(14, 17), MATTERS, answered(1, MANAGEMENT, "resolve", "solved")),
)


def play(hub: Hub) -> Ended:
    publish_city(hub, read_city(CITIES / "hechuan"))
    for number, (moment, log, fact) in enumerate(SAID):
        hub.advance_to(moment)
        identity = f"story:{number}"
        hub.publish(log, replace(fact, id=identity, trace=identity, source="story", occurred_at=moment))
        hub.settle()
    hub.advance_to(at(14, 17, 30))
    changes = (one for one in hub.values("hub.notice.matters.v1") if isinstance(one, MatterChanged))
    told = [one for one in changes if one.matter_no == MATTER]
    return hub.latest("hub.view.matters.v1")[MATTER], told, hub.set_aside()


def in_memory(faults: Faults = NO_FAULTS) -> Ended:
    return play(MemoryHub(topology(), processors(), codec(), STARTS_AT, faults))


@pytest.fixture(scope="module")
def ended() -> Ended:
    return in_memory()


def clock(ended: Ended, kind: str) -> Clock:
    (found,) = (one for one in ended[0].orders[0].clocks if one.kind == kind)
    return found


def test_nine_office_hours_of_rain_and_two_days_more_are_given_and_not_an_hour_else(ended: Ended) -> None:
    """Due on Tuesday; nine open hours later at the close of Thursday; two office days more: the close of Monday."""
    resolve = clock(ended, "resolve")
    assert [(move.cause, move.was_due_at) for move in resolve.moves] == [
        ("suspended", at(8, 18)),
        ("extended", at(10, 18)),
    ]
    assert (resolve.due_at, resolve.state, resolve.ended_at) == (at(14, 18), "met", at(14, 17))


def test_the_clock_that_nobody_asked_about_is_suspended_and_then_breached_at_its_own_deadline(ended: Ended) -> None:
    reply = clock(ended, "reply")
    assert (reply.due_at, reply.state) == (at(11, 18), "breached")
    assert [one.changed_at for one in ended[1] if (one.change, one.clock) == ("breached", "reply")] == [at(11, 18)]


def test_what_was_not_to_be_is_told_with_its_reason(ended: Ended) -> None:
    told = [(one.change, one.reason) for one in ended[1] if one.change in ("refused", "decision_refused")]
    assert told == [("decision_refused", "own_request"), ("refused", "too_long")]
    assert ended[2] == []


def test_it_ends_by_itself_at_noon(ended: Ended) -> None:
    assert [one.changed_at for one in ended[1] if one.change == "resumed"] == [at(8, 12)]


@pytest.mark.parametrize("seed", [1, 2])
def test_faults_change_nothing(ended: Ended, seed: int) -> None:
    faults = Faults(seed=seed, twice=0.5, crash_before_commit=0.2, crash_after_commit=0.2, handed_over=0.2, batch=3)
    assert in_memory(faults) == ended


def test_kafka_ends_it_as_memory_does(kafka_broker: Cluster, namespace: str, tmp_path: Path, ended: Ended) -> None:
    quarantine = SealingQuarantine(codec(), Sealer(Keys(tmp_path, create=True)))
    wiring = topology().with_namespace(namespace)
    with KafkaHub.running(wiring, processors(), codec(), kafka_broker.bootstrap_servers, quarantine, STARTS_AT) as hub:
        assert play(hub) == ended
