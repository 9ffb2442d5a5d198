"""What was asked for, who decided it by which document and what it did to a deadline, as a unit reads it."""

from typing import Any

import pytest

from streams.commands.request_words import (
    clock_lines,
    move_lines,
    print_requests,
    request_lines,
    requests_of,
    suspension_lines,
)
from streams.facts.chinese import REQUEST_OBSTACLES
from tests.processors.kit import HOUR, WATER, Centre
from tests.processors.requesting import CENTRE_LEADER, CENTRE_UNIT, ask, decide, extend, resume, running, suspend

NAMES = {WATER: "供水公司", CENTRE_UNIT: "综治中心"}


@pytest.fixture
def centre() -> Centre:
    """An order delivered at eight in the morning of 21 September 2026."""
    return running()


def lines(centre: Centre) -> list[str]:
    order = centre.order()
    return [*request_lines(order, order.requests, NAMES)]


def test_a_suspension_is_told_with_who_asked_who_approved_and_what_it_did(centre: Centre) -> None:
    number = suspend(centre, 10 * HOUR, document="水抢〔2026〕7号")
    centre.wait(HOUR)
    decide(centre, number)
    asked, approved = lines(centre)
    assert asked == (
        "请示:2026-09-21 08:00:00供水公司(值班岗,工号officer-1)请示中止计时至2026-09-21 18:00:00,"
        f"事由:waiting,编号{number},文号水抢〔2026〕7号,依据试验规则"
    )
    assert approved == "已批准:2026-09-21 09:00:00供水公司带班领导(值班岗,工号officer-9),文号试批〔2026〕1号"
    assert [*suspension_lines(centre.order().suspensions)] == [
        f"中止计时:2026-09-21 08:00:00至2026-09-21 18:00:00,请示{number}"
    ]
    centre.wait(HOUR)
    resume(centre)
    assert [*move_lines(centre.clock("resolve"))] == [
        f"截止变动:2026-09-21 09:00:00因中止计时({number}),由2026-09-22 08:00:00改为2026-09-22 18:00:00",
        f"截止变动:2026-09-21 10:00:00因提前恢复计时({number}),由2026-09-22 18:00:00改为2026-09-22 10:00:00",
    ]


def test_one_that_waits_says_for_whom_until_when_and_that_the_clock_runs_on(centre: Centre) -> None:
    extend(centre, 5, "reply", "statutory")
    assert lines(centre)[-1] == "待批:由综治中心值班长于2026-09-21 10:00:00前决定,批准之前时钟照走"
    centre.wait(2 * HOUR)
    assert lines(centre)[1] == "逾期未批:2026-09-21 10:00:00已过批准期限,计入综治中心值班长"


def test_a_refusal_and_what_the_rules_leave_no_room_for_are_told_as_such(centre: Centre) -> None:
    decide(centre, suspend(centre, HOUR), "refuse")
    ask(centre, "suspend", "tired", until_at=centre.now + HOUR)
    told = lines(centre)
    assert told[1].startswith("未批准:2026-09-21 08:00:00供水公司带班领导")
    assert told[3] == "不予受理:规则中没有此紧急程度、此时限单位的这项事由"


def test_an_extension_that_the_law_wants_told_says_so(centre: Centre) -> None:
    number = extend(centre, 30, "reply", "statutory")
    decide(centre, number, by=CENTRE_UNIT, officer=CENTRE_LEADER)
    told = lines(centre)
    assert "请示延期30个自然日" in told[0]
    assert told[-1] == "告知:须将延长办理期限的决定告知诉求人"


def test_a_clock_is_told_its_own_requests_and_not_those_of_others(centre: Centre) -> None:
    extend(centre, 2)
    extend(centre, 3, "reply", "statutory")
    order = centre.order()
    assert [one.amount for one in requests_of(order, centre.clock("resolve"))] == [2]
    assert [one.amount for one in requests_of(order, centre.clock("reply"))] == [3]


def test_all_that_changed_a_clock_is_told_with_it(centre: Centre) -> None:
    decide(centre, extend(centre, 2))
    number = ask(centre, "set_deadline", "instruction", clock="resolve", until_at=centre.now + 9 * HOUR)
    decide(centre, number, by=CENTRE_UNIT, officer=CENTRE_LEADER)
    told = [*clock_lines(centre.order(), centre.clock("resolve"), NAMES)]
    assert told[:2] == [
        "其中延期:2小时,原时限24小时",
        "批示时限:2026-09-21 08:00:00批示为2026-09-21 17:00:00,不再按上述推算",
    ]
    assert told[-1].endswith("由2026-09-22 10:00:00改为2026-09-21 17:00:00")
    assert [*clock_lines(None, centre.clock("acknowledge"), NAMES)] == []


def test_a_matter_lists_its_requests_once_there_are_any(centre: Centre, capsys: pytest.CaptureFixture[Any]) -> None:
    print_requests(centre.matter(), NAMES)
    assert capsys.readouterr().out == ""
    number = suspend(centre, 10 * HOUR)
    decide(centre, number)
    print_requests(centre.matter(), NAMES)
    shown = capsys.readouterr().out
    for text in (number, "供水公司带班领导", "已批准", "办结截止变动", "答复截止变动", "中止计时:"):
        assert text in shown


def test_every_obstacle_of_the_processors_has_its_words(centre: Centre) -> None:
    reasons = {
        "unknown_reason", "not_started", "no_such_clock", "no_end", "no_amount", "too_long", "too_often", "waiting",
        "suspended_already", "over", "set_by_hand", "closed", "order_ended", "outdated", "begun_again",
        "own_request", "not_the_decider", "decided_already",
        "not_late", "not_in_time", "no_outage", "done_already", "not_the_lead",
        "accepted_already", "deal_first", "too_late", "ruled", "refused_already",
        "no_unit", "unknown_unit", "avoided", "same_unit",
    }  # fmt: skip
    assert reasons == {*REQUEST_OBSTACLES}
    number = suspend(centre, 100 * HOUR)
    assert [one.why for one in centre.order().requests if one.request_no == number] == ["too_long"]
    assert lines(centre)[-1] == "不予受理:超过上限"
