"""What stands with the orders of a matter goes on when it becomes one with another (并单), and comes back with them."""

from typing import Any

import pytest

from streams.facts.joint import Convened, Resolution, Whistled
from streams.facts.matters import Directed, Supervised
from tests.processors.joining import CITY_MANAGEMENT, JOINED, MARKET, actor, convene, number_of, whistle
from tests.processors.joining import TOWN_CENTRE as TOWN_CENTRE_UNIT
from tests.processors.kit import DISTRICT, HOUR, WATER, Centre, spot
from tests.processors.one_and_two import deliver, fold, hear, live, separate
from tests.processors.test_supervision import DISTRICT_CENTRE, delivered

FAR = spot(3_000)


def sign(centre: Centre, whistle_no: str, unit: str) -> None:
    hear(
        centre,
        Whistled(
            key=DISTRICT, occurred_at=centre.now, act="sign", whistle_no=whistle_no, unit=unit, rating="in_time",
            **actor(TOWN_CENTRE_UNIT),
        ),
    )  # fmt: skip


def say(centre: Centre, act: Any, **said: Any) -> None:
    """A word of the district's centre on a meeting."""
    hear(centre, Convened(key=DISTRICT, occurred_at=centre.now, act=act, **said, **actor(DISTRICT_CENTRE)))


@pytest.fixture
def whistled() -> Centre:
    """A burst main on which the town has whistled for two units; another main three kilometres off."""
    centre = delivered(JOINED)
    whistle(centre, "blow", units=(CITY_MANAGEMENT, MARKET))
    centre.report("2", FAR)
    return centre


def test_a_whistle_goes_on_with_its_orders_and_is_signed_for_under_its_number(whistled: Centre) -> None:
    first = whistled.matters()[0]
    number, called = first.whistles[0].whistle_no, number_of(whistled, MARKET)
    fold(whistled, folded=0, into=1)
    folded, rest = whistled.matters()
    assert (folded.whistles, [one.whistle_no for one in rest.whistles]) == ((), [number])
    deliver(whistled, called)
    whistled.answer("arrive", order_no=called)
    sign(whistled, number, MARKET)
    assert [one.rating for one in whistled.matters()[1].whistles[0].called] == [None, "in_time"]
    assert whistled.set_aside() == []


def test_a_whistle_comes_back_with_its_orders(whistled: Centre) -> None:
    first, second = whistled.matters()
    before = first.whistles
    fold(whistled, folded=0, into=1)
    separate(whistled, second.incident_no, first.incident_no, "ga_alarm110/1")
    back, rest = whistled.matters()
    assert (back.whistles, rest.whistles) == (before, ())
    assert {CITY_MANAGEMENT, MARKET, WATER} == set(live(back))
    sign(whistled, before[0].whistle_no, MARKET)
    assert whistled.set_aside() == []


def test_a_meeting_of_both_is_one_and_its_decisions_are_orders_of_the_one_that_goes_on() -> None:
    centre = delivered(JOINED)
    centre.report("2", FAR)
    numbers = tuple(one.matter_no for one in centre.matters())
    convene(
        centre, "call", DISTRICT_CENTRE, kind="meeting", matters=numbers, units=(MARKET,), begins_at=centre.now + HOUR
    )
    meeting_no = centre.matters()[0].meetings[0].meeting_no
    fold(centre)
    centre.wait(HOUR)
    say(centre, "hold", meeting_no=meeting_no, units=(MARKET,))
    say(centre, "decide", meeting_no=meeting_no, decisions=(Resolution(matter_no=numbers[1], unit=MARKET, task="act"),))
    rest, folded = centre.matters()
    assert [one.state for one in rest.meetings] == ["decided"]
    assert folded.meetings == ()
    assert MARKET in live(rest)
    separate(centre, rest.incident_no, folded.incident_no, "ga_alarm110/2")
    assert [[one.meeting_no for one in matter.meetings] for matter in centre.matters()] == [[meeting_no], [meeting_no]]
    assert centre.set_aside() == []


def test_a_supervision_order_is_answered_with_the_matter_that_goes_on_and_comes_back_with_its_order() -> None:
    centre = delivered(JOINED)
    centre.report("2", FAR, incident_class="flooding")
    first, second = centre.matters()
    leader = {**actor(DISTRICT_CENTRE), "actor_role": "shift_leader"}
    hear(
        centre,
        Directed(
            key=DISTRICT, occurred_at=centre.now, order_no=first.orders[0].order_no, direction="instruct", **leader
        ),
    )
    number = centre.matters()[0].supervisions[0].supervision_no
    fold(centre, folded=0, into=1)
    assert [one.supervision_no for one in centre.matters()[1].supervisions] == [number]
    for act, who in (("sign", leader), ("answer", {**leader, "actor_unit": WATER})):
        hear(
            centre,
            Supervised(key=DISTRICT, occurred_at=centre.now, supervision_no=number, act=act, **who),  # type: ignore[arg-type]
        )
    assert centre.matters()[1].supervisions[0].state == "answered"
    separate(centre, second.incident_no, first.incident_no, "ga_alarm110/1")
    assert [one.state for one in centre.matters()[0].supervisions] == ["answered"]
    assert centre.matters()[1].supervisions == ()
    hear(centre, Supervised(key=DISTRICT, occurred_at=centre.now, supervision_no=number, act="sign_off", **leader))
    assert centre.matters()[0].supervisions[0].state == "signed_off"
    assert centre.set_aside() == []


def test_what_was_told_of_twice_is_no_repetition() -> None:
    """Two at a place propose a supervision order here; the first two were one."""
    centre = Centre(items=JOINED)
    centre.report("1", spot(0))
    centre.report("2", FAR, incident_class="flooding")
    centre.wait(HOUR)
    fold(centre, folded=0, into=1)
    centre.wait(5 * HOUR)
    centre.report("3", spot(0))
    assert len(centre.matters()) == 3
    assert [one for matter in centre.matters() for one in matter.supervisions if one.origin == "repetition"] == []
