"""The flood hour on every kind of hub: its own truths, and the same end of every incident, matter and tile."""

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.engine.memory import NO_FAULTS, Faults, MemoryHub
from streams.engine.quarantine import SealingQuarantine
from streams.engine.simulation import KafkaHub
from streams.facts.views import Clock, Incident, Matter, clocks_of
from streams.secrecy.sealing import Keys, Sealer
from tests.conftest import Cluster
from tests.hechuan import hechuan_by_classes
from tests.processors.kit import codec, figures, processors, topology
from tests.processors.sums import NOTHING, Figures, added, assert_sums
from tests.scenarios.flood_hour import ENDS_AT, HAPPENINGS, MAIN, STARTS_AT, Happening, told, units
from tests.scenarios.player import Ending, play, publish_city

BESIDE_THE_MAIN = tuple(happening for happening in HAPPENINGS if happening is not MAIN)
"""A short story: 46 calls."""
KAFKA_ROUND_SECONDS = 15
"""Each moment of the story costs Kafka two transactions one after the other: readers fetch in rounds there."""


@cache
def played(
    seed: int = 1,
    every_seconds: int = 1,
    faults: Faults = NO_FAULTS,
    happenings: tuple[Happening, ...] = HAPPENINGS,
) -> Ending:
    """The story on the hub in memory."""
    hub = MemoryHub(topology(), processors(), codec(), STARTS_AT, faults)
    publish_city(hub, hechuan_by_classes())
    return play(hub, told(seed, every_seconds, happenings), units(seed), ENDS_AT)


def incidents_of(ending: Ending, happening: Happening) -> list[Incident]:
    wanted = (happening.incident_class, happening.region)
    return [one for one in ending.incidents.values() if (one.incident_class, one.region) == wanted]


def matters_of(ending: Ending, happening: Happening) -> list[Matter]:
    numbers = [incident.matter_no for incident in incidents_of(ending, happening)]
    return [ending.matters[number] for number in numbers if number is not None]


def clocks(ending: Ending) -> list[Clock]:
    return [clock for matter in ending.matters.values() for clock in clocks_of(matter)]


# What must be true of it.


@pytest.fixture(params=[1, 2, 3], ids="seed {}".format)
def ending(request: pytest.FixtureRequest) -> Ending:
    return played(seed=request.param)


def test_every_open_matter_has_one_who_is_accountable_and_a_clock_that_is_told_of(ending: Ending) -> None:
    assert ending.violations == []


def test_nine_hundred_calls_are_one_incident(ending: Ending) -> None:
    (incident,) = incidents_of(ending, MAIN)
    assert incident.reports == 900
    assert set(incident.systems) == {"ga_alarm110", "zz_community_e", "cg_municipal_iot"}


@pytest.mark.parametrize("happening", HAPPENINGS, ids=lambda happening: happening.name)
def test_what_happens_beside_it_stays_apart_and_whole(ending: Ending, happening: Happening) -> None:
    incidents = incidents_of(ending, happening)
    assert len(incidents) == happening.incidents
    assert sum(incident.reports for incident in incidents) == happening.calls


def test_no_report_is_lost_or_counted_twice(ending: Ending) -> None:
    assert sum(incident.reports for incident in ending.incidents.values()) == sum(one.calls for one in HAPPENINGS)
    assert ending.set_aside == []


@pytest.mark.parametrize("happening", HAPPENINGS, ids=lambda happening: happening.name)
def test_each_happening_ends_as_its_unit_behaved(ending: Ending, happening: Happening) -> None:
    truth = happening.truth
    matters = matters_of(ending, happening)
    assert len(matters) == (happening.incidents if truth.matter else 0)
    for matter in matters:
        (order,) = matter.orders
        states = {clock.kind: clock.state for clock in order.clocks}
        assert (matter.state, states.get("acknowledge"), states.get("arrive")) == (
            truth.matter, truth.acknowledge, truth.arrive,
        )  # fmt: skip
        assert set(truth.changes) <= set(ending.changes_of(matter.matter_no))


def test_an_incident_ends_as_its_matter_does(ending: Ending) -> None:
    for incident in ending.incidents.values():
        if incident.matter_no is not None:
            assert incident.state == ending.matters[incident.matter_no].state
    assert {incident.state for incident in ending.incidents.values() if incident.matter_no is None} == {"closed"}


def test_no_clock_fires_early_or_twice_and_none_that_was_met_fires(ending: Ending) -> None:
    told_of = [notice for changes in ending.changes.values() for notice in changes]
    breached = [(notice.matter_no, notice.order_no, notice.clock) for notice in told_of if notice.change == "breached"]
    assert len(breached) == len(set(breached))
    assert all(notice.changed_at == notice.due_at for notice in told_of if notice.change == "breached")
    assert all(notice.changed_at >= (notice.due_at or 0) for notice in told_of if notice.change == "answered_late")
    assert len(breached) == sum(clock.state == "breached" for clock in clocks(ending))


