"""送达回执: the duty page says that an order was shown, while somebody is before it and not otherwise."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.conftest import Cluster
from tests.hosting.patiently import patiently
from tests.wall.duty_stage import DutyStage, clock, order_of
from tests.wall.phones import Open, answers_of, card

BEHIND = """
  Object.defineProperty(document, "visibilityState", { get: () => (globalThis.front ? "visible" : "hidden") });
"""


@pytest.fixture(scope="module")
def duty(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DutyStage]:
    stage = DutyStage(kafka_broker.bootstrap_servers, "treceipts", tmp_path_factory.mktemp("duty"))
    try:
        stage.start()
        yield stage
    finally:
        stage.close()


def words_of(duty: DutyStage, sequence: int) -> list[str]:
    return [fact.answer for fact in answers_of(duty, sequence)]


def test_an_order_that_is_shown_to_somebody_is_received_once_and_not_acknowledged(
    duty: DutyStage, open_page: Open
) -> None:
    page = open_page()
    expect(page.locator(".condition")).to_have_text("已连接")
    page.mouse.click(5, 5)
    duty.show(order_of(400, state="sent"))
    expect(card(page, 400)).to_contain_text("已派发")
    patiently(lambda: words_of(duty, 400))
    duty.show(order_of(400, clock("acknowledge", 300)))
    duty.show(order_of(401, state="undelivered"))
    patiently(lambda: words_of(duty, 401))
    assert (words_of(duty, 400), words_of(duty, 401)) == (["receive"], ["receive"])
    (fact,) = answers_of(duty, 401)
    assert (fact.actor_officer, fact.channel) == ("0117", "api")


def test_a_page_that_nobody_is_before_proves_nothing(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(402, state="sent"))
    page = open_page()
    expect(card(page, 402)).to_be_visible()
    expect(page.locator(".condition")).to_have_text("已连接")
    hub = page.locator(".clock-of-hub time")
    for _ in range(3):
        expect(hub).not_to_have_text(hub.inner_text())
    assert words_of(duty, 402) == []
    page.keyboard.press("Tab")
    assert patiently(lambda: words_of(duty, 402)) == ["receive"]


def test_a_page_behind_another_proves_nothing(duty: DutyStage, open_page: Open) -> None:
    page = open_page(script=BEHIND)
    expect(page.locator(".condition")).to_have_text("已连接")
    page.mouse.click(5, 5)
    duty.show(order_of(403, state="sent"))
    expect(card(page, 403)).to_be_visible()
    hub = page.locator(".clock-of-hub time")
    for _ in range(3):
        expect(hub).not_to_have_text(hub.inner_text())
    assert words_of(duty, 403) == []
    page.evaluate("globalThis.front = true")
    assert patiently(lambda: words_of(duty, 403)) == ["receive"]


def test_an_order_that_has_reached_its_unit_needs_no_receipt(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(404, clock("acknowledge", 300)))
    duty.show(order_of(405, state="sent"))
    page = open_page()
    expect(page.locator(".condition")).to_have_text("已连接")
    page.mouse.click(5, 5)
    patiently(lambda: words_of(duty, 405))
    assert words_of(duty, 404) == []
