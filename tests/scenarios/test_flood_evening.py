"""A flood evening in Hechuan by the city's own rules: level II ordered at 19:10, reviewed in the night, ended at 06:40.

In the same night the hub fails for forty minutes, and an exercise is played beside the real thing.
"""

from typing import Any

import pytest

from streams.engine.memory import Faults
from streams.facts.views import Clock, Matter
from tests.hechuan import hechuan
from tests.processors.alerts import AlertCentre
from tests.processors.kit import HOUR, MINUTE, Spot, beijing

EVENING = (2025, 7, 7)
STARTS_AT = beijing(*EVENING, 18)
LEVEL_AT, ENDS_AT = beijing(*EVENING, 19, 10), beijing(2025, 7, 8, 6, 40)
SEED_FAULTS = Faults(seed=7, twice=0.2, crash_before_commit=0.05, crash_after_commit=0.05, handed_over=0.05)
COMMAND = {"actor_unit": "500117-emergency", "actor_role": "commander"}
SHIFT_LEADER = {"actor_unit": "500117-district_centre", "actor_role": "shift_leader"}
GRID = "500117001001001"


class Evening:
    """The evening as it is played; whatever is reported is brought to its unit at once."""

    def __init__(self, faults: Faults) -> None:
        self.centre = AlertCentre(items=hechuan().rules, start_at=STARTS_AT, faults=faults)
        self._record = 0

    def report(self, incident_class: str, urgency: Any, *moment: int) -> str:
        """Somebody tells of something new at a moment; the number of its matter."""
        self.centre.wait_until(beijing(*moment))
        self._record += 1
        before = {matter.matter_no for matter in self.centre.matters()}
        where = Spot(GRID, 106.2 + self._record / 10, 29.9)
        self.centre.report(str(self._record), where, incident_class=incident_class, urgency=urgency)
        (number,) = {matter.matter_no for matter in self.centre.matters()} - before
        self.bring(number)
        return number

    def bring(self, number: str) -> None:
        """Every call of a matter reaches its unit."""
        calls = self.centre.attempts()
        for place, call in enumerate(calls):
            if call.matter_no == number and call.kind == "order":
                self.centre.end_attempt(delivery=place)

    def matter(self, number: str) -> Matter:
        return next(matter for matter in self.centre.matters() if matter.matter_no == number)

    def clock(self, number: str, kind: str) -> Clock:
        return next(clock for clock in self.matter(number).orders[0].clocks if clock.kind == kind)

    def answer(self, number: str, *answers: str) -> None:
        order = self.matter(number).orders[0]
        for answer in answers:
            self.centre.answer(answer, order_no=order.order_no, actor_unit=order.unit)

    def order(self, order: str, *moment: int, **said: Any) -> None:
        self.centre.wait_until(beijing(*moment))
        getattr(self.centre, order)(**{**COMMAND, **said})


