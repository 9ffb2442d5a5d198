"""交接班: the open orders of a duty room are told at each change of shift, and signed for by whoever comes on duty."""

from dataclasses import replace
from typing import Any

import pytest

from streams.facts import matters
from streams.facts.rules import Shift
from streams.facts.views import Handover
from tests.processors.kit import HOUR, MATTER_NOTICES, MATTERS, MINUTE, WATER, Centre, beijing
from tests.processors.test_delivery import OTHERS, WATER_UNIT
from tests.watch.test_ownership_of_stories import WHOLE, violations

SHIFTS = (
    Shift(shift="白班", begins_minutes=510, sign_within_minutes=15),
    Shift(shift="夜班", begins_minutes=1080, sign_within_minutes=15),
)
EVENING = beijing(2026, 9, 21, 18)
ROOM = replace(WATER_UNIT, shifts=SHIFTS)


@pytest.fixture
def centre() -> Centre:
    """An urgent order that reached the duty room at eight in the morning, and was acknowledged."""
    return on_duty()


def on_duty(*items: Any) -> Centre:
    centre = Centre(items=items or (*OTHERS, ROOM))
    centre.report("1")
    centre.end_attempt("delivered")
    centre.answer("acknowledge")
    return centre


def until(centre: Centre, instant: int) -> None:
    centre.wait(instant - centre.now)


def signs(centre: Centre, shift: str, unit: str = WATER) -> None:
    centre.append(MATTERS, matters.HandedOver(
        key="500117", occurred_at=centre.now, actor_unit=unit, actor_post="值班岗", actor_officer="W018",
        actor_shift=shift,
    ))  # fmt: skip
    centre.wait(1)


def told(centre: Centre) -> list[tuple[str, int]]:
    """What was told of hand-overs, and how many minutes after the evening's change."""
    return [
        (notice.change, (notice.changed_at - EVENING) // MINUTE)
        for notice in centre.notices()
        if notice.change.startswith("hand")
    ]


def test_whoever_comes_on_duty_signs_for_what_is_open_and_clocks_run_on(centre: Centre) -> None:
    clocks = centre.order().clocks
    until(centre, beijing(2026, 9, 21, 8, 35))
    signs(centre, "白班")
    assert told(centre) == [("handover_due", -570), ("handed_over", -565)]
    assert centre.order().clocks == clocks
    until(centre, EVENING + HOUR)
    assert told(centre)[2:] == [("handover_due", 0), ("handover_unsigned", 15)]


def test_a_hand_over_that_nobody_signs_is_told_of_for_each_open_order() -> None:
    centre = on_duty(*(rule for rule in WHOLE if rule != WATER_UNIT), ROOM)
    centre.report("2", incident_class="flooding")
    until(centre, beijing(2026, 9, 21, 8, 45))
    (order_no,) = {notice.order_no for notice in centre.notices() if notice.change == "handover_unsigned"}
    assert order_no == "50011720260921M00001-01"
    found = violations(centre.hub.values(MATTER_NOTICES), centre.now)
    unsigned = [one.text for one in found if one.kind == "handover_unsigned"]
    assert unsigned == [f"{order_no}: the shift has changed and nobody has signed for it in time"]


def test_an_order_shows_who_has_to_sign_until_somebody_has(centre: Centre) -> None:
    assert centre.order().handover is None
    until(centre, EVENING + HOUR)
    assert centre.order().handover == Handover(shift="夜班", sign_until_at=EVENING + 15 * MINUTE)
    signs(centre, "白班")
    assert centre.order().handover is not None
    signs(centre, "夜班")
    assert centre.order().handover is None


def test_a_late_signature_ends_the_alarm(centre: Centre) -> None:
    until(centre, EVENING + HOUR)
    signs(centre, "夜班")
    assert told(centre)[-1] == ("handed_over", 60)
    signs(centre, "夜班")
    assert told(centre)[-1] == ("handed_over", 60)
    assert centre.set_aside() == []


def test_the_shift_before_cannot_sign_for_the_one_on_duty(centre: Centre) -> None:
    until(centre, EVENING + MINUTE)
    signs(centre, "白班")
    assert told(centre)[-1] == ("handover_due", 0)
    assert centre.set_aside() == ["WrongShift"]


def test_the_next_change_asks_again_though_nobody_has_signed(centre: Centre) -> None:
    until(centre, EVENING + 14 * HOUR + 31 * MINUTE)
    assert [change for change, _ in told(centre)] == [
        "handover_due", "handover_unsigned", "handover_due", "handover_unsigned", "handover_due",
    ]  # fmt: skip


def test_a_room_where_nothing_is_open_is_left_alone(centre: Centre) -> None:
    centre.answer("reply")
    assert centre.kept("dispatch", "duty_rooms") == {}
    until(centre, EVENING + HOUR)
    assert told(centre) == []
    signs(centre, "夜班")
    assert centre.set_aside() == []


def test_a_unit_without_a_duty_room_hands_nothing_over() -> None:
    centre = on_duty(*OTHERS, WATER_UNIT)
    until(centre, EVENING + HOUR)
    assert told(centre) == []
    assert centre.kept("dispatch", "duty_rooms") == {}
