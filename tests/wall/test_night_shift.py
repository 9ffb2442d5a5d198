"""One night shift of a unit, 18:00 to 08:30, driven in a real browser at the size of a phone.

A call is answered with one tap; another comes while the phone has no network; a third while the front door is away; a
colleague without a phone page is written down by the centre; in the morning the next shift signs in.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from connectors.actors import PRIVATE_KEY, Actor, issue_token
from streams.facts import matters, rules, views
from tests.processors.kit import DISTRICT, MINUTE, WATER, Centre, answered, beijing, spot
from tests.processors.requesting import CENTRE_LEADER, CENTRE_UNIT, CITY, actor, request_rule
from tests.wall.night_desk import NightDesk
from tests.wall.test_duty_page import PHONE
from tests.wall.test_page import ARGUMENTS, CHROMIUM, SHOWN_MILLISECONDS

EVENING = beijing(2026, 9, 30, 18)
"""The eve of the national holiday."""
OPERATOR = rules.RecorderRole(
    key="rules", occurred_at=EVENING, version="", role="operator", unit_kind="district_centre", document="建议稿"
)
NIGHT = (
    *CITY,
    OPERATOR,
    request_rule(
        "correct", "claimed_earlier", ["acknowledge", "arrive", "resolve", "reply"], name="离线留存，发送较晚",
        approver=rules.Approver(name="值班长", role="leader", unit=CENTRE_UNIT),
    ),
)  # fmt: skip


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[NightDesk]:
    desk = NightDesk(Centre(items=NIGHT, start_at=EVENING), tmp_path)
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
    sign_in(desk, page, "0117", "夜班")
    expect(page.locator(".empty")).to_have_text("没有待办工单")

    first = a_call_in_the_evening(desk, page)
    second = a_call_without_network(desk, page)
    the_centre_decides(desk, page, second)
    the_front_door_is_away(desk, page, second)
    a_call_answered_on_the_phone(desk, page)
    the_next_shift(desk, page, first)

    assert desk.centre.set_aside() == []
    phone.close()


def card(page: Page, order_no: str) -> Locator:
    return page.locator(f"[data-order='{order_no}']")


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
    desk.append(
        matters.Decided(
            key=DISTRICT, occurred_at=desk.centre.now, request_no=asked.request_no, decision="approve", words="",
            document="", **actor(CENTRE_UNIT, CENTRE_LEADER, "leader"),
        )
    )  # fmt: skip
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


def the_next_shift(desk: NightDesk, page: Page, first: str) -> None:
    """08:30: the next officer signs in, finds what is open, and answers under a name of his own."""
    desk.wait_until(at(8, 30, day=1))
    page.get_by_role("button", name="退出登录").click()
    sign_in(desk, page, "0118", "白班")
    expect(page.locator("main > .card")).to_have_count(3)
    card(page, first).get_by_role("button", name="办结").click()
    page.get_by_role("button", name="解决", exact=True).click()
    expect(card(page, first).locator(".state")).to_have_text("已办结")

    assert order_of(desk, first).result == "solved"
    said = [
        (fact.answer, fact.actor_officer, fact.actor_shift)
        for fact in desk.centre.hub.values("hub.log.matters.v1")
        if isinstance(fact, matters.Answered) and fact.order_no == first
    ]
    assert said == [("acknowledge", "0117", "夜班"), ("arrive", "0117", "夜班"), ("resolve", "0118", "白班")]


def order_of(desk: NightDesk, order_no: str) -> views.Order:
    return next(one for matter in desk.centre.matters() for one in matter.orders if one.order_no == order_no)


def clock_state(desk: NightDesk, order_no: str, kind: str) -> str:
    return str(next(clock.state for clock in order_of(desk, order_no).clocks if clock.kind == kind))
