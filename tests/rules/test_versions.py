"""Versions of the rules: whole or not at all, in force from their instant, the one before swept away."""

from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from streams.contract import Fact
from streams.engine.memory import MemoryHub
from streams.facts.rules import InForce, Unit
from streams.processors.delivery import Delivery
from tests.processors.kit import (
    DELIVERIES,
    HOUR,
    MINUTE,
    RULES,
    START_AT,
    WATER,
    Centre,
    codec,
    publish_rules,
    topology,
    unit,
)


def delivery_hub() -> MemoryHub:
    return MemoryHub(topology(), {"delivery": Delivery()}, codec(), START_AT)


def units(number: int) -> list[Fact]:
    return [unit(f"unit-{each:05}", "water_utility", "500117") for each in range(number)]


def publish(hub: MemoryHub, version: str, items: list[Fact], effective_at: int | None = None) -> None:
    publish_rules(hub, items, version, effective_at, logs=(DELIVERIES,))
    hub.settle()


def kept(hub: MemoryHub, partition: int = 0) -> dict[str, int]:
    """How many units each version has in the tables of a partition."""
    found: dict[str, int] = {}
    for key in hub.owners[partition].changelog:
        table, _, rest = key.partition("/")
        if table == "units":
            version = rest.partition("/")[0]
            found[version] = found.get(version, 0) + 1
    return found


def in_force(hub: MemoryHub, partition: int = 0) -> str | None:
    row = hub.owners[partition].changelog.get("in_force/current")
    return None if row is None else hub.codec.decode(row[8:]).version


def test_items_count_only_once_their_version_is_in_force() -> None:
    hub = delivery_hub()
    for number, item in enumerate(units(3)):
        assert isinstance(item, Unit)
        hub.broadcast(DELIVERIES, replace(item, id=f"item:{number}", version="1"))
    hub.settle()
    assert (in_force(hub), kept(hub)) == (None, {"1": 3})


def test_a_version_reaches_every_partition() -> None:
    hub = delivery_hub()
    publish(hub, "1", units(3))
    assert [in_force(hub, partition) for partition in range(4)] == ["1"] * 4


def test_a_version_of_which_an_item_is_missing_is_refused_and_the_old_one_stays() -> None:
    hub = delivery_hub()
    publish(hub, "1", units(3))
    declared = InForce(id="2", key="rules", occurred_at=hub.now, version="2", effective_at=hub.now, items=4)
    for number, item in enumerate(units(3)):
        assert isinstance(item, Unit)
        hub.broadcast(DELIVERIES, replace(item, id=f"item:{number}", version="2"))
    hub.broadcast(DELIVERIES, declared)
    hub.settle()
    assert set(hub.set_aside()) == {("apply", "IncompleteRules")}
    assert in_force(hub) == "1"


def test_a_version_that_is_completed_and_declared_again_is_in_force() -> None:
    hub = delivery_hub()
    hub.broadcast(DELIVERIES, InForce(id="a", key="rules", occurred_at=0, version="1", effective_at=0, items=2))
    hub.settle()
    publish(hub, "1", units(2))
    assert in_force(hub) == "1"


def test_versions_whose_names_begin_alike_are_not_mixed_up() -> None:
    hub = delivery_hub()
    publish(hub, "1", units(2))
    publish(hub, "10", units(3))
    publish(hub, "100", units(1))
    assert (in_force(hub), kept(hub)) == ("100", {"100": 1})


def test_a_version_is_in_force_from_its_instant_and_not_before() -> None:
    hub = delivery_hub()
    publish(hub, "1", units(3))
    publish(hub, "2", units(5), effective_at=START_AT + HOUR)
    hub.advance_to(START_AT + HOUR - 1)
    assert (in_force(hub), kept(hub)) == ("1", {"1": 3, "2": 5})
    hub.advance_to(START_AT + HOUR)
    assert (in_force(hub), kept(hub)) == ("2", {"2": 5})


