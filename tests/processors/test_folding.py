"""Two incidents turn out to be one: their matters become one (并单), and no call, clock or answer is lost."""

from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from streams.facts.incidents import MasterOrder, Progressed
from streams.facts.matters import GivenBack, Mirrored, Requested
from streams.facts.views import Order
from tests.processors.kit import (
    DAY,
    DISTRICT,
    EMERGENCY,
    HOUR,
    INCIDENTS,
    MINUTE,
    SECOND,
    START_AT,
    WATER,
    Centre,
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
    folded_fact,
    hear,
    join,
    live,
    requesters,
    running,
    separate,
    two_mains,
)
from tests.processors.requesting import actor, decide, limit, request_rule
from tests.processors.test_give_backs import sent


def both_delivered(*, second_first: bool = False) -> Centre:
    """Two burst mains three minutes apart, the orders of both delivered, two minutes apart."""
    centre = two_mains(minutes_between=3)
    first, second = (one.orders[0].order_no for one in centre.matters())
    for number in (second, first) if second_first else (first, second):
        deliver(centre, number)
        centre.wait(2 * MINUTE)
    return centre


def test_the_order_that_was_delivered_first_goes_on_with_its_clocks_and_the_other_ends_without_a_breach() -> None:
    centre = both_delivered()
    first, second = centre.matters()
    before = first.orders[0]
    fold(centre)
    rest, folded = centre.matters()
    stays, ended = rest.orders
    assert stays == before
    assert (ended.state, ended.continued_by, ended.result) == ("folded", stays.order_no, "duplicate")
    assert {clock.kind: clock.state for clock in ended.clocks} == {
        "acknowledge": "stopped", "arrive": "stopped", "resolve": "stopped", "reply": "running",
    }  # fmt: skip
    assert (folded.state, folded.folded_into, folded.orders) == ("closed", first.matter_no, ())
    (told,) = [one for one in centre.notices() if one.change == "order_folded"]
    assert (told.order_no, told.unit, told.into_no) == (ended.order_no, WATER, stays.order_no)
    centre.wait(3 * HOUR)
    assert [one.order_no for one in centre.notices() if one.change == "breached"] == [stays.order_no] * 2
    assert second.matter_no == folded.matter_no


def test_its_unit_is_told_which_order_goes_on() -> None:
    centre = both_delivered()
    fold(centre)
    (word,) = [one for one in centre.attempts() if one.kind == "folded"]
    first, ended = centre.matters()[0].orders
    assert (word.unit, word.order_no, word.into_order_no) == (WATER, ended.order_no, first.order_no)


def test_an_order_that_has_not_gone_out_is_not_brought_to_its_unit_any_more() -> None:
    centre = two_mains()
    deliver(centre, centre.matters()[0].orders[0].order_no)
    fold(centre)
    assert not [one for one in centre.attempts() if one.kind == "folded"]
    ended = centre.matters()[0].orders[1]
    assert (ended.state, ended.clocks) == ("folded", ())
    deliver(centre, ended.order_no)
    assert centre.matters()[0].orders[1] == ended
    assert_sound(centre)


def test_where_the_younger_ones_order_was_delivered_first_that_one_goes_on_and_leads() -> None:
    centre = both_delivered(second_first=True)
    first, second = (one.orders[0] for one in centre.matters())
    fold(centre)
    rest = centre.matters()[0]
    assert live(rest) == {WATER: second.order_no}
    assert [(one.order_no, one.state, one.role) for one in rest.orders] == [
        (first.order_no, "folded", "lead"),
        (second.order_no, "delivered", "lead"),
    ]
    assert next(one for one in rest.orders if one.order_no == second.order_no).clocks == second.clocks
    assert_sound(centre)


def test_of_two_urgencies_the_more_urgent_call_goes_on_and_the_matter_is_as_urgent() -> None:
    centre = centre_of_two()
    centre.report("1", HERE, urgency="routine")
    deliver(centre, centre.matter().orders[0].order_no)
    centre.wait(HOUR)
    centre.report("2", THERE, urgency="critical")
    deliver(centre, centre.matters()[1].orders[0].order_no)
    fold(centre)
    rest, folded = centre.matters()
    assert (rest.urgency, live(rest)) == ("critical", {WATER: f"{folded.matter_no}-01"})
    assert rest.repairs[0].urgency_before == "routine"


