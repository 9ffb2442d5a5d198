"""One night shift of a unit, 18:00 to 08:30, driven in a real browser at the size of a phone.

Whoever comes on duty signs for what is open. A call is answered with one tap; one is not the unit's and goes back;
another comes while the phone has no network, a third while the front door is away; a colleague without a phone page is
written down by the centre; the hub itself fails for a while; in the morning the next shift signs.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from connectors.actors import PRIVATE_KEY, Actor, issue_token
from streams.facts import matters, rules, views
from streams.facts.measures import Authority, OutageDeclared
from tests.processors.alerts import measure_rule
from tests.processors.ending import ending
from tests.processors.kit import DISTRICT, EMERGENCY, MINUTE, WATER, Centre, answered, beijing, spot
from tests.processors.requesting import CENTRE_LEADER, CENTRE_UNIT, CITY, actor, limit, request_rule
from tests.wall.night_desk import NightDesk
from tests.wall.phones import PHONE
from tests.wall.test_page import ARGUMENTS, CHROMIUM, SHOWN_MILLISECONDS

AFTERNOON = beijing(2026, 9, 30, 17, 30)
"""The eve of the national holiday."""
SHIFTS = (
    rules.Shift(shift="白班", begins_minutes=510, sign_within_minutes=15),
    rules.Shift(shift="夜班", begins_minutes=1080, sign_within_minutes=15),
)
OPERATOR = rules.RecorderRole(
    key="rules", occurred_at=AFTERNOON, version="", role="operator", unit_kind="district_centre", document="建议稿"
)
SHIFT_LEADER = rules.Approver(name="值班长", role="leader", unit=CENTRE_UNIT)
NIGHT = (
    *(replace(rule, shifts=SHIFTS) if isinstance(rule, rules.Unit) and rule.unit == WATER else rule for rule in CITY),
    OPERATOR,
    ending("urgent", return_limit=limit(30, "minute"), verified_classes=()),
    request_rule("return", "not_our_duty", [], approver=SHIFT_LEADER),
    request_rule(
        "correct", "claimed_earlier", ["acknowledge", "arrive", "resolve", "reply"], name="离线留存，发送较晚",
        approver=SHIFT_LEADER,
    ),
    measure_rule("outage", Authority(role="leader", unit=CENTRE_UNIT), hit_percent=50),
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[NightDesk]:
    desk = NightDesk(Centre(items=NIGHT, start_at=AFTERNOON), tmp_path)
    desk.open()
    yield desk
    desk.close()


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


def sign_in(desk: NightDesk, page: Page, officer: str, shift: str) -> None:
    claims = Actor(WATER, "值班岗", officer, shift, "responder", "dispatch")
    key = (desk.secrets / PRIVATE_KEY).read_bytes()
    token = issue_token(claims, key, issued_at_seconds=int(time.time()), valid_seconds=3600)
    page.goto("about:blank")
    page.goto(f"{desk.address}/duty/#token={token}")
    expect(page.locator(".top")).to_contain_text(f"{officer} · {shift}")
    expect(page.locator(".condition")).to_have_text("已连接")


def at(hour: int, minute: int = 0, day: int = 30) -> int:
    return beijing(2026, 9, 30, hour, minute) if day == 30 else beijing(2026, 10, 1, hour, minute)


def test_a_night_shift(desk: NightDesk, browser: Browser) -> None:
    phone = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    page = phone.new_page()
    page.set_default_timeout(SHOWN_MILLISECONDS)
    expect.set_options(timeout=SHOWN_MILLISECONDS)
    the_shift_changes(desk, page)
    first = a_call_in_the_evening(desk, page)
    not_ours = a_call_for_somebody_else(desk, page)
    second = a_call_without_network(desk, page)
    the_centre_decides(desk, page, second)
    the_front_door_is_away(desk, page, second)
    the_hub_fails(desk, page)
    a_call_answered_on_the_phone(desk, page)
    the_next_shift(desk, page, first, not_ours)

    assert desk.centre.set_aside() == []
    phone.close()


def card(page: Page, order_no: str) -> Locator:
    return page.locator(f"[data-order='{order_no}']")


def the_shift_changes(desk: NightDesk, page: Page) -> None:
    """17:45: the last call of the day. 18:00: the officer of the night signs for it, the one of the day cannot."""
    sign_in(desk, page, "0116", "白班")
    expect(page.locator(".empty")).to_have_text("没有待办工单")
    desk.wait_until(at(17, 45))
    order_no = desk.report("0", spot(20_000)).order_no
    card(page, order_no).get_by_role("button", name="签收").click()
    expect(card(page, order_no).locator(".state")).to_have_text("已签收")
    expect(page.locator(".handover")).to_have_count(0)
    desk.wait_until(at(18, 0))
    expect(page.locator(".handover")).to_contain_text("夜班当班，1 件在办工单请于 18:15")
    expect(page.locator(".handover")).to_contain_text("请用夜班的令牌登录后签字")

    page.get_by_role("button", name="退出登录").click()
    sign_in(desk, page, "0117", "夜班")
    desk.wait_until(at(18, 20))
    expect(page.locator(".handover")).to_contain_text("接班签字已超时")
    page.get_by_role("button", name="接班签字").click()
    expect(page.locator(".handover")).to_have_count(0)
    assert changes_of(desk, order_no)[-3:] == ["handover_due", "handover_unsigned", "handed_over"]

    answer_with_a_result(page, order_no)
    card(page, order_no).get_by_role("button", name="答复").click()
    expect(page.locator(".empty")).to_have_text("没有待办工单")


def a_call_in_the_evening(desk: NightDesk, page: Page) -> str:
    """19:10: a main bursts; one tap, then the way there, shown by the phone's position."""
    desk.wait_until(at(19, 10))
    order_no = desk.report("1").order_no
    expect(card(page, order_no).get_by_role("timer")).to_contain_text("签收还剩")
    desk.wait_until(at(19, 13) + MINUTE // 2)
    expect(card(page, order_no).locator(".clock strong")).to_contain_text("06:")
    card(page, order_no).get_by_role("button", name="签收").click()
    expect(card(page, order_no).locator(".state")).to_have_text("已签收")
    expect(card(page, order_no).get_by_role("timer")).to_contain_text("到场还剩")

    desk.wait_until(at(19, 40))
    near = spot()
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"longitude": near.longitude or 0, "latitude": near.latitude or 0})
    card(page, order_no).get_by_role("button", name="到场").click()
    page.get_by_role("button", name="用现场定位核实").click()
    expect(card(page, order_no).locator(".place")).to_contain_text("到场已核实")
    return order_no


