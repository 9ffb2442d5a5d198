"""The duty page in a real browser at the size of a phone, over the whole chain with a front door behind it."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

import pytest
from playwright.sync_api import expect

from streams.codec import Codec
from streams.facts import views
from streams.facts.joint import Called, Joint, Whistle, Whistled
from streams.facts.matters import Read, Requested, Resumed
from streams.wall.duty.calendars import calendars_of, with_spans
from streams.wall.gateway import PAGE
from tests.conftest import Cluster
from tests.hechuan import hechuan
from tests.hosting.patiently import patiently
from tests.rules.office_calendars import at
from tests.wall.duty_stage import MINUTES, OFFICE_HOURS, OTHER_UNIT, DutyStage, clock, order_of
from tests.wall.phone_network import PhoneNetwork
from tests.wall.phones import LOG, Open, answers_of, card
from tests.wall.wall_stage import now

SMALL_PHONE = (360, 640)
SHIFTED_HOURS = 5
SHIFTED_CLOCK = f"""
  const Real = Date, shift = {SHIFTED_HOURS} * 3600000;
  globalThis.Date = class extends Real {{
    constructor(...told) {{ if (told.length) super(...told); else super(Real.now() + shift); }}
    static now() {{ return Real.now() + shift; }}
  }};
"""

OFFICE_DAYS = replace(OFFICE_HOURS, amount=5, unit="office_day", day_end="office_close")
REQUEST_RULES = [
    {"request": "extend", "urgency": "routine", "reason": "complex_case", "name": "情况复杂", "unit": "office_day",
     "kinds": ["resolve"], "most": 5},
    {"request": "extend", "urgency": "routine", "reason": "complex_case", "name": "情况复杂", "unit": "natural_day",
     "kinds": ["resolve"], "most": 5},
    {"request": "suspend", "urgency": "routine", "reason": "waiting_for_requester", "name": "等待诉求人", "unit": None,
     "kinds": ["resolve", "reply"], "most": 0},
]  # fmt: skip
RULES_OF_REQUESTS = f"""
  const asked = globalThis.fetch;
  globalThis.fetch = async (address, options) => {{
    const answer = await asked(address, options);
    if (address !== "/v1/wall/names") return answer;
    return Response.json({{ ...(await answer.json()), requests: {json.dumps(REQUEST_RULES)} }});
  }};
