"""A month in which the hub is killed again and again is the month that it would have been, matter by matter.

The same story is played undisturbed in memory and on Kafka in simulated time, where workers and the broker are killed
with SIGKILL while they work. Agents and the front door do not take part as processes: the front door has the broker
stamp what it takes, which in simulated time would be today, and an agent in Faust lets its clients wait by the wall
clock. Their deaths are played as they show in the logs, at random: of a call that a killed agent had in hand nothing is
ever heard, in both plays; and where a receipt was lost the same fact is said again under its id, on Kafka alone.
"""

from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from streams.engine.memory import MemoryHub
from streams.facts.notices import Accountable, MatterChanged
from streams.facts.views import clocks_of
from tests.conftest import PrivateBrokers
from tests.faults.mortal_hub import MortalHub, kills_between
from tests.hechuan import hechuan
from tests.processors.kit import codec, processors, topology
from tests.scenarios.month import ENDS_AT, STARTS_AT, Month
from tests.scenarios.player import NOTICES, Ending, Hub, play, publish_city

GROUPS = {"dispatch": ("dispatch",), "others": ("event_profiles", "delivery", "situation")}
ONCE = ("reminded", "due_soon", "breached", "supervisor_added", "leader_told", "supervision_proposed")
"""What must be said once of a clock at a moment."""


class Played(NamedTuple):
    """How a month ended, and all that was told of each matter, who is accountable too, in order."""

    ending: Ending
    timelines: dict[str, list[MatterChanged | Accountable]]


def played_on(hub: Hub, month: Month) -> Played:
    publish_city(hub, hechuan())
    ending = play(hub, month.told(), month.units(), ENDS_AT)
    timelines: dict[str, list[MatterChanged | Accountable]] = {}
    for notice in hub.values(NOTICES):
        timelines.setdefault(notice.matter_no, []).append(notice)
    return Played(ending, timelines)


@cache
def undisturbed(matters: int) -> Played:
    return played_on(MemoryHub(topology(), processors(), codec(), STARTS_AT), Month(matters))


def assert_same(found: Played, wanted: Played) -> None:
    """Each matter's timeline and view, each incident, each tile."""
    assert found.timelines.keys() == wanted.timelines.keys()
    assert [no for no, told in wanted.timelines.items() if found.timelines[no] != told] == []
    assert found.ending.matters == wanted.ending.matters
    assert found.ending.incidents == wanted.ending.incidents
    assert found.ending.tiles == wanted.ending.tiles
    assert found.ending.set_aside == wanted.ending.set_aside == []


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


def month_under_fire(broker: PrivateBrokers, namespace: str, folder: Path, matters: int, kills: dict[str, int]) -> None:
    at = kills_between(STARTS_AT, ENDS_AT - 4 * 86_400_000, kills, seed=matters)
    with MortalHub.running(broker(), namespace, folder, STARTS_AT, GROUPS, at, 0.1) as hub:
        found = played_on(hub, Month(matters))
    print(hub.killed, hub.killed_at_work)
    assert Counter(hub.killed) == kills
    assert hub.killed_at_work >= len(hub.killed) // 4
    assert_same(found, undisturbed(matters))
    assert_true(found.ending)


def test_a_month_has_everything_that_could_be_lost_or_doubled() -> None:
    ending = undisturbed(14).ending
    assert_true(ending)
    told = Counter(one.change for changes in ending.changes.values() for one in changes)
    assert set(ONCE) <= told.keys()
    assert {"answered_late", "reported", "verified", "withdrawn", "handed_over"} <= told.keys()


@pytest.mark.timeout(600)
def test_a_month_with_ten_kills_is_the_month_without(
    private_broker: PrivateBrokers, namespace: str, tmp_path: Path
) -> None:
    month_under_fire(private_broker, namespace, tmp_path, 14, {"dispatch": 5, "others": 4, "broker": 1})


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_month_with_a_hundred_kills_is_the_month_without(
    private_broker: PrivateBrokers, namespace: str, tmp_path: Path
) -> None:
    month_under_fire(private_broker, namespace, tmp_path, 60, {"dispatch": 54, "others": 40, "broker": 6})