def test_an_order_that_only_the_younger_has_goes_on_under_its_number_and_assists() -> None:
    centre = centre_of_two()
    centre.report("1", HERE)
    centre.report("2", THERE, incident_class="flooding")
    water, flood = centre.matters()
    for order_no in (water.orders[0].order_no, flood.orders[0].order_no):
        deliver(centre, order_no)
    before = running(centre)
    fold(centre)
    rest = centre.matters()[0]
    assert live(rest) == {WATER: water.orders[0].order_no, EMERGENCY: flood.orders[0].order_no}
    assert [(one.role, one.role_before) for one in rest.orders] == [("lead", None), ("assist", "lead")]
    assert running(centre) == before
    for answer in ("resolve", "reply"):
        centre.answer(answer, order_no=water.orders[0].order_no)
    assert centre.matters()[0].state == "in_hand"
    centre.answer("resolve", order_no=flood.orders[0].order_no)
    assert centre.matters()[0].state == "closed"
    assert centre.set_aside() == []


def test_an_answer_to_the_order_that_ended_counts_for_the_one_that_goes_on() -> None:
    centre = both_delivered()
    fold(centre)
    stays, ended = centre.matters()[0].orders
    centre.answer("acknowledge", order_no=ended.order_no)
    assert centre.order(stays.order_no).state == "acknowledged"
    centre.answer("reply", order_no=ended.order_no)
    assert centre.order(stays.order_no).state == "replied"
    assert centre.matters()[0].state == "closed"
    assert centre.set_aside() == []


def test_what_the_unit_has_said_to_the_order_that_ends_it_has_said_to_the_one_that_goes_on() -> None:
    centre = both_delivered()
    stays, ends = (one.orders[0].order_no for one in centre.matters())
    centre.answer("arrive", order_no=ends)
    fold(centre)
    assert centre.order(stays).state == "arrived"
    assert centre.order(stays).arrival == "claimed"
    assert {clock.kind: clock.state for clock in centre.order(stays).clocks} == {
        "acknowledge": "met", "arrive": "met", "resolve": "running", "reply": "running",
    }  # fmt: skip
    assert_sound(centre)


def test_work_that_was_done_on_the_order_that_ends_is_done() -> None:
    centre = both_delivered()
    _, ends = (one.orders[0].order_no for one in centre.matters())
    centre.answer("resolve", order_no=ends, result="solved")
    fold(centre)
    rest = centre.matters()[0]
    assert (rest.state, rest.orders[0].state, rest.orders[0].result) == ("resolved", "resolved", "solved")


def test_each_reports_time_to_be_answered_runs_on_and_ends_with_the_answer() -> None:
    centre = both_delivered()
    fold(centre)
    stays, ended = centre.matters()[0].orders
    due = {one.order_no: clock.due_at for one in (stays, ended) for clock in one.clocks if clock.kind == "reply"}
    assert due[ended.order_no] == due[stays.order_no] + 2 * MINUTE
    centre.answer("reply", order_no=stays.order_no)
    ended = centre.order(ended.order_no)
    assert [clock.state for clock in ended.clocks if clock.kind == "reply"] == ["met"]
    assert centre.kept("dispatch", "clocks") == {}


def test_a_report_that_is_answered_late_is_told_so_once() -> None:
    centre = both_delivered()
    fold(centre)
    stays, ended = centre.matters()[0].orders
    centre.wait(7 * HOUR)
    centre.answer("reply", order_no=stays.order_no)
    late = [one.order_no for one in centre.notices() if one.change == "answered_late" and one.clock == "reply"]
    assert sorted(str(number) for number in late) == [stays.order_no, ended.order_no]
    assert not [one for one in centre.notices() if one.change == "breached" and one.order_no == ended.order_no][1:]


def test_what_is_granted_for_the_work_is_granted_for_each_of_its_reports() -> None:
    rule = request_rule("suspend", "waiting", ["resolve", "reply"], longest=limit(72))
    centre = centre_of_two(rule)
    centre.report("JQ1", HERE)
    centre.wait(3 * MINUTE)
    centre.report("WG1", THERE, system="zz_grid_app")
    stays, ended = (one.orders[0].order_no for one in centre.matters())
    for order_no in (stays, ended):
        deliver(centre, order_no)
        centre.wait(MINUTE)
    fold(centre)
    centre.answer("arrive", order_no=stays)
    suspend = Requested(
        key=DISTRICT, occurred_at=centre.now, order_no=stays, request="suspend", reason="waiting", words="",
        document="", until_at=centre.now + 10 * HOUR, **actor(WATER, "officer-1", "responder"),
    )  # fmt: skip
    hear(centre, suspend)
    decide(centre, centre.order(stays).requests[-1].request_no)
    centre.wait(9 * HOUR)
    due = {
        one.order_no: clock.due_at
        for one in centre.matters()[0].orders
        for clock in one.clocks
        if clock.kind == "reply"
    }
    assert due[ended] == due[stays]
    centre.wait(4 * HOUR)
    centre.answer("reply", order_no=stays)
    assert not [one for one in centre.notices() if one.change == "breached"]
    (clock,) = [one for one in centre.order(ended).clocks if one.kind == "reply"]
    assert (clock.state, [move.cause for move in clock.moves]) == ("met", ["suspended"])


