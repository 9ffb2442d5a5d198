"""The content of a confidential order, over the whole chain: shown to its unit and the centre once a receipt stands."""

import json
from collections.abc import Iterator

import httpx
import pytest

from streams.codec import Codec
from streams.facts.matters import Read
from streams.facts.views import Content, Reading
from tests.conftest import Cluster
from tests.hosting.patiently import patiently
from tests.wall.duty_stage import OTHER_UNIT, UNIT, DutyStage, clock, order_of
from tests.wall.wall_stage import now

CONTENTS = "hub.view.contents.v1"
GRID, LONGITUDE = "500117001020008", 106.2687
MATTER_NO, ORDER_NO = "50011720261122M00201", "50011720261122M00201-01"


@pytest.fixture(scope="module")
def duty(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DutyStage]:
    stage = DutyStage(kafka_broker.bootstrap_servers, "tconfidential", tmp_path_factory.mktemp("duty"))
    try:
        stage.start()
        show(stage)
        yield stage
    finally:
        stage.close()


def show(duty: DutyStage) -> None:
    """What dispatch shows of a confidential matter, and its content."""
    reading = Reading(order_no=ORDER_NO, unit=UNIT, post="值班员", officer="0118", shift="白班", read_at=now())
    place = {"region": GRID, "longitude": LONGITUDE, "latitude": 29.99}
    content = Content(matter_no=MATTER_NO, **place, readings=(reading,), as_of=now())  # type: ignore[arg-type]
    duty.wall.show(CONTENTS, MATTER_NO, content)
    duty.show(order_of(201, clock("acknowledge", 300)), region="500117", confidential=True)
    duty.show(order_of(202, clock("acknowledge", 300)))
    duty.await_order(ORDER_NO)
    duty.await_order("50011720261122M00202-01")


def ask(duty: DutyStage, token: str | None, order_no: str = ORDER_NO) -> httpx.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}", "Idempotency-Key": "the-same"}
    return httpx.get(f"{duty.wall.address}/v1/orders/{order_no}/content", headers=headers, timeout=30, trust_env=False)


def test_the_unit_is_shown_where_it_is_and_has_left_a_receipt_in_kafka(duty: DutyStage) -> None:
    response = ask(duty, duty.token())

    assert response.status_code == 200, response.text
    shown = response.json()
    assert (shown["order_no"], shown["region"], shown["longitude"]) == (ORDER_NO, GRID, LONGITUDE)
    assert "readings" not in shown
    assert response.headers["cache-control"] == "no-store"
    fact = Codec.load().decode(duty.door.record_at(shown["receipt"]).value() or b"")
    assert isinstance(fact, Read)
    assert (fact.order_no, fact.actor_unit, fact.actor_officer) == (ORDER_NO, UNIT, "0117")


def test_every_reading_leaves_its_own_receipt(duty: DutyStage) -> None:
    receipts = [ask(duty, duty.token()).json()["receipt"] for _ in range(2)]
    assert receipts[0]["id"] != receipts[1]["id"]
    assert [one["status"] for one in receipts] == ["accepted", "accepted"]


def test_the_centre_is_shown_it_too(duty: DutyStage) -> None:
    response = ask(duty, duty.token("500117-centre", role="centre"))
    assert (response.status_code, response.json()["region"]) == (200, GRID)


@pytest.mark.parametrize(
    ("case", "status", "reason"),
    [
        ("none", 401, "token_missing"),
        ("expired", 401, "token_expired"),
        ("other unit", 404, "no_content"),
        ("not confidential", 404, "no_content"),
        ("no such order", 404, "no_content"),
    ],
)
def test_nobody_else_is_shown_anything(duty: DutyStage, case: str, status: int, reason: str) -> None:
    tokens = {"none": None, "expired": duty.token(age_seconds=2 * 3600), "other unit": duty.token(OTHER_UNIT)}
    orders = {"not confidential": "50011720261122M00202-01", "no such order": "50011720261122M00999-01"}
    response = ask(duty, tokens.get(case, duty.token()), orders.get(case, ORDER_NO))
    assert (response.status_code, response.json()["type"]) == (status, f"urn:hub:problem:{reason}")
    assert GRID not in response.text


def test_neither_the_wall_nor_the_inbox_nor_their_streams_have_it(duty: DutyStage) -> None:
    wall, inbox = duty.wall.listen(), duty.listen()
    snapshot, orders = wall.await_event("snapshot").data, inbox.await_event("orders").data
    order = orders["orders"][ORDER_NO]
    assert (order["confidential"], order["region"]) == (True, "500117")

    show(duty)
    duty.show(order_of(201, clock("acknowledge", 300), state="acknowledged"), region="500117", confidential=True)

    told = [wall.await_event("changes", 2).data, inbox.await_event("changes", 2).data, snapshot, duty.wall.snapshot()]
    assert "contents" not in snapshot
    assert snapshot["matters"][MATTER_NO]["region"] == "500117"
    for one in told:
        text = json.dumps({**one, "incidents": {}, "tiles": {}} if isinstance(one, dict) else one)
        assert str(LONGITUDE) not in text


def test_without_a_front_door_that_takes_the_receipt_nothing_is_shown(duty: DutyStage) -> None:
    duty.door.kill()
    response = ask(duty, duty.token())
    assert (response.status_code, response.json()["type"]) == (503, "urn:hub:problem:front_door_away")
    assert GRID not in response.text
    assert str(LONGITUDE) not in response.text
    patiently(lambda: duty.wall.snapshot() != {})
