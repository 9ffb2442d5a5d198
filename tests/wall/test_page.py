"""The built page in a real browser, over the whole chain."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
import redis
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from streams.rules.calendar import BEIJING
from streams.wall.gateway import PAGE
from tests.wall.wall_stage import (
    INCIDENTS,
    MATTERS,
    MEASURES,
    SOURCES,
    WARNINGS,
    WallStage,
    incident,
    matter,
    measure,
    now,
    source,
    warning,
)

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
SHOWN_MILLISECONDS = 30_000
WALL_SIZE, DESK_SIZE, PHONE_SIZE = (1920, 1080), (1366, 768), (390, 844)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    assert (PAGE / "index.html").exists(), "the page is not built: run `make page`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, wall: WallStage) -> Iterator[Page]:
    yield from opened(browser, wall)


def opened(browser: Browser, wall: WallStage, size: tuple[int, int] = WALL_SIZE) -> Iterator[Page]:
    """The page at a wall's gateway; nothing that it does may be an error."""
    errors: list[str] = []
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.set_default_timeout(SHOWN_MILLISECONDS)
    expect.set_options(timeout=SHOWN_MILLISECONDS)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(wall.address)
    expect(page.get_by_role("status").first).to_contain_text("实时")
    yield page
    page.close()
    assert errors == []


def figure(page: Page, title: str) -> Locator:
    return page.locator(".headline .figure", has_text=title).locator("strong")


def row(page: Page, name: str) -> Locator:
    return page.locator(".regions tbody tr", has_text=name)


def test_tiles_are_shown_and_follow_their_changes(wall: WallStage, page: Page) -> None:
    wall.show_tile("500117", 12, overdue=2)
    expect(figure(page, "未结事项")).to_have_text("12")
    expect(figure(page, "超时")).to_have_text("2")

    wall.show_tile("500117", 13, overdue=3)

    expect(figure(page, "未结事项")).to_have_text("13")
    expect(figure(page, "超时")).to_have_text("3")
    expect(page.locator(".headline .figure", has_text="未结事项")).to_contain_text("秒前变化")


def test_a_region_is_drilled_into_and_left_again_with_the_keyboard(wall: WallStage, page: Page) -> None:
    wall.show_tile("500117001", 7)
    wall.show_tile("500117001020", 4)
    wall.show_tile("500117001020008", 4)
    row(page, "合阳城街道").get_by_role("button", name="合阳城街道", exact=True).focus()
    page.keyboard.press("Enter")
    expect(figure(page, "未结事项")).to_have_text("7")

    row(page, "村社区 020").get_by_role("button", name="村社区 020", exact=True).click()
    expect(row(page, "合阳城20村社区08网格")).to_contain_text("4")
    page.keyboard.press("Backspace")

    expect(figure(page, "未结事项")).to_have_text("7")


def test_a_figure_says_where_it_came_from(wall: WallStage, page: Page) -> None:
    wall.show_tile("500117002", 5)
    expect(row(page, "钓鱼城街道")).to_contain_text("5")
    box = page.locator("#provenance")

    row(page, "钓鱼城街道").hover()
    expect(box).to_contain_text("hub.view.tiles.v1")
    expect(box).to_contain_text("cause of 500117002")

    row(page, "钓鱼城街道").get_by_role("button", name="钓鱼城街道的来源").click()
    page.mouse.move(0, 0)
    expect(box).to_be_visible()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_clocks_count_down_and_say_in_words_how_they_stand(wall: WallStage, page: Page) -> None:
    running, short, late = (f"50011720261122M0020{number}" for number in range(3))
    wall.show(MATTERS, running, matter(running, due_in_seconds=900))
    wall.show(MATTERS, short, matter(short, due_in_seconds=45))
    wall.show(MATTERS, late, matter(late, due_in_seconds=-30, clock_state="breached"))
    clocks = page.locator(".clocks li")

    expect(clocks).to_have_count(3)
    expect(clocks.nth(0)).to_contain_text("已超时")
    expect(clocks.nth(0)).to_contain_text("+00:")
    expect(clocks.nth(1)).to_contain_text("即将超时")
    expect(clocks.nth(2)).to_contain_text("计时中")
    page.get_by_role("button", name="按单位").click()
    expect(page.locator(".clocks tbody tr", has_text="合川区供水公司抢修队")).to_contain_text("▲1")