def test_withdrawn_nobody_owes_an_answer_any_more() -> None:
    centre = both_delivered()
    fold(centre)
    rest = centre.matters()[0]
    separate(
        centre, rest.incident_no, f"{DISTRICT}20260921E00009", "ga_alarm110/JQ1", "zz_grid_app/WG1", dispatched=False
    )
    rest = centre.matters()[0]
    assert (rest.state, {one.state for one in rest.orders}) == ("closed", {"withdrawn", "folded"})
    assert centre.kept("dispatch", "clocks") == {}
    assert requesters(centre) == {}


def test_the_citizens_time_begins_with_the_first_of_both_and_never_again() -> None:
    centre = two_mains(minutes_between=5)
    fold(centre, folded=0, into=1)
    folded, rest = centre.matters()
    assert (folded.folded_into, rest.opened_at) == (rest.matter_no, START_AT)
    assert requesters(centre) == {
        rest.matter_no: {"ga_alarm110/JQ1": START_AT, "zz_grid_app/WG1": START_AT + 5 * MINUTE}
    }
    assert_sound(centre)


def test_every_report_is_told_the_outcome_once() -> None:
    centre = both_delivered()
    fold(centre)
    join(centre, centre.matters()[1].incident_no, "WG2", "zz_grid_app")
    centre.answer("reply", order_no=centre.matters()[0].orders[0].order_no)
    centre.wait(SECOND)
    assert sorted(one.record_no for one in sent(centre)) == ["WG1", "WG2"]
    assert {one.matter_no for one in sent(centre)} == {centre.matters()[0].matter_no}
    assert len([one for one in centre.notices() if one.change == "reply_by_centre"]) == 0


def test_whoever_has_the_answer_already_is_not_told_again() -> None:
    centre = centre_of_two()
    centre.report("JQ1", HERE)
    centre.report("WG1", THERE, system="zz_grid_app", incident_class="flooding")
    flood = centre.matters()[1].orders[0].order_no
    deliver(centre, flood)
    centre.answer("reply", order_no=flood)
    centre.wait(SECOND)
    (told,) = sent(centre)
    _end(centre, told)
    fold(centre)
    assert centre.matters()[1].folded_into is None  # it is closed, and stays what it was
    assert all_heard(centre) == [("ga_alarm110/JQ1", START_AT), ("zz_grid_app/WG1", START_AT)]


def test_a_flood_of_reports_goes_over_whole() -> None:
    centre = two_mains()
    number = centre.matters()[1].incident_no
    for place in range(350):
        join(centre, number, f"JQ{place + 100}")
    before = all_heard(centre)
    fold(centre)
    assert all_heard(centre) == before
    assert list(requesters(centre)) == [centre.matters()[0].matter_no]
    deliver(centre, centre.matters()[0].orders[0].order_no)
    centre.answer("reply", order_no=centre.matters()[0].orders[0].order_no)
    centre.wait(SECOND)
    assert [one.record_no for one in sent(centre)] == ["WG1"]


def test_folded_again_nothing_changes() -> None:
    centre = both_delivered()
    fact = folded_fact(centre, centre.matters()[1].incident_no, centre.matters()[0].incident_no)
    hear(centre, fact)
    shown, told = centre.matters(), len(centre.notices())
    hear(centre, fact)
    fold(centre, folded=0, into=0)
    assert (centre.matters(), len(centre.notices())) == (shown, told)


def test_figures_count_one_matter_and_no_breach_of_the_folded_order() -> None:
    centre = both_delivered()
    assert centre.tiles()[f"{DISTRICT}|*"] == (2, 0, 0)
    fold(centre)
    assert centre.tiles()[f"{DISTRICT}|*"] == (1, 0, 0)
    centre.answer("acknowledge", order_no=centre.matters()[0].orders[1].order_no)
    assert centre.tiles()[f"{DISTRICT}|*"] == (1, 1, 0)


def test_the_centres_time_runs_until_whoever_leads_has_the_order() -> None:
    centre = centre_of_two()
    centre.report("1", HERE)
    deliver(centre, centre.matter().orders[0].order_no)
    centre.report("2", THERE, incident_class="flooding")
    flood = centre.matters()[1]
    fold(centre, folded=0, into=1)
    assert f"{flood.matter_no}/assign" in running(centre)
    deliver(centre, flood.orders[0].order_no)
    assert f"{flood.matter_no}/assign" not in running(centre)


