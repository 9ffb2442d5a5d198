"""How an order is brought to its unit: planned attempts, what their results mean, and when it is given up."""

from dataclasses import replace

import pytest

from streams.facts import matters, rules
from streams.facts.rules import UnitChannel
from streams.processors.delivery import Delivery
from tests.processors.kit import (
    ATTEMPTS,
    DAY,
    DELIVERIES,
    HOUR,
    MATTERS,
    MINUTE,
    RULES,
    SECOND,
    START_AT,
    WATER,
    Centre,
    publish_rules,
    spot,
)


@pytest.fixture
def centre() -> Centre:
    """One order on its way; attempts are planned at once and 10, 30 and 60 s after a failure."""
    return ordered()


def ordered(**settings: object) -> Centre:
    centre = Centre(changed={"delivery": Delivery(**settings)} if settings else None)  # type: ignore[arg-type]
    centre.report("1")
    return centre


def planned(centre: Centre) -> list[tuple[int, int]]:
    """Number of each attempt, and when it was planned after the start, in seconds."""
    decode = centre.hub.codec.decode
    return [
        (decode(record.data or b"").attempt, (record.at - START_AT) // SECOND)
        for record in centre.hub.appended(ATTEMPTS)
    ]


def outcome(centre: Centre) -> list[matters.Delivered | matters.Undelivered]:
    """What dispatch was told."""
    told = centre.hub.values(MATTERS)
    return [fact for fact in told if isinstance(fact, matters.Delivered | matters.Undelivered)]


# Attempts.


def test_the_first_attempt_is_planned_at_once_with_all_a_unit_must_know(centre: Centre) -> None:
    (attempt,) = centre.attempts()
    assert (attempt.attempt, attempt.unit, attempt.channel, attempt.address) == (1, WATER, "webhook", "secret:webhook")
    assert attempt.timeout_seconds == 10
    assert [(one.kind, one.amount, one.unit) for one in attempt.limits] == [
        ("acknowledge", 10, "minute"),
        ("arrive", 1, "hour"),
    ]
    assert (attempt.order_no, attempt.longitude) == (centre.order().order_no, spot().longitude)


def test_a_first_attempt_may_be_planned_for_later() -> None:
    centre = ordered(attempt_after_seconds=(20, 10))
    assert centre.attempts() == []
    centre.wait(20 * SECOND)
    assert planned(centre) == [(1, 20)]


def test_a_delivery_that_succeeds_is_told_to_dispatch_and_forgotten(centre: Centre) -> None:
    centre.wait(3 * SECOND)
    centre.end_attempt("delivered")
    (delivered,) = outcome(centre)
    assert isinstance(delivered, matters.Delivered)
    assert (delivered.attempts, delivered.channel, delivered.occurred_at) == (1, "webhook", START_AT + 3 * SECOND)
    assert centre.kept("delivery", "deliveries") == {}
    centre.wait(DAY)
    assert planned(centre) == [(1, 0)]


@pytest.mark.parametrize("failure", ["refused", "failed", "timeout"])
def test_an_attempt_that_fails_is_followed_by_the_next_after_its_wait(centre: Centre, failure: str) -> None:
    centre.wait(2 * SECOND)
    centre.end_attempt(failure)
    centre.wait(10 * SECOND - 1)
    assert planned(centre) == [(1, 0)]
    centre.wait(1)
    assert planned(centre) == [(1, 0), (2, 12)]


def test_attempts_follow_the_plan(centre: Centre) -> None:
    for waits in (10, 30, 60):
        centre.end_attempt("timeout")
        centre.wait(waits * SECOND)
    assert planned(centre) == [(1, 0), (2, 10), (3, 40), (4, 100)]
    centre.end_attempt("delivered")
    (delivered,) = outcome(centre)
    assert delivered.attempts == 4


# No result.


def test_where_no_result_comes_the_same_attempt_is_planned_again(centre: Centre) -> None:
    centre.wait(15 * SECOND - 1)
    assert planned(centre) == [(1, 0)]
    centre.wait(1)
    assert planned(centre) == [(1, 0), (1, 15)]
    first, again = centre.attempts()
    assert first == again


def test_without_any_result_a_delivery_is_given_up_after_three_minutes(centre: Centre) -> None:
    centre.wait(3 * MINUTE - 1)
    assert outcome(centre) == []
    centre.wait(1)
    (undelivered,) = outcome(centre)
    assert isinstance(undelivered, matters.Undelivered)
    assert (undelivered.attempts, undelivered.reason) == (1, "no result came back")
    centre.wait(HOUR)
    assert planned(centre) == [(1, second) for second in range(0, 180, 15)]


def test_the_result_of_an_attempt_that_was_planned_twice_counts_once(centre: Centre) -> None:
    centre.wait(15 * SECOND)
    for _ in range(2):
        centre.end_attempt("failed")
    centre.wait(10 * SECOND)
    assert planned(centre) == [(1, 0), (1, 15), (2, 25)]


def test_the_result_of_an_earlier_attempt_does_not_fail_the_one_under_way(centre: Centre) -> None:
    centre.end_attempt("timeout")
    centre.wait(10 * SECOND)
    centre.end_attempt("failed", number=1)
    centre.wait(14 * SECOND)
    assert planned(centre) == [(1, 0), (2, 10)]


def test_a_late_proof_of_an_earlier_attempt_counts(centre: Centre) -> None:
    centre.end_attempt("timeout")
    centre.wait(5 * SECOND)
    centre.end_attempt("delivered", number=1)
    assert [type(told) for told in outcome(centre)] == [matters.Delivered]
    centre.wait(HOUR)
    assert planned(centre) == [(1, 0)]


# Giving up.


def test_when_the_last_attempt_has_failed_the_delivery_is_given_up_with_its_reason(centre: Centre) -> None:
    for waits in (10, 30, 60, 0):
        centre.end_attempt("refused")
        centre.wait(waits * SECOND)
    (undelivered,) = outcome(centre)
    assert isinstance(undelivered, matters.Undelivered)
    assert (undelivered.attempts, undelivered.reason) == (4, "refused: 试验")
    centre.wait(HOUR)
    assert len(centre.attempts()) == 4


def test_an_attempt_that_would_come_after_three_minutes_is_not_made() -> None:
    centre = ordered(attempt_after_seconds=(0, 170, 170))
    centre.end_attempt("failed")
    centre.wait(170 * SECOND)
    centre.end_attempt("failed")
    centre.wait(10 * SECOND)
    (undelivered,) = outcome(centre)
    assert isinstance(undelivered, matters.Undelivered)
    assert (undelivered.attempts, undelivered.reason) == (2, "no time was left for another attempt")


def test_a_proof_that_comes_after_giving_up_is_told_once(centre: Centre) -> None:
    centre.wait(3 * MINUTE)
    centre.end_attempt("failed")
    centre.end_attempt("delivered")
    centre.end_attempt("delivered")
    assert [type(told) for told in outcome(centre)] == [matters.Undelivered, matters.Delivered]


def test_a_given_up_delivery_is_forgotten_after_a_day(centre: Centre) -> None:
    centre.wait(3 * MINUTE + DAY)
    assert centre.kept("delivery", "deliveries") == {}
    centre.end_attempt("delivered")
    assert [type(told) for told in outcome(centre)] == [matters.Undelivered]


# Units.


(WATER_UNIT,) = (rule for rule in RULES if isinstance(rule, rules.Unit) and rule.unit == WATER)
OTHERS = tuple(rule for rule in RULES if rule is not WATER_UNIT)


def test_a_unit_that_the_rules_do_not_know_is_tried_again_and_then_given_up(centre: Centre) -> None:
    centre.end_attempt("failed")
    publish_rules(centre.hub, OTHERS, version="2")
    centre.wait(100 * SECOND)
    assert planned(centre) == [(1, 0)]
    (undelivered,) = outcome(centre)
    assert isinstance(undelivered, matters.Undelivered)
    assert undelivered.reason == "the unit is not in the rules in force"


def test_rules_that_reach_deliveries_later_than_dispatch_cost_one_attempt() -> None:
    """Dispatch calls a unit of the new version; its address comes to the deliveries log a moment later."""
    centre = Centre(items=OTHERS)
    publish_rules(centre.hub, RULES, version="2", logs=(MATTERS,))
    centre.report("1")
    assert centre.attempts() == []
    publish_rules(centre.hub, RULES, version="2", logs=(DELIVERIES,))
    centre.wait(10 * SECOND)
    assert planned(centre) == [(2, 10)]


def test_an_attempt_goes_to_where_the_unit_is_reached_now(centre: Centre) -> None:
    centre.end_attempt("failed")
    publish_rules(
        centre.hub,
        (
            *OTHERS,
            replace(WATER_UNIT, channels=(UnitChannel(channel="webhook", address="https://example.org/orders"),)),
        ),
        version="2",
    )
    centre.wait(10 * SECOND)
    assert [attempt.address for attempt in centre.attempts()] == ["secret:webhook", "https://example.org/orders"]


def test_a_result_of_a_delivery_that_nobody_knows_changes_nothing(centre: Centre) -> None:
    centre.end_attempt("delivered")
    centre.end_attempt("delivered")
    centre.end_attempt("failed")
    assert len(outcome(centre)) == 1
    assert centre.set_aside() == []
