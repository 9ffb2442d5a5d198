"""An outage of the hub exempts the clocks it hit, in the open: those breached, and those whose moment comes later."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.facts.measures import Measure
from streams.facts.views import Clock
from streams.processors.accountability import accountable
from streams.rules.outages import hits
from tests.processors.alerts import COMMAND_UNIT, AlertCentre
from tests.processors.kit import DISTRICT, HOUR, MINUTE, WATER, Centre, spot


def clock(centre: Centre, kind: str) -> Clock:
    return next(clock for clock in centre.order().clocks if clock.kind == kind)


def delivered() -> AlertCentre:
    centre = AlertCentre()
    centre.report()
    centre.end_attempt()
    return centre


def test_breaches_in_the_outage_are_exempted_and_stay_on_the_list() -> None:
    centre = delivered()
    began_at = centre.now
    centre.wait(45 * MINUTE)
    assert clock(centre, "acknowledge").state == "breached"
    centre.declare_outage(began_at + 5 * MINUTE, began_at + 45 * MINUTE)

    exempted = clock(centre, "acknowledge")
    outage = centre.measure()
    assert (exempted.state, exempted.outage_no, exempted.due_at) == (
        "exempted", outage.measure_no, began_at + 10 * MINUTE,
    )  # fmt: skip
    assert (outage.measure, outage.state, outage.clocks) == ("outage", "ended", 1)
    assert [change for change in centre.changes() if "acknowledge" in change][-2:] == [
        "breached acknowledge", "exempted acknowledge",
    ]  # fmt: skip
    assert centre.notices()[-1].measure_no == outage.measure_no
    assert centre.tiles()[f"{DISTRICT}|*"] == (1, 0, 0)
    assert clock(centre, "resolve").state == "running"


def test_what_an_outage_took_half_the_time_of_is_exempted_when_its_moment_comes_and_never_breached() -> None:
    centre = delivered()
    began_at = centre.now
    centre.wait(45 * MINUTE)
    centre.declare_outage(began_at + 5 * MINUTE, began_at + 45 * MINUTE)
    assert clock(centre, "arrive").state == "running"
    centre.wait(15 * MINUTE)
    assert clock(centre, "arrive").state == "exempted"
    assert "breached arrive" not in centre.changes()
    assert "exempted arrive" in centre.changes()
    assert centre.measure().clocks == 2


def test_a_long_clock_loses_little_to_a_short_outage_and_is_breached_as_ever() -> None:
    centre = delivered()
    began_at = centre.now
    centre.wait(45 * MINUTE)
    centre.declare_outage(began_at + 5 * MINUTE, began_at + 45 * MINUTE)
    centre.wait(24 * HOUR)
    assert clock(centre, "resolve").state == "breached"


def test_an_answer_after_an_exemption_ends_the_clock_and_is_not_late() -> None:
    centre = delivered()
    began_at = centre.now
    centre.wait(45 * MINUTE)
    centre.declare_outage(began_at + 5 * MINUTE, began_at + 45 * MINUTE)
    centre.answer("acknowledge")
    assert (clock(centre, "acknowledge").state, clock(centre, "acknowledge").ended_at) == ("exempted", centre.now)
    assert "answered_late acknowledge" not in centre.changes()


def test_an_outage_elsewhere_exempts_nothing() -> None:
    centre = delivered()
    centre.wait(45 * MINUTE)
    before = centre.matter()
    centre.declare_outage(centre.now - 40 * MINUTE, centre.now, regions=("500117002",))
    assert centre.matter() == before


@pytest.mark.parametrize("who", [{"actor_role": "responder"}, {"actor_unit": COMMAND_UNIT}])
def test_who_has_no_authority_declares_none(who: dict[str, str]) -> None:
    centre = delivered()
    centre.declare_outage(centre.now - MINUTE, centre.now, **who)
    assert centre.measures() == []
    assert len(centre.set_aside()) == 1


def test_many_breaches_are_exempted_in_slices() -> None:
    centre = AlertCentre()
    with centre.before_anybody_reacts():
        for number in range(100):
            centre.report(str(number), spot(2_000 * number))
    for delivery in range(100):
        centre.end_attempt(delivery=delivery)
    began_at = centre.now
    centre.wait(20 * MINUTE)
    centre.declare_outage(began_at, began_at + 20 * MINUTE)
    assert centre.measure().clocks == 100
    assert centre.changes().count("exempted acknowledge") == 100
    assert centre.set_aside() == []


def test_an_outage_is_forgotten_when_its_matters_are() -> None:
    centre = delivered()
    centre.declare_outage(centre.now - MINUTE, centre.now + MINUTE)
    assert centre.measure().state == "in_force"
    centre.wait(MINUTE)
    assert centre.measure().state == "ended"
    centre.wait(30 * 24 * HOUR)
    assert centre.measures() == []


def outage(from_at: int, until_at: int) -> Measure:
    fields: dict[str, Any] = dict.fromkeys(("name", "cause", "document", "ordered_unit", "ordered_post"), "")
    return Measure(
        measure_no="", measure="outage", state="ended", exercise=False, regions=(), classes=(), from_at=from_at,
        until_at=until_at, missed_reviews=0, ordered_officer="", clocks=0, as_of=0, **fields,
    )  # fmt: skip


@given(st.integers(0, 100), st.integers(1, 100), st.integers(0, 200), st.integers(1, 100), st.integers(1, 100))
def test_a_clock_is_hit_by_its_deadline_or_by_its_share_second_by_second(
    began: int, lasted: int, from_at: int, length: int, percent: int
) -> None:
    due_at, until_at = began + lasted, from_at + length
    lost = sum(1 for second in range(began, due_at) if from_at <= second < until_at)
    expected = from_at <= due_at <= until_at or (lost > 0 and lost * 100 >= percent * lasted)
    assert hits(outage(from_at, until_at), began, due_at, percent) == expected


def test_a_unit_whose_clocks_are_all_exempted_is_still_accountable_on_them() -> None:
    centre = delivered()
    began_at = centre.now
    centre.wait(25 * HOUR)
    centre.declare_outage(began_at, began_at + 25 * HOUR)
    assert {one.state for one in centre.order().clocks} == {"exempted"}
    standing = accountable(centre.now, centre.matter())
    assert [owner.unit for owner in standing.owners] == [WATER]
    assert {(one.kind, one.overdue) for one in standing.clocks if one.unit == WATER} == {
        (one.kind, True) for one in centre.order().clocks
    }