def test_a_matter_of_the_replaced_incident_alone_is_the_other_ones_from_now_on() -> None:
    centre = centre_of_two()
    centre.report("1", HERE)
    deliver(centre, centre.matter().orders[0].order_no)
    before, other = centre.matter(), f"{DISTRICT}20260921E00009"
    hear(centre, folded_fact(centre, before.incident_no, other))
    after = centre.matter()
    assert (after.incident_no, after.orders, after.opened_at) == (other, before.orders, before.opened_at)
    told = [one.incident_no for one in centre.hub.values(INCIDENTS) if isinstance(one, Progressed)]
    assert told[-1] == other
    join(centre, other, "2")
    assert [name for name, _ in all_heard(centre)] == ["ga_alarm110/1", "ga_alarm110/2"]


def test_one_that_is_worked_on_is_not_ended_by_one_that_is_closed() -> None:
    centre = both_delivered()
    first, second = centre.matters()
    centre.answer("reply", order_no=first.orders[0].order_no)
    fold(centre)
    closed, goes_on = centre.matters()
    assert (closed.state, closed.folded_into) == ("closed", None)
    assert (goes_on.incident_no, goes_on.state, goes_on.orders) == (first.incident_no, "assigned", second.orders)
    join(centre, first.incident_no, "JQ9")
    assert "ga_alarm110/JQ9" in requesters(centre)[goes_on.matter_no]


def test_a_closed_one_stays_what_it_was() -> None:
    centre = both_delivered()
    centre.answer("reply", order_no=centre.matters()[1].orders[0].order_no)
    centre.wait(SECOND)
    before = centre.matters()
    fold(centre)
    assert centre.matters() == before


def test_a_departments_own_order_is_mirrored_on_and_a_hub_order_nobody_has_answered_is_withdrawn() -> None:
    centre = centre_of_two()
    centre.report("1", HERE)
    centre.report("CG1", THERE, system="cg_digital", order=MasterOrder(order_no="CG1", unit="环卫所"))
    fold(centre)
    rest = centre.matters()[0]
    assert [(one.order_no, one.unit) for one in rest.mirrored] == [("CG1", "环卫所")]
    assert rest.orders[0].state == "withdrawn"
    hear(centre, _mirrored("CG1", "closed"))
    assert (centre.matters()[0].mirrored[0].state, centre.matters()[0].state) == ("closed", "closed")


def test_a_departments_own_order_stands_beside_the_hubs_that_was_answered() -> None:
    centre = centre_of_two()
    centre.report("1", HERE)
    deliver(centre, centre.matter().orders[0].order_no)
    centre.answer("accept")
    centre.report("CG1", THERE, system="cg_digital", order=MasterOrder(order_no="CG1", unit="环卫所"))
    fold(centre)
    rest = centre.matters()[0]
    assert (rest.orders[0].state, rest.state, len(rest.mirrored)) == ("accepted", "in_hand", 1)


def test_what_was_done_under_the_wrong_picture_is_listed() -> None:
    centre = two_mains(minutes_between=3)
    first, second = (one.orders[0].order_no for one in centre.matters())
    deliver(centre, first)
    deliver(centre, second)
    centre.wait(15 * MINUTE)
    fold(centre)
    (repair,) = centre.matters()[0].repairs
    assert (repair.cause, repair.other_no) == ("folded", centre.matters()[1].matter_no)
    assert (repair.orders, repair.breaches, repair.told) == ((second,), (f"{second}/acknowledge",), 0)


def test_a_confidential_one_makes_the_other_confidential() -> None:
    centre = centre_of_two()
    centre.report("1", HERE)
    centre.report("2", THERE, confidential=True)
    fold(centre)
    assert centre.matters()[0].confidential
    assert centre.matters()[0].region == DISTRICT


def test_what_is_folded_is_kept_as_long_as_the_one_that_goes_on_and_then_forgotten() -> None:
    centre = both_delivered()
    fold(centre)
    stays, ended = centre.matters()[0].orders
    centre.wait(45 * DAY)
    centre.answer("reply", order_no=ended.order_no)
    assert centre.order(stays.order_no).state == "replied"
    centre.wait(100 * DAY)
    assert [len(centre.kept("dispatch", table)) for table in ("matters", "by_incident", "requesters")] == [0, 0, 0]


