"""The centre's desk in a real browser, over the whole chain with a front door behind it."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from streams.codec import Codec
from streams.contract import Fact
from streams.facts.incidents import Reviewed
from streams.facts.joint import Convened
from streams.facts.matters import Decided, Supervised
from streams.wall.gateway import PAGE
from tests.conftest import Cluster
from tests.wall.desk_stage import ONE, OTHER, DeskStage, asking, meeting_of, supervised
from tests.wall.duty_stage import UNIT
from tests.wall.test_page import DESK_SIZE, PHONE_SIZE, SHOWN_MILLISECONDS, WALL_SIZE
from tests.wall.wall_stage import INCIDENTS, incident

INCIDENTS_LOG, MATTERS_LOG = "hub.log.incidents.v1", "hub.log.matters.v1"
NARROW_SIZE = (1280, 800)
OpenDesk = Callable[..., Page]


@pytest.fixture(scope="module")
def desk(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskStage]:
    assert (PAGE / "desk" / "index.html").exists(), "the page is not built: run `make page`"
    stage = DeskStage(kafka_broker.bootstrap_servers, "tdeskpage", tmp_path_factory.mktemp("desk"))
    try:
        stage.start()
        yield stage
    finally:
        stage.close()


@pytest.fixture
def open_desk(browser: Browser, desk: DeskStage) -> Iterator[OpenDesk]:
    """Opens the page signed in by a link; nothing that it does may be an error."""
    pages: list[Page] = []
    errors: list[str] = []

    def opened(token: str, size: tuple[int, int] = NARROW_SIZE, path: str = "desk") -> Page:
        page = browser.new_page(viewport={"width": size[0], "height": size[1]})
        pages.append(page)
        page.set_default_timeout(SHOWN_MILLISECONDS)
        expect.set_options(timeout=SHOWN_MILLISECONDS)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{desk.wall.address}/{path}/#token={token}")
        return page

    yield opened
    for page in pages:
        page.close()
    assert errors == []


def card(page: Page, number: str) -> Locator:
    return page.locator(f"[data-item^='{number}']")


def confirm(page: Page, label: str) -> None:
    page.get_by_role("dialog").get_by_role("button", name=f"确认{label}").click()


F = TypeVar("F", bound=Fact)


def said(desk: DeskStage, log: str, kind: type[F]) -> list[F]:
    codec = Codec.load()
    facts = [codec.decode(record.value() or b"") for record in desk.door.records(log)]
    return [fact for fact in facts if isinstance(fact, kind)]


def test_two_incidents_stand_side_by_side_and_are_merged_with_a_reason(desk: DeskStage, open_desk: OpenDesk) -> None:
    desk.show_both()
    desk.show_review(due_in_seconds=600)
    page = open_desk(desk.officer())
    expect(page.locator(".condition")).to_have_text("已连接")
    assert "token" not in page.url
    sides = card(page, ONE).locator(".side")
    expect(sides).to_have_count(2)
    expect(sides.nth(0)).to_contain_text("漏水")
    expect(sides.nth(1)).to_contain_text("报为")
    expect(card(page, ONE).locator(".reasons")).to_contain_text("距离 +2.3")
    expect(card(page, ONE).get_by_role("timer")).to_contain_text("还剩")
    left, right = (sides.nth(place).bounding_box() for place in (0, 1))
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]

    card(page, ONE).get_by_role("button", name="合并").click()
    confirm(page, "合并")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert said(desk, INCIDENTS_LOG, Reviewed) == []
    page.get_by_label("理由").fill("同一根水管，两头都有人报")
    confirm(page, "合并")
    expect(card(page, ONE).locator(".said.taken")).to_contain_text("已入账")
    expect(card(page, ONE).get_by_role("button", name="不是同一起")).to_have_count(0)
    (fact,) = said(desk, INCIDENTS_LOG, Reviewed)
    assert (fact.incident_no, fact.other_no, fact.decision) == (ONE, OTHER, "join")
    assert (fact.actor_role, fact.words) == ("duty_officer", "同一根水管，两头都有人报")

    desk.show_review(state="joined", told=())
    expect(page.locator(".empty")).to_have_text("没有待定夺的疑似重复")


def test_what_is_overdue_comes_first_and_says_so(desk: DeskStage, open_desk: OpenDesk) -> None:
    desk.show_both()
    desk.show_review(due_in_seconds=900)
    later = "50011720261122E00403"
    desk.show_both(later, OTHER)
    desk.show_review(incident_no=later, due_in_seconds=-120, told=())
    page = open_desk(desk.officer())
    expect(page.locator(".card")).to_have_count(2)
    expect(page.locator(".card").first.get_by_role("timer")).to_contain_text("已逾期")
    expect(page.get_by_role("tab", name="疑似重复")).to_contain_text("2")
    desk.show_review(incident_no=later, state="apart", told=())
    expect(page.locator(".card")).to_have_count(1)


def test_of_a_confidential_incident_there_is_no_report(desk: DeskStage, open_desk: OpenDesk) -> None:
    sealed = incident(ONE, confidential=True, region="500117", longitude=None, latitude=None, systems=())
    desk.show_both()
    desk.show_review()
    page = open_desk(desk.officer())
    expect(card(page, ONE).locator(".side").first).to_contain_text("漏水")
    desk.wall.show(INCIDENTS, ONE, sealed)
    expect(card(page, ONE).locator(".side").first).to_contain_text("地点与报告不公开")
    assert "漏水" not in page.content()
    assert "E0001" not in page.content()
    desk.show_review(state="apart", told=())


def test_a_word_that_holds_a_number_of_a_person_is_refused_and_can_be_said_again(
    desk: DeskStage, open_desk: OpenDesk
) -> None:
    desk.show_both()
    desk.show_review()
    page = open_desk(desk.officer())
    before = len(said(desk, INCIDENTS_LOG, Reviewed))
    card(page, ONE).get_by_role("button", name="不是同一起").click()
    page.get_by_label("理由").fill("已电话13812345678核实")
    confirm(page, "不是同一起")
    expect(card(page, ONE).locator(".said.refused")).to_contain_text("不得写号码")
    assert len(said(desk, INCIDENTS_LOG, Reviewed)) == before
    card(page, ONE).get_by_role("button", name="不是同一起").click()
    page.get_by_label("理由").fill("相距较远，水管不同")
    confirm(page, "不是同一起")
    expect(card(page, ONE).locator(".said.taken")).to_contain_text("已入账")
    assert said(desk, INCIDENTS_LOG, Reviewed)[-1].decision == "apart"
    desk.show_review(state="apart", told=())


def test_without_a_front_door_nothing_is_said_to_be_done_and_the_same_word_is_sent_once(
    desk: DeskStage, open_desk: OpenDesk
) -> None:
    desk.show_both()
    desk.show_review()
    page = open_desk(desk.officer())
    before = len(said(desk, INCIDENTS_LOG, Reviewed))
    port = desk.door.port
    desk.door.kill()
    try:
        card(page, ONE).get_by_role("button", name="合并").click()
        page.get_by_label("理由").fill("同一处")
        confirm(page, "合并")
        expect(card(page, ONE).get_by_role("alert")).to_contain_text("暂时不通")
    finally:
        desk.door.start(port)
    card(page, ONE).get_by_role("button", name="再发一次").click()
    expect(card(page, ONE).locator(".said.taken")).to_contain_text("已入账")
    assert len(said(desk, INCIDENTS_LOG, Reviewed)) == before + 1
    desk.show_review(state="joined", told=())


def test_a_leader_approves_an_extension_and_names_the_unit_that_gets_a_returned_order(
    desk: DeskStage, open_desk: OpenDesk
) -> None:
    desk.show_matter(asking(451))
    returned: dict[str, Any] = {
        "request": "return",
        "reason_name": "不属本单位职责",
        "kinds": (),
        "amount": None,
        "document": "",
    }
    desk.show_matter(asking(452, approver_role="shift_leader", **returned))
    page = open_desk(desk.officer("centre_leader"))
    number = "50011720261122R00451"
    expect(card(page, number)).to_contain_text("请示延期：需立项、招标或专项施工")
    expect(card(page, number)).to_contain_text("5 分钟")
    expect(page.locator(".card")).to_have_count(1)
    card(page, number).get_by_role("button", name="同意", exact=True).click()
    confirm(page, "同意")
    expect(card(page, number).locator(".said.taken")).to_be_visible()

    page = open_desk(desk.officer("shift_leader"))
    number = "50011720261122R00452"
    page.get_by_role("tab", name="请示审批").click()
    card(page, number).get_by_role("button", name="同意", exact=True).click()
    page.get_by_label("由哪个单位承办").select_option(label="合川区城市管理局")
    confirm(page, "同意")
    expect(card(page, number).locator(".said.taken")).to_be_visible()
    decisions = [(one.request_no[-5:], one.decision, one.unit) for one in said(desk, MATTERS_LOG, Decided)]
    assert decisions == [("00451", "approve", None), ("00452", "approve", "500117-city_management")]


def test_a_units_leader_comes_from_the_duty_page_and_approves_what_his_unit_asks_for(
    desk: DeskStage, open_desk: OpenDesk
) -> None:
    number = "50011720261122R00455"
    desk.show_matter(asking(455, approver_unit=UNIT, approver_role="unit_leader", reason_name="恶劣天气"))
    leader = {"role": "unit_leader", "post": "带班领导", "officer": "0102"}
    page = open_desk(desk.token(UNIT, **leader), PHONE_SIZE, path="duty")
    page.get_by_role("link", name="审批").click()
    expect(page.locator("h1")).to_contain_text("审批席")
    expect(page.get_by_role("tab")).to_have_count(2)
    expect(card(page, number)).to_contain_text("恶劣天气")
    card(page, number).get_by_role("button", name="同意", exact=True).click()
    confirm(page, "同意")
    expect(card(page, number).locator(".said.taken")).to_be_visible()
    decided = said(desk, MATTERS_LOG, Decided)[-1]
    assert (decided.request_no, decided.actor_unit, decided.actor_role) == (number, UNIT, "unit_leader")
    page.get_by_role("link", name="值班工单").click()
    expect(page.get_by_role("link", name="审批")).to_be_visible()

    page = open_desk(desk.token(UNIT), PHONE_SIZE, path="duty")
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    expect(page.get_by_role("link", name="审批")).to_have_count(0)


def test_a_supervision_order_is_signed_with_another_demand(desk: DeskStage, open_desk: OpenDesk) -> None:
    desk.show_matter(supervised(461))
    page = open_desk(desk.officer("leader"))
    number = "50011720261122S00461"
    expect(card(page, number)).to_contain_text("限期办结，因超时")
    card(page, number).get_by_role("button", name="签发", exact=True).click()
    page.get_by_label("督办要求").select_option("explain")
    confirm(page, "签发")
    expect(card(page, number).locator(".said.taken")).to_be_visible()
    (fact,) = said(desk, MATTERS_LOG, Supervised)
    assert (fact.supervision_no, fact.act, fact.demand, fact.actor_role) == (number, "sign", "explain", "leader")


def test_a_meeting_is_held_and_decides(desk: DeskStage, open_desk: OpenDesk) -> None:
    for matter in meeting_of(7, 471, 472):
        desk.show_matter(matter)
    page = open_desk(desk.officer())
    number = "50011720261122C00007"
    page.get_by_role("tab", name="会议").click()
    card(page, number).get_by_role("button", name="已召开").click()
    page.get_by_label("合川区公安局").uncheck()
    confirm(page, "已召开")
    expect(card(page, number).locator(".said.taken")).to_be_visible()
    for matter in meeting_of(7, 471, 472, state="held"):
        desk.show_matter(matter)
    page = open_desk(desk.officer())
    page.get_by_role("tab", name="会议").click()
    card(page, number).get_by_role("button", name="议定").click()
    confirm(page, "议定")
    expect(page.get_by_role("alert")).to_contain_text("请至少填写一项议定")
    page.locator("[name=matter0]").select_option("50011720261122M00471")
    page.locator("[name=unit0]").select_option(UNIT)
    page.locator("[name=task0]").select_option("correct")
    confirm(page, "议定")
    expect(card(page, number).locator(".said.taken")).to_be_visible()
    held, decided = said(desk, MATTERS_LOG, Convened)
    assert (held.act, held.units) == ("hold", (UNIT,))
    assert [(one.matter_no, one.unit, one.task) for one in decided.decisions] == [
        ("50011720261122M00471", UNIT, "correct")
    ]


def test_a_units_token_is_turned_away_and_leaves_nothing_behind(desk: DeskStage, open_desk: OpenDesk) -> None:
    page = open_desk(desk.token())
    expect(page.get_by_role("alert")).to_contain_text("不属于综治中心")
    assert page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("size", [NARROW_SIZE, DESK_SIZE, WALL_SIZE, PHONE_SIZE])
def test_nothing_is_wider_than_the_screen(desk: DeskStage, open_desk: OpenDesk, size: tuple[int, int]) -> None:
    desk.show_both()
    desk.show_review()
    page = open_desk(desk.officer("shift_leader"), size)
    expect(card(page, ONE).locator(".side")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    card(page, ONE).get_by_role("button", name="合并").click()
    box = page.get_by_role("dialog").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
