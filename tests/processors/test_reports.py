"""What a unit has to report: 初报, 续报, 阶段反馈 while it works, 终报 when it is done; a missing one is told once."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.contract import Fact
from streams.facts import rules
from tests.processors.ending import city, ending, judge
from tests.processors.kit import DAY, HOUR, MINUTE, START_AT, Centre, clock_limit, publish_rules
from tests.processors.requesting import CENTRE_LEADER, CENTRE_UNIT, decide, request_rule
from tests.processors.requesting import CITY as ASKED

REPORTS: tuple[Fact, ...] = (
    clock_limit("urgent", "initial_report", 30),
    clock_limit("urgent", "follow_up_report", 2, "hour"),
    clock_limit("urgent", "final_report", 24, "hour"),
    clock_limit("urgent", "periodic", 3, "hour"),
)
CITY = (*city(ending("urgent", verified_classes=("flooding",))), *REPORTS)


def called(items: Any = CITY) -> Centre:
    """An urgent burst main whose unit has just got its order."""
    centre = Centre(items=items)
    centre.report("1")
    centre.end_attempt("delivered")
    return centre


@pytest.fixture
def centre() -> Centre:
    return called()


def due(centre: Centre) -> dict[str, int]:
    """What has still to be reported, and how long after the call."""
    return {
        clock.kind: clock.due_at - START_AT
        for clock in centre.order().clocks
        if clock.ended_at is None and ("report" in clock.kind or clock.kind == "periodic")
    }


def breaches(centre: Centre) -> list[tuple[str | None, int]]:
    return [(told.clock, told.changed_at - START_AT) for told in centre.notices() if told.change == "breached"]


def test_the_first_report_and_the_first_feedback_are_due_from_delivery_on(centre: Centre) -> None:
    assert due(centre) == {"initial_report": 30 * MINUTE, "periodic": 3 * HOUR}


def test_each_report_begins_the_next(centre: Centre) -> None:
    centre.wait(20 * MINUTE)
    centre.answer("report")
    assert due(centre) == {"follow_up_report": 140 * MINUTE, "periodic": 200 * MINUTE}
    centre.wait(HOUR)
    centre.answer("report")
    assert due(centre) == {"follow_up_report": 200 * MINUTE, "periodic": 260 * MINUTE}
    assert [change for change in centre.changes() if change.startswith("reported")] == ["reported", "reported"]
    assert centre.order().reported_at == centre.now


def test_a_report_also_acknowledges(centre: Centre) -> None:
    centre.answer("report")
    assert (centre.order().state, centre.clock("acknowledge").state) == ("acknowledged", "met")
    assert centre.matter().state == "in_hand"


def test_a_missing_report_is_told_once_and_stays_overdue_until_it_comes(centre: Centre) -> None:
    centre.answer("accept")
    centre.wait(20 * HOUR)
    told = [one for one in breaches(centre) if one[0] in ("initial_report", "periodic")]
    assert told == [("initial_report", 30 * MINUTE), ("periodic", 3 * HOUR)]

    centre.answer("report")

    late = {clock.kind: clock.ended_at for clock in centre.order().earlier_clocks if clock.state == "breached"}
    assert late == {"periodic": centre.now}
    assert (centre.clock("initial_report").state, centre.clock("initial_report").ended_at) == ("breached", centre.now)
    assert due(centre) == {"follow_up_report": 22 * HOUR, "periodic": 23 * HOUR}
    assert centre.changes().count("answered_late initial_report") == 1


def test_every_report_that_is_late_stays_on_record(centre: Centre) -> None:
    for _ in range(3):
        centre.wait(4 * HOUR)
        centre.answer("report")
    kept = [clock for clock in centre.order().earlier_clocks if clock.kind == "follow_up_report"]
    assert [clock.state for clock in kept] == ["breached", "breached"]
    late = [*kept, *(clock for clock in centre.order().earlier_clocks if clock.kind == "periodic")]
    assert all(clock.state == "breached" for clock in late)
    assert len([one for one in breaches(centre) if one[0] == "follow_up_report"]) == 2


def test_whoever_is_done_owes_the_final_report_and_none_before_it(centre: Centre) -> None:
    centre.answer("report")
    centre.wait(HOUR)
    centre.answer("resolve", result="solved")
    assert due(centre) == {"final_report": 25 * HOUR}
    states = {clock.kind: clock.state for clock in centre.order().clocks}
    assert (states["follow_up_report"], states["periodic"]) == ("stopped", "stopped")
    centre.wait(20 * HOUR)
    assert not [one for one in breaches(centre) if one[0] in ("follow_up_report", "periodic")]


def test_a_matter_that_was_replied_to_is_closed_by_the_final_report(centre: Centre) -> None:
    centre.answer("reply", result="solved")
    assert centre.matter().state == "resolved"
    centre.wait(HOUR)
    centre.answer("report")
    assert (centre.matter().state, centre.clock("final_report").state) == ("closed", "met")
    assert centre.changes()[-2:] == ["reported", "closed"]


def test_a_final_report_before_the_reply_leaves_the_closing_to_it(centre: Centre) -> None:
    centre.answer("resolve", result="solved")
    centre.answer("report")
    assert centre.matter().state == "resolved"
    centre.answer("reply")
    assert centre.matter().state == "closed"


def test_a_final_report_that_is_missing_keeps_the_matter_open_with_its_unit(centre: Centre) -> None:
    centre.answer("reply", result="solved")
    centre.wait(3 * DAY)
    assert centre.matter().state == "resolved"
    assert breaches(centre)[-1] == ("final_report", 24 * HOUR)
    centre.answer("report")
    assert (centre.matter().state, centre.clock("final_report").state) == ("closed", "breached")


def test_verification_and_final_report_are_both_waited_for() -> None:
    for last in ("verify", "report"):
        centre = called((*city(ending("urgent")), *REPORTS))
        centre.answer("reply", result="solved")
        for step in ("report", "verify") if last == "verify" else ("verify", "report"):
            assert centre.matter().state == "resolved"
            judge(centre, "verify") if step == "verify" else centre.answer("report")
        assert centre.matter().state == "closed"


def test_work_that_is_sent_back_is_reported_again_as_it_goes_on(centre: Centre) -> None:
    centre.answer("resolve", result="solved")
    centre.wait(HOUR)
    judge(centre, "rework", reason="not_done")
    assert due(centre) == {"follow_up_report": 3 * HOUR, "periodic": 4 * HOUR}
    centre.answer("resolve", result="solved")
    assert due(centre) == {"final_report": 25 * HOUR}
    centre.wait(2 * DAY)
    assert [one for one in breaches(centre) if one[0] == "final_report"] == [("final_report", 25 * HOUR)]


def test_a_report_before_the_proof_of_delivery_counts_as_the_first() -> None:
    centre = Centre(items=CITY)
    centre.report("1")
    centre.answer("report")
    centre.end_attempt("delivered")
    assert centre.clock("initial_report").state == "met"
    assert due(centre) == {"follow_up_report": 2 * HOUR, "periodic": 3 * HOUR}


def test_what_was_told_holds_when_the_list_changes(centre: Centre) -> None:
    longer = tuple(
        clock_limit("urgent", one.kind, 9, "hour") if isinstance(one, rules.ClockLimit) else one for one in CITY
    )
    publish_rules(centre.hub, longer, version="2")
    centre.answer("report")
    assert due(centre)["follow_up_report"] == 2 * HOUR


def test_a_report_kept_on_a_phone_without_network_is_corrected_though_the_next_runs_already() -> None:
    correcting = request_rule(
        "correct", "claimed_earlier", ["follow_up_report", "periodic", "initial_report"],
        approver=rules.Approver(name="值班长", role="leader", unit=CENTRE_UNIT), times=5,
    )  # fmt: skip
    centre = called((*ASKED, *REPORTS, correcting))
    centre.answer("report")
    centre.wait(150 * MINUTE)
    centre.answer("report", claimed_at=centre.now - HOUR)

    (asked,) = centre.order().requests
    assert asked.kinds == ("follow_up_report",)
    decide(centre, asked.request_no, by=CENTRE_UNIT, officer=CENTRE_LEADER)

    (kept,) = (clock for clock in centre.order().earlier_clocks if clock.kind == "follow_up_report")
    assert kept.state == "withdrawn"
    assert centre.clock("follow_up_report").state == "running"


STEP = st.sampled_from(["report", "accept", "arrive", "resolve", "reply", "rework", "wait", "wait long"])


@settings(max_examples=60, deadline=None)
@given(st.lists(STEP, max_size=14))
def test_whatever_happens_no_breach_is_early_doubled_or_lost(steps: list[str]) -> None:
    centre = called()
    for step in steps:
        if step == "rework":
            judge(centre, "rework", reason="not_done")
        elif step.startswith("wait"):
            centre.wait(5 * HOUR if step == "wait long" else 25 * MINUTE)
        else:
            centre.answer(step)
    told = [(one.clock, one.due_at, one.changed_at) for one in centre.notices() if one.change == "breached"]
    assert all(due_at is not None and at >= due_at for _, due_at, at in told)
    assert len({(kind, due_at) for kind, due_at, _ in told}) == len(told)
    kept = [clock for clock in (*centre.order().earlier_clocks, *centre.order().clocks) if clock.state == "breached"]
    assert sorted((clock.kind, clock.due_at) for clock in kept) == sorted((kind, due) for kind, due, _ in told)
    assert all(clock.due_at > centre.now for clock in centre.order().clocks if clock.state == "running")
