"""The reading door: a unit's open orders over the whole chain, for the unit and the centre and nobody else."""

from collections.abc import Iterator

import httpx
import pytest
import redis

from streams.codec import Codec
from streams.facts.matters import HandedOver
from tests.conftest import Cluster
from tests.hosting.patiently import patiently
from tests.wall.duty_stage import OFFICE_HOURS, OTHER_UNIT, UNIT, DutyStage, clock, matter_of, order_of
from tests.wall.wall_stage import MATTERS


@pytest.fixture(scope="module")
def duty(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DutyStage]:
    stage = DutyStage(kafka_broker.bootstrap_servers, "tdutyreading", tmp_path_factory.mktemp("duty"))
    try:
        stage.start()
        yield stage
    finally:
        stage.close()


def test_a_unit_reads_its_own_open_orders(duty: DutyStage) -> None:
    duty.show(order_of(1, clock("acknowledge", 300)))

    order = duty.await_order("50011720261122M00001-01")

    assert (order["incident_class"], order["urgency"], order["state"]) == ("burst_main", "critical", "delivered")
    assert order["clocks"][0]["kind"] == "acknowledge"
    assert "open" not in order["clocks"][0]
    assert "incident_no" not in order
    assert duty.orders(OTHER_UNIT) == {}


def test_a_clock_in_office_hours_comes_with_the_hours_until_its_deadline(duty: DutyStage) -> None:
    duty.show(order_of(2, clock("resolve", 3 * 86_400, limit=OFFICE_HOURS)))

    shown = duty.await_order("50011720261122M00002-01")["clocks"][0]

    assert shown["open_a_day"] == 7 * 3_600_000
    assert all(shown["started_at"] <= opens < closes <= shown["due_at"] for opens, closes in shown["open"])


def test_of_other_units_a_unit_reads_only_who_they_are_and_how_far(duty: DutyStage) -> None:
    own = order_of(3, clock("acknowledge", 300))
    other = order_of(4, clock("acknowledge", 300), unit=OTHER_UNIT, state="arrived")
    duty.wall.show(MATTERS, "50011720261122M00003", matter_of(own, other))

    assert duty.await_order(own.order_no)["others"] == [{"unit_name": "合川区公安局", "state": "arrived"}]
    assert duty.await_order(other.order_no, OTHER_UNIT)["others"][0]["state"] == "delivered"


def test_the_centre_reads_every_unit(duty: DutyStage) -> None:
    duty.show(order_of(5, clock("acknowledge", 300)))
    duty.await_order("50011720261122M00005-01")

    response = duty.get(UNIT, duty.token("500117-centre", role="centre"))

    assert "50011720261122M00005-01" in response.json()["orders"]


@pytest.mark.parametrize(
    ("case", "status", "reason"),
    [
        ("none", 401, "token_missing"),
        ("nonsense", 401, "token_wrong"),
        ("expired", 401, "token_expired"),
        ("other unit", 403, "wrong_unit"),
    ],
)
def test_nobody_else_reads_or_listens(duty: DutyStage, case: str, status: int, reason: str) -> None:
    tokens = {
        "none": None,
        "nonsense": "no.token.atall",
        "expired": duty.token(age_seconds=2 * 3600),
        "other unit": duty.token(OTHER_UNIT),
    }
    headers = {} if tokens[case] is None else {"Authorization": f"Bearer {tokens[case]}"}
    for path in (f"/v1/units/{UNIT}/orders", f"/v1/units/{UNIT}/orders/stream"):
        response = httpx.get(f"{duty.wall.address}{path}", headers=headers, timeout=10, trust_env=False)
        assert (response.status_code, response.json()["type"]) == (status, f"urn:hub:problem:{reason}")


def test_a_page_is_sent_all_orders_and_then_only_what_changes_for_its_unit(duty: DutyStage) -> None:
    duty.show(order_of(10, clock("acknowledge", 300)))
    duty.await_order("50011720261122M00010-01")
    page = duty.listen()
    assert "50011720261122M00010-01" in page.await_event("orders").data["orders"]

    duty.show(order_of(11, clock("acknowledge", 300), unit=OTHER_UNIT))
    duty.show(order_of(10, clock("acknowledge", 300, state="met"), state="acknowledged"))

    changed = page.await_event("changes").data
    assert list(changed) == ["50011720261122M00010-01"]
    assert changed["50011720261122M00010-01"]["state"] == "acknowledged"