def test_incidents_are_listed_by_urgency_with_their_place(wall: WallStage, page: Page) -> None:
    wall.show(INCIDENTS, "50011720261122E00301", incident("50011720261122E00301", urgency="routine"))
    wall.show(INCIDENTS, "50011720261122E00302", incident("50011720261122E00302", urgency="critical"))
    incidents = page.locator(".incidents li")

    expect(incidents).to_have_count(2)
    expect(incidents.first).to_contain_text("特急")
    expect(incidents.first).to_contain_text("供水管爆裂")
    expect(incidents.first).to_contain_text("合阳城20村社区08网格")
    expect(incidents.first).to_contain_text("110接处警系统")


def test_a_suspected_duplicate_is_marked_and_counted_until_it_is_decided(wall: WallStage, page: Page) -> None:
    one, other = "50011720261122E00311", "50011720261122E00312"
    wall.show(INCIDENTS, one, incident(one, suspected=(other,)))
    wall.show(INCIDENTS, other, incident(other, suspected=(one,)))
    heading, tags = page.locator(".incidents h2"), page.locator(".incidents li").get_by_text("疑似重复")

    expect(tags).to_have_count(2)
    expect(heading).to_contain_text("疑似重复 2 起")
    tag = page.locator(f'.incidents li[data-title="{other}"]').get_by_text("疑似重复")
    expect(tag).to_have_attribute("title", f"可能与 {one} 是同一起，待定夺")

    wall.show(INCIDENTS, other, incident(other, state="replaced", replaced_by=one))
    wall.show(INCIDENTS, one, incident(one, replaces=(other,)))
    expect(tags).to_have_count(0)
    expect(page.locator(f'.incidents li[data-title="{other}"]')).to_have_count(0)
    expect(page.locator(f'.incidents li[data-title="{one}"]')).to_have_count(1)
    expect(heading).not_to_contain_text("疑似重复")


def test_what_a_warning_explains_is_folded_under_it_but_nothing_critical(wall: WallStage, page: Page) -> None:
    wall.show(WARNINGS, "CAP1", warning("CAP1"))
    for number, urgency in enumerate(("routine", "urgent", "critical"), 321):
        incident_no = f"50011720261122E00{number}"
        wall.show(INCIDENTS, incident_no, incident(incident_no, urgency=urgency, warning_no="CAP1"))
    fold = page.locator(".incidents details")
    critical = page.locator('.incidents li[data-title="50011720261122E00323"]')

    expect(fold).to_have_count(1)
    expect(fold.locator("summary")).to_contain_text("暴雨红色预警")
    expect(fold.locator("summary")).to_contain_text("合阳城街道")
    expect(fold.locator("summary")).to_contain_text("2 起 · 6 次报告")
    expect(fold.locator("li")).to_have_count(2)
    expect(fold.locator("li").first).to_be_hidden()
    expect(critical).to_be_visible()
    expect(critical).to_contain_text("暴雨红色预警")
    fold.locator("summary").click()
    expect(fold.locator("li").first).to_be_visible()

    wall.show(WARNINGS, "CAP1", replace(warning("CAP1"), cancelled=True, until_at=now()))
    expect(fold.locator("summary")).to_contain_text("解除")
    wall.show(INCIDENTS, "50011720261122E00321", incident("50011720261122E00321", state="closed", warning_no="CAP1"))
    expect(fold).to_have_count(0)


