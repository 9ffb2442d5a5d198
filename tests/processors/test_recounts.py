"""Other calendars come into force: open clocks are reckoned anew, both deadlines are kept, none moves into the past."""

from collections.abc import Sequence
from typing import Any

import pytest

from streams.contract import Fact
from streams.facts import rules
from streams.processors import recounts
from tests.processors.kit import DAY, HOUR, MATTERS, RULES, START_AT, Centre, beijing, clock_limit, publish_rules
from tests.processors.requesting import CENTRE_UNIT, ask, decide, running, told
from tests.processors.requesting import CITY as REQUEST_CITY
from tests.processors.test_clock_limits import OFFICE, day

OFFICE_HOURS = [rule for rule in OFFICE if isinstance(rule, rules.OfficeHours)]
CITY: tuple[Fact, ...] = (
    *RULES,
    *OFFICE,
    clock_limit("urgent", "resolve", 3, "office_day", day_end="office_close", calendar="office"),
    clock_limit("urgent", "assign", 2, "office_hour", calendar="office"),
)
MONDAY = beijing(2026, 9, 21, 10)


def publish(centre: Centre, items: Sequence[Fact], version: str = "2", effective_at: int | None = None) -> None:
    publish_rules(centre.hub, items, version, effective_at, logs=(MATTERS,))
    centre.hub.settle()
    centre.wait(1)


def delivered(start_at: int = MONDAY, reports: int = 1) -> Centre:
    """Orders of urgent burst mains, three office days to resolve: to Thursday 18:00."""
    centre = Centre(items=CITY, start_at=start_at)
    for number in range(reports):
        centre.report(str(number), occurred_at=centre.now)
    centre.end_attempt("delivered")
    centre.answer("arrive")
    return centre


def test_a_holiday_that_is_announced_moves_open_clocks_and_keeps_what_they_were() -> None:
    centre = delivered()
    assert centre.clock("resolve").due_at == beijing(2026, 9, 24, 18)
    centre.wait(HOUR)
    publish(centre, [*CITY, day("20260923", "holiday")])
    clock = centre.clock("resolve")
    assert clock.due_at == beijing(2026, 9, 25, 18)
    (move,) = clock.moves
    assert (move.was_due_at, move.moved_at, move.cause) == (beijing(2026, 9, 24, 18), MONDAY + HOUR, "revised")
    assert centre.changes()[-1] == "deadline_moved resolve"
    centre.wait_until(beijing(2026, 9, 25, 18) - 1)
    assert centre.clock("resolve").state == "running"
    centre.wait(1)
    assert centre.clock("resolve").state == "breached"


def test_it_counts_from_the_instant_that_the_version_comes_into_force() -> None:
    centre = delivered()
    publish(centre, [*CITY, day("20260923", "holiday")], effective_at=MONDAY + DAY)
    assert centre.clock("resolve").moves == ()
    centre.wait(DAY)
    assert centre.clock("resolve").moves[0].moved_at == MONDAY + DAY


def test_the_centres_own_clock_is_reckoned_anew_as_well() -> None:
    centre = Centre(items=CITY, start_at=MONDAY)
    centre.report("1")
    publish(centre, [*CITY, day("20260921", "holiday")])
    (clock,) = centre.matter().clocks
    assert clock.due_at == beijing(2026, 9, 22, 11)


def test_other_rules_with_the_same_calendars_move_nothing() -> None:
    centre = delivered()
    publish(centre, [*CITY, clock_limit("routine", "resolve", 1, "hour")])
    assert centre.clock("resolve").moves == ()
    assert [*centre.kept("dispatch", "recounts")] == ["calendars"]


def test_a_limit_that_changes_leaves_what_the_unit_was_told() -> None:
    centre = delivered()
    other = clock_limit("urgent", "resolve", 1, "office_day", day_end="office_close", calendar="office")
    publish(centre, [*CITY[:-2], other, day("20260923", "holiday")])
    assert centre.clock("resolve").due_at == beijing(2026, 9, 25, 18)


def test_a_day_that_is_worked_after_all_leaves_a_day_to_get_ready() -> None:
    """Counted anew the deadline would be Thursday the 8th, nine hours ago: the unit has 24 hours from the revision."""
    centre = delivered(beijing(2026, 9, 29, 10))
    assert centre.clock("resolve").due_at == beijing(2026, 10, 9, 18)
    at = beijing(2026, 10, 3, 9)
    centre.wait_until(at)
    publish(centre, [rule for rule in CITY if not isinstance(rule, rules.Day)])
    assert centre.clock("resolve").due_at == at + DAY


def test_one_that_would_be_over_keeps_what_is_left_where_that_is_less_than_a_day() -> None:
    centre = delivered(beijing(2026, 9, 29, 10))
    at = beijing(2026, 10, 9, 9)
    centre.wait_until(at)
    publish(centre, [rule for rule in CITY if not isinstance(rule, rules.Day)])
    assert centre.clock("resolve").due_at == beijing(2026, 10, 9, 18)
    assert centre.clock("resolve").moves == ()


def test_breaches_and_deadlines_set_by_hand_stay() -> None:
    centre = delivered()
    centre.wait_until(beijing(2026, 9, 24, 18))
    publish(centre, [*CITY, day("20260923", "holiday")])
    assert centre.clock("resolve").state == "breached"
    assert centre.clock("resolve").moves == ()
    by_hand = running([*REQUEST_CITY, *OFFICE])
    number = ask(by_hand, "set_deadline", "instruction", clock="resolve", until_at=START_AT + 9 * DAY)
    decide(by_hand, number, by=CENTRE_UNIT, officer="centre-3")
    publish(by_hand, [*REQUEST_CITY, *OFFICE, day("20260923", "holiday")])
    assert by_hand.clock("resolve").due_at == START_AT + 9 * DAY
    assert told(by_hand)[-1] == ("deadline_moved", "resolve")


def test_a_version_without_the_calendar_of_an_open_clock_leaves_it_as_it_was() -> None:
    centre = delivered()
    publish(centre, RULES)
    assert centre.clock("resolve").due_at == beijing(2026, 9, 24, 18)
    assert centre.set_aside() == []


@pytest.mark.parametrize("restarted", [False, True])
def test_many_matters_are_reckoned_anew_in_slices_and_none_is_left_out(
    monkeypatch: pytest.MonkeyPatch, *, restarted: bool
) -> None:
    monkeypatch.setattr(recounts, "LOOKED_AT", 4)
    monkeypatch.setattr(recounts, "CHANGED", 5)
    centre = Centre(items=CITY, start_at=MONDAY)
    for number in range(13):
        centre.report(str(number), incident_class="flooding", occurred_at=centre.now - number * DAY)
    orders = [order for matter in centre.matters() for order in matter.orders]
    for number in range(len(orders)):
        centre.end_attempt("delivered", delivery=number)
    assert len(orders) == 13
    if restarted:
        centre.hub.restart()
    publish(centre, [*CITY, day("20260923", "holiday")])
    due: list[Any] = [clock.due_at for matter in centre.matters() for order in matter.orders for clock in order.clocks
                      if clock.kind == "resolve"]  # fmt: skip
    assert due == [beijing(2026, 9, 25, 18)] * 13
    assert [*centre.kept("dispatch", "recounts")] == ["calendars"]
