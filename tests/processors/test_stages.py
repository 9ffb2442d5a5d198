"""Cases in stages: one clock after the other, each breach at its moment and once; what else ends and moves a stage."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.facts import matters, rules
from tests.processors.ending import judge
from tests.processors.kit import (
    DISTRICT,
    HOUR,
    MINUTE,
    START_AT,
    WATER,
    Centre,
    beijing,
    publish_rules,
    unit,
)
from tests.processors.requesting import (
    actor,
    ask,
    decide,
    extend,
    limit,
    request,
    request_rule,
    resume,
    suspend,
    tell,
)
from tests.processors.staging import (
    CITY,
    PENALTY,
    REMOVAL,
    STAGES,
    STOP,
    clocks_of_stages,
    delivered,
    done,
    runs,
    stage,
    staged,
    told_of_stages,
)
from tests.processors.test_clock_limits import OFFICE

REMOVAL_HOURS = 20


@pytest.fixture
def centre() -> Centre:
    return delivered()


def due(centre: Centre) -> int:
    """The deadline of the stage in milliseconds since the delivery."""
    return runs(centre).due_at - START_AT


# One after the other.


def test_only_the_first_stage_runs_when_the_unit_gets_its_order(centre: Centre) -> None:
    assert clocks_of_stages(centre) == [(STOP, "running")]
    assert due(centre) == 4 * HOUR
    assert {one.kind for one in centre.order().clocks} == {"acknowledge", "arrive", "stage", "reply"}
    assert centre.clock("reply").due_at - START_AT == 60 * HOUR


def test_the_unit_is_told_every_stage_and_from_when_it_counts() -> None:
    centre = delivered()
    told = [one for one in centre.attempts()[0].limits if one.kind == "stage"]
    assert [(one.amount, one.stage_name, one.after_stage_name) for one in told] == [
        (4, "stop_work的名称", None),
        (10, "penalty的名称", None),
        (20, "removal的名称", "penalty的名称"),
    ]


def test_a_stage_that_is_done_begins_the_next_from_the_filing_or_from_now(centre: Centre) -> None:
    centre.wait(3 * HOUR)
    done(centre, STOP)
    assert (runs(centre).stage, due(centre)) == (PENALTY, 10 * HOUR)
    assert (runs(centre).started_at, runs(centre).counted_from_at) == (START_AT + 3 * HOUR, START_AT)
    centre.wait(6 * HOUR)
    done(centre, PENALTY)
    assert (runs(centre).stage, due(centre)) == (REMOVAL, 29 * HOUR)
    done(centre, REMOVAL)
    assert clocks_of_stages(centre) == [(STOP, "met"), (PENALTY, "met"), (REMOVAL, "met")]
    assert told_of_stages(centre) == [("stage_done", STOP), ("stage_done", PENALTY), ("stage_done", REMOVAL)]
    assert [one.done_at for one in centre.order().stages] == [START_AT + 3 * HOUR, *[START_AT + 9 * HOUR] * 2]


def test_the_order_is_still_to_be_resolved_when_its_last_stage_is_done(centre: Centre) -> None:
    for one in STAGES:
        done(centre, one.stage)
    assert (centre.order().state, centre.matter().state) == ("accepted", "in_hand")
    centre.answer("resolve")
    centre.answer("reply")
    assert centre.order().state == "replied"


def test_whoever_has_done_a_stage_has_acknowledged_and_accepted(centre: Centre) -> None:
    done(centre, STOP)
    assert centre.clock("acknowledge").state == "met"
    assert centre.order().state == "accepted"


def test_stages_are_counted_in_office_time_over_a_national_holiday() -> None:
    """Told on Tuesday 29 September at 16:00; off from 1 to 7 October, the 10th, a Saturday, is worked."""
    office: dict[str, Any] = {"calendar": "office"}
    told = (
        stage(STOP, "filing", limit(4, "office_hour", **office)),
        stage(PENALTY, "filing", limit(7, "office_day", day_end="office_close", **office)),
        stage(REMOVAL, "stage_before", limit(20, "office_day", day_end="office_close", **office)),
    )
    others = [one for one in CITY if not isinstance(one, rules.Stages)]
    reply = limit(30, "office_day", day_end="office_close", **office)
    centre = delivered((*others, *OFFICE, staged(told, reply)), beijing(2026, 9, 29, 16))
    assert runs(centre).due_at == beijing(2026, 9, 30, 11)
    assert centre.clock("reply").due_at == beijing(2026, 11, 16, 18)
    centre.wait_until(beijing(2026, 9, 30, 10, 30))
    done(centre, STOP)
    assert runs(centre).due_at == beijing(2026, 10, 14, 18)
    centre.wait_until(beijing(2026, 10, 14, 10))
    done(centre, PENALTY)
    assert runs(centre).due_at == beijing(2026, 11, 11, 18)
    centre.wait_until(beijing(2026, 11, 11, 18) - 1)
    assert runs(centre).state == "running"
    centre.wait(1)
    assert runs(centre).state == "breached"
    assert clocks_of_stages(centre) == [(STOP, "met"), (PENALTY, "met"), (REMOVAL, "breached")]


# Breaches.


def test_each_stage_is_breached_at_its_moment_and_the_breach_stays_on_record(centre: Centre) -> None:
    centre.wait(4 * HOUR - 1)
    assert runs(centre).state == "running"
    centre.wait(1)
    assert told_of_stages(centre)[-1] == ("breached", STOP)
    centre.wait(HOUR)
    done(centre, STOP)
    assert ("answered_late", STOP) in told_of_stages(centre)
    assert clocks_of_stages(centre) == [(STOP, "breached"), (PENALTY, "running")]
    centre.wait(5 * HOUR)
    assert clocks_of_stages(centre) == [(STOP, "breached"), (PENALTY, "breached")]
    assert told_of_stages(centre).count(("breached", STOP)) == 1
    assert told_of_stages(centre).count(("breached", PENALTY)) == 1


def test_one_counted_from_the_filing_that_is_overdue_as_it_begins_is_breached_at_once_and_once(centre: Centre) -> None:
    centre.wait(11 * HOUR)
    done(centre, STOP)
    centre.wait(1)
    assert clocks_of_stages(centre) == [(STOP, "breached"), (PENALTY, "breached")]
    breach = [one for one in centre.notices() if (one.change, one.stage) == ("breached", PENALTY)]
    assert [(one.due_at, one.changed_at) for one in breach] == [(START_AT + 10 * HOUR, START_AT + 11 * HOUR)]
    done(centre, PENALTY)
    assert (runs(centre).stage, due(centre)) == (REMOVAL, 31 * HOUR + 1)


def test_an_answer_in_the_moment_in_which_an_overdue_stage_begins_is_late(centre: Centre) -> None:
    centre.wait(11 * HOUR)
    done(centre, STOP)
    done(centre, PENALTY)
    assert clocks_of_stages(centre)[:2] == [(STOP, "breached"), (PENALTY, "breached")]


def test_an_answer_at_the_last_moment_is_in_time_and_one_at_the_deadline_is_late() -> None:
    for wait, state in ((4 * HOUR - 1, "met"), (4 * HOUR, "breached")):
        centre = delivered()
        centre.wait(wait)
        done(centre, STOP)
        assert clocks_of_stages(centre)[0] == (STOP, state)


def test_the_unit_is_reminded_of_each_stage_by_its_name() -> None:
    centre = delivered((*CITY, supervision()))
    centre.wait(3 * HOUR)
    done(centre, STOP)
    centre.wait(6 * HOUR)
    reminded = [one.stage_name for one in centre.attempts() if one.kind == "reminder" and one.clock == "stage"]
    assert sorted({one for one in reminded if one}) == ["penalty的名称", "stop_work的名称"]


def supervision() -> rules.Supervision:
    return rules.Supervision(
        key="rules", occurred_at=START_AT, version="", urgency="urgent", reminders_percent=(50, 75),
        reminders_from_hours=4, yellow_percent=75, area_ladder="area", line_ladder="line", climb=limit(2),
        repeat=limit(24), reply=limit(48), proposed_at_step=2, repetition_number=3, repetition_days=30,
        signer_roles=("leader",), document="试验规则",
    )  # fmt: skip


# Out of turn.


def test_a_stage_before_its_turn_or_of_another_case_is_set_aside_and_changes_nothing(centre: Centre) -> None:
    before = centre.matter()
    done(centre, REMOVAL)
    done(centre, "seal")
    assert centre.set_aside() == ["StageOutOfTurn", "StageOutOfTurn"]
    assert centre.matter() == before


def test_a_stage_said_twice_is_done_once_and_does_not_end_the_next(centre: Centre) -> None:
    done(centre, STOP)
    before = centre.matter()
    done(centre, STOP)
    assert centre.matter() == before
    assert centre.set_aside() == []


def test_an_order_without_stages_has_none_to_do() -> None:
    centre = delivered([one for one in CITY if not isinstance(one, rules.Stages)])
    done(centre, STOP)
    assert centre.set_aside() == ["StageOutOfTurn"]
    assert centre.clock("resolve").state == "running"


def test_another_unit_does_not_do_a_stage(centre: Centre) -> None:
    done(centre, STOP, actor_unit="emergency-district")
    assert clocks_of_stages(centre) == [(STOP, "running")]
    assert centre.set_aside() == ["WrongUnit"]


# What else ends, stops and moves stages.


def test_whoever_resolves_ends_the_stages_that_are_left_without_a_breach(centre: Centre) -> None:
    done(centre, STOP)
    centre.answer("resolve")
    centre.wait(50 * HOUR)
    assert clocks_of_stages(centre) == [(STOP, "met"), (PENALTY, "met")]
    assert [one.done_at is None for one in centre.order().stages] == [False, True, True]
    done(centre, PENALTY)
    assert clocks_of_stages(centre) == [(STOP, "met"), (PENALTY, "met")]


def test_resolving_late_leaves_the_breach_of_the_stage_that_ran(centre: Centre) -> None:
    centre.wait(5 * HOUR)
    centre.answer("resolve")
    assert clocks_of_stages(centre) == [(STOP, "breached")]
    assert ("answered_late", STOP) in told_of_stages(centre)


def test_work_sent_back_runs_the_stage_anew_that_it_had_come_to(centre: Centre) -> None:
    done(centre, STOP)
    centre.answer("resolve")
    centre.wait(30 * HOUR)
    judge(centre, "rework", by="centre-district")
    assert (runs(centre).stage, due(centre)) == (PENALTY, 40 * HOUR)
    done(centre, PENALTY)
    assert (runs(centre).stage, due(centre)) == (REMOVAL, 50 * HOUR)


def test_work_sent_back_after_the_last_stage_runs_the_last_one_anew(centre: Centre) -> None:
    for one in STAGES:
        done(centre, one.stage)
    centre.answer("resolve")
    judge(centre, "rework", by="centre-district")
    assert runs(centre).stage == REMOVAL
    assert [one.done_at is None for one in centre.order().stages] == [False, False, True]
    centre.wait(REMOVAL_HOURS * HOUR)
    assert clocks_of_stages(centre)[-2:] == [(REMOVAL, "met"), (REMOVAL, "breached")]


def test_a_withdrawn_order_stops_its_stage(centre: Centre) -> None:
    judge(centre, "withdraw", by="centre-district")
    centre.wait(50 * HOUR)
    assert clocks_of_stages(centre) == [(STOP, "stopped")]


def test_a_suspension_puts_off_this_stage_and_what_the_filing_counts_for_the_next(centre: Centre) -> None:
    centre.wait(HOUR)
    decide(centre, suspend(centre, 10 * HOUR))
    assert due(centre) == 14 * HOUR
    centre.wait(2 * HOUR)
    done(centre, STOP)
    assert due(centre) == 20 * HOUR
    resume(centre)
    assert due(centre) == 12 * HOUR
    centre.wait(HOUR)
    done(centre, PENALTY)
    assert due(centre) == 24 * HOUR


def test_an_extension_is_of_one_stage_and_lapses_with_it(centre: Centre) -> None:
    decide(centre, extend(centre, 3, "stage"))
    assert due(centre) == 7 * HOUR
    number = extend(centre, 2, "stage")
    centre.wait(HOUR)
    done(centre, STOP)
    decide(centre, number)
    assert (request(centre, number).state, request(centre, number).why) == ("lapsed", "begun_again")
    assert due(centre) == 10 * HOUR


def test_a_stage_answered_late_and_said_in_time_by_the_unit_is_corrected_with_the_next_stage_running() -> None:
    correct = request_rule("correct", "claimed_earlier", ["stage"], times=2)
    centre = delivered((*CITY, correct))
    centre.wait(5 * HOUR)
    done(centre, STOP, claimed_at=START_AT + 3 * HOUR)
    (asked,) = centre.order().requests
    decide(centre, asked.request_no)
    assert clocks_of_stages(centre) == [(STOP, "withdrawn"), (PENALTY, "running")]
    assert ("breach_withdrawn", STOP) in told_of_stages(centre)


def test_what_was_parked_comes_back_to_the_stage_that_it_was_in() -> None:
    park = request_rule("park", "needs_funds", ["stage"], longest=limit(200))
    centre = delivered((*CITY, park))
    done(centre, STOP)
    decide(centre, ask(centre, "park", "needs_funds", until_at=centre.now + 100 * HOUR))
    assert clocks_of_stages(centre) == [(STOP, "met"), (PENALTY, "stopped")]
    centre.wait(100 * HOUR)
    assert (runs(centre).stage, runs(centre).state, due(centre)) == (PENALTY, "running", 110 * HOUR)


def test_an_order_moved_up_goes_on_with_what_was_done_of_its_stages() -> None:
    centre = Centre(items=(*CITY, supervision(), ladder("area"), ladder("line"), unit("bureau", "above", DISTRICT)))
    centre.report("1")
    centre.end_attempt("delivered")
    done(centre, STOP)
    tell(
        centre,
        matters.Directed(
            key=DISTRICT, occurred_at=centre.now, order_no=centre.order().order_no, direction="escalate",
            to_unit="bureau", **actor("centre-district", "centre-3", "leader"),
        ),
    )  # fmt: skip
    below, above = centre.matter().orders
    assert (below.state, above.unit) == ("withdrawn", "bureau")
    centre.end_attempt("delivered")
    assert [one.stage for one in centre.matter().orders[1].clocks if one.kind == "stage"] == [PENALTY]


def ladder(code: str) -> rules.Ladder:
    step = rules.LadderStep(tier="district", unit_kind="above")
    return rules.Ladder(key="rules", occurred_at=START_AT, version="", ladder=code, name=code, steps=(step,))


# Before the proof, and other rules.


def test_a_stage_done_before_the_delivery_is_proven_never_runs() -> None:
    centre = Centre(items=CITY)
    centre.report("1")
    done(centre, STOP, channel="webhook")
    centre.wait(MINUTE)
    centre.end_attempt("delivered")
    assert clocks_of_stages(centre) == [(PENALTY, "running")]
    assert centre.order().stages[0].done_at == START_AT


def test_what_a_unit_was_told_holds_when_the_list_changes(centre: Centre) -> None:
    others = [one for one in CITY if not isinstance(one, rules.Stages)]
    hasty = (stage(STOP, "filing", limit(1)), stage(PENALTY, "stage_before", limit(1)))
    publish_rules(centre.hub, (*others, staged(hasty, limit(3))), "2-other")
    centre.hub.settle()
    done(centre, STOP)
    assert (runs(centre).stage, due(centre)) == (PENALTY, 10 * HOUR)
    done(centre, PENALTY)
    assert runs(centre).stage == REMOVAL


def test_who_assists_has_no_stages() -> None:
    with_team = [
        rules.Call(**{**vars(one), "assisting": ("emergency",)})
        if isinstance(one, rules.Call) and one.incident_class == "burst_main"
        else one
        for one in CITY
    ]
    centre = Centre(items=with_team)
    centre.report("1")
    lead, assistant = centre.matter().orders
    assert (lead.unit, [one.stage for one in lead.stages]) == (WATER, [STOP, PENALTY, REMOVAL])
    assert (assistant.role, assistant.stages) == ("assist", ())


# Whatever happens.

STEPS = st.one_of(
    st.integers(min_value=1, max_value=26 * 60).map(lambda minutes: ("wait", minutes)),
    st.sampled_from([one.stage for one in STAGES]).map(lambda code: ("stage", code)),
    st.sampled_from(
        [("next", ""), ("acknowledge", ""), ("resolve", ""), ("rework", ""), ("suspend", ""), ("resume", ""),
         ("extend", ""), ("restart", "")]
    ),
)  # fmt: skip


def take(centre: Centre, step: str, with_what: Any) -> None:
    """One thing that happens; some of it is set aside."""
    if step == "wait":
        centre.wait(with_what * MINUTE)
    elif step == "stage":
        done(centre, with_what)
    elif step == "next":
        left = [one.stage for one in centre.order().stages if one.done_at is None]
        done(centre, left[0] if left else REMOVAL)
    elif step == "rework":
        judge(centre, "rework", by="centre-district")
    elif step == "suspend":
        decide(centre, suspend(centre, 5 * HOUR))
    elif step == "resume":
        resume(centre)
    elif step == "extend":
        decide(centre, extend(centre, 2, "stage"))
    elif step == "restart":
        centre.hub.restart()
    else:
        centre.answer(step)


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(STEPS, max_size=14))
def test_whatever_happens_no_breach_of_a_stage_is_early_doubled_or_lost(steps: list[tuple[str, Any]]) -> None:
    centre = delivered()
    for step, with_what in steps:
        take(centre, step, with_what)
    centre.wait(HOUR)
    order = centre.order()
    clocks = [one for one in (*order.earlier_clocks, *order.clocks) if one.kind == "stage"]
    told = [one for one in centre.notices() if one.clock == "stage" and one.change in ("breached", "breach_withdrawn")]
    for one in told:
        assert one.change != "breached" or (one.due_at is not None and one.changed_at >= one.due_at)
    for clock in clocks:
        ended_at = centre.now if clock.ended_at is None else clock.ended_at
        is_late = ended_at >= clock.due_at
        assert clock.state == "breached" if is_late else clock.state in ("met", "running", "withdrawn")
    breached = sum((one.change == "breached") - (one.change == "breach_withdrawn") for one in told)
    assert breached == sum(one.state == "breached" for one in clocks)
    assert sum(one.ended_at is None for one in clocks) <= 1