def test_three_become_one_in_turn() -> None:
    centre = two_mains()
    centre.report("3", ELSEWHERE)
    before = all_heard(centre)
    fold(centre, folded=2, into=1)
    fold(centre, folded=1, into=0)
    rest = centre.matters()[0]
    assert all_heard(centre) == before
    assert list(requesters(centre)) == [rest.matter_no]
    assert live(rest) == {WATER: rest.orders[0].order_no}
    centre.answer("acknowledge", order_no=rest.orders[-1].order_no)
    assert centre.order(rest.orders[0].order_no).state == "acknowledged"
    assert_sound(centre)


STEPS = st.one_of(
    st.tuples(st.just("wait"), st.sampled_from([1, MINUTE, 11 * MINUTE, HOUR])),
    st.tuples(st.just("deliver"), st.integers(0, 2)),
    st.tuples(st.just("answer"), st.sampled_from(["acknowledge", "arrive", "resolve"])),
    st.tuples(st.just("join"), st.integers(0, 2)),
    st.tuples(st.just("fold"), st.sampled_from([(0, 1), (1, 0), (2, 0), (2, 1), (1, 2)])),
    st.tuples(st.just("separate"), st.sampled_from([(0, 1), (1, 0), (1, 2), (2, 0), (0, 3)])),
)


def _matter_no(centre: Centre, incident_no: str) -> str:
    """The matter in which an incident is worked on."""
    known = centre.kept("dispatch", "by_incident").get(incident_no)
    number = known.matter_no if known else ""
    shown = {one.matter_no: one for one in centre.matters()}
    while number in shown and shown[number].folded_into is not None:
        number = str(shown[number].folded_into)
    return number


def _is_going_on(order: Order, orders: dict[str, Order]) -> bool:
    """Whether somebody may still answer an order, or the one that goes on in its place."""
    while order.state == "folded":
        order = orders[str(order.continued_by)]
    return order.state not in ("returned", "withdrawn")


def _take(centre: Centre, incident_nos: list[str], step: str, what: Any, number: int) -> None:
    """One step of a history; what cannot be at that moment is passed over."""
    orders = [one for matter in centre.matters() for one in matter.orders]
    if step == "wait":
        centre.wait(what)
    elif step == "deliver":
        waiting = [one.order_no for one in orders if one.state in ("sent", "undelivered")]
        if len(waiting) > what and any(one.order_no == waiting[what] for one in centre.attempts()):
            deliver(centre, waiting[what])
    elif step == "answer":
        said = [one.order_no for one in orders if _is_going_on(one, {each.order_no: each for each in orders})]
        if said:
            centre.answer(what, order_no=said[number % len(said)])
    elif step == "join":
        join(centre, incident_nos[what], f"J{number}")
    elif step == "fold":
        hear(centre, folded_fact(centre, incident_nos[what[0]], incident_nos[what[1]]))
    else:
        names = list(requesters(centre).get(_matter_no(centre, incident_nos[what[0]]), ()))
        separate(centre, incident_nos[what[0]], incident_nos[what[1]], *names[number % 2 :: 2])


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, max_size=12))
def test_whatever_is_folded_and_separated_no_report_or_clock_is_lost_doubled_or_shortened(
    steps: list[tuple[str, Any]],
) -> None:
    centre = centre_of_two()
    centre.report("A", HERE)
    centre.wait(MINUTE)
    centre.report("B", THERE)
    centre.wait(MINUTE)
    centre.report("C", ELSEWHERE, incident_class="flooding")
    incident_nos = [*(one.incident_no for one in centre.matters()), f"{DISTRICT}20260921E00009"]
    note(steps)
    for number, (step, what) in enumerate(steps):
        heard, ran = all_heard(centre), running(centre)
        _take(centre, incident_nos, step, what, number)
        if step == "join":
            heard = sorted({*heard, *((name, at) for name, at in all_heard(centre) if name.endswith(f"/J{number}"))})
        assert all_heard(centre) == heard
        left = running(centre)
        assert {key: left[key] for key in ran if key in left} == {key: ran[key] for key in ran if key in left}
        assert_sound(centre)
    assert centre.set_aside() == []


def _mirrored(order_no: str, state: Any) -> Mirrored:
    return Mirrored(
        key=DISTRICT, occurred_at=START_AT, system="cg_digital", order_no=order_no, state=state,
        recorded_at=START_AT + MINUTE, unit="环卫所",
    )  # fmt: skip


def _end(centre: Centre, told: Any) -> None:
    hear(
        centre,
        GivenBack(
            key=told.district, occurred_at=centre.now, give_back_no=told.give_back_no, attempt=told.attempt,
            outcome="delivered", status_code=None, detail="",
        ),
    )  # fmt: skip
