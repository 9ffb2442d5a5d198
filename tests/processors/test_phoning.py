"""Nothing else reached the unit: the centre's time to phone it runs, and what it says there is written down (代录)."""

from typing import Any

import pytest

from streams.facts import matters, rules
from tests.processors.kit import HOUR, MINUTE, RULES, SECOND, START_AT, WATER, Centre, clock_limit, unit
from tests.processors.test_channels import reached_by
from tests.processors.test_delivery import OTHERS

CENTRE = "centre"
OPERATOR = rules.RecorderRole(
    key="rules", occurred_at=START_AT, version="", role="operator", unit_kind="district_centre", document="建议稿"
)
PHONED = (
    *OTHERS,
    reached_by("phone"),
    unit(CENTRE, "district_centre", "500117"),
    clock_limit("urgent", "phone", 5),
    OPERATOR,
)


@pytest.fixture
def centre() -> Centre:
    """An urgent order for a unit that has nothing but a phone."""
    centre = Centre(items=PHONED)
    centre.report("1")
    return centre


def recorded(centre: Centre, **said: Any) -> dict[str, Any]:
    """What is written down of an answer, by the centre's operator unless said otherwise."""
    who: dict[str, Any] = {
        "unit": CENTRE, "post": "值班岗", "officer": "Z003", "shift": "夜班", "role": "operator",
        "recording_no": "LY1", **said,
    }  # fmt: skip
    return {"channel": "phone", "claimed_at": centre.now - MINUTE, "recorder": matters.Recorder(**who)}


def test_the_duty_officer_has_a_task_with_a_clock_of_its_own(centre: Centre) -> None:
    clock = centre.clock("phone")
    assert (clock.state, clock.started_at, clock.due_at) == ("running", START_AT, START_AT + 5 * MINUTE)
    (told,) = (notice for notice in centre.notices() if notice.change == "undelivered")
    assert (told.unit, told.clock, told.due_at) == (WATER, "phone", START_AT + 5 * MINUTE)
    assert centre.order().phone == "secret:phone"


def test_what_the_unit_says_on_the_phone_counts_when_it_is_written_down(centre: Centre) -> None:
    centre.wait(3 * MINUTE)
    centre.answer("acknowledge", **recorded(centre))
    assert centre.order().state == "acknowledged"
    assert {clock.kind: clock.state for clock in centre.order().clocks} == {
        "phone": "met", "acknowledge": "met", "arrive": "running",
    }  # fmt: skip
    assert centre.clock("arrive").started_at == START_AT + 3 * MINUTE
    centre.wait(HOUR)
    assert "breached phone" not in centre.changes()
    assert centre.set_aside() == []


def test_both_times_are_kept(centre: Centre) -> None:
    centre.wait(3 * MINUTE)
    centre.answer("acknowledge", **recorded(centre))
    (kept,) = (fact for fact in centre.hub.values("hub.log.matters.v1") if isinstance(fact, matters.Answered))
    assert kept.recorder is not None
    assert (kept.claimed_at, kept.recorder.recording_no) == (START_AT + 2 * MINUTE, "LY1")
    assert centre.clock("acknowledge").ended_at == START_AT + 3 * MINUTE


def test_a_unit_that_nobody_phones_is_the_centres_breach_and_not_the_units(centre: Centre) -> None:
    centre.wait(5 * MINUTE)
    assert centre.changes()[-1] == "breached phone"
    assert [clock.kind for clock in centre.order().clocks] == ["phone"]
    centre.answer("acknowledge", **recorded(centre))
    assert centre.clock("phone").state == "breached"
    assert centre.clock("phone").ended_at == centre.now
    assert centre.clock("acknowledge").state == "met"


def test_a_late_proof_ends_the_task() -> None:
    centre = Centre(items=(*OTHERS, reached_by("webhook", "phone"), clock_limit("urgent", "phone", 5)))
    centre.report("1")
    centre.wait(3 * MINUTE)
    assert centre.clock("phone").state == "running"
    centre.wait(SECOND)
    centre.end_attempt("delivered")
    assert centre.clock("phone").state == "met"
    assert centre.clock("acknowledge").state == "running"


@pytest.mark.parametrize(
    "said", [{"role": "responder"}, {"unit": WATER}, {"unit": "nobody"}, {"role": "shift_leader"}], ids=str
)
def test_whoever_may_not_write_down_what_others_say_changes_nothing(centre: Centre, said: dict[str, str]) -> None:
    centre.answer("acknowledge", **recorded(centre, **said))
    assert centre.order().state == "undelivered"
    assert centre.set_aside() == ["MayNotRecord"]


@pytest.mark.parametrize("left_out", ["recorder", "claimed_at"])
def test_an_answer_by_phone_without_its_writer_or_its_time_changes_nothing(centre: Centre, left_out: str) -> None:
    centre.answer("acknowledge", **{**recorded(centre), left_out: None})
    assert centre.order().state == "undelivered"
    assert len(centre.set_aside()) == 1


@pytest.mark.parametrize(("ahead", "set_aside"), [(15 * MINUTE, []), (15 * MINUTE + 1, ["MayNotRecord"])])
def test_a_call_that_is_still_to_come_was_not_held(centre: Centre, ahead: int, set_aside: list[str]) -> None:
    centre.answer("acknowledge", **{**recorded(centre), "claimed_at": centre.now + ahead})
    assert centre.order().state == ("undelivered" if set_aside else "acknowledged")
    assert centre.set_aside() == set_aside


def test_nobody_writes_down_what_another_unit_says(centre: Centre) -> None:
    centre.answer("acknowledge", actor_unit="emergency-district", **recorded(centre))
    assert centre.order().state == "undelivered"


def test_without_a_time_to_phone_the_order_waits_all_the_same() -> None:
    centre = Centre(items=RULES)
    centre.report("1")
    centre.wait(3 * MINUTE)
    assert (centre.order().state, centre.order().clocks) == ("undelivered", ())
