"""Answers given in time and appended late: the hub's time counts, and a correction is proposed, decided and visible."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.facts import rules
from tests.processors.kit import DAY, HOUR, WATER, Centre
from tests.processors.requesting import CENTRE_LEADER, CENTRE_UNIT, CITY, decide, request, request_rule, running

CORRECTING = (
    *CITY,
    request_rule(
        "correct", "claimed_earlier", ["acknowledge", "accept", "arrive", "resolve", "reply"],
        approver=rules.Approver(name="值班长", role="leader", unit=CENTRE_UNIT),
    ),
)  # fmt: skip


@pytest.fixture
def centre() -> Centre:
    """24 hours to resolve, two days to reply; the unit is there and its time to resolve is over by an hour."""
    centre = running(CORRECTING)
    centre.wait(25 * HOUR)
    return centre


def approve(centre: Centre, request_no: str, decision: Any = "approve") -> None:
    decide(centre, request_no, decision, by=CENTRE_UNIT, officer=CENTRE_LEADER)


def test_an_earlier_time_proposes_a_correction_and_changes_nothing_by_itself(centre: Centre) -> None:
    claimed_at = centre.now - 2 * HOUR
    centre.answer("resolve", claimed_at=claimed_at)

    (proposed,) = centre.order().requests
    assert (centre.clock("resolve").state, centre.clock("resolve").ended_at) == ("breached", centre.now)
    assert (proposed.request, proposed.kinds, proposed.until_at) == ("correct", ("resolve",), claimed_at)
    assert (proposed.state, proposed.requested_officer, proposed.approver_unit) == ("waiting", "officer-1", CENTRE_UNIT)
    assert "answered_late resolve" in centre.changes()
    assert "requested" in centre.changes()


def test_an_approved_correction_withdraws_the_breach_in_sight_of_all(centre: Centre) -> None:
    centre.answer("resolve", claimed_at=centre.now - 2 * HOUR)
    number = centre.order().requests[0].request_no

    approve(centre, number)

    assert (centre.clock("resolve").state, request(centre, number).decided_officer) == ("withdrawn", CENTRE_LEADER)
    (told,) = (notice for notice in centre.notices() if notice.change == "breach_withdrawn")
    assert (told.clock, told.request_no) == ("resolve", number)


def test_a_refused_correction_leaves_the_breach(centre: Centre) -> None:
    centre.answer("resolve", claimed_at=centre.now - 2 * HOUR)
    number = centre.order().requests[0].request_no

    approve(centre, number, "refuse")

    assert (centre.clock("resolve").state, request(centre, number).state) == ("breached", "refused")


def test_the_unit_cannot_approve_its_own_correction(centre: Centre) -> None:
    centre.answer("resolve", claimed_at=centre.now - 2 * HOUR)
    number = centre.order().requests[0].request_no

    decide(centre, number, by=WATER, officer="officer-9")

    assert (centre.clock("resolve").state, request(centre, number).state) == ("breached", "waiting")
    assert "decision_refused" in centre.changes()


def test_a_correction_is_decided_after_the_matter_is_closed_as_well() -> None:
    centre = running(CORRECTING)
    centre.wait(3 * DAY)
    centre.answer("reply", claimed_at=centre.now - 2 * DAY)
    assert centre.matter().state == "closed"
    (number,) = [one.request_no for one in centre.order().requests if one.kinds == ("reply",)]
    centre.wait(3 * HOUR)
    assert request(centre, number).overdue_at is not None

    approve(centre, number)

    assert (centre.clock("reply").state, centre.matter().state) == ("withdrawn", "closed")


@pytest.mark.parametrize(("hours_ago", "why"), [
    (0, "the time of the answer itself is late"),
    (26, "before the clock began there was nothing to answer"),
])  # fmt: skip
def test_a_time_that_is_not_within_the_clocks_proposes_nothing(centre: Centre, hours_ago: int, why: str) -> None:
    centre.answer("resolve", claimed_at=centre.now - hours_ago * HOUR)
    assert centre.order().requests == (), why
    assert centre.clock("resolve").state == "breached"


def test_an_answer_in_time_and_one_without_a_time_of_its_own_propose_nothing(centre: Centre) -> None:
    centre.answer("resolve")
    centre.answer("reply", claimed_at=centre.now - HOUR)
    assert centre.order().requests == ()


def test_the_same_answer_again_proposes_no_second_correction(centre: Centre) -> None:
    centre.answer("resolve", claimed_at=centre.now - 2 * HOUR)
    centre.answer("resolve", claimed_at=centre.now - 3 * HOUR)
    assert len(centre.order().requests) == 1


def test_a_city_without_anybody_to_decide_keeps_the_breach() -> None:
    centre = running()
    centre.wait(25 * HOUR)
    centre.answer("resolve", claimed_at=centre.now - 2 * HOUR)
    assert (centre.clock("resolve").state, centre.order().requests) == ("breached", ())


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_a_correction_is_proposed_exactly_where_the_hub_says_late_and_the_unit_in_time(
    appended: int, claimed_before: int
) -> None:
    centre = running(CORRECTING)
    began = centre.clock("resolve").started_at
    centre.wait(appended * HOUR)
    claimed_at = centre.now - claimed_before * HOUR
    due_at = centre.clock("resolve").due_at

    centre.answer("resolve", claimed_at=claimed_at)

    expected = centre.now >= due_at and began <= claimed_at < due_at
    assert any(one.kinds == ("resolve",) for one in centre.order().requests) == expected
    assert (centre.clock("resolve").state == "breached") == (centre.now >= due_at)
