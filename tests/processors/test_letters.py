"""协调函: whoever the city cannot order is asked, is breached in nothing, and is asked again until a result comes."""

from dataclasses import replace
from itertools import pairwise

import pytest

from streams.facts import rules
from tests.processors.ending import city, ending
from tests.processors.kit import DAY, HOUR, MINUTE, START_AT, WATER, Centre, clock_limit

CITY = (
    *(
        replace(one, letter=True) if isinstance(one, rules.Unit) and one.unit == WATER else one
        for one in city(ending("urgent", verified_classes=()))
    ),
    clock_limit("urgent", "follow_up", 2, "hour"),
)


@pytest.fixture
def centre() -> Centre:
    """A burst main about which the water company, which is not the district's, has just been asked."""
    centre = Centre(items=CITY)
    centre.report("1")
    centre.end_attempt("delivered")
    return centre


def asked_again(centre: Centre) -> list[str]:
    """Under which numbers the unit was asked again."""
    return [*dict.fromkeys(one.delivery_no for one in centre.attempts() if one.kind == "letter")]


def test_a_letter_sets_no_times_and_the_matter_stays_the_centres(centre: Centre) -> None:
    (call,) = centre.attempts()
    assert call.limits == ()
    assert [clock.kind for clock in centre.order().clocks] == ["follow_up"]
    assert centre.clock("follow_up").due_at == START_AT + 2 * HOUR
    assert centre.matter().segments[-1].holder == "centre"


def test_while_no_result_comes_the_unit_is_asked_again_and_nothing_is_breached(centre: Centre) -> None:
    order_no = centre.order().order_no
    centre.answer("accept")
    centre.wait(7 * HOUR)

    assert asked_again(centre) == [f"{order_no}-F{number}" for number in (1, 2, 3)]
    moments = [told.changed_at for told in centre.notices() if told.change == "followed_up"]
    assert all(later - earlier == 2 * HOUR for earlier, later in pairwise(moments))
    assert centre.order().followed_up == 3
    assert not [one for one in centre.changes() if one.startswith(("breached", "supervisor_added", "leader_told"))]


def test_a_result_ends_it(centre: Centre) -> None:
    centre.wait(30 * MINUTE)
    centre.answer("resolve", result="solved")
    centre.wait(2 * DAY)
    assert (centre.clock("follow_up").state, asked_again(centre)) == ("met", [])
    centre.answer("reply")
    assert centre.matter().state == "closed"


def test_a_letter_that_is_answered_before_it_is_proven_to_be_there_is_not_followed_up() -> None:
    centre = Centre(items=CITY)
    centre.report("1")
    centre.answer("resolve", result="solved")
    centre.end_attempt("delivered")
    centre.wait(DAY)
    assert asked_again(centre) == []
