"""Who is reached how, by urgency: a unit's own systems, then what rings, within three minutes."""

from itertools import permutations
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.facts.rules import UnitChannel
from streams.facts.vocabulary import Channel, Urgency
from streams.rules.delivery_steps import DIRECT, delivery_steps

WAITS = (0, 10, 30, 60)
NAMES: tuple[Channel, ...] = get_args(Channel)
ALL = ("webhook", "sms", "voice", "leader", "phone")


def tried(urgency: Urgency, *names: str) -> list[tuple[int, str]]:
    """How long each attempt waits, and over which channel it goes."""
    ways = [UnitChannel(channel=name, address=f"secret:{name}") for name in names]  # type: ignore[arg-type]
    return [(step.after_seconds, step.channel.channel) for step in delivery_steps(ways, urgency, WAITS, 10)]


@pytest.mark.parametrize("urgency", ["critical", "urgent"])
def test_an_urgent_order_climbs_from_the_system_to_the_leader_on_duty(urgency: Urgency) -> None:
    assert tried(urgency, *ALL) == [(0, "webhook"), (10, "webhook"), (0, "sms"), (0, "voice"), (0, "leader")]


def test_a_routine_order_rings_nobody() -> None:
    assert tried("routine", *ALL) == [(0, "webhook"), (10, "webhook"), (30, "webhook"), (60, "webhook"), (0, "sms")]


def test_a_unit_with_a_webhook_alone_is_tried_as_often_as_the_plan_says() -> None:
    assert tried("critical", "webhook", "phone") == [(wait, "webhook") for wait in WAITS]


def test_several_systems_of_a_unit_are_tried_in_turn() -> None:
    assert [name for _, name in tried("urgent", "file", "webhook", "voice")] == ["file", "webhook", "file", "voice"]
    assert [name for _, name in tried("urgent", "file", "webhook")] == ["file", "webhook"] * 2


def test_a_unit_without_any_system_is_rung_at_once() -> None:
    assert tried("critical", "sms", "voice", "phone") == [(0, "sms"), (0, "voice")]


@pytest.mark.parametrize("urgency", get_args(Urgency))
def test_a_unit_with_a_phone_alone_is_left_to_a_person(urgency: Urgency) -> None:
    assert tried(urgency, "phone") == []


@given(st.permutations(ALL))
def test_whatever_order_a_unit_names_them_in_its_leader_comes_last(names: list[str]) -> None:
    steps = [name for _, name in tried("critical", *names)]
    assert steps[-1] == "leader"
    assert set(steps[:2]) <= set(DIRECT)


def test_a_duty_page_has_its_time_before_anybody_is_woken_and_where_nobody_is() -> None:
    assert tried("urgent", "sms", "app", "topic") == [(0, "topic"), (10, "topic"), (0, "app"), (0, "sms")]
    assert tried("routine", "app", "phone") == [(0, "app")]


@pytest.mark.parametrize("systems", [("webhook", "file"), ("topic", "app")])
def test_with_two_systems_all_that_rings_is_tried_within_three_minutes(systems: tuple[str, str]) -> None:
    for names in permutations((*systems, "sms", "voice", "leader")):
        ways = [UnitChannel(channel=name, address="secret:x") for name in names]  # type: ignore[arg-type]
        steps = delivery_steps(ways, "critical", WAITS, 10)
        assert sum(step.after_seconds + step.timeout_seconds for step in steps) <= 180