@pytest.mark.parametrize("faults", [Faults(), SEED_FAULTS], ids=["undisturbed", "disturbed"])
def test_the_night_of_level_two(faults: Faults) -> None:
    night = Evening(faults)
    main = night.report("burst_main", "routine", 2025, 7, 7, 18, 30)
    flooding = night.report("flooding", "urgent", 2025, 7, 7, 18, 50)
    manhole = night.report("manhole", "routine", 2025, 7, 7, 18, 55)
    night.answer(flooding, "acknowledge")
    everyday = {number: night.matter(number) for number in (main, flooding, manhole)}
    assert night.clock(main, "acknowledge").due_at == beijing(2025, 7, 8, 10)

    night.order("begin", 2025, 7, 7, 19, 10, review_at=beijing(2025, 7, 8, 2))
    level = night.centre.measure()
    assert (level.name, level.state, level.review_at) == ("二级响应", "in_force", beijing(2025, 7, 8, 2))
    assert night.clock(main, "acknowledge").due_at == LEVEL_AT + 10 * MINUTE
    assert night.clock(main, "acknowledge").moves[-1].was_due_at == beijing(2025, 7, 8, 10)
    assert night.clock(flooding, "arrive").due_at == beijing(2025, 7, 7, 19, 20)
    assert night.clock(flooding, "acknowledge").state == "met"
    assert night.matter(manhole) == everyday[manhole]

    night.answer(main, "acknowledge")
    second = night.report("flooding", "urgent", 2025, 7, 7, 20, 30)
    told = next(call for call in night.centre.attempts() if call.matter_no == second and call.kind == "order")
    assert {one.kind: (one.amount, one.unit) for one in told.limits}["acknowledge"] == (5, "minute")
    night.centre.wait(4 * MINUTE)
    night.answer(second, "acknowledge")
    assert {night.clock(number, "acknowledge").state for number in (main, second)} == {"met"}
    assert night.clock(flooding, "arrive").state == "breached"

    night.centre.wait_until(beijing(2025, 7, 8, 2, 15))
    assert (night.centre.measure().state, night.centre.measure().missed_reviews) == ("in_force", 1)
    night.order("review", 2025, 7, 8, 2, 15, measure_no=level.measure_no, review_at=beijing(2025, 7, 8, 8))
    assert night.centre.measure().missed_reviews == 0
    clocks_before = night.matter(main).orders[0].clocks
    night.order("end", 2025, 7, 8, 6, 40, measure_no=level.measure_no)
    assert (night.centre.measure().state, night.centre.measure().until_at) == ("ended", ENDS_AT)
    assert night.matter(main).orders[0].clocks == clocks_before
    assert night.clock(flooding, "arrive").state == "breached"
    third = night.report("flooding", "urgent", 2025, 7, 8, 6, 50)
    acknowledge = night.clock(third, "acknowledge")
    assert (acknowledge.due_at - acknowledge.started_at, acknowledge.hastened) == (10 * MINUTE, None)
    assert not night.centre.set_aside()


@pytest.mark.parametrize("faults", [Faults(), SEED_FAULTS], ids=["undisturbed", "disturbed"])
def test_the_hub_fails_for_forty_minutes_of_the_night(faults: Faults) -> None:
    night = Evening(faults)
    hit = night.report("flooding", "urgent", 2025, 7, 8, 2)
    missed = night.report("flooding", "urgent", 2025, 7, 8, 2, 45)
    night.centre.wait_until(beijing(2025, 7, 8, 3, 10))
    assert night.clock(hit, "acknowledge").state == night.clock(missed, "acknowledge").state == "breached"

    night.centre.declare_outage(beijing(2025, 7, 8, 2, 2), beijing(2025, 7, 8, 2, 42), **SHIFT_LEADER)
    outage = night.centre.measure()
    exempted = {"acknowledge", "accept", "first_contact", "arrive"}
    assert {
        clock.kind for clock in night.matter(hit).orders[0].clocks if clock.outage_no == outage.measure_no
    } == exempted
    assert {clock.state for clock in night.matter(missed).orders[0].clocks} == {"breached", "running"}
    assert outage.clocks == len(exempted)
    told = [one.change for one in night.centre.notices() if one.matter_no == hit and one.clock == "acknowledge"]
    assert [change for change in told if change in ("breached", "exempted")] == ["breached", "exempted"]
    night.centre.wait_until(beijing(2025, 7, 9, 2, 1))
    assert night.clock(hit, "resolve").state == "breached"
    assert night.centre.set_aside() == []


def test_an_exercise_beside_a_real_evening_changes_no_figure_of_it() -> None:
    figures, ends = [], []
    for exercised in (False, True):
        night = Evening(Faults())
        if exercised:
            night.order("begin", 2025, 7, 7, 18, 1, exercise=True)
        number = night.report("flooding", "urgent", 2025, 7, 7, 18, 30)
        if exercised:
            night.centre.drill("flooding", GRID, number=1)
            drill = night.centre.matters()[-1].matter_no
            night.bring(drill)
            night.answer(drill, "acknowledge", "arrive")
        night.centre.wait(2 * HOUR)
        figures.append(night.centre.tiles())
        ends.append(night.matter(number).orders[0].clocks)
        assert night.centre.set_aside() == []
    assert figures[0] == figures[1]
    assert ends[0] == ends[1]