def test_a_version_that_waits_for_its_instant_survives_a_restart() -> None:
    hub = delivery_hub()
    publish(hub, "1", units(3), effective_at=START_AT + HOUR)
    hub.restart()
    hub.advance_to(START_AT + HOUR)
    assert in_force(hub) == "1"


@pytest.mark.parametrize("items", [399, 400, 401, 1_300])
def test_an_old_version_is_swept_whole_in_slices(items: int) -> None:
    hub = delivery_hub()
    publish(hub, "1", units(items))
    publish(hub, "2", units(2))
    hub.advance_to(hub.now)
    assert (in_force(hub), kept(hub)) == ("2", {"2": 2})
    assert hub.set_aside() == []
    assert [key for key in hub.owners[0].changelog if key.startswith("in_force/")] == ["in_force/current"]


def test_declaring_what_is_in_force_sweeps_nothing() -> None:
    hub = delivery_hub()
    publish(hub, "1", units(3))
    hub.broadcast(DELIVERIES, InForce(id="again", key="rules", occurred_at=0, version="1", effective_at=0, items=3))
    hub.advance_to(hub.now)
    assert (in_force(hub), kept(hub)) == ("1", {"1": 3})


def test_a_version_that_nobody_wrote_is_refused() -> None:
    hub = delivery_hub()
    publish(hub, "1", units(3))
    hub.broadcast(DELIVERIES, InForce(id="9", key="rules", occurred_at=0, version="9", effective_at=0, items=3))
    hub.settle()
    assert set(hub.set_aside()) == {("apply", "IncompleteRules")}
    assert in_force(hub) == "1"


def test_an_order_goes_by_the_rules_of_its_moment() -> None:
    """At eight the district's team is called, from nine on the town's."""
    centre = Centre()
    town = unit("water-town", "water_utility", "500117001")
    publish_rules(centre.hub, (*RULES, town), version="2", effective_at=START_AT + HOUR)
    centre.wait(HOUR - MINUTE)
    centre.report("1")
    centre.wait(MINUTE)
    centre.report("2", incident_class="burst_main", occurred_at=START_AT - 5 * HOUR)
    assert [matter.orders[0].unit for matter in centre.matters()] == [WATER, "water-town"]


class Publishing(RuleBasedStateMachine):
    """Versions of any size, for now or later, while time passes and partitions move: always one is in force, whole."""

    @initialize()
    def begin(self) -> None:
        self.hub = delivery_hub()
        self.sizes: dict[str, int] = {}
        self.waiting: list[tuple[int, str]] = []
        self.current: str | None = None

    @rule(items=st.integers(0, 12), after=st.sampled_from([-HOUR, 0, MINUTE, HOUR, 2 * HOUR]))
    def publish(self, items: int, after: int) -> None:
        version = f"{len(self.sizes) + 1}-x"
        self.sizes[version] = items
        publish(self.hub, version, units(items), self.hub.now + after)
        if after > 0:
            self.waiting.append((self.hub.now + after, version))
        else:
            self.current = version

    @rule(waited=st.sampled_from([0, 1, MINUTE, HOUR]))
    def wait(self, waited: int) -> None:
        self.hub.advance_to(self.hub.now + waited)
        for due in sorted(due for due in self.waiting if due[0] <= self.hub.now):
            self.waiting.remove(due)
            self.current = due[1]

    @rule()
    def restart(self) -> None:
        self.hub.restart()

    @invariant()
    def one_version_is_in_force_and_whole(self) -> None:
        self.hub.advance_to(self.hub.now)
        waiting = [version for _, version in self.waiting]
        alive = [version for version in (self.current, *waiting) if version is not None]
        for partition in range(4):
            assert in_force(self.hub, partition) == self.current
            assert kept(self.hub, partition) == {each: self.sizes[each] for each in alive if self.sizes[each]}


TestPublishing = Publishing.TestCase
TestPublishing.settings = settings(max_examples=30, stateful_step_count=15, deadline=None)
