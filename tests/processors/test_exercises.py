"""An exercise is played like the real thing and counts nowhere; nothing real changes by it."""

import pytest

from tests.processors.alerts import AlertCentre
from tests.processors.kit import MINUTE, OTHER_TOWN_GRID


def test_an_exercise_leaves_every_figure_and_every_real_clock_as_it_was() -> None:
    centre = AlertCentre()
    centre.begin(exercise=True)
    centre.wait(10 * MINUTE)
    centre.report()
    centre.end_attempt()
    tiles, real = centre.tiles(), centre.matter()
    assert real.orders[0].clocks[0].due_at - real.orders[0].clocks[0].started_at == 10 * MINUTE
    centre.drill()
    centre.end_attempt()
    centre.wait(6 * MINUTE)

    assert centre.tiles() == tiles
    assert centre.matters()[0] == real
    drill = centre.matters()[1]
    assert drill.exercise
    acknowledge = next(clock for clock in drill.orders[0].clocks if clock.kind == "acknowledge")
    assert (acknowledge.state, acknowledge.due_at - acknowledge.started_at) == ("breached", 5 * MINUTE)
    assert {notice.exercise for notice in centre.notices() if notice.matter_no == drill.matter_no} == {True}
    assert {notice.exercise for notice in centre.notices() if notice.matter_no == real.matter_no} == {False}
    assert [call.exercise for call in centre.attempts()] == [False, True]
    assert len(centre.incidents()) == 1
    assert centre.set_aside() == []


def test_a_level_that_is_no_exercise_leaves_what_is_made_up_alone() -> None:
    centre = AlertCentre()
    centre.begin(exercise=True)
    centre.drill()
    centre.end_attempt()
    before = centre.matter()
    centre.begin("level_1")
    assert centre.matter() == before


@pytest.mark.parametrize(
    "ordered",
    [None, {"exercise": False}, {"exercise": True, "classes": ("flooding",)},
     {"exercise": True, "regions": (OTHER_TOWN_GRID[:9],)}],
)  # fmt: skip
def test_nothing_is_made_up_but_within_an_exercise_that_was_ordered(ordered: dict[str, object] | None) -> None:
    centre = AlertCentre()
    if ordered is not None:
        centre.begin(**ordered)
    centre.drill()
    assert centre.matters() == []
    assert len(centre.set_aside()) == 1


def test_a_drill_goes_its_whole_way_to_the_reply() -> None:
    centre = AlertCentre()
    centre.begin(exercise=True)
    centre.drill()
    centre.end_attempt()
    for answer in ("acknowledge", "arrive", "resolve", "reply"):
        centre.answer(answer)
    assert centre.matter().state == "closed"
    assert centre.tiles() == {}
    assert centre.set_aside() == []
