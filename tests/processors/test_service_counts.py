"""What is counted of persons leaves in whole steps alone: no figure, and no difference of figures, tells of one."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contract import Fact
from streams.engine.memory import MemoryHub
from streams.facts import people, situation, views
from streams.processors.person_profiles import PersonProfiles
from streams.processors.situation import Situation
from streams.rules.geography import tier_regions
from streams.rules.whole_steps import in_whole_steps
from tests.processors.kit import DAY, HOUR, MINUTE, SITUATION, START_AT, TILE_VIEW, codec, publish_rules, topology
from tests.processors.test_due_services import CITY, PEOPLE

STEP = 5
ONE, TWO, FAR = "500117001001", "500117001002", "500117002001"
VILLAGES = (ONE, TWO, FAR)


class City:
    """Persons by village, each with a token of their own; what is counted of them."""

    def __init__(self) -> None:
        processors: dict[str, Any] = {"person_profiles": PersonProfiles(), "situation": Situation()}
        self.hub = MemoryHub(topology(), processors, codec(), START_AT)
        publish_rules(self.hub, CITY, logs=(PEOPLE,))
        self.hub.settle()
        self._rows = 0

    def say(self, fact: Fact) -> None:
        self.hub.publish(PEOPLE, fact)
        self.hub.settle()

    def service(
        self, person: int, village: str, state: Any = "due", system: str = "cl_disability_service", **said: Any
    ) -> None:
        under_14 = said.get("under_14", False)
        self._rows += 1
        token, trace = f"services:1:{person:016x}", f"{system}:CJ{person}:{self._rows}"
        kind: Any = "disability" if system == "cl_disability_service" else "correction"
        content = people.ServiceContent(
            unit=village, region=village, kind=kind, state=state, due_on="2026-09-22", under_14=under_14
        )
        self.say(
            people.Service(
                id=f"{trace}#1", trace=trace, key=token, occurred_at=self.hub.now, token=token, system=system,
                record_no=f"CJ{person}", content=content, recorded_at=self.hub.now,
            )
        )  # fmt: skip

    def call(self, person: int, village: str, *, answered: bool = False) -> None:
        self._rows += 1
        token, trace = f"services:1:{person:016x}", f"mz_elder_call:HJ{person}:{self._rows}"
        content = people.HelpContent(region=village, answered=answered, unit=None)
        self.say(
            people.Help(
                id=f"{trace}#1", trace=trace, key=token, occurred_at=self.hub.now, token=token,
                system="mz_elder_call", record_no=f"HJ{person}", content=content, recorded_at=self.hub.now,
            )
        )  # fmt: skip

    def wait(self, milliseconds: int) -> None:
        self.hub.advance_to(self.hub.now + milliseconds)

    def told(self) -> list[situation.ServicesCounted]:
        return [one for one in self.hub.values(SITUATION) if isinstance(one, situation.ServicesCounted)]

    def tiles(self) -> dict[str, views.Tile]:
        return dict(self.hub.latest(TILE_VIEW))

    def open(self) -> dict[str, int]:
        """The counts of services that are owed, by region, but for nothing."""
        found = {tile.region: tile.open for tile in self.tiles().values() if tile.incident_class == "service_due"}
        return {region: count for region, count in found.items() if count}


def told_of(world: Mapping[str, int]) -> dict[str, int]:
    """What a city tells of so many persons in each village, some hours later."""
    city, person = City(), 0
    for village, count in world.items():
        for _ in range(count):
            person += 1
            city.service(person, village)
    city.wait(2 * HOUR)
    return city.open()


def test_six_persons_in_a_village_are_at_least_five_at_every_tier() -> None:
    assert told_of({ONE: 6, TWO: 4}) == {
        "500117": 5, "500117001": 5, "500117001001": 5, "500117001001000": 5,
    }  # fmt: skip


def test_a_small_count_is_nothing_and_nothing_is_told() -> None:
    city = City()
    for person in range(4):
        city.service(person, ONE)
    city.wait(2 * HOUR)
    assert (city.told(), city.tiles()) == ([], {})


def test_what_is_late_is_counted_when_its_day_is_over_and_no_more_when_it_is_done() -> None:
    city = City()
    for person in range(7):
        city.service(person, ONE)
    city.wait(3 * DAY)
    tile = city.tiles()["500117001|service_due"]
    assert (tile.open, tile.overdue, tile.at_least) == (5, 5, True)
    for person in range(3):
        city.service(person, ONE, "done")
    city.wait(2 * HOUR)
    assert city.open() == {}
    assert city.tiles()["500117|service_due"].overdue == 0


def test_calls_that_wait_are_counted_apart() -> None:
    city = City()
    for person in range(11):
        city.call(person, ONE)
    city.wait(2 * HOUR)
    assert city.tiles()["500117|help_call"].open == 10
    for person in range(2):
        city.call(person, ONE, answered=True)
    city.wait(2 * HOUR)
    assert city.tiles()["500117|help_call"].open == 5
    assert city.open() == {}


def test_a_service_that_reaches_its_unit_alone_is_in_no_figure() -> None:
    city = City()
    for person in range(20):
        city.service(person, ONE, system="sf_correction_service")
        city.service(100 + person, ONE, under_14=True)
    city.wait(5 * DAY)
    assert (city.told(), city.tiles()) == ([], {})


def test_what_turns_out_to_be_its_units_alone_is_counted_no_more() -> None:
    city = City()
    for person in range(5):
        city.service(person, ONE)
    city.wait(2 * HOUR)
    assert city.open()["500117"] == 5
    city.service(0, ONE, under_14=True)
    city.wait(3 * DAY)
    assert city.open() == {}
    assert city.tiles()["500117|service_due"].overdue == 0


def test_a_figure_changes_at_whole_hours_and_not_when_a_person_does() -> None:
    city = City()
    for person in range(4):
        city.service(person, ONE)
    city.wait(2 * HOUR)
    city.service(4, ONE)
    city.wait(59 * MINUTE)
    assert city.told() == []
    city.wait(HOUR)
    assert [one.due for one in city.told()] == [5]


def test_one_who_comes_and_one_who_goes_between_two_hours_leave_no_trace() -> None:
    city = City()
    for person in range(5):
        city.service(person, ONE)
    city.wait(2 * HOUR)
    city.service(0, ONE, "done")
    city.service(7, ONE)
    city.wait(5 * HOUR)
    assert [one.due for one in city.told()] == [5]


def test_no_figure_is_over_all_classes_and_no_token_is_in_any() -> None:
    city = City()
    for person in range(6):
        city.service(person, ONE)
        city.call(person, ONE)
    city.wait(3 * DAY)
    assert not [key for key in city.tiles() if key.endswith("|*")]
    for topic in topology().topics:
        if topic not in (PEOPLE, "hub.log.matters.v1"):  # the token of whom a matter is about stands in its log
            assert "services:1:" not in repr((city.hub.values(topic), city.hub.appended(topic)))


WORLDS = st.fixed_dictionaries({village: st.integers(min_value=0, max_value=9) for village in VILLAGES})


@settings(max_examples=15, deadline=None)
@given(WORLDS, st.sampled_from(VILLAGES))
def test_two_cities_that_differ_in_one_person_tell_the_same_but_at_the_place_that_crosses_a_step(
    world: dict[str, int], village: str
) -> None:
    more = {**world, village: world[village] + 1}
    one, other = told_of(world), told_of(more)
    differing = {region for region in one.keys() | other.keys() if one.get(region) != other.get(region)}
    crosses = more[village] % STEP == 0
    assert differing == ({region for _, region in tier_regions(village)} if crosses else set())


@settings(max_examples=10, deadline=None)
@given(WORLDS, st.fixed_dictionaries({village: st.integers(min_value=0, max_value=STEP - 1) for village in VILLAGES}))
def test_whatever_is_left_over_a_whole_step_anywhere_all_figures_are_the_same(
    world: dict[str, int], left: dict[str, int]
) -> None:
    """So no sum or difference of figures tells what is left over: every remainder agrees with all of them."""
    other = {village: in_whole_steps(count, STEP) + left[village] for village, count in world.items()}
    assert told_of(world) == told_of(other)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(VILLAGES), st.integers(0, 11), st.sampled_from(["due", "done"])), max_size=40)
)
def test_every_tier_is_the_sum_of_the_one_below_and_no_more_than_is_true(moves: list[tuple[str, int, Any]]) -> None:
    city = City()
    owed: dict[int, str] = {}
    for village, person, state in moves:
        number = 100 * VILLAGES.index(village) + person
        city.service(number, village, state)
        owed[number] = village if state == "due" else ""
    city.wait(2 * HOUR)
    true = Counter(village for village in owed.values() if village)
    expected: Counter[str] = Counter()
    for village, count in true.items():
        for _, region in tier_regions(village):
            expected[region] += in_whole_steps(count, STEP)
    assert city.open() == {region: count for region, count in expected.items() if count}
