"""The printed list of open calls: from the matters alone, the most urgent and next due first, with room to write."""

from dataclasses import replace

from streams.agents.order_call import Names
from streams.commands.call_sheet import TO_FILL_IN, call_sheet
from streams.facts.views import Clock, Matter
from tests.commands.conftest import HELD_AT, Desk
from tests.commands.test_listings import MATTERS_VIEW, TWO_MINUTES, matter
from tests.eventually import eventually

NAMES = Names({"burst_main": "供水管爆裂"}, {"500117": "合川区", "500117001": "合阳城街道"}, {})


def phoned(one: Matter) -> Matter:
    """The matter with a unit that nothing reached."""
    clock = Clock(kind="phone", state="running", started_at=HELD_AT, due_at=HELD_AT + 60_000, limit=TWO_MINUTES)
    (order,) = one.orders
    return replace(one, orders=(replace(order, state="undelivered", clocks=(clock,), phone="secret:duty_phone_water"),))


def test_each_open_call_has_its_unit_its_phone_its_deadline_and_room_for_the_answer() -> None:
    assert call_sheet([phoned(matter(1))], NAMES, HELD_AT).splitlines() == [
        "未结派单一览  打印时间 2026-11-22 08:00:09  共 1 项",
        "",
        "1. 【紧急】供水管爆裂  合川区合阳城街道",
        "   编号 50011720261122M00001-01  立案 2026-11-22 08:00:09",
        "   单位 合川区供水公司抢修队(未送达)  电话簿 duty_phone_water",
        "   时限 电话通知 2026-11-22 08:01:09",
        f"   {TO_FILL_IN}",
    ]


def test_the_most_urgent_comes_first_and_then_what_is_due_next() -> None:
    later, sooner = matter(1, "running"), phoned(matter(2))
    critical = replace(matter(3), urgency="critical")
    closed = replace(matter(4), state="closed")
    sheet = call_sheet([later, sooner, critical, closed], NAMES, HELD_AT)
    assert [line.split()[1][-8:] for line in sheet.splitlines() if "编号" in line] == [
        "00003-01",
        "00002-01",
        "00001-01",
    ]
    assert "签收 2026-11-22 08:02:09(已超时)" in sheet


def test_a_matter_that_no_unit_has_is_the_centres() -> None:
    assign = Clock(kind="assign", state="breached", started_at=HELD_AT, due_at=HELD_AT + 60_000, limit=TWO_MINUTES)
    nobody = replace(matter(1), orders=(), clocks=(assign,), state="unassigned")
    returned = replace(matter(2), clocks=(assign,))
    returned = replace(returned, orders=(replace(returned.orders[0], state="returned"),))
    for one in (nobody, returned):
        sheet = call_sheet([one], NAMES, HELD_AT)
        assert "单位 指挥中心  电话簿 —" in sheet
        assert "时限 派单 2026-11-22 08:01:09(已超时)" in sheet


def test_a_matter_without_an_incident_is_named_by_what_it_is_about() -> None:
    owed = replace(matter(1), incident_class="help_call", subject="help_call", confidential=True, region="500117")
    assert "1. 【保密】【紧急】居家呼叫求助  合川区\n" in call_sheet([owed], NAMES, HELD_AT)


def test_an_exercise_is_marked() -> None:
    assert "1. 【演练】【紧急】" in call_sheet([replace(matter(1), exercise=True)], NAMES, HELD_AT)


def test_a_number_never_stands_on_paper() -> None:
    assert "secret:" not in call_sheet([phoned(matter(1))], NAMES, HELD_AT)


def test_the_command_prints_what_is_open(desk: Desk) -> None:
    unit = "500117-gas_utility"
    for one in (phoned(matter(61)), replace(matter(62), state="closed")):
        told = replace(one, orders=(replace(one.orders[0], unit=unit),))
        desk.topics.append(MATTERS_VIEW, one.matter_no, told)
    eventually(lambda: len(desk.listed("matter", "list", "--unit", unit)["matters"]) == 2, within_seconds=30)
    printed = desk.hub("matter", "list", "--open", "--print", "--unit", unit)
    assert printed.exit_code == 0
    assert "共 1 项" in printed.stdout
    assert "50011720261122M00061-01" in printed.stdout
