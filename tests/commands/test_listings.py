"""`hub incident` and `hub matter`: what the compacted views hold, in Chinese on the screen and as JSON for scripts."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from streams.facts.rules import Limit
from streams.facts.views import (
    Clock,
    Content,
    Matter,
    Order,
    Reading,
    Reminder,
    Ruling,
    Segment,
    SupervisionOrder,
    Supervisor,
)
from streams.rules.calendar import BEIJING
from tests.commands.conftest import HELD_AT, INCIDENTS, Desk
from tests.eventually import eventually
from tests.hub_command import hub

pytestmark = pytest.mark.timeout(300)

MATTERS_VIEW = "hub.view.matters.v1"
EVE = round(datetime(2026, 9, 30, 17, tzinfo=BEIJING).timestamp()) * 1000
FIFTH_OFFICE_DAY = round(datetime(2026, 10, 13, 18, tzinfo=BEIJING).timestamp()) * 1000
"""8, 9 and 10 October, which is worked, 12 and 13 October are the five office days after the eve of the holiday."""

TWO_MINUTES = Limit(
    amount=2, unit="minute", start="at", day_end="same_time", rolls_over=False, calendar="always", document="试验"
)


def matter(number: int, state: str = "breached") -> Matter:
    """A matter with one order, whose clock to acknowledge is in a state."""
    matter_no = f"50011720261122M{number:05}"
    clock = Clock(kind="acknowledge", state=state, started_at=HELD_AT, due_at=HELD_AT + 120_000, limit=TWO_MINUTES)  # type: ignore[arg-type]
    order = Order(
        order_no=f"{matter_no}-01", unit="500117-water_utility", unit_name="合川区供水公司抢修队", state="delivered",
        clocks=(clock,),
    )  # fmt: skip
    return Matter(
        matter_no=matter_no, incident_no=f"50011720261122E{number:05}", incident_class="burst_main", urgency="urgent",
        region="500117001", state="assigned", opened_at=HELD_AT + number, orders=(order,), clocks=(), as_of=HELD_AT,
    )  # fmt: skip


def test_incidents_are_listed_newest_first_and_chosen_by_class_and_region(desk: Desk) -> None:
    for record_no, incident_class in (("JQ401", "burst_main"), ("JQ402", "fire")):
        desk.topics.append(INCIDENTS, "500117", desk.report(record_no, incident_class))
    eventually(lambda: len(desk.incidents()) >= 2, within_seconds=30)
    listed = desk.listed("incident", "list")["incidents"]
    assert [one["opened_at"] for one in listed] == sorted((one["opened_at"] for one in listed), reverse=True)
    assert {one["incident_class"] for one in desk.listed("incident", "list", "--class", "fire")["incidents"]} == {
        "fire"
    }
    assert desk.listed("incident", "list", "--region", "500117002") == {"incidents": []}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("incident", "list", "--state", "opn"), "there is no state 'opn'; did you mean 'open'?"),
        (("incident", "list", "--class", "fires"), "there is no class 'fires'; did you mean 'fire'?"),
        (("incident", "list", "--region", "500118"), "there is no region '500118'"),
        (("matter", "list", "--state", "open"), "there is no state 'open'"),
        (("matter", "list", "--unit", "500117-water_utilty"), "did you mean '500117-water_utility'?"),
    ],
    ids=lambda value: " ".join(value[2:]) if isinstance(value, tuple) else "",
)
def test_a_filter_that_names_nothing_is_no_quiet_city(arguments: tuple[str, ...], said: str, desk: Desk) -> None:
    done = desk.hub(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


def test_an_incident_is_shown_in_chinese_with_beijing_time(desk: Desk) -> None:
    desk.topics.append(INCIDENTS, "500117", replace(desk.report("JQ403", "gas_leak"), confidence=0.83))
    (found,) = eventually(
        lambda: desk.listed("incident", "list", "--class", "gas_leak")["incidents"], within_seconds=30
    )
    assert found["opened_at"].endswith("+08:00")
    shown = desk.hub("incident", "show", found["incident_no"]).stdout
    for text in (found["incident_no"], "燃气泄漏", "紧急", "合川区", "ga_alarm110", "定位可信度", "83%"):
        assert text in shown
    told = desk.listed("incident", "show", found["incident_no"])
    assert {name: told[name] for name in found} == found
    assert [*told] == [*found, "tellings"]


def test_matters_are_chosen_by_unit_state_and_breach(desk: Desk) -> None:
    for one in (matter(1), matter(2, "met"), replace(matter(3), state="unassigned", orders=())):
        desk.topics.append(MATTERS_VIEW, one.matter_no, one)
    numbers = [one["matter_no"] for one in desk.listed("matter", "list")["matters"]]
    assert numbers == [matter(3).matter_no, matter(2).matter_no, matter(1).matter_no]
    overdue = desk.listed("matter", "list", "--overdue")["matters"]
    assert [one["matter_no"] for one in overdue] == [matter(1).matter_no]
    assert len(desk.listed("matter", "list", "--unit", "500117-water_utility")["matters"]) == 2
    assert len(desk.listed("matter", "list", "--state", "unassigned")["matters"]) == 1


def test_a_matter_is_shown_with_its_orders_and_clocks(desk: Desk) -> None:
    desk.topics.append(MATTERS_VIEW, matter(7).matter_no, matter(7))
    shown = desk.hub("matter", "show", matter(7).matter_no).stdout
    for text in ("供水管爆裂", "合川区合阳城街道", "合川区供水公司抢修队", "已送达", "签收", "超时"):
        assert text in shown


def test_who_was_shown_a_confidential_matter_is_told_and_not_where_it_is(desk: Desk) -> None:
    secret = replace(matter(41), confidential=True, region="500117")
    desk.topics.append(MATTERS_VIEW, secret.matter_no, secret)
    readings = tuple(
        Reading(order_no=secret.orders[0].order_no, unit="500117-water_utility", post="值班员", officer=officer,
                shift="夜班", read_at=HELD_AT)
        for officer in ("0117", "0118")
    )  # fmt: skip
    content = Content(
        matter_no=secret.matter_no, region="500117001001001", longitude=106.26871, latitude=29.9, readings=readings,
        as_of=HELD_AT,
    )  # fmt: skip
    desk.topics.append("hub.view.contents.v1", secret.matter_no, content)

    assert "【保密】" in desk.hub("matter", "show", secret.matter_no).stdout
    listed = desk.listed("matter", "readings", secret.matter_no)["readings"]
    assert [(one["officer"], one["shift"]) for one in listed] == [("0118", "夜班"), ("0117", "夜班")]
    shown = desk.hub("matter", "readings", secret.matter_no).stdout
    for text in ("合川区供水公司抢修队", "值班员", "0117", "共 2 次"):
        assert text in shown
    assert "106.26871" not in shown
    assert "500117001001001" not in shown
    assert desk.hub("matter", "readings", matter(42).matter_no).exit_code == 1


def test_supervision_is_shown_with_its_matter_and_listed_apart(desk: Desk) -> None:
    given = matter(31)
    order = given.orders[0]
    reminded = replace(order.clocks[0], light="red", reminders=(Reminder(percent=50, reminded_at=HELD_AT),))
    supervisor = Supervisor(
        order_no=order.order_no, step=2, tier="leader", unit="500117-leader", unit_name="合川区分管区领导",
        since_at=HELD_AT, told_at=HELD_AT, times=3,
    )  # fmt: skip
    signed = SupervisionOrder(
        supervision_no="50011720261122S00031", order_no=order.order_no, unit=order.unit, unit_name=order.unit_name,
        origin="breach", state="signed", demand="finish", proposed_at=HELD_AT, signed_at=HELD_AT, due_at=HELD_AT + 1,
        late_at=HELD_AT + 1,
    )  # fmt: skip
    orders = (replace(order, clocks=(reminded,)),)
    supervised = replace(given, orders=orders, supervisors=(supervisor,), supervisions=(signed,))
    desk.topics.append(MATTERS_VIEW, given.matter_no, supervised)

    shown = desk.hub("matter", "show", given.matter_no).stdout
    for text in ("红灯", "50%", "合川区分管区领导", "50011720261122S00031", "已签发", "限期办结"):
        assert text in shown
    for options in ((), ("--overdue",), ("--state", "signed"), ("--unit", order.unit)):
        numbers = [one["supervision_no"] for one in desk.listed("supervision", "list", *options)["supervisions"]]
        assert signed.supervision_no in numbers
    assert desk.listed("supervision", "list", "--state", "refused") == {"supervisions": []}
    assert desk.listed("supervision", "show", signed.supervision_no)["origin"] == "breach"
    assert "超时" in desk.hub("supervision", "show", signed.supervision_no).stdout
    assert desk.hub("supervision", "show", "50011720261122S99999").exit_code == 1
    assert desk.hub("supervision", "list", "--state", "late").exit_code == 2


def test_a_clock_explains_its_deadline(desk: Desk) -> None:
    five_days = Limit(
        amount=5, unit="office_day", start="at", day_end="office_close", rolls_over=False, calendar="office",
        document="事项清单",
    )  # fmt: skip
    clock = Clock(kind="resolve", state="running", started_at=EVE, due_at=FIFTH_OFFICE_DAY, limit=five_days)
    given = matter(9)
    (order,) = given.orders
    desk.topics.append(MATTERS_VIEW, given.matter_no, replace(given, orders=(replace(order, clocks=(clock,)),)))
    said = desk.hub("explain", "clock", order.order_no, "resolve").stdout
    for text in ("办结:计时中,依据事项清单", "时限:5个工作日", "国庆节", "截止:2026-10-13(周二)18:00"):
        assert text in said
    assert "现行日历" not in said
    assert desk.listed("explain", "clock", order.order_no, "resolve")["same_today"] is True


def test_a_matter_that_came_back_shows_both_rounds_and_whose_time_it_was(desk: Desk) -> None:
    given = matter(11)
    (order,) = given.orders
    minutes = [HELD_AT + number * 60_000 for number in range(4)]
    resolve = Clock(kind="resolve", state="met", started_at=minutes[0], due_at=minutes[2], limit=TWO_MINUTES)
    order = replace(
        order, state="accepted", verification="failed", result="explained", reworks=1,
        clocks=(replace(resolve, state="running", started_at=minutes[2], due_at=minutes[3]),),
        earlier_clocks=(replace(resolve, ended_at=minutes[1]),),
    )  # fmt: skip
    segments = (
        Segment(holder="unit", unit=order.unit, from_at=minutes[0], to_at=minutes[1]),
        Segment(holder="verification", from_at=minutes[1], to_at=minutes[2]),
        Segment(holder="unit", unit=order.unit, from_at=minutes[2]),
    )
    one = replace(given, opened_at=minutes[0], as_of=minutes[3], orders=(order,), segments=segments, reopened=1)
    desk.topics.append(MATTERS_VIEW, one.matter_no, one)
    shown = desk.hub("matter", "show", one.matter_no).stdout
    for text in ("解释说明", "核查不通过", "1次", "按时", "计时中", "时间归属", "诉求总时长 3分钟"):
        assert text in shown
    said = desk.hub("explain", "clock", order.order_no, "resolve").stdout
    assert "归属:合川区供水公司抢修队" in said
    assert "核查" not in said
    (segment,) = desk.listed("explain", "clock", order.order_no, "resolve")["segments"]
    assert (segment["holder"], segment["unit"]) == ("unit", order.unit)


def test_rulings_are_listed_with_who_had_returned_the_matter(desk: Desk) -> None:
    ruling = Ruling(
        matter_no=matter(12).matter_no, incident_class="manhole", urgency="routine", region="500117001",
        returned_by=("500117-city_management", "500117-housing"), reasons=("not_our_duty", "other_lead"),
        unit="500117-water_utility", post="中心领导", officer="C0001", document="合综治裁〔2026〕3号",
        ruled_at=HELD_AT, as_of=HELD_AT,
    )  # fmt: skip
    desk.topics.append("hub.view.rulings.v1", ruling.matter_no, ruling)
    said = desk.hub("rules", "rulings").stdout
    for text in (
        "合川区城市管理局、合川区住房和城乡建设委员会",
        "合川区供水公司抢修队",
        "合综治裁〔2026〕3号",
        "共 1 件",
    ):
        assert text in said
    (listed,) = desk.listed("rules", "rulings")["rulings"]
    assert listed["returned_by"] == ["500117-city_management", "500117-housing"]


def test_a_clock_counted_by_another_calendar_than_todays_says_so(desk: Desk) -> None:
    minutes = Clock(kind="assign", state="breached", started_at=EVE, due_at=EVE + 60_000, limit=TWO_MINUTES)
    desk.topics.append(MATTERS_VIEW, matter(10).matter_no, replace(matter(10), clocks=(minutes,)))
    said = desk.hub("explain", "clock", matter(10).matter_no, "assign").stdout
    assert "派单:超时" in said
    assert "按现行日历推算为2026-09-30 17:02:00" in said


@pytest.mark.parametrize(("number", "kind", "said"), [
    ("50011720261122M00001-09", "resolve", "has no clock 'resolve'"),
    ("nonsense", "acknowledge", "nonsense has no clock 'acknowledge'"),
])  # fmt: skip
def test_a_clock_that_is_not_there_is_said(number: str, kind: str, said: str, desk: Desk) -> None:
    done = desk.hub("explain", "clock", number, kind)
    assert done.exit_code == 1
    assert said in done.stderr


def test_a_matter_that_was_deleted_from_the_view_is_gone(desk: Desk) -> None:
    desk.topics.append(MATTERS_VIEW, matter(8).matter_no, matter(8))
    desk.topics.append(MATTERS_VIEW, matter(8).matter_no, None)
    done = desk.hub("matter", "show", matter(8).matter_no)
    assert (done.exit_code, done.stderr.strip()) == (1, f"no matter {matter(8).matter_no}")


def test_without_a_cluster_the_way_out_is_named(tmp_path: Path) -> None:
    done = hub(tmp_path, "incident", "list")
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert "HUB_KAFKA" in line
    assert str(tmp_path) in line


def test_a_cluster_that_does_not_answer_is_told_in_one_line(tmp_path: Path, free_port: int) -> None:
    done = hub(tmp_path, "matter", "list", HUB_KAFKA=f"127.0.0.1:{free_port}")
    assert done.returncode == 1
    assert f"127.0.0.1:{free_port}" in done.stderr.splitlines()[-1]
    assert done.stdout == ""
