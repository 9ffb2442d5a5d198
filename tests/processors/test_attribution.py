"""Two kinds of time: the citizen's runs from the opening on, and each moment of it is somebody's (两种时间)."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.facts import views
from streams.rules.attribution import elapsed_milliseconds, segments_between
from tests.processors.attributed import assert_adds_up, told_segments
from tests.processors.ending import CENTRE, TOWN_CENTRE, city, delivered, judge
from tests.processors.kit import DAY, HOUR, MINUTE, START_AT, WATER, Centre
from tests.processors.requesting import decide, resume, running, suspend


def test_the_time_of_a_matter_is_the_centres_the_units_and_who_verifies() -> None:
    centre = Centre(items=city())
    centre.report("1")
    centre.wait(2 * MINUTE)
    centre.end_attempt("delivered")
    centre.wait(40 * MINUTE)
    centre.answer("resolve")
    centre.wait(5 * MINUTE)
    judge(centre, "verify", result="failed", reason="not_done")
    centre.wait(20 * MINUTE)
    centre.answer("reply")
    centre.wait(3 * MINUTE)
    judge(centre, "verify")
    assert told_segments(centre.matter()) == [
        ("centre", 2), (WATER, 40), ("verification", 5), (WATER, 20), ("verification", 3),
    ]  # fmt: skip
    assert_adds_up(centre.matter())
    assert elapsed_milliseconds(centre.matter()) == 70 * MINUTE


def test_the_citizens_time_does_not_restart_when_a_closed_matter_is_opened_again() -> None:
    centre = delivered()
    centre.wait(10 * MINUTE)
    centre.answer("reply")
    judge(centre, "verify")
    centre.wait(DAY)
    judge(centre, "rework", reason="recurred")
    centre.wait(HOUR)
    centre.answer("acknowledge")
    centre.answer("reply")
    assert told_segments(centre.matter()) == [(WATER, 10), ("nobody", 24 * 60), (WATER, 60), ("verification", 0)]
    assert centre.matter().opened_at == START_AT


def test_an_undelivered_order_is_the_centres_time_until_the_unit_says_something() -> None:
    centre = Centre(items=city())
    centre.report("1")
    centre.wait(3 * MINUTE)
    assert centre.order().state == "undelivered"
    centre.wait(7 * MINUTE)
    centre.answer("acknowledge")
    assert told_segments(centre.matter()) == [("centre", 10), (WATER, 0)]


def test_where_nobody_is_called_all_time_is_the_centres() -> None:
    centre = Centre(items=city())
    centre.report("1", incident_class="gas_leak")
    centre.wait(HOUR)
    (segment,) = centre.matter().segments
    assert (segment.holder, segment.from_at, segment.to_at) == ("centre", START_AT, None)


STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, 17, MINUTE, HOUR + 3, DAY])),
    st.tuples(st.just("answer"), st.sampled_from(["acknowledge", "accept", "arrive", "resolve", "reply"])),
    st.tuples(st.just("attempt"), st.sampled_from(["delivered", "failed"])),
    st.tuples(st.sampled_from(["passed", "failed", "rework", "withdraw"]), st.sampled_from([CENTRE, TOWN_CENTRE])),
)


def take(centre: Centre, step: str, what: Any) -> None:
    if step == "wait":
        centre.wait(what)
    elif step == "answer":
        centre.answer(what)
    elif step == "attempt":
        centre.end_attempt(what)
    elif step in ("passed", "failed"):
        judge(centre, "verify", by=what, result=step, reason=None if step == "passed" else "not_done")
    else:
        judge(centre, step, by=what)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=14))
def test_whatever_happens_the_segments_add_up_to_the_millisecond_and_no_breach_is_lost(
    steps: list[tuple[str, Any]],
) -> None:
    centre = Centre(items=city())
    centre.report("1")
    for step, what in steps:
        breached = centre.changes()
        if not centre.matters():
            return
        take(centre, step, what)
        if centre.matters():
            assert_adds_up(centre.matter())
            clocks = [clock for clock in views.clocks_of(centre.matter()) if clock.state == "breached"]
            told_of = [change for change in centre.changes() if change.startswith("breached")]
            assert len(clocks) == len(told_of)
        assert centre.changes()[: len(breached)] == breached


@pytest.mark.parametrize("answer", ["acknowledge", "resolve"])
def test_an_answer_at_the_moment_of_the_delivery_leaves_no_empty_segment(answer: str) -> None:
    centre = delivered()
    centre.answer(answer)
    assert_adds_up(centre.matter())


def test_what_lies_between_two_instants_is_cut_there_and_adds_up() -> None:
    centre = delivered()
    centre.wait(10 * MINUTE)
    centre.answer("resolve")
    centre.wait(10 * MINUTE)
    segments = segments_between(centre.matter().segments, START_AT + 4 * MINUTE, START_AT + 15 * MINUTE)
    assert [(one.holder, one.from_at, one.to_at) for one in segments] == [
        ("unit", START_AT + 4 * MINUTE, START_AT + 10 * MINUTE),
        ("verification", START_AT + 10 * MINUTE, START_AT + 15 * MINUTE),
    ]


def test_a_suspension_counts_from_its_request_whenever_it_is_approved_and_ends_by_itself() -> None:
    centre = running()
    centre.wait(10 * MINUTE)
    asked_at = centre.now
    number = suspend(centre, 2 * HOUR)
    centre.wait(HOUR)
    assert told_segments(centre.matter())[-1][0] == WATER
    decide(centre, number)
    assert centre.matter().segments[-1].holder == "suspended"
    assert centre.matter().segments[-1].from_at == asked_at
    centre.wait(2 * HOUR)
    centre.answer("resolve")
    assert told_segments(centre.matter()) == [(WATER, 10), ("suspended", 120), (WATER, 60)]
    assert_adds_up(centre.matter())


def test_a_suspension_that_was_ended_early_is_the_units_time_again_from_then_on() -> None:
    centre = running()
    number = suspend(centre, 2 * HOUR)
    decide(centre, number)
    centre.wait(30 * MINUTE)
    resume(centre)
    centre.wait(10 * MINUTE)
    centre.answer("resolve")
    assert told_segments(centre.matter()) == [("suspended", 30), (WATER, 10)]
    assert_adds_up(centre.matter())