def a_call_for_somebody_else(desk: NightDesk, page: Page) -> str:
    """22:30: what is not the unit's goes back, and the centre gives it to the unit that it names."""
    desk.wait_until(at(22, 30))
    order_no = desk.report("8", spot(9_000)).order_no
    card(page, order_no).get_by_role("button", name="请示").click()
    page.get_by_label("请示事由").select_option(label="退单：不属本单位职责")
    page.get_by_role("button", name="提交请示").click()
    expect(card(page, order_no).locator(".request")).to_contain_text("待值班长审批")
    (asked,) = order_of(desk, order_no).requests
    decide(desk, asked.request_no, unit=EMERGENCY)
    expect(card(page, order_no).locator(".state")).to_have_text("已退单")
    expect(card(page, order_no).get_by_role("timer")).to_have_count(0)
    assert [order.unit for order in matter_of(desk, order_no).orders] == [WATER, EMERGENCY]
    return order_no


def a_call_without_network(desk: NightDesk, page: Page) -> str:
    """02:10: the tap waits on the phone, the breach is declared, and once the tap has come a correction is proposed."""
    desk.wait_until(at(2, 10, day=1))
    order_no = desk.report("2", spot(3_000)).order_no
    expect(card(page, order_no).get_by_role("timer")).to_contain_text("签收还剩")
    page.context.set_offline(True)
    expect(page.locator(".condition")).to_have_text("离线")
    card(page, order_no).get_by_role("button", name="签收").click()
    expect(card(page, order_no).locator(".tap.kept")).to_contain_text("尚未发送")
    desk.wait_until(at(2, 40, day=1))
    assert clock_state(desk, order_no, "acknowledge") == "breached"

    page.context.set_offline(False)

    expect(card(page, order_no).locator(".tap.sent")).to_contain_text("签收已入账")
    expect(card(page, order_no).locator(".request")).to_have_text("更正（离线留存，发送较晚）：待值班长审批")
    assert clock_state(desk, order_no, "acknowledge") == "breached"
    return order_no


def the_centre_decides(desk: NightDesk, page: Page, order_no: str) -> None:
    """02:50: the centre's shift leader approves; the breach stays in sight as withdrawn."""
    desk.wait_until(at(2, 50, day=1))
    (asked,) = order_of(desk, order_no).requests
    decide(desk, asked.request_no)
    expect(card(page, order_no).locator(".request")).to_contain_text("已批准")
    card(page, order_no).get_by_text("工单详情").click()
    expect(card(page, order_no).locator("dl")).to_contain_text("超时已撤销")


def the_front_door_is_away(desk: NightDesk, page: Page, order_no: str) -> None:
    """No receipt is shown before the front door has given one."""
    desk.door.is_away = True
    card(page, order_no).get_by_role("button", name="到场").click()
    page.get_by_role("button", name="先自报到场").click()
    expect(page.locator(".banner")).to_contain_text("应答入口暂时不通")
    assert card(page, order_no).locator(".tap.sent", has_text="到场").count() == 0
    desk.door.is_away = False
    expect(card(page, order_no).locator(".place")).to_contain_text("到场自报")


