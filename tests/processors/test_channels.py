"""It rings at three in the morning: from the unit's system over message and call to its leader, and then a person."""

from dataclasses import replace
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.facts import deliveries, matters, notices
from streams.facts.rules import UnitChannel
from streams.facts.vocabulary import Channel
from tests.processors.kit import (
    ATTEMPTS,
    DELIVERIES,
    MATTERS,
    MINUTE,
    SECOND,
    START_AT,
    WATER,
    Centre,
    answered,
    unit,
)
from tests.processors.test_delivery import OTHERS, outcome

ALL: tuple[Channel, ...] = ("webhook", "sms", "voice", "leader", "phone")
ENDINGS = ("delivered", "sent", "refused", "failed", "timeout")


def reached_by(*names: Channel) -> Any:
    """The water utility, reached so."""
    only = unit(WATER, "water_utility", "500117")
    ways = tuple(UnitChannel(channel=name, address=f"secret:{name}") for name in names)
    return type(only)(**{**vars(only), "channels": ways})


def called(*names: Channel, urgency: str = "urgent") -> Centre:
    centre = Centre(items=(*OTHERS, reached_by(*names)))
    centre.report("1", urgency=urgency)
    return centre


def attempts(centre: Centre) -> list[tuple[str, int]]:
    """Over which channel each attempt went, and how many seconds after the start."""
    decode = centre.hub.codec.decode
    return [(decode(one.data or b"").channel, (one.at - START_AT) // SECOND) for one in centre.hub.appended(ATTEMPTS)]


def test_a_night_call_climbs_until_somebody_presses_a_key() -> None:
    centre = called(*ALL)
    centre.end_attempt("timeout")
    centre.wait(10 * SECOND)
    centre.end_attempt("timeout")
    centre.wait(20 * SECOND)
    centre.end_attempt("sent")
    centre.wait(40 * SECOND)
    centre.end_attempt("timeout")
    centre.wait(8 * SECOND)
    centre.end_attempt("delivered")
    assert attempts(centre) == [("webhook", 0), ("webhook", 10), ("sms", 10), ("voice", 30), ("leader", 70)]
    (delivered,) = outcome(centre)
    assert isinstance(delivered, matters.Delivered)
    assert (delivered.channel, delivered.attempts, delivered.occurred_at) == ("leader", 5, START_AT + 78 * SECOND)
    assert {clock.started_at for clock in centre.order().clocks} == {START_AT + 78 * SECOND}


def test_a_message_that_was_only_sent_proves_nothing_and_one_that_was_read_does() -> None:
    sent, read = called("sms", "phone"), called("sms", "phone")
    sent.end_attempt("sent")
    read.end_attempt("delivered")
    (given_up,), (proven,) = outcome(sent), outcome(read)
    assert isinstance(given_up, matters.Undelivered)
    assert given_up.reason == "sent: 试验"
    assert isinstance(proven, matters.Delivered)
    assert proven.channel == "sms"


def test_a_late_proof_names_the_channel_that_it_came_over() -> None:
    centre = called(*ALL)
    for ending in ("failed", "failed", "sent"):
        centre.end_attempt(ending)
        centre.wait(10 * SECOND)
    (sms,) = (notice for notice in centre.attempts() if notice.channel == "sms")
    centre.append(DELIVERIES, deliveries.Attempted(
        key=WATER, occurred_at=centre.now, delivery_no=sms.delivery_no, attempt=sms.attempt, channel="sms",
        outcome="delivered", detail="read",
    ))  # fmt: skip
    centre.wait(MINUTE)
    (delivered,) = outcome(centre)
    assert isinstance(delivered, matters.Delivered)
    assert delivered.channel == "sms"
    assert [name for name, _ in attempts(centre)][-1] == "voice"


def test_whoever_has_answered_by_itself_has_the_order_and_nobody_is_woken() -> None:
    """The officer reads the message late and answers on the duty page while the call would go on to the leader."""
    centre = called(*ALL)
    for ending in ("failed", "failed", "sent"):
        centre.end_attempt(ending)
        centre.wait(10 * SECOND)
    centre.answer("acknowledge")
    (delivered,) = outcome(centre)
    assert isinstance(delivered, matters.Delivered)
    assert delivered.channel == "answer"
    assert centre.clock("acknowledge").state == "met"
    assert centre.clock("arrive").state == "running"
    centre.end_attempt("timeout")
    centre.wait(10 * MINUTE)
    assert [name for name, _ in attempts(centre)] == ["webhook", "webhook", "sms", "voice"]
    assert centre.changes() == ["opened", "assigned", "acknowledged", "delivered"]


def test_a_unit_that_has_nothing_but_a_phone_is_left_to_a_person_at_once() -> None:
    centre = called("phone")
    (undelivered,) = outcome(centre)
    assert isinstance(undelivered, matters.Undelivered)
    assert (undelivered.attempts, undelivered.reason) == (0, "the unit is reached by phone only")
    assert centre.order().state == "undelivered"
    assert attempts(centre) == []


def test_a_routine_order_wakes_nobody() -> None:
    centre = called(*ALL, urgency="routine")
    for waits in (10, 30, 60, 0, 0):
        centre.end_attempt("failed")
        centre.wait(waits * SECOND)
    assert [name for name, _ in attempts(centre)] == ["webhook"] * 4 + ["sms"]
    assert isinstance(outcome(centre)[0], matters.Undelivered)


def test_a_word_about_an_order_wakes_nobody_however_urgent_it_is() -> None:
    centre = called(*ALL)
    centre.end_attempt("delivered")
    (order,) = (fact for fact in centre.hub.values(DELIVERIES) if isinstance(fact, deliveries.Requested))
    reminder = replace(order, id="reminder", delivery_no=f"{order.order_no}-R1", kind="reminder", limits=())
    centre.append(DELIVERIES, reminder)
    for waits in (10, 10, 30, 60, 1):
        centre.wait(waits * SECOND)
        centre.end_attempt("failed")
    centre.wait(MINUTE)
    assert {name for name, _ in attempts(centre)} == {"webhook", "sms"}


def test_an_answer_to_a_delivery_that_was_given_up_is_told_once() -> None:
    centre = called("sms", "phone")
    centre.end_attempt("failed")
    centre.append(MATTERS, answered(centre.now, centre.order().order_no, "acknowledge"))
    centre.wait(MINUTE)
    assert [type(told) for told in outcome(centre)] == [matters.Undelivered]
    assert centre.clock("acknowledge").state == "met"


@given(
    st.lists(st.tuples(st.sampled_from(ENDINGS), st.integers(0, 40)), max_size=8), st.sampled_from(get_args(Channel))
)
@settings(deadline=None, max_examples=60)
def test_whatever_comes_of_the_attempts_dispatch_is_told_once_within_three_minutes(
    endings: list[tuple[str, int]], left_out: Channel
) -> None:
    centre = called(*(name for name in ALL if name != left_out))
    for ending, seconds in endings:
        centre.wait(seconds * SECOND)
        if not outcome(centre) and centre.attempts():
            centre.end_attempt(ending)
    centre.wait(3 * MINUTE)
    (told,) = outcome(centre)
    assert told.occurred_at <= START_AT + 3 * MINUTE
    assert isinstance(told, matters.Delivered) == any(
        fact.outcome == "delivered" for fact in centre.hub.values(DELIVERIES) if isinstance(fact, deliveries.Attempted)
    )
    assert all(isinstance(notice, notices.Attempt) for notice in centre.attempts())


# 值班页面.


def test_an_order_that_an_officer_was_shown_has_reached_its_unit_and_wakes_nobody() -> None:
    centre = called("app", *ALL[1:])
    centre.wait(4 * SECOND)
    centre.answer("receive")
    assert attempts(centre) == [("app", 0)]
    assert centre.order().state == "delivered"
    assert {(clock.started_at, clock.state) for clock in centre.order().clocks} == {(START_AT + 4 * SECOND, "running")}
    assert centre.changes()[-1] == "delivered"


def test_who_was_shown_an_order_has_not_acknowledged_it() -> None:
    centre = called("app", *ALL[1:])
    centre.answer("receive")
    centre.wait(11 * MINUTE)
    assert centre.clock("acknowledge").state == "breached"


def test_a_page_that_shows_an_order_late_again_or_after_an_answer_changes_nothing_more() -> None:
    centre = called("app", *ALL[1:])
    centre.answer("acknowledge")
    before = centre.order(), centre.changes()
    for _ in range(2):
        centre.answer("receive")
    assert (centre.order(), centre.changes()) == before
    assert centre.set_aside() == []


def test_an_order_that_was_given_up_starts_its_clocks_once_it_is_shown() -> None:
    centre = called("app", "phone")
    centre.end_attempt("sent")
    assert centre.order().state == "undelivered"
    centre.wait(MINUTE)
    centre.answer("receive")
    assert centre.order().state == "delivered"
    assert {clock.started_at for clock in centre.order().clocks} == {START_AT + MINUTE}


def test_nobody_there_to_see_the_page_and_the_message_goes_out() -> None:
    centre = called("app", *ALL[1:])
    centre.wait(10 * SECOND)
    centre.end_attempt("sent")
    centre.wait(SECOND)
    assert attempts(centre) == [("app", 0), ("sms", 10)]


def test_another_units_page_proves_nothing() -> None:
    centre = called("app", *ALL[1:])
    centre.answer("receive", actor_unit="somebody-else")
    assert centre.order().state == "sent"
    assert len(centre.set_aside()) == 1