"""
MATTER = {
    "matter_no": "50011720261122M00105", "incident_class": "burst_main", "urgency": "urgent", "region": "500117001",
    "opened_at": at("2026-09-29 09:00"), "as_of": at("2026-09-29 09:00"), "others": [],
}  # fmt: skip


@pytest.fixture(scope="module")
def duty(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DutyStage]:
    assert (PAGE / "duty" / "index.html").exists(), "the page is not built: run `make page`"
    stage = DutyStage(kafka_broker.bootstrap_servers, "tdutypage", tmp_path_factory.mktemp("duty"))
    try:
        stage.start()
        yield stage
    finally:
        stage.close()


@pytest.fixture
def phone_network(duty: DutyStage) -> Iterator[PhoneNetwork]:
    network = PhoneNetwork(duty.wall.address)
    network.start()
    yield network
    network.stop()


def readings_of(duty: DutyStage, sequence: int) -> list[Read]:
    """The receipts that the log of matters has for reading an order."""
    codec = Codec.load()
    facts = [codec.decode(record.value() or b"") for record in duty.door.records(LOG)]
    return [one for one in facts if isinstance(one, Read) and one.order_no == f"50011720261122M{sequence:05}-01"]


def test_an_order_comes_counts_down_and_is_acknowledged_with_one_tap(duty: DutyStage, open_page: Open) -> None:
    page = open_page(size=SMALL_PHONE)
    expect(page.locator(".condition")).to_have_text("已连接")
    assert "token" not in page.url

    duty.show(order_of(100, clock("acknowledge", 200), clock("accept", 900)))
    expect(card(page, 100).get_by_role("heading")).to_have_text("供水管爆裂")
    expect(card(page, 100).get_by_role("timer")).to_contain_text("签收还剩")
    before = card(page, 100).locator(".clock strong").inner_text()
    expect(card(page, 100).locator(".clock strong")).not_to_have_text(before)
    assert before.startswith("03:")
    card(page, 100).get_by_role("button", name="签收").click()

    expect(card(page, 100).locator(".tap.sent")).to_contain_text("签收已入账")
    [fact] = answers_of(duty, 100)
    assert (fact.answer, fact.actor_officer, fact.channel) == ("acknowledge", "0117", "api")
    duty.show(order_of(100, clock("accept", 900), state="acknowledged"))
    expect(card(page, 100).locator(".answers .next")).to_have_text("受理")
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL_PHONE[0]


def test_an_order_of_an_exercise_says_so_and_no_other_does(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(130, clock("acknowledge", 700)), exercise=True)
    duty.show(order_of(131, clock("acknowledge", 700)))
    page = open_page(size=SMALL_PHONE)
    expect(card(page, 130).locator(".mark")).to_have_text("演练")
    expect(card(page, 131)).to_be_visible()
    expect(card(page, 131).locator(".mark")).to_have_count(0)


def test_an_order_says_which_town_has_whistled_and_what_a_meeting_has_decided(duty: DutyStage, open_page: Open) -> None:
    town = Joint(
        kind="whistle", number="50011720261122W00001", called_by="500117001-town_centre",
        called_by_name="合阳城街道综治中心",
    )  # fmt: skip
    meeting = replace(town, kind="meeting", number="50011720261122C00001", task="correct")
    duty.show(order_of(188, clock("arrive", 900), role="assist", joint=town))
    duty.show(order_of(189, clock("resolve", 9_000), role="assist", joint=meeting))
    page = open_page(size=SMALL_PHONE)
    expect(card(page, 188).locator(".place")).to_contain_text("配合 · 合阳城街道综治中心吹哨，请到场报到")
    expect(card(page, 188).get_by_role("timer")).to_contain_text("到场还剩")
    expect(card(page, 189).locator(".place")).to_contain_text("联席会议议定：整改")


def test_whoever_cannot_come_says_why_and_is_not_asked_again(duty: DutyStage, open_page: Open) -> None:
    number = "50011720261122W00001"
    town = Joint(kind="whistle", number=number, called_by="500117001-town_centre", called_by_name="合阳城街道综治中心")
    order = order_of(190, clock("arrive", 900), role="assist", state="acknowledged", joint=town)
    duty.show(order)
    page = open_page(size=SMALL_PHONE)
    card(page, 190).get_by_role("button", name="不能到场").click()
    page.get_by_role("button", name="人手不足").click()
    expect(card(page, 190).locator(".tap.sent")).to_contain_text("不能到场已入账")
    facts = [Codec.load().decode(record.value() or b"") for record in duty.door.records(LOG)]
    (said,) = (fact for fact in facts if isinstance(fact, Whistled))
    assert (said.act, said.order_no, said.reason) == ("refuse", order.order_no, "no_hands")
    called = Called(unit=order.unit, unit_name=order.unit_name, order_no=order.order_no, refused_at=now())
    whistle = Whistle(
        whistle_no=number, unit=town.called_by, unit_name=town.called_by_name, post="值班岗", state="open",
        blown_at=now(), called=(called,),
    )  # fmt: skip
    duty.show(order, whistles=(whistle,))
    expect(card(page, 190).get_by_role("button", name="到场", exact=True)).to_be_visible()
    expect(card(page, 190).get_by_role("button", name="不能到场")).to_have_count(0)


def test_where_a_confidential_order_is_comes_with_a_receipt_and_goes_with_the_officer(
    duty: DutyStage, open_page: Open
) -> None:
    place: dict[str, Any] = {"region": "500117001001001", "longitude": 106.26871, "latitude": 29.99}
    duty.wall.show("hub.view.contents.v1", "50011720261122M00132", views.Content(
        matter_no="50011720261122M00132", as_of=now(), **place,
    ))  # fmt: skip
    duty.show(order_of(132, clock("acknowledge", 700)), confidential=True, region="500117")
    page = open_page(size=SMALL_PHONE)
    expect(card(page, 132).locator(".mark")).to_have_text("保密")
    assert "106.26871" not in page.content()
    assert readings_of(duty, 132) == []

    card(page, 132).get_by_role("button", name="查看地点").click()
    expect(card(page, 132).locator(".content")).to_contain_text("106.26871")
    expect(card(page, 132).locator(".content")).to_contain_text("已留痕")
    assert [(fact.actor_officer, fact.actor_post) for fact in readings_of(duty, 132)] == [("0117", "值班岗")]
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_label("值班令牌")).to_be_visible()
    assert "106.26871" not in page.content()


def test_without_a_receipt_the_place_of_a_confidential_order_stays_hidden(duty: DutyStage, open_page: Open) -> None:
    duty.wall.show("hub.view.contents.v1", "50011720261122M00133", views.Content(
        matter_no="50011720261122M00133", region="500117001001001", longitude=106.26872, latitude=29.99, as_of=now(),
    ))  # fmt: skip
    duty.show(order_of(133, clock("acknowledge", 700)), confidential=True, region="500117")
    page = open_page()
    expect(card(page, 133).locator(".mark")).to_have_text("保密")
    port = duty.door.port
    duty.door.kill()
    try:
        card(page, 133).get_by_role("button", name="查看地点").click()
        expect(card(page, 133).get_by_role("alert")).to_contain_text("暂不能查看")
        assert "106.26872" not in page.content()
    finally:
        duty.door.start(port)


def test_no_receipt_is_shown_before_the_front_door_has_given_one(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(101, clock("acknowledge", 400)))
    page = open_page()
    port = duty.door.port
    duty.door.kill()
    try:
        card(page, 101).get_by_role("button", name="签收").click()
        expect(card(page, 101).locator(".tap.kept")).to_contain_text("尚未发送")
        expect(page.locator(".banner")).to_contain_text("应答入口暂时不通")
        assert card(page, 101).locator(".tap.sent").count() == 0
    finally:
        duty.door.start(port)

    expect(card(page, 101).locator(".tap.sent")).to_contain_text("签收已入账")
    assert [fact.answer for fact in answers_of(duty, 101)] == ["acknowledge"]


def test_taps_without_network_are_kept_through_a_reload_and_sent_in_their_order(
    duty: DutyStage, phone_network: PhoneNetwork, open_page: Open
) -> None:
    duty.show(order_of(102, clock("acknowledge", 500), clock("accept", 900)))
    page = open_page(address=phone_network.address)
    expect(card(page, 102)).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    phone_network.cut()
    expect(page.locator(".condition")).to_have_text("离线")
    tapped_after = now()
    card(page, 102).get_by_role("button", name="签收").click()
    card(page, 102).get_by_role("button", name="受理").click()
    expect(page.locator(".banner")).to_contain_text("留存 2 条")
    tapped_before = now()

    page.reload()
    expect(card(page, 102).locator(".tap.kept")).to_have_count(2)
    assert answers_of(duty, 102) == []
    phone_network.heal()

    expect(card(page, 102).locator(".tap.sent")).to_contain_text("受理已入账")
    facts = answers_of(duty, 102)
    assert [fact.answer for fact in facts] == ["acknowledge", "accept"]
    assert all(tapped_after - 2_000 <= (fact.claimed_at or 0) <= tapped_before + 2_000 for fact in facts)


def test_what_has_to_be_reported_has_its_button_until_the_last_report(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(120, clock("initial_report", 900), clock("periodic", 7_000), state="accepted"))
    page = open_page()
    expect(card(page, 120).get_by_role("timer")).to_contain_text("初报还剩")
    card(page, 120).get_by_role("button", name="报告进展").click()
    expect(card(page, 120).locator(".tap.sent")).to_contain_text("报告进展已入账")
    assert [fact.answer for fact in answers_of(duty, 120)] == ["report"]

    duty.show(order_of(120, clock("final_report", 9_000), state="replied"))
    expect(card(page, 120).get_by_role("timer")).to_contain_text("终报还剩")
    expect(card(page, 120).locator(".answers .next")).to_have_text("报告进展")

    met = replace(clock("final_report", 9_000), state="met", ended_at=now())
    duty.show(order_of(120, met, state="replied", reported_at=now()))
    expect(page.locator(".answered")).to_contain_text("已答复 1 件")
    expect(card(page, 120).get_by_role("button", name="报告进展")).to_have_count(0)


def test_the_next_stage_of_a_case_has_its_own_button(duty: DutyStage, open_page: Open) -> None:
    def told(*done: int | None) -> tuple[views.Stage, ...]:
        named = zip(("stop_work", "removal"), ("责令停工", "拆除"), done, strict=True)
        return tuple(
            views.Stage(stage=code, name=name, counted_from="filing", limit=MINUTES, done_at=done_at)
            for code, name, done_at in named
        )

    first = replace(clock("stage", 900), stage="stop_work", stage_name="责令停工")
    duty.show(order_of(121, first, state="accepted", stages=told(None, None)))
    page = open_page()
    expect(card(page, 121).get_by_role("timer")).to_contain_text("责令停工还剩")
    expect(card(page, 121).locator(".answers .next")).to_have_text("责令停工")
    card(page, 121).locator(".answers .next").click()
    expect(card(page, 121).locator(".tap.sent")).to_contain_text("责令停工已入账")
    assert [(fact.answer, fact.stage) for fact in answers_of(duty, 121)] == [("stage", "stop_work")]

    second = replace(clock("stage", 9_000), stage="removal", stage_name="拆除")
    duty.show(order_of(121, second, state="accepted", stages=told(now(), None)))
    expect(card(page, 121).locator(".answers .next")).to_have_text("拆除")
    duty.show(order_of(121, state="accepted", stages=told(now(), now())))
    expect(card(page, 121).locator(".answers .next")).to_have_text("到场")


def test_taps_of_another_officer_wait_for_that_officer(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(103, clock("acknowledge", 600)))
    page = open_page()
    expect(card(page, 103)).to_be_visible()
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.context.set_offline(True)
    card(page, 103).get_by_role("button", name="签收").click()
    expect(card(page, 103).locator(".tap.kept")).to_be_visible()
    page.get_by_role("button", name="退出登录").click()
    page.context.set_offline(False)

    page.get_by_label("值班令牌").fill(duty.token(officer="0200"))
    page.get_by_role("button", name="登录").click()
    expect(page.locator(".banner")).to_contain_text("另有 1 条由 0117 留存")
    expect(page.locator(".condition")).to_have_text("已连接")
    assert answers_of(duty, 103) == []
    page.get_by_role("button", name="退出登录").click()
    page.get_by_label("值班令牌").fill(duty.token())
    page.get_by_role("button", name="登录").click()

    expect(card(page, 103).locator(".tap.sent")).to_be_visible()
    assert [fact.actor_officer for fact in answers_of(duty, 103)] == ["0117"]


def test_a_phone_whose_clock_is_wrong_counts_down_by_the_hubs_time(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(104, clock("acknowledge", 700)))
    page = open_page(script=SHIFTED_CLOCK)

    expect(card(page, 104).locator(".clock strong")).to_have_text("11:30")
    card(page, 104).get_by_role("button", name="签收").click()

    expect(card(page, 104).locator(".tap.sent")).to_be_visible()
    [fact] = answers_of(duty, 104)
    assert abs((fact.claimed_at or 0) - now()) < 60_000


@pytest.mark.parametrize(
    ("unit", "moment", "due_at", "left", "note"),
    [
        ("office_hour", "2026-09-30 11:30", "2026-09-30 15:00", "1 小时 30 分（工作时间）", "截止"),
        (
            "office_hour",
            "2026-09-30 12:30",
            "2026-09-30 15:00",
            "1 小时 0 分（工作时间）",
            "现在不计时，9/30 14:00 起继续",
        ),
        ("office_hour", "2026-09-30 23:00", "2026-10-08 09:45", "45 分（工作时间）", "现在不计时，10/8 09:00 起继续"),
        ("office_hour", "2026-10-10 10:00", "2026-10-10 12:00", "2 小时 0 分（工作时间）", "截止"),
        ("office_day", "2026-09-29 16:00", "2026-10-09 18:00", "3 个工作日 2 小时 0 分", "截止"),
        ("office_day", "2026-10-04 03:00", "2026-10-08 18:00", "1 个工作日 0 分", "现在不计时，10/8 09:00 起继续"),
        ("natural_day", "2026-10-04 03:00", "2026-10-08 04:30", "4 天 1 小时 30 分", "截止"),
        ("minute", "2026-10-04 03:00", "2026-10-04 03:04", "04:", "截止"),
    ],
)
def test_a_clock_is_counted_down_in_its_own_time_over_lunch_nights_and_holidays(
    open_page: Open, unit: str, moment: str, due_at: str, left: str, note: str
) -> None:
    now_at = at(moment) - 30_000  # the page may take its time until the minute is over
    limit = {"amount": 9, "unit": unit, "calendar": "office", "document": "试验"}
    told = {
        "kind": "resolve", "state": "running", "started_at": now_at, "due_at": at(due_at), "ended_at": None,
        "limit": limit,
    }  # fmt: skip
    spanned = with_spans(told, (), calendars_of(hechuan().rules))
    order = {**asdict(order_of(105, state="accepted")), **MATTER, "clocks": [spanned]}
    inbox = {"last_event_id": "a-1-1", "now": now_at, "orders": {order["order_no"]: order}}

    page = open_page(stream=f"event: orders\ndata: {json.dumps(inbox, ensure_ascii=False)}\n\n")

    expect(card(page, 105).locator(".clock strong")).to_contain_text(left)
    expect(card(page, 105).locator(".clock .note")).to_contain_text(note)


def test_a_suspended_clock_stands_still_and_says_until_when(duty: DutyStage, open_page: Open) -> None:
    pause = views.Suspension(
        request_no="50011720261122R00001", kinds=("resolve",), from_at=now() - 1_000, until_at=now() + 3_600_000
    )
    duty.show(order_of(130, clock("resolve", 5_400), state="accepted", suspensions=(pause,)))
    page = open_page()

    expect(card(page, 130).locator(".clock strong")).to_have_text("30:00")
    expect(card(page, 130).locator(".clock .note")).to_contain_text("中止计时")
    card(page, 130).get_by_role("button", name="恢复计时").click()

    expect(card(page, 130).locator(".tap.sent")).to_contain_text("恢复计时已入账")
    codec = Codec.load()
    facts = [codec.decode(record.value() or b"") for record in duty.door.records(LOG)]
    assert [fact.order_no for fact in facts if isinstance(fact, Resumed)] == ["50011720261122M00130-01"]


def test_what_the_rules_allow_can_be_asked_for(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(131, clock("resolve", 5_400, limit=OFFICE_DAYS), state="accepted"), urgency="routine")
    page = open_page(size=SMALL_PHONE, script=RULES_OF_REQUESTS)
    card(page, 131).get_by_role("button", name="请示").click()
    page.get_by_label("请示事由").select_option(label="延期：情况复杂")
    page.get_by_label("延长（工作日）").fill("3")
    page.get_by_role("button", name="提交请示").click()
    expect(card(page, 131).locator(".tap.sent")).to_contain_text("请示延期已入账")

    card(page, 131).get_by_role("button", name="请示").click()
    page.get_by_label("请示事由").select_option(label="中止计时：等待诉求人")
    page.get_by_label("中止时长（天）").fill("2")
    page.get_by_role("button", name="提交请示").click()
    expect(card(page, 131).locator(".tap.sent")).to_contain_text("请示中止计时已入账")

    codec = Codec.load()
    facts = [codec.decode(record.value() or b"") for record in duty.door.records(LOG)]
    extend, suspend = (fact for fact in facts if isinstance(fact, Requested) and "00131" in fact.order_no)
    assert (extend.request, extend.reason, extend.clock, extend.amount) == ("extend", "complex_case", "resolve", 3)
    assert (suspend.request, suspend.reason) == ("suspend", "waiting_for_requester")
    assert abs((suspend.until_at or 0) - now() - 2 * 86_400_000) < 60_000


def test_an_order_is_returned_for_a_reason_of_the_citys_until_it_is_accepted(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(133, clock("acknowledge", 5_400)), urgency="routine")
    duty.show(order_of(134, clock("resolve", 5_400, limit=OFFICE_DAYS), state="accepted"), urgency="routine")
    page = open_page()
    card(page, 133).get_by_role("button", name="请示").click()
    page.get_by_label("请示事由").select_option(label="退单：不属本单位职责")
    page.get_by_role("button", name="提交请示").click()
    expect(card(page, 133).locator(".tap.sent")).to_contain_text("请示退单已入账")

    card(page, 134).get_by_role("button", name="请示").click()

    offered = page.get_by_label("请示事由").locator("option").all_inner_texts()
    assert offered
    assert not any("退单" in reason for reason in offered)
    codec = Codec.load()
    facts = [codec.decode(record.value() or b"") for record in duty.door.records(LOG)]
    (asked,) = (fact for fact in facts if isinstance(fact, Requested) and "00133" in fact.order_no)
    assert (asked.request, asked.reason) == ("return", "not_our_duty")


def test_a_request_is_shown_with_who_decides_it(duty: DutyStage, open_page: Open) -> None:
    asked = views.Request(
        request_no="50011720261122R00002", request="extend", reason="complex_case", reason_name="情况复杂",
        kinds=("resolve",), amount=3, document="", state="waiting", requested_at=now(), requested_unit="u",
        requested_post="p", requested_officer="o", approver_name="带班领导", approver_role="leader", approver_unit="u",
        tells_requester=False, decision_document="", rests_on="试验",
    )  # fmt: skip
    duty.show(order_of(132, clock("resolve", 5_400), state="accepted", requests=(asked,)))
    page = open_page()

    expect(card(page, 132)).to_contain_text("延期（情况复杂）：待带班领导审批")


def test_an_arrival_asks_what_shows_it_and_without_anything_is_a_claim(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(106, clock("arrive", 900), state="accepted"))
    page = open_page(size=SMALL_PHONE)
    card(page, 106).get_by_role("button", name="到场").click()
    page.get_by_placeholder("照片编号").fill("张三的照片")
    page.locator(".numbered", has_text="现场照片").get_by_role("button").click()
    expect(page.locator(".sheet .trouble")).to_contain_text("编号只能用字母")
    page.get_by_placeholder("照片编号").fill("ZP-20261122-7")
    page.locator(".numbered", has_text="现场照片").get_by_role("button").click()
    expect(card(page, 106).locator(".tap.sent")).to_contain_text("到场已入账")

    duty.show(order_of(107, clock("arrive", 900), state="accepted"))
    card(page, 107).get_by_role("button", name="到场").click()
    page.get_by_role("button", name="先自报到场").click()
    expect(card(page, 107).locator(".tap.sent")).to_contain_text("到场已入账")
    duty.show(order_of(107, clock("resolve", 9000), state="arrived", arrival="claimed"))

    expect(card(page, 107).locator(".place")).to_contain_text("到场自报")
    assert [(fact.evidence, fact.evidence_reference) for fact in answers_of(duty, 106)] == [("photo", "ZP-20261122-7")]
    assert [(fact.evidence, fact.evidence_reference) for fact in answers_of(duty, 107)] == [("none", None)]


def test_an_arrival_is_shown_by_the_phones_position(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(108, clock("arrive", 900), state="accepted"))
    place = {"longitude": 106.26512, "latitude": 29.99123}
    page = open_page(geolocation=place, permissions=["geolocation"])
    card(page, 108).get_by_role("button", name="到场").click()
    page.get_by_role("button", name="用现场定位核实").click()

    expect(card(page, 108).locator(".tap.sent")).to_be_visible()

    assert [fact.evidence_reference for fact in answers_of(duty, 108)] == ["106.26512,29.99123"]


def test_what_presses_stands_first_and_what_is_overdue_says_so(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(110, clock("acknowledge", 800)), urgency="routine")
    duty.show(order_of(111, clock("acknowledge", 900)), urgency="urgent")
    duty.show(order_of(112, clock("acknowledge", -65, state="breached")), urgency="urgent")
    page = open_page()

    expect(card(page, 112).get_by_role("timer")).to_contain_text("已超时")
    shown = [one.get_attribute("data-order") or "" for one in page.locator("main > .card").all()]
    urgent = [number[-8:-3] for number in shown if number[-8:-3] in ("00110", "00111", "00112")]
    assert urgent == ["00112", "00111", "00110"]


@pytest.mark.parametrize(
    ("token", "said"),
    [("expired", "登录已过期"), ("forged", "令牌无效"), ("nonsense", "请打开值班链接")],
)
def test_a_wrong_token_is_told_in_words_and_nothing_is_shown(
    duty: DutyStage, open_page: Open, token: str, said: str
) -> None:
    head, body, _ = duty.token().split(".")
    tokens = {
        "expired": duty.token(age_seconds=2 * 3600),
        "forged": f"{head}.{body}.{'A' * 86}",
        "nonsense": "nonsense",
    }
    page = open_page(token=tokens[token])

    expect(page.locator(".door")).to_contain_text(said)
    assert page.locator(".card").count() == 0
    assert page.evaluate("JSON.stringify(sessionStorage)") == "{}"


def test_the_order_of_another_unit_is_not_shown(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(120, clock("acknowledge", 900), unit=OTHER_UNIT))
    duty.await_order("50011720261122M00120-01", OTHER_UNIT)
    page = open_page()
    expect(page.locator(".condition")).to_have_text("已连接")

    expect(page.locator("main > .card").first).to_be_visible()

    assert card(page, 120).count() == 0


def test_an_answer_that_is_refused_says_why_and_can_be_put_away(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(121, clock("acknowledge", 900)))
    page = open_page()
    refusal = {"type": "urn:hub:problem:no_such_order", "status": 404}
    page.route("**/v1/orders/**", lambda route: route.fulfill(status=404, body=json.dumps(refusal)))
    card(page, 121).get_by_role("button", name="签收").click()

    expect(card(page, 121).locator(".tap.refused")).to_contain_text("没有这张工单")
    card(page, 121).get_by_role("button", name="知道了").click()

    expect(card(page, 121).locator(".tap")).to_have_count(0)
    expect(card(page, 121).get_by_role("button", name="签收")).to_be_visible()


def test_a_token_never_reaches_a_log_or_an_address(duty: DutyStage, open_page: Open) -> None:
    token = duty.token(officer="0999")
    page = open_page(token=token)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator(".condition")).to_have_text("已连接")
    page.reload()
    expect(page.locator(".top")).to_contain_text("0999")

    assert patiently(lambda: asked)
    assert not [address for address in asked if token[-20:] in address]
    for log in (duty.wall.home / "gateway.log", duty.door.home / "gateway.log"):
        assert token[-20:] not in log.read_text()