def test_a_source_that_is_silent_is_a_blind_spot(wall: WallStage, page: Page) -> None:
    wall.show(SOURCES, "ga_alarm110", source("ga_alarm110", last_seen_seconds_ago=300, fresh_seconds=5))
    wall.show(SOURCES, "xj_alarm119", source("xj_alarm119", last_seen_seconds_ago=700))
    wall.show(SOURCES, "ga_public_order", source("ga_public_order", last_seen_seconds_ago=1900))

    expect(page.locator(".sources li", has_text="110接处警系统")).to_contain_text("✓")
    expect(page.locator(".sources li.late")).to_contain_text("偏晚")
    silent = page.locator(".sources li", has_text="治安案件办理摘要系统")
    expect(silent).to_contain_text("✕")
    expect(silent).to_contain_text("31分前 · 静默")
    expect(page.locator(".sources li").first).to_contain_text("静默")
    expect(page.locator(".sources .blind")).to_have_text("2/356 项新鲜")


def test_an_item_that_no_longer_comes_is_a_blind_spot_of_a_system_that_is_heard(wall: WallStage, page: Page) -> None:
    wall.show(SOURCES, "ga_alarm110", source("ga_alarm110", missing=("geo_point",)))
    wall.show(SOURCES, "xj_alarm119", source("xj_alarm119"))

    expect(page.locator(".sources li", has_text="110接处警系统")).to_contain_text("缺 1 项")
    expect(page.locator(".sources .blind")).to_have_text("3/356 项新鲜")


@pytest.mark.parametrize("size", [WALL_SIZE, DESK_SIZE, PHONE_SIZE], ids=["wall", "desk", "phone"])
def test_the_page_fits_its_screen(wall: WallStage, browser: Browser, size: tuple[int, int]) -> None:
    wall.show_tile("500117", 13, overdue=3)
    for page in opened(browser, wall, size):
        expect(figure(page, "未结事项")).to_have_text("13")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        if size != PHONE_SIZE:
            assert page.evaluate("document.documentElement.scrollHeight <= window.innerHeight")


def test_the_page_lives_through_flushall_and_says_when_the_gateway_is_gone(stage: WallStage, browser: Browser) -> None:
    stage.start()
    stage.show_tile("500117", 12)
    for page in opened(browser, stage):
        expect(figure(page, "未结事项")).to_have_text("12")
        with redis.Redis.from_url(stage.redis.url) as client:
            client.flushall()
        stage.show_tile("500117", 15)
        expect(figure(page, "未结事项")).to_have_text("15")
        expect(page.get_by_role("status").first).to_contain_text("实时")

        stage.gateway.kill()
        expect(page.get_by_role("status").first).to_contain_text("连接中断")
        expect(page.locator("#wall.stale")).to_be_visible()
        expect(figure(page, "未结事项")).to_have_text("15")
        stage.show_tile("500117", 16)
        stage.start_gateway()

        expect(figure(page, "未结事项")).to_have_text("16")
        expect(page.get_by_role("status").first).to_contain_text("实时")


def test_the_level_in_force_is_told_with_its_review_and_an_exercise_is_marked(page: Page, wall: WallStage) -> None:
    review_at = round(datetime(2031, 7, 7, 23, 10, tzinfo=BEIJING).timestamp() * 1_000)
    wall.show(MEASURES, "50011720310707L00001", measure("50011720310707L00001", "二级响应", review_at=review_at))
    wall.show(
        MEASURES, "50011720310707L00002", measure("50011720310707L00002", "三级响应", review_at=1_000, exercise=True)
    )
    alerts = page.get_by_role("list", name="响应级别")
    expect(alerts.get_by_role("listitem")).to_have_count(2)
    expect(alerts).to_contain_text("二级响应")
    expect(alerts).to_contain_text("复核 07/07 23:10:00")
    expect(alerts.get_by_role("listitem").filter(has_text="【演练】三级响应")).to_contain_text(
        "复核时间已到（逾期未复核 1 次）"
    )

    for number in ("50011720310707L00001", "50011720310707L00002"):
        wall.show(MEASURES, number, replace(measure(number, "响应", review_at=review_at), state="ended"))
    expect(alerts).to_have_count(0)
