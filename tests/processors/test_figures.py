"""Conditions and counts become figures: each once at each tier, for as long as it holds, on the day it happened."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.engine.memory import MemoryHub
from streams.facts.situation import Condition, Counted, Measured
from streams.processors.situation import SENSOR_ALARM, Situation
from streams.rules.geography import tier_regions
from tests.processors.kit import DAY, GRID, HOUR, MINUTE, OTHER_GRID, SITUATION, START_AT, codec, topology

FIGURE_VIEW = "hub.view.figures.v1"
VILLAGE, TOWN, DISTRICT = GRID[:12], GRID[:9], GRID[:6]
TODAY, YESTERDAY = "20260921", "20260920"


def situation_hub() -> MemoryHub:
    return MemoryHub(topology(), {"situation": Situation()}, codec(), START_AT)


def condition(number: int, *, holds: bool = True, region: str = GRID, **said: Any) -> Condition:
    fields: dict[str, Any] = {"subject": "DEVICE1", "recorded_at": START_AT + number, **said}
    return Condition(
        id=f"row:{number}#1", key=DISTRICT, trace=f"row:{number}", occurred_at=START_AT, system="cg_gas",
        kind="device_fault", holds=holds, level=0, region=region, **fields,
    )  # fmt: skip


def counted(number: int, count: int, occurred_at: int = START_AT) -> Counted:
    return Counted(
        id=f"row:{number}#1", key=DISTRICT, trace=f"row:{number}", occurred_at=occurred_at, system="zw_service",
        kind="service_applied", count=count, region=GRID,
    )  # fmt: skip


def hear(hub: MemoryHub, *facts: Condition | Counted | Measured) -> dict[str, int]:
    for fact in facts:
        hub.publish(SITUATION, fact)
    hub.settle()
    return figures(hub)


def figures(hub: MemoryHub) -> dict[str, int]:
    """Every figure that is not nothing."""
    shown = {key: figure.count for key, figure in hub.latest(FIGURE_VIEW).items() if figure is not None}
    return {key: count for key, count in shown.items() if count}


def at_every_tier(kind: str, count: int) -> dict[str, int]:
    return {f"{region}|{kind}": count for region in (DISTRICT, TOWN, VILLAGE, GRID)}


def test_a_condition_counts_once_at_every_tier_however_often_it_is_told() -> None:
    hub = situation_hub()
    assert hear(hub, *(condition(number) for number in range(5))) == at_every_tier("device_fault", 1)


def test_one_that_holds_no_more_counts_no_more() -> None:
    assert hear(situation_hub(), condition(1), condition(2, holds=False)) == {}


def test_an_older_word_changes_nothing() -> None:
    assert hear(situation_hub(), condition(5, holds=False), condition(1)) == at_every_tier("device_fault", 1)
    hub = situation_hub()
    assert hear(hub, condition(1), condition(9, holds=False), condition(5)) == {}


def test_a_condition_that_moves_counts_where_it_is_now() -> None:
    shown = hear(situation_hub(), condition(1), condition(2, region=OTHER_GRID))
    assert shown == {f"{region}|device_fault": 1 for region in (DISTRICT, TOWN, VILLAGE, OTHER_GRID)}


def test_one_with_an_end_ends_by_itself_to_the_millisecond() -> None:
    hub, until = situation_hub(), START_AT + 2 * HOUR
    hear(hub, condition(1, until=until))
    hub.advance_to(until - 1)
    assert figures(hub) == at_every_tier("device_fault", 1)
    hub.advance_to(until)
    assert figures(hub) == {}
    hub.advance_to(until + 3 * DAY)
    assert hub.owners[0].changelog.keys() & {"conditions/cg_gas/device_fault/DEVICE1"} == set()


def test_an_end_that_is_put_off_or_lifted_counts_as_it_was_said_last() -> None:
    hub = situation_hub()
    hear(hub, condition(1, until=START_AT + HOUR), condition(2, until=START_AT + 3 * HOUR))
    hub.advance_to(START_AT + 2 * HOUR)
    assert figures(hub) == at_every_tier("device_fault", 1)
    hear(hub, condition(3))
    hub.advance_to(START_AT + 10 * DAY)
    assert figures(hub) == at_every_tier("device_fault", 1)


def test_one_that_was_over_before_it_was_heard_counts_nothing() -> None:
    assert hear(situation_hub(), condition(1, until=START_AT - MINUTE)) == {}


def test_a_reading_above_its_range_is_a_condition_of_its_metric() -> None:
    reading = Measured(
        id="row:1#1", key=DISTRICT, trace="row:1", occurred_at=START_AT, system="cg_gas", facility="RQ1", metric="gas",
        value=40.0, alarm_level=3, region=GRID, recorded_at=START_AT,
    )  # fmt: skip
    quiet = replace(reading, id="row:2#1", alarm_level=0, recorded_at=START_AT + 1)
    hub = situation_hub()
    assert hear(hub, reading) == at_every_tier(SENSOR_ALARM, 1)
    assert hear(hub, quiet) == {}


def test_what_happened_counts_on_its_own_day_however_late_it_comes() -> None:
    hub = situation_hub()
    shown = hear(hub, counted(1, 2), counted(2, 3), counted(3, 10, START_AT - 10 * HOUR))
    assert shown[f"{DISTRICT}|service_applied|{TODAY}"] == 5
    assert shown[f"{GRID}|service_applied|{YESTERDAY}"] == 10


def test_a_day_is_shown_for_two_days_after_its_end_and_then_counted_no_more() -> None:
    hub = situation_hub()
    hear(hub, counted(1, 2))
    midnight = START_AT + 16 * HOUR
    hub.advance_to(midnight + 2 * DAY - 1)
    assert figures(hub)[f"{DISTRICT}|service_applied|{TODAY}"] == 2
    hub.advance_to(midnight + 2 * DAY)
    assert figures(hub) == {}
    assert hear(hub, counted(2, 7)) == {}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from((GRID, OTHER_GRID, VILLAGE, DISTRICT)), st.booleans()),
        max_size=25,
    )
)
def test_figures_are_what_holds_whatever_was_told(told: Sequence[tuple[int, str, bool]]) -> None:
    hub, holding = situation_hub(), dict[int, str]()
    for number, (subject, region, holds) in enumerate(told):
        hear(hub, condition(number, subject=f"D{subject}", region=region, holds=holds))
        holding.pop(subject, None)
        if holds:
            holding[subject] = region
    expected: dict[str, int] = {}
    for region in holding.values():
        for _, above in tier_regions(region):
            key = f"{above}|device_fault"
            expected[key] = expected.get(key, 0) + 1
    assert figures(hub) == expected