def the_hub_fails(desk: NightDesk, page: Page) -> None:
    """03:40: a call whose answer the hub could not take in time; the clock is exempted in the open."""
    desk.wait_until(at(3, 40, day=1))
    order_no = desk.report("4", spot(12_000)).order_no
    expect(card(page, order_no).get_by_role("timer")).to_contain_text("签收还剩")
    desk.wait_until(at(4, 20, day=1))
    expect(card(page, order_no).get_by_role("timer")).to_contain_text("签收已超时")
    desk.append(
        OutageDeclared(
            key=DISTRICT, occurred_at=desk.centre.now, from_at=at(3, 41, day=1), until_at=at(4, 10, day=1),
            cause="断电", document="故障报告", regions=(DISTRICT,), **actor(CENTRE_UNIT, CENTRE_LEADER, "leader"),
        )
    )  # fmt: skip
    desk.wait_until(desk.centre.now + 1)
    card(page, order_no).get_by_text("工单详情").click()
    expect(card(page, order_no).locator("dl")).to_contain_text("已豁免")
    card(page, order_no).get_by_role("button", name="签收").click()
    expect(card(page, order_no).locator(".state")).to_have_text("已签收")
    assert clock_state(desk, order_no, "acknowledge") == "exempted"


def a_call_answered_on_the_phone(desk: NightDesk, page: Page) -> None:
    """05:00: a colleague answers on the phone, the centre's operator writes it down, and the page has it."""
    desk.wait_until(at(5, 0, day=1))
    order_no = desk.report("3", spot(6_000)).order_no
    expect(card(page, order_no).locator(".state")).to_have_text("已送达")
    desk.wait_until(at(5, 4, day=1))
    recorder = matters.Recorder(
        unit=CENTRE_UNIT, post="值班岗", officer="Z003", shift="夜班", role="operator", recording_no="LY1"
    )
    said_at = desk.centre.now - MINUTE
    desk.append(
        answered(desk.centre.now, order_no, "acknowledge", channel="phone", claimed_at=said_at, recorder=recorder)
    )
    expect(card(page, order_no).locator(".state")).to_have_text("已签收")


def the_next_shift(desk: NightDesk, page: Page, first: str, not_ours: str) -> None:
    """08:30: the next officer signs in and for what is open, and answers under a name of his own."""
    desk.wait_until(at(8, 30, day=1))
    page.get_by_role("button", name="退出登录").click()
    sign_in(desk, page, "0118", "白班")
    expect(page.locator(".handover")).to_contain_text("白班当班，4 件在办工单请于 08:45")
    page.get_by_role("button", name="接班签字").click()
    expect(page.locator(".handover")).to_have_count(0)
    assert "handover_unsigned" not in changes_of(desk, first)
    assert not any(change.startswith("hand") for change in changes_of(desk, not_ours))
    answer_with_a_result(page, first)

    assert order_of(desk, first).result == "solved"
    said = [
        (fact.answer, fact.actor_officer, fact.actor_shift)
        for fact in desk.centre.hub.values("hub.log.matters.v1")
        if isinstance(fact, matters.Answered) and fact.order_no == first
    ]
    assert said == [("acknowledge", "0117", "夜班"), ("arrive", "0117", "夜班"), ("resolve", "0118", "白班")]


def answer_with_a_result(page: Page, order_no: str) -> None:
    card(page, order_no).get_by_role("button", name="办结").click()
    page.get_by_role("button", name="解决", exact=True).click()
    expect(card(page, order_no).locator(".state")).to_have_text("已办结")


def decide(desk: NightDesk, request_no: str, unit: str | None = None) -> None:
    """The centre's shift leader approves."""
    desk.append(
        matters.Decided(
            key=DISTRICT, occurred_at=desk.centre.now, request_no=request_no, decision="approve", words="",
            document="", unit=unit, **actor(CENTRE_UNIT, CENTRE_LEADER, "leader"),
        )
    )  # fmt: skip


def matter_of(desk: NightDesk, order_no: str) -> views.Matter:
    return next(one for one in desk.centre.matters() if any(order.order_no == order_no for order in one.orders))


def changes_of(desk: NightDesk, order_no: str) -> list[str]:
    return [notice.change for notice in desk.centre.notices() if notice.order_no == order_no]


def order_of(desk: NightDesk, order_no: str) -> views.Order:
    return next(one for matter in desk.centre.matters() for one in matter.orders if one.order_no == order_no)


def clock_state(desk: NightDesk, order_no: str, kind: str) -> str:
    return str(next(clock.state for clock in order_of(desk, order_no).clocks if clock.kind == kind))
