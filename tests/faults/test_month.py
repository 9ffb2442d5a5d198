"""A month in which the hub is killed again and again is the month that it would have been, matter by matter.

The same story is played undisturbed in memory and on Kafka in simulated time, where workers, the agent that calls
units, the front door that they answer through and the broker are killed with SIGKILL while they work. Whatever else is
said comes twice now and then under its id, as after a lost receipt. A real agent's result carries the instant of its
call: that a call is never heard of again, or ends when its time is over, is told by a month of its own without agent.
"""

from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from streams.cities.city import City
from streams.engine.memory import MemoryHub
from streams.facts.notices import Accountable, MatterChanged
from streams.facts.rules import Unit, UnitChannel
from streams.facts.views import Tile, clocks_of
from tests.conftest import PrivateBrokers
from tests.faults.mortal_hub import Kill, MortalHub, kills_between
from tests.faults.whole_hub import WholeHub
from tests.hechuan import hechuan
from tests.processors.kit import codec, processors, topology
from tests.scenarios.month import CALLED_AT_ONCE, CONDUCTS, DAY, ENDS_AT, STARTS_AT, Conduct, Month
from tests.scenarios.player import NOTICES, Ending, Hub, play, publish_city

GROUPS = {"dispatch": ("dispatch",), "others": ("event_profiles", "delivery", "situation")}
ONCE = ("reminded", "due_soon", "breached", "supervisor_added", "leader_told", "supervision_proposed")
"""What must be said once of a clock at a moment."""


class Played(NamedTuple):
    """How a month ended, and all that was told of each matter, who is accountable too, in order."""

    ending: Ending
    timelines: dict[str, list[MatterChanged | Accountable]]


@cache
def city_of_webhooks() -> City:
    """Hechuan, whose units are all called over HTTP: the real agent meets no other system of theirs here."""
    city = hechuan()
    rules = tuple(replace(rule, channels=over_http(rule)) if isinstance(rule, Unit) else rule for rule in city.rules)
    return replace(city, rules=rules)


def over_http(unit: Unit) -> tuple[UnitChannel, ...]:
    first, *others = unit.channels
    is_rung_up = first.channel == "phone"
    return unit.channels if is_rung_up else (UnitChannel(channel="webhook", address="secret:webhook"), *others)


def played_on(hub: Hub, month: Month) -> Played:
    publish_city(hub, city_of_webhooks())
    ending = play(hub, month.told(), month.units(), ENDS_AT)
    timelines: dict[str, list[MatterChanged | Accountable]] = {}
    for notice in hub.values(NOTICES):
        timelines.setdefault(notice.matter_no, []).append(notice)
    return Played(ending, timelines)


@cache
def undisturbed(matters: int, conducts: tuple[Conduct, ...] = CONDUCTS) -> Played:
    return played_on(MemoryHub(topology(), processors(), codec(), STARTS_AT), Month(matters, conducts))


def assert_same(found: Played, wanted: Played) -> None:
    """Each matter's timeline and view, each incident, each tile but for the id of its cause, which a door chose."""
    assert found.timelines.keys() == wanted.timelines.keys()
    assert [no for no, told in wanted.timelines.items() if found.timelines[no] != told] == []
    assert found.ending.matters == wanted.ending.matters
    assert found.ending.incidents == wanted.ending.incidents
    assert tiles(found) == tiles(wanted)
    assert found.ending.set_aside == wanted.ending.set_aside == []


def tiles(played: Played) -> dict[str, Tile]:
    return {key: replace(tile, caused_by="") for key, tile in played.ending.tiles.items()}


def assert_true(ending: Ending) -> None:
    """No breach early, lost or doubled, no reminder or supervision doubled, nobody without an owner at any moment."""
    told = [notice for changes in ending.changes.values() for notice in changes]
    breaches = [one for one in told if one.change == "breached"]
    assert all(one.changed_at == one.due_at for one in breaches)
    clocks = [clock for matter in ending.matters.values() for clock in clocks_of(matter)]
    assert len(breaches) == sum(clock.state in ("breached", "withdrawn") for clock in clocks)
    said = Counter((one, one.change) for one in told if one.change in ONCE)
    assert [one for one, times in said.items() if times > 1] == []
    assert ending.violations == []


def kills_of(kills: dict[str, int]) -> list[Kill]:
    return kills_between(STARTS_AT, ENDS_AT - 4 * DAY, kills, seed=sum(kills.values()))


def assert_undisturbed(hub: MortalHub, found: Played, wanted: Played, kills: dict[str, int]) -> None:
    print(hub.killed, hub.killed_at_work)
    assert Counter(hub.killed) == kills
    assert hub.killed_at_work >= len(hub.killed) // 4
    assert_same(found, wanted)
    assert_true(found.ending)


def month_under_fire(broker: PrivateBrokers, namespace: str, folder: Path, matters: int, kills: dict[str, int]) -> None:
    """The month whose units are called by a real agent and answer through the real front door."""
    month = Month(matters, CALLED_AT_ONCE)
    arguments = (broker(), namespace, folder, STARTS_AT, GROUPS, kills_of(kills), 0.1)
    with WholeHub.running(*arguments, refuses=month.refuses) as hub:
        found = played_on(hub, month)
    assert_undisturbed(hub, found, undisturbed(matters, CALLED_AT_ONCE), kills)


def test_a_month_has_everything_that_could_be_lost_or_doubled() -> None:
    ending = undisturbed(14).ending
    assert_true(ending)
    told = Counter(one.change for changes in ending.changes.values() for one in changes)
    assert set(ONCE) <= told.keys()
    assert {"answered_late", "reported", "verified", "withdrawn", "handed_over"} <= told.keys()


@pytest.mark.timeout(1200)
def test_a_month_with_ten_kills_is_the_month_without(
    private_broker: PrivateBrokers, namespace: str, tmp_path: Path
) -> None:
    kills = {"dispatch": 3, "others": 2, "agent": 2, "gateway": 2, "broker": 1}
    month_under_fire(private_broker, namespace, tmp_path, 10, kills)


@pytest.mark.timeout(1200)
def test_a_month_of_swallowed_calls_with_kills_is_the_month_without(
    private_broker: PrivateBrokers, namespace: str, tmp_path: Path
) -> None:
    kills = {"dispatch": 2, "others": 2}
    with MortalHub.running(private_broker(), namespace, tmp_path, STARTS_AT, GROUPS, kills_of(kills), 0.1) as hub:
        found = played_on(hub, Month(len(CONDUCTS)))
    assert_undisturbed(hub, found, undisturbed(len(CONDUCTS)), kills)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_month_with_a_hundred_kills_is_the_month_without(
    private_broker: PrivateBrokers, namespace: str, tmp_path: Path
) -> None:
    kills = {"dispatch": 40, "others": 25, "agent": 15, "gateway": 15, "broker": 5}
    month_under_fire(private_broker, namespace, tmp_path, 28, kills)
