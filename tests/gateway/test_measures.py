"""What the centre orders through the front door: a fact in the matters' log, under the name of a signed actor."""

from typing import Any

import httpx
import pytest

from streams.codec import Codec
from streams.facts.matters import Opened
from streams.facts.measures import ModeOrdered, OutageDeclared, UrgencySet
from tests.running_gateway import Hub

MATTER = "50011720261122M00001"
BEGIN = {
    "order": "begin", "level": "level_2", "regions": ["500117001", "500117002"], "classes": ["flooding"],
    "review_at": "2026-11-22T23:00:00+08:00", "cause": "超警戒水位", "document": "合防指12号",
}  # fmt: skip
END = {"order": "end", "measure_no": "50011720261122L00001", "cause": "水位回落", "document": "合防指13号"}
GRADE = {"urgency": "critical", "cause": "积水漫入车库", "document": "值班记录12"}
OUTAGE = {
    "from_at": "2026-11-22T02:00:00+08:00", "until_at": "2026-11-22T02:40:00+08:00", "regions": ["500117"],
    "cause": "机房断电", "document": "故障报告1",
}  # fmt: skip
DRILL = {"incident_class": "flooding", "urgency": "urgent", "region": "500117001001001"}


def say(hub: Hub, path: str, body: Any, **headers: str) -> httpx.Response:
    token = hub.token("500117-emergency", role="commander")
    return hub.client.post(f"/v1/{path}", json=body, headers={"Authorization": f"Bearer {token}", **headers})


def fact_at(hub: Hub, codec: Codec, response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    record = hub.record_at(response.json())
    assert record.key() == b"500117"
    return codec.decode(record.value() or b"")


def test_a_level_is_ordered_with_its_scope_its_review_and_who_ordered_it(hub: Hub, codec: Codec) -> None:
    fact = fact_at(hub, codec, say(hub, "modes", BEGIN))
    assert isinstance(fact, ModeOrdered)
    assert (fact.order, fact.level, fact.regions, fact.classes, fact.exercise) == (
        "begin", "level_2", ("500117001", "500117002"), ("flooding",), False,
    )  # fmt: skip
    assert (fact.actor_unit, fact.actor_officer, fact.actor_role) == ("500117-emergency", "0117", "commander")
    assert fact.review_at == 1_795_359_600_000
    ended = fact_at(hub, codec, say(hub, "modes", END))
    assert (ended.order, ended.measure_no, ended.review_at) == ("end", "50011720261122L00001", None)


def test_a_matter_is_graded_an_outage_declared_and_a_drill_reported(hub: Hub, codec: Codec) -> None:
    graded = fact_at(hub, codec, say(hub, f"matters/{MATTER}/urgency", GRADE))
    assert isinstance(graded, UrgencySet)
    assert (graded.matter_no, graded.urgency) == (MATTER, "critical")
    outage = fact_at(hub, codec, say(hub, "outages", OUTAGE))
    assert isinstance(outage, OutageDeclared)
    assert outage.until_at - outage.from_at == 40 * 60_000
    drill = fact_at(hub, codec, say(hub, "exercises", DRILL))
    assert isinstance(drill, Opened)
    assert (drill.exercise, drill.system, drill.incident_no[:6]) == (True, "exercise", "500117")


def test_an_order_sent_again_is_the_first_receipt_and_another_under_its_key_a_conflict(hub: Hub) -> None:
    token = hub.token("500117-emergency", role="commander")
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "order-1"}
    first = hub.client.post("/v1/modes", json=BEGIN, headers=headers).json()
    again = hub.client.post("/v1/modes", json=BEGIN, headers=headers).json()
    assert (again["id"], again["offset"], again["status"]) == (first["id"], first["offset"], "duplicate")
    other = hub.client.post("/v1/modes", json={**BEGIN, "level": "level_1"}, headers=headers)
    assert other.status_code == 409


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("modes", {**BEGIN, "level": "level_5"}, 422),
        ("modes", {**BEGIN, "regions": []}, 422),
        ("modes", {**BEGIN, "regions": ["500117001", "500118001"]}, 422),
        ("modes", {**BEGIN, "measure_no": "50011720261122L00001"}, 422),
        ("modes", {**BEGIN, "review_at": None}, 422),
        ("modes", {**BEGIN, "cause": ""}, 422),
        ("modes", {**BEGIN, "cause": "请联系13800000000"}, 422),
        ("modes", {**END, "measure_no": None}, 422),
        ("modes", {**END, "level": "level_1"}, 422),
        ("modes", {**END, "until_at": "2026-11-22T23:00:00+08:00"}, 422),
        (f"matters/{MATTER}-01/urgency", GRADE, 404),
        (f"matters/{MATTER}/urgency", {**GRADE, "urgency": "high"}, 422),
        ("outages", {**OUTAGE, "until_at": OUTAGE["from_at"]}, 422),
        ("outages", {**OUTAGE, "from_at": "2026-11-22T02:00:00"}, 422),
        ("exercises", {**DRILL, "region": "elsewhere"}, 422),
        ("exercises", {**DRILL, "exercise": False}, 422),
    ],
)
def test_what_is_no_order_is_refused(hub: Hub, path: str, body: Any, status: int) -> None:
    assert say(hub, path, body).status_code == status


def test_nobody_orders_without_a_token(hub: Hub) -> None:
    for path, body in (("modes", BEGIN), ("outages", OUTAGE), ("exercises", DRILL)):
        response = hub.client.post(f"/v1/{path}", json=body)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_the_document_of_the_gateway_has_the_bodies(hub: Hub) -> None:
    paths = hub.client.get("/openapi.json").json()["paths"]
    for path in ("/v1/modes", "/v1/outages", "/v1/exercises", "/v1/matters/{matter_no}/urgency"):
        schema = paths[path]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert schema["additionalProperties"] is False