def test_connected_pages_are_counted_while_they_are_connected(duty: DutyStage) -> None:
    def connected() -> int:
        lines = duty.wall.get("/metrics")[1].decode().splitlines()
        return sum(round(float(line.split()[-1])) for line in lines if line.startswith("hub_duty_client_connections"))

    before = connected()
    page = duty.listen()
    page.await_event("heartbeat")
    assert connected() == before + 1

    page.close()

    patiently(lambda: connected() == before)


def test_an_order_of_a_closed_matter_leaves_the_page(duty: DutyStage) -> None:
    duty.show(order_of(12, clock("reply", 300)))
    duty.await_order("50011720261122M00012-01")
    page = duty.listen()
    page.await_event("orders")

    duty.show(order_of(12, clock("reply", 300, state="met"), state="replied"), state="closed")

    assert page.await_event("changes").data == {"50011720261122M00012-01": None}


def test_a_page_that_comes_back_is_sent_nothing_it_has_and_everything_it_missed(duty: DutyStage) -> None:
    duty.show(order_of(13, clock("acknowledge", 300)))
    duty.await_order("50011720261122M00013-01")
    first = duty.listen()
    last = first.await_event("orders").event_id
    first.close()

    same = duty.listen(last_event_id=last)
    same.await_event("heartbeat", 2)
    assert same.named("orders") == []
    duty.show(order_of(13, clock("acknowledge", 300, state="met"), state="acknowledged"))
    patiently(lambda: duty.orders()["50011720261122M00013-01"]["state"] == "acknowledged")
    late = duty.listen(last_event_id=last)

    assert late.await_event("orders").data["orders"]["50011720261122M00013-01"]["state"] == "acknowledged"
    assert duty.listen(last_event_id="of-another-wall").await_event("orders").data["orders"]


def test_a_page_is_signed_out_when_its_token_is_no_longer_good(duty: DutyStage) -> None:
    page = duty.listen(token=duty.token(age_seconds=3_598))

    assert page.await_event("signed_out").data == {"reason": "token_expired"}
    patiently(lambda: page.ended)


def test_after_a_flushed_cache_every_page_begins_again(duty: DutyStage) -> None:
    duty.show(order_of(14, clock("acknowledge", 300)))
    duty.await_order("50011720261122M00014-01")
    page = duty.listen()
    page.await_event("orders")

    redis.Redis.from_url(duty.wall.redis.url).flushall()

    assert "50011720261122M00014-01" in page.await_event("orders", 2).data["orders"]


def test_an_answer_is_handed_on_to_the_front_door_and_its_receipt_comes_back(duty: DutyStage) -> None:
    address = f"{duty.wall.address}/v1/orders/50011720261122M00015-01/acknowledge"
    headers = {"Authorization": f"Bearer {duty.token()}", "Idempotency-Key": "tap-1"}

    receipt = httpx.post(address, headers=headers, timeout=30, trust_env=False)
    again = httpx.post(address, headers=headers, timeout=30, trust_env=False)
    unsigned = httpx.post(address, timeout=30, trust_env=False)

    assert (receipt.status_code, receipt.json()["status"]) == (200, "accepted")
    assert again.json() == {**receipt.json(), "status": "duplicate"}
    assert duty.door.record_at(receipt.json()).key() == b"500117"
    assert (unsigned.status_code, unsigned.json()["type"]) == (401, "urn:hub:problem:token_missing")


def test_the_signature_of_whoever_comes_on_duty_is_handed_on(duty: DutyStage) -> None:
    address = f"{duty.wall.address}/v1/units/{UNIT}/handover"

    receipt = httpx.post(address, headers={"Authorization": f"Bearer {duty.token()}"}, timeout=30, trust_env=False)
    unsigned = httpx.post(address, timeout=30, trust_env=False)

    assert (receipt.status_code, receipt.json()["status"]) == (200, "accepted")
    signed = Codec.load().decode(duty.door.record_at(receipt.json()).value() or b"")
    assert isinstance(signed, HandedOver)
    assert signed.actor_unit == UNIT
    assert (unsigned.status_code, unsigned.json()["type"]) == (401, "urn:hub:problem:token_missing")


def test_an_answer_that_the_front_door_cannot_have_is_told_to_come_again(duty: DutyStage) -> None:
    port = duty.door.port
    duty.door.kill()
    try:
        address = f"{duty.wall.address}/v1/orders/50011720261122M00016-01/acknowledge"
        headers = {"Authorization": f"Bearer {duty.token()}"}
        away = httpx.post(address, headers=headers, timeout=30, trust_env=False)
    finally:
        duty.door.start(port)

    assert (away.status_code, away.json()["type"]) == (503, "urn:hub:problem:front_door_away")
    assert httpx.post(address, headers=headers, timeout=30, trust_env=False).status_code == 200
