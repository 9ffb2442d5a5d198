"""Reports that were thought to tell of one happening tell of another: they leave, and no time is lost or given away."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.facts import views
from streams.facts.incidents import MasterOrder, Progressed
from streams.facts.matters import Mirrored
from streams.rules.attribution import elapsed_milliseconds
from tests.processors.attributed import assert_adds_up, told_segments
from tests.processors.kit import (
    DISTRICT,
    EMERGENCY,
    HOUR,
    INCIDENTS,
    MINUTE,
    OTHER_GRID,
    SECOND,
    START_AT,
    WATER,
    Centre,
    spot,
)
from tests.processors.one_and_two import (
    ELSEWHERE,
    HERE,
    THERE,
    all_heard,
    assert_sound,
    centre_of_two,
    deliver,
    fold,
    hear,
    join,
    live,
    requesters,
    running,
    separate,
    two_mains,
)
from tests.processors.test_give_backs import sent

NEW = f"{DISTRICT}20260921E00009"
FIRST, SECOND_REPORT = "ga_alarm110/JQ1", "zz_grid_app/WG1"


def one_of_two() -> Centre:
    """One burst main told of twice, ten minutes apart; its order was delivered at once."""
    centre = centre_of_two()
    centre.report("JQ1", HERE)
    deliver(centre, centre.matter().orders[0].order_no)
    centre.wait(10 * MINUTE)
    join(centre, centre.matter().incident_no, "WG1", "zz_grid_app")
    return centre


def numbered(centre: Centre, incident_no: str) -> views.Matter:
    """The matter of an incident."""
    return next(one for one in centre.matters() if one.incident_no == incident_no)


def test_a_report_that_tells_of_something_else_gets_a_matter_and_the_gap_is_the_centres() -> None:
    centre = one_of_two()
    centre.wait(20 * MINUTE)
    first = centre.matter()
    separate(centre, first.incident_no, NEW, SECOND_REPORT)
    other = numbered(centre, NEW)
    assert (other.state, other.opened_at, other.region) == ("assigned", START_AT + 10 * MINUTE, THERE.region)
    assert requesters(centre) == {
        first.matter_no: {FIRST: START_AT},
        other.matter_no: {SECOND_REPORT: START_AT + 10 * MINUTE},
    }
    centre.wait(5 * MINUTE)
    deliver(centre, other.orders[0].order_no)
    centre.wait(8 * MINUTE)
    centre.answer("reply", order_no=other.orders[0].order_no)
    other = numbered(centre, NEW)
    assert told_segments(other) == [("centre", 25), (WATER, 8)]
    assert elapsed_milliseconds(other) == 33 * MINUTE
    assert {clock.started_at for clock in other.orders[0].clocks} == {START_AT + 35 * MINUTE}
    assert_sound(centre)


def test_the_matter_that_they_leave_goes_on_as_it_was() -> None:
    centre = one_of_two()
    before = centre.matter()
    separate(centre, before.incident_no, NEW, SECOND_REPORT)
    after = numbered(centre, before.incident_no)
    assert (after.orders, after.state, after.opened_at) == (before.orders, before.state, before.opened_at)


def test_where_the_first_report_leaves_the_citizens_time_is_that_of_the_ones_that_stay() -> None:
    centre = one_of_two()
    first = centre.matter()
    separate(centre, first.incident_no, NEW, FIRST)
    assert numbered(centre, first.incident_no).opened_at == START_AT + 10 * MINUTE
    assert numbered(centre, NEW).opened_at == START_AT
    assert_sound(centre)


def test_reports_go_over_to_a_matter_that_is_there_with_the_time_they_were_heard_at() -> None:
    centre = two_mains(minutes_between=10)
    first, second = centre.matters()
    join(centre, second.incident_no, "JQ7")
    separate(centre, first.incident_no, second.incident_no, FIRST)
    first, second = centre.matters()
    assert second.opened_at == START_AT
    assert told_segments(second) == [("centre", 10)]
    assert requesters(centre) == {
        second.matter_no: {FIRST: START_AT, SECOND_REPORT: START_AT + 10 * MINUTE, "ga_alarm110/JQ7": centre.now}
    }
    assert_sound(centre)


def test_a_matter_that_nobody_has_told_of_is_ended_as_one_called_by_mistake_without_a_breach() -> None:
    centre = two_mains()
    first, second = centre.matters()
    deliver(centre, first.orders[0].order_no)
    separate(centre, first.incident_no, second.incident_no, FIRST)
    first = centre.matters()[0]
    assert (first.state, first.orders[0].state) == ("closed", "withdrawn")
    assert {clock.state for clock in first.orders[0].clocks} == {"stopped"}
    centre.wait(8 * HOUR)
    assert not [one for one in centre.notices() if one.change == "breached" and one.matter_no == first.matter_no]
    assert ("withdrawn", first.orders[0].order_no) in [(one.change, one.order_no) for one in centre.notices()]
    assert sent(centre) == []


def test_an_incident_whose_matter_was_ended_so_gets_another_one_when_it_needs_work_again() -> None:
    centre = two_mains()
    first, second = centre.matters()
    separate(centre, first.incident_no, second.incident_no, FIRST)
    separate(centre, second.incident_no, first.incident_no, FIRST, where=HERE)
    again = centre.matters()[2]
    assert (again.incident_no, list(live(again)), again.opened_at) == (first.incident_no, [WATER], START_AT)
    assert_sound(centre)


def test_who_leaves_for_a_matter_that_has_its_answer_is_told_at_once() -> None:
    centre = two_mains()
    first, second = centre.matters()
    deliver(centre, first.orders[0].order_no)
    centre.answer("reply", order_no=first.orders[0].order_no)
    join(centre, second.incident_no, "JQ7")
    separate(centre, second.incident_no, first.incident_no, SECOND_REPORT)
    centre.wait(SECOND)
    assert [(one.record_no, one.matter_no) for one in sent(centre)] == [("WG1", first.matter_no)]


def test_a_matter_whose_reports_all_leave_goes_with_them_where_it_is_told_of_the_same_place() -> None:
    centre = one_of_two()
    before = centre.matter()
    separate(centre, before.incident_no, NEW, FIRST, SECOND_REPORT, where=HERE)
    after = centre.matter()
    assert (after.incident_no, after.orders, after.opened_at) == (NEW, before.orders, before.opened_at)
    assert [one.incident_no for one in centre.hub.values(INCIDENTS) if isinstance(one, Progressed)][-1] == NEW


@pytest.mark.parametrize(
    ("place", "said"), [(spot(0, grid=OTHER_GRID), {}), (HERE, {"incident_class": "flooding"})], ids=["place", "class"]
)
def test_units_that_were_called_elsewhere_or_for_something_else_are_called_anew(place: object, said: dict) -> None:  # type: ignore[type-arg]
    centre = one_of_two()
    before = centre.matter()
    separate(centre, before.incident_no, NEW, FIRST, SECOND_REPORT, where=place, **said)  # type: ignore[arg-type]
    assert numbered(centre, before.incident_no).orders[0].state == "withdrawn"
    assert list(live(numbered(centre, NEW))) == [EMERGENCY if said else WATER]
    assert numbered(centre, NEW).opened_at == START_AT


def test_what_needs_no_work_is_answered_by_its_department_and_not_by_the_hub() -> None:
    centre = one_of_two()
    separate(centre, centre.matter().incident_no, NEW, SECOND_REPORT, dispatched=False)
    assert [name for name, _ in all_heard(centre)] == [FIRST]
    assert len(centre.matters()) == 1


def test_a_report_that_nobody_knows_is_passed_over() -> None:
    centre = one_of_two()
    separate(centre, centre.matter().incident_no, NEW, SECOND_REPORT, "zz_grid_app/never")
    assert [name for name, _ in all_heard(centre)] == [FIRST, SECOND_REPORT]


def test_a_call_is_not_lost_where_none_of_its_reports_was_known() -> None:
    centre = one_of_two()
    separate(centre, f"{DISTRICT}20260921E00008", NEW, "zz_grid_app/WG7")
    other = numbered(centre, NEW)
    assert list(live(other)) == [WATER]
    assert requesters(centre)[other.matter_no] == {"zz_grid_app/WG7": centre.now}


def test_separated_again_nothing_changes() -> None:
    centre = one_of_two()
    number = centre.matter().incident_no
    separate(centre, number, NEW, SECOND_REPORT)
    shown, told = centre.matters(), len(centre.notices())
    separate(centre, number, NEW, SECOND_REPORT)
    assert (centre.matters(), len(centre.notices())) == (shown, told)


def test_a_departments_own_order_goes_with_its_report() -> None:
    centre = centre_of_two()
    centre.report("1", HERE)
    deliver(centre, centre.matter().orders[0].order_no)
    centre.answer("accept")
    number = centre.matter().incident_no
    join(centre, number, "CG1", "cg_digital", order=MasterOrder(order_no="CG1", unit="环卫所"))
    separate(centre, number, NEW, "cg_digital/CG1")
    first, other = numbered(centre, number), numbered(centre, NEW)
    assert (first.mirrored, [one.order_no for one in other.mirrored], other.orders) == ((), ["CG1"], ())
    hear(
        centre,
        Mirrored(
            key=DISTRICT, occurred_at=centre.now, system="cg_digital", order_no="CG1", state="closed",
            recorded_at=centre.now, unit="环卫所",
        ),
    )  # fmt: skip
    assert (numbered(centre, NEW).state, numbered(centre, number).state) == ("closed", "in_hand")


def test_a_new_matter_of_a_confidential_one_is_confidential() -> None:
    centre = centre_of_two()
    centre.report("JQ1", HERE, confidential=True)
    join(centre, centre.matter().incident_no, "WG1", "zz_grid_app")
    separate(centre, centre.matter().incident_no, NEW, SECOND_REPORT)
    assert numbered(centre, NEW).confidential
    assert numbered(centre, NEW).region == DISTRICT


# A merge that is undone.


def test_a_merge_that_is_undone_gives_back_reports_orders_and_the_citizens_times() -> None:
    centre = two_mains(minutes_between=5)
    first, second = (one.orders[0].order_no for one in centre.matters())
    deliver(centre, first)
    before = centre.matters()
    heard = requesters(centre)
    fold(centre)
    centre.wait(30 * MINUTE)
    separate(centre, before[0].incident_no, before[1].incident_no, SECOND_REPORT)
    after = centre.matters()
    assert requesters(centre) == heard
    assert [one.opened_at for one in after] == [one.opened_at for one in before]
    assert [one.folded_into for one in after] == [None, None]
    assert live(after[0]) == {WATER: first}
    again = live(after[1])[WATER]
    assert again == f"{after[1].matter_no}-02"
    assert (after[1].orders[0].state, after[1].orders[0].continued_by) == ("folded", again)
    deliver(centre, again)
    centre.answer("acknowledge", order_no=second)
    assert centre.order(again).state == "acknowledged"
    assert_sound(centre)
    assert [told_segments(one) for one in centre.matters()] == [
        [("centre", 5), (WATER, 30)],
        [("centre", 30), (WATER, 0)],
    ]


def test_an_order_of_its_own_that_went_on_comes_back_in_its_own_part_with_its_clocks() -> None:
    centre = centre_of_two()
    centre.report("1", HERE)
    centre.report("WG1", THERE, system="zz_grid_app", incident_class="flooding")
    water, flood = centre.matters()
    for order_no in (water.orders[0].order_no, flood.orders[0].order_no):
        deliver(centre, order_no)
    flood, before = centre.matters()[1], running(centre)
    fold(centre)
    centre.wait(MINUTE)
    separate(centre, water.incident_no, flood.incident_no, SECOND_REPORT, incident_class="flooding")
    assert running(centre) == before
    after = centre.matters()[1]
    assert (after.orders, after.urgency, after.state) == (flood.orders, "urgent", "assigned")
    assert_sound(centre)


def test_an_order_that_worked_for_both_goes_with_its_number_and_the_other_matter_calls_anew() -> None:
    centre = two_mains(minutes_between=5)
    first, second = centre.matters()
    deliver(centre, second.orders[0].order_no)
    centre.wait(MINUTE)
    deliver(centre, first.orders[0].order_no)
    fold(centre)
    centre.wait(20 * MINUTE)
    separate(centre, first.incident_no, second.incident_no, SECOND_REPORT)
    after = centre.matters()
    assert live(after[1]) == {WATER: second.orders[0].order_no}
    assert live(after[0]) == {WATER: f"{first.matter_no}-02"}
    assert after[0].orders[0].continued_by == f"{first.matter_no}-02"
    assert_sound(centre)


def test_work_that_was_done_for_both_does_not_close_what_comes_back() -> None:
    centre = two_mains(minutes_between=5)
    first, second = centre.matters()
    deliver(centre, second.orders[0].order_no)
    fold(centre)
    centre.answer("reply", order_no=second.orders[0].order_no)
    assert centre.matters()[0].state == "closed"
    separate(centre, first.incident_no, second.incident_no, SECOND_REPORT)
    closed, back = centre.matters()
    assert (closed.state, back.state) == ("closed", "in_hand")
    assert [(one.state, one.role) for one in back.orders] == [("replied", "assist"), ("sent", "lead")]
    assert back.repairs[-1].orders == (first.orders[0].order_no, second.orders[0].order_no)


def test_work_that_was_done_before_a_merge_is_done_after_it_is_undone() -> None:
    centre = two_mains(minutes_between=5)
    first, second = centre.matters()
    deliver(centre, second.orders[0].order_no)
    centre.answer("resolve", order_no=second.orders[0].order_no)
    fold(centre)
    separate(centre, first.incident_no, second.incident_no, SECOND_REPORT)
    rest, back = centre.matters()
    assert (back.state, [(one.state, one.role) for one in back.orders]) == ("resolved", [("resolved", "lead")])
    assert list(live(rest)) == [WATER]


def test_one_that_had_taken_another_in_calls_its_own_lead_again_when_it_comes_back() -> None:
    centre = centre_of_two()
    centre.report("JQ1", HERE)
    centre.report("JQ2", THERE)
    centre.report("JQ3", THERE, incident_class="flooding")
    water, other, flood = (one.incident_no for one in centre.matters())
    fold(centre, folded=2, into=0)
    fold(centre, folded=0, into=1)
    separate(centre, other, water, FIRST, "ga_alarm110/JQ3")
    back = numbered(centre, water)
    assert {one.unit: one.role for one in back.orders if one.order_no in live(back).values()} == {
        WATER: "lead",
        EMERGENCY: "assist",
    }
    assert numbered(centre, flood).folded_into == back.matter_no
    assert_sound(centre)


def test_what_stays_where_nobody_of_its_class_is_called_keeps_its_unit() -> None:
    """A burst main folded into a flood has its water works, also when their order goes with another main."""
    centre = centre_of_two()
    centre.report("JQ1", HERE, incident_class="flooding")
    centre.report("JQ2", THERE)
    centre.report("JQ3", ELSEWHERE)
    flood, main, other = (one.incident_no for one in centre.matters())
    fold(centre, folded=1, into=0)
    fold(centre, folded=2, into=0)
    separate(centre, flood, main, "ga_alarm110/JQ2")
    rest = numbered(centre, flood)
    assert set(live(rest)) == {EMERGENCY, WATER}
    assert numbered(centre, other).folded_into == rest.matter_no
    assert live(numbered(centre, main)) == {WATER: f"{numbered(centre, main).matter_no}-01"}
    assert_sound(centre)


def test_the_centres_time_to_find_somebody_does_not_begin_again_with_every_report_that_leaves() -> None:
    centre = centre_of_two()
    centre.report("JQ1", HERE, incident_class="gas_leak")
    join(centre, centre.matter().incident_no, "WG1", "zz_grid_app")
    before = running(centre)
    centre.wait(MINUTE)
    separate(centre, centre.matter().incident_no, NEW, SECOND_REPORT)
    assert before.items() <= running(centre).items()


def test_what_was_missed_and_said_meanwhile_is_listed_with_both() -> None:
    centre = one_of_two()
    order_no = centre.matter().orders[0].order_no
    number = centre.matter().incident_no
    centre.answer("reply", order_no=order_no)
    centre.wait(SECOND)
    separate(centre, number, NEW, SECOND_REPORT)
    for matter in (numbered(centre, number), numbered(centre, NEW)):
        (repair,) = matter.repairs
        assert (repair.cause, repair.orders, repair.breaches) == (
            "separated",
            (order_no,),
            (f"{order_no}/acknowledge",),
        )


def test_what_was_told_for_the_wrong_happening_is_told_anew() -> None:
    centre = one_of_two()
    order_no, number = centre.matter().orders[0].order_no, centre.matter().incident_no
    centre.answer("reply", order_no=order_no)
    centre.wait(SECOND)
    separate(centre, number, NEW, SECOND_REPORT)
    other = numbered(centre, NEW).orders[0].order_no
    deliver(centre, other)
    centre.answer("reply", order_no=other)
    centre.wait(SECOND)
    assert [one.matter_no for one in sent(centre) if one.record_no == "WG1"] == [
        numbered(centre, number).matter_no,
        numbered(centre, NEW).matter_no,
    ]


def test_figures_count_two_again() -> None:
    centre = two_mains()
    numbers = [one.incident_no for one in centre.matters()]
    fold(centre)
    separate(centre, numbers[0], numbers[1], SECOND_REPORT)
    assert centre.tiles()[f"{DISTRICT}|*"] == (2, 0, 0)


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 20),
    st.sets(st.sampled_from([0, 1])),
    st.sampled_from([(0, 1), (1, 0)]),
    st.sampled_from([0, MINUTE, 3 * HOUR]),
    st.lists(st.sampled_from(["acknowledge", "arrive"]), max_size=1),
    st.integers(0, 3),
)
def test_merge_then_split_gives_back_the_requesters_and_the_citizens_times(
    minutes: int, delivered: set[int], folds: tuple[int, int], waited: int, answers: list[str], more: int
) -> None:
    centre = two_mains(minutes)
    before = centre.matters()
    for place in sorted(delivered):
        deliver(centre, before[place].orders[0].order_no)
        for answer in answers:
            centre.answer(answer, order_no=before[place].orders[0].order_no)
    for place in range(more):
        join(centre, before[place % 2].incident_no, f"J{place}")
    heard, opened = requesters(centre), [one.opened_at for one in centre.matters()]
    fold(centre, *folds)
    assert_sound(centre)
    centre.wait(waited)
    gone, stays = (before[place] for place in folds)
    separate(centre, stays.incident_no, gone.incident_no, *heard[gone.matter_no])
    assert requesters(centre) == heard
    assert [one.opened_at for one in centre.matters()] == opened
    assert all(list(live(one)) == [WATER] for one in centre.matters())
    for matter in centre.matters():
        assert_adds_up(matter)
    assert_sound(centre)
    assert centre.set_aside() == []
