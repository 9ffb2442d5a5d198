"""吹哨报到 on the duty page of a town: it whistles from its own order, sees who comes, and signs for each."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from streams.codec import Codec
from streams.facts.joint import Called, Whistle, Whistled
from tests.conftest import Cluster
from tests.hosting.patiently import patiently
from tests.wall.duty_stage import DutyStage, clock, matter_of, order_of
from tests.wall.phones import LOG, Open, card
from tests.wall.wall_stage import MATTERS, now

TOWN, TOWN_NAME = "500117001-town_centre", "合阳城街道综治中心"
WATER, WATER_NAME = "500117-water_utility", "合川区供水公司抢修队"
NUMBER = "50011720261122W00001"


@pytest.fixture(scope="module")
def duty(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DutyStage]:
    stage = DutyStage(kafka_broker.bootstrap_servers, "twhistles", tmp_path_factory.mktemp("duty"))
    try:
        stage.start()
        yield stage
    finally:
        stage.close()


def whistled(duty: DutyStage) -> list[Whistled]:
    codec = Codec.load()
    facts = [codec.decode(record.value() or b"") for record in duty.door.records(LOG)]
    return [fact for fact in facts if isinstance(fact, Whistled)]


def show(duty: DutyStage, sequence: int, *, water: str = "", **changes: object) -> None:
    """The town's order, and that of the unit it whistled for, as dispatch shows them."""
    own = replace(order_of(sequence, clock("resolve", 9_000), state="accepted"), unit=TOWN, unit_name=TOWN_NAME)
    other = (
        replace(order_of(sequence, role="assist", state=water), order_no=f"{own.order_no[:-2]}02") if water else None
    )
    orders = (own,) if other is None else (own, other)
    duty.wall.show(MATTERS, own.order_no[:-3], matter_of(*orders, **changes))


def blown(sequence: int, **said: object) -> Whistle:
    """The whistle as dispatch shows it, with what is said of the unit it called."""
    order_no = f"50011720261122M{sequence:05}-02"
    called = Called(unit=WATER, unit_name=WATER_NAME, order_no=order_no, **said)  # type: ignore[arg-type]
    return Whistle(
        whistle_no=NUMBER, unit=TOWN, unit_name=TOWN_NAME, post="值班岗", state="open", blown_at=now(), called=(called,)
    )


def test_a_town_whistles_for_the_units_it_chooses(duty: DutyStage, open_page: Open) -> None:
    show(duty, 500)
    page = open_page(token=duty.token(TOWN))
    card(page, 500).get_by_role("button", name="吹哨").click()
    sheet = page.get_by_role("dialog", name="吹哨")
    expect(sheet.get_by_label(TOWN_NAME)).to_have_count(0)
    sheet.get_by_role("button", name="吹哨").click()
    expect(sheet.get_by_role("alert")).to_have_text("请选择要呼叫的单位")
    sheet.get_by_label(WATER_NAME).check()
    sheet.get_by_role("button", name="吹哨").click()
    expect(card(page, 500).locator(".tap.sent")).to_contain_text("吹哨已入账")
    said = patiently(lambda: whistled(duty))[-1]
    assert (said.act, said.matter_no, said.units, said.actor_unit) == (
        "blow", "50011720261122M00500", (WATER,), TOWN,
    )  # fmt: skip


def test_the_town_signs_for_who_has_come_and_once(duty: DutyStage, open_page: Open) -> None:
    show(duty, 501, water="delivered", whistles=(blown(501),))
    page = open_page(token=duty.token(TOWN))
    line = card(page, 501).locator(f"[data-unit='{WATER}']")
    expect(line).to_contain_text(f"{WATER_NAME}（已送达）")
    expect(line.get_by_role("button")).to_have_text(["未到场"])
    show(duty, 501, water="arrived", whistles=(blown(501),))
    expect(line.get_by_role("button")).to_have_text(["到场及时", "到场迟到", "到场未解决"])
    line.get_by_role("button", name="到场及时").click()
    expect(card(page, 501).locator(".tap.sent")).to_contain_text(f"签认{WATER_NAME}到场及时已入账")
    expect(line.get_by_role("button")).to_have_count(0)
    said = patiently(lambda: [one for one in whistled(duty) if one.act == "sign"])[-1]
    assert (said.whistle_no, said.unit, said.rating) == (NUMBER, WATER, "in_time")
    show(duty, 501, water="arrived", whistles=(blown(501, rating="in_time", rated_at=now()),))
    expect(line.locator("b")).to_have_text("到场及时")
    expect(line.get_by_role("button")).to_have_count(0)


def test_a_refusal_and_what_came_of_nothing_are_said_in_chinese(duty: DutyStage, open_page: Open) -> None:
    refused = blown(502, refusal="no_hands", refused_at=now())
    show(duty, 502, water="acknowledged", whistles=(replace(refused, obstacle="not_come", obstacle_at=now()),))
    page = open_page(token=duty.token(TOWN))
    expect(card(page, 502).locator(f"[data-unit='{WATER}']")).to_contain_text("拒绝：人手不足")
    expect(card(page, 502).locator(".whistle").get_by_role("alert")).to_have_text("单位尚未报到")


def test_a_unit_that_may_not_whistle_has_no_such_button(duty: DutyStage, open_page: Open) -> None:
    duty.show(order_of(503, clock("resolve", 9_000), state="accepted"))
    page = open_page()
    expect(card(page, 503)).to_be_visible()
    expect(card(page, 503).get_by_role("button", name="吹哨")).to_have_count(0)