def test_every_clock_that_has_come_to_its_end_was_stopped_in_time_or_is_breached(ending: Ending) -> None:
    for clock in clocks(ending):
        in_time = clock.ended_at is not None and clock.ended_at < clock.due_at
        assert in_time == (clock.state in ("met", "stopped"))
        assert (clock.state == "running") == (clock.ended_at is None and clock.due_at > ENDS_AT)


def test_nothing_is_closed_or_delivered_twice(ending: Ending) -> None:
    for matter_no in ending.changes:
        changes = ending.changes_of(matter_no)
        for change in ("opened", "assigned", "delivered", "undelivered", "acknowledged", "arrived", "closed"):
            assert changes.count(change) <= 1, (matter_no, change)


def test_tiles_add_up_and_count_what_the_matters_are(ending: Ending) -> None:
    tiles = figures(ending.tiles)
    assert_sums(tiles)
    counted: Figures = NOTHING
    for matter in ending.matters.values():
        answered = any(order.state not in ("sent", "delivered", "undelivered") for order in matter.orders)
        overdue = any(clock.state == "breached" for clock in clocks_of(matter))
        if matter.state != "closed":
            counted = added(counted, (1, int(answered), int(overdue)))
    assert tiles["500117|*"] == counted


# The same end, whatever goes wrong and wherever it runs.


def assert_same(ending: Ending, expected: Ending) -> None:
    """Incident by incident, matter by matter with all that was told of it, tile by tile."""
    for found, wanted in (
        (ending.incidents, expected.incidents),
        (ending.matters, expected.matters),
        (ending.changes, expected.changes),
        (ending.tiles, expected.tiles),
    ):
        assert found.keys() == wanted.keys()
        differing = {key: (found[key], wanted[key]) for key in wanted if found[key] != wanted[key]}
        assert differing == {}
    assert ending.set_aside == expected.set_aside == []
    assert ending.violations == expected.violations == []


FAULTS = {
    "crashes": {"crash_before_commit": 0.04, "crash_after_commit": 0.04},
    "hand-overs": {"handed_over": 0.06},
    "everything twice": {"twice": 1.0},
    "one log behind another": {"delayed": 0.7},
    "small batches": {"batch": 3, "shuffled": True},
    "all at once": {
        "twice": 0.3, "crash_before_commit": 0.03, "crash_after_commit": 0.03, "handed_over": 0.03, "delayed": 0.4,
        "shuffled": True, "batch": 20,
    },
}  # fmt: skip
"""How likely each is in a transaction: of 2,800 some 200 crash or change hands, and all tables are made anew."""


@pytest.mark.parametrize("kind", FAULTS)
@pytest.mark.parametrize("seed", [1, 2])
def test_faults_change_nothing(kind: str, seed: int) -> None:
    faults = Faults(seed=seed, **FAULTS[kind])  # type: ignore[arg-type]
    assert_same(played(every_seconds=KAFKA_ROUND_SECONDS, faults=faults), played(every_seconds=KAFKA_ROUND_SECONDS))


LIKELY = st.floats(0, 0.1)


@settings(max_examples=15, deadline=None)
@given(
    st.builds(
        Faults, seed=st.integers(0, 2**32), twice=st.floats(0, 1), crash_before_commit=LIKELY,
        crash_after_commit=LIKELY, handed_over=LIKELY, delayed=LIKELY, shuffled=st.booleans(),
        batch=st.integers(3, 50),
    ),
    st.integers(1, 5),
)  # fmt: skip
def test_no_mixture_of_faults_changes_anything(faults: Faults, seed: int) -> None:
    assert_same(played(seed, 15, faults, BESIDE_THE_MAIN), played(seed, 15, NO_FAULTS, BESIDE_THE_MAIN))


def test_in_which_rounds_readers_fetch_does_not_change_which_calls_are_one_incident() -> None:
    counts = [
        {happening.name: sorted(one.reports for one in incidents_of(ending, happening)) for happening in HAPPENINGS}
        for ending in (played(every_seconds=1), played(every_seconds=15), played(every_seconds=300))
    ]
    assert counts[0] == counts[1] == counts[2]


@pytest.mark.timeout(1200)
def test_kafka_in_simulated_time_ends_the_story_as_memory_does(
    kafka_broker: Cluster, namespace: str, tmp_path: Path
) -> None:
    quarantine = SealingQuarantine(codec(), Sealer(Keys(tmp_path, create=True)))
    wiring = topology().with_namespace(namespace)
    with KafkaHub.running(wiring, processors(), codec(), kafka_broker.bootstrap_servers, quarantine, STARTS_AT) as hub:
        publish_city(hub, hechuan_by_classes())
        ending = play(hub, told(1, KAFKA_ROUND_SECONDS), units(1), ENDS_AT)
    assert_same(ending, played(every_seconds=KAFKA_ROUND_SECONDS))
