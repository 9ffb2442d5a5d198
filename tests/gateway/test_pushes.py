"""Departments push rows through the front door: a receipt for each, and only for what Kafka has."""

import gzip
import json
import time
from io import BytesIO
from typing import Any

import fastavro
import pytest

from streams.cloudevents import attributes
from streams.codec import Codec
from streams.secrecy.signing import signature_headers
from tests.running_gateway import SYSTEM, Hub

PHONE = "13912345678"
STRUCTURED, BATCH = "application/cloudevents+json", "application/cloudevents-batch+json"
counter = iter(range(10**6))


def request_data(**changes: Any) -> dict[str, Any]:
    """A new request of a resident."""
    return {
        "request_no": f"SQ{time.time_ns()}{next(counter)}",
        "request_class": "A1",
        "content_masked": "水管爆了",
        "submit_time": "2026-11-22T08:00:00+08:00",
        "grid_code": "500117001001001",
        "address": None,
        "requester_phone": PHONE,
        "satisfaction": None,
        "version": 1,
        **changes,
    }


def event(data: Any, **changes: Any) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": f"event-{time.time_ns()}",
        "source": "urn:app",
        "type": "request.submitted",
        "data": data,
        **changes,
    }


def body(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def test_a_structured_event_gets_a_receipt_that_names_its_row_in_kafka(hub: Hub, codec: Codec) -> None:
    data = request_data()
    pushed = event(data)
    response = hub.push("events", body(pushed), STRUCTURED)

    assert response.status_code == 200, response.text
    receipt = response.json()
    assert receipt["id"] == pushed["id"]
    assert receipt["status"] == "accepted"
    assert attributes(hub.record_at(receipt).headers())["id"] == f"{SYSTEM}:{data['request_no']}:1"
    facts = [codec.decode(record.value() or b"") for record in hub.records("hub.log.incidents.v1")]
    told = [fact for fact in facts if fact.record_no == data["request_no"]]
    assert [(fact.incident_class, fact.region, fact.key) for fact in told] == [
        ("burst_main", "500117001001001", "500117")
    ]


def test_a_binary_event_is_the_same_row_as_a_structured_one(hub: Hub) -> None:
    data = request_data()
    headers = {"ce_specversion": "1.0", "ce_id": "binary%2D1", "ce_source": "urn:app", "ce_type": "request.submitted"}
    binary = hub.push("events", body(data), "application/json", **headers).json()
    structured = hub.push("events", body(event(data)), STRUCTURED).json()
    assert binary["id"] == "binary-1"
    assert binary["status"] == "accepted"
    assert structured["status"] == "duplicate"
    assert (structured["partition"], structured["offset"]) == (binary["partition"], binary["offset"])


def test_a_push_repeated_five_times_is_one_row(hub: Hub) -> None:
    data = request_data()
    pushed = body(event(data, id="again"))
    receipts = [hub.push("events", pushed, STRUCTURED).json() for _ in range(5)]
    assert {(receipt["partition"], receipt["offset"]) for receipt in receipts} == {
        (receipts[0]["partition"], receipts[0]["offset"])
    }
    rows = [attributes(record.headers())["id"] for record in hub.records(f"hub.source.{SYSTEM}.v1")]
    assert rows.count(f"{SYSTEM}:{data['request_no']}:1") == 1


def test_the_same_record_and_version_with_other_content_is_a_conflict_and_kept_in_quarantine(hub: Hub) -> None:
    data = request_data()
    hub.push("events", body(event(data)), STRUCTURED)
    held_before = len(hub.records("hub.quarantine.v1"))
    other = event({**data, "content_masked": "水管又爆了"})
    for _ in range(2):
        response = hub.push("events", body(other), STRUCTURED)
        assert response.status_code == 409
        assert response.json()["type"] == "urn:hub:problem:conflict"
    receipts = hub.push("batches", body([other, event(request_data())]), BATCH).json()
    assert [receipt["status"] for receipt in receipts] == ["quarantined", "accepted"]
    assert len(hub.records("hub.quarantine.v1")) >= held_before + 1


def test_a_batch_has_a_receipt_for_every_row_good_or_bad(hub: Hub) -> None:
    good, other = event(request_data()), event(request_data())
    bad = event(request_data(request_class="Z9"), id="bad class")
    response = hub.push("batches", body([good, bad, {"id": "no event"}, 7, other]), BATCH)
    assert response.status_code == 200, response.text
    assert [receipt["status"] for receipt in response.json()] == [
        "accepted",
        "quarantined",
        "quarantined",
        "quarantined",
        "accepted",
    ]
    assert response.json()[1]["topic"].endswith("hub.quarantine.v1")


def test_an_empty_batch_has_no_receipts(hub: Hub) -> None:
    assert hub.push("batches", b"[]", BATCH).json() == []


def test_an_avro_container_is_a_batch(hub: Hub) -> None:
    data = request_data()
    kinds: dict[type, Any] = {str: "string", int: "long", type(None): ["null", "string"]}
    fields = [{"name": name, "type": kinds[type(value)]} for name, value in data.items()]
    row = {"type": "record", "name": "Row", "fields": fields}
    schema = {
        "type": "record",
        "name": "Event",
        "fields": [
            *({"name": name, "type": "string"} for name in ("id", "source", "type")),
            {"name": "data", "type": row},
        ],
    }
    file = BytesIO()
    fastavro.writer(file, fastavro.parse_schema(schema), [event(data)])
    response = hub.push("batches", file.getvalue(), "application/avro")
    assert [receipt["status"] for receipt in response.json()] == ["accepted"], response.text


def test_an_avro_file_that_a_few_bytes_could_blow_up_is_refused(hub: Hub) -> None:
    schema = {"type": "record", "name": "Event", "fields": [{"name": "id", "type": {"type": "array", "items": "null"}}]}
    for codec_name, records in (("null", [{"id": [None] * 3}]), ("deflate", [{"id": [None] * 10**6}])):
        file = BytesIO()
        fastavro.writer(file, fastavro.parse_schema(schema), records, codec=codec_name)
        response = hub.push("batches", file.getvalue(), "application/avro")
        assert response.status_code == 422, response.text


def test_no_phone_number_reaches_kafka(hub: Hub) -> None:
    hub.push("events", body(event(request_data(content_masked=f"打{PHONE}找我"))), STRUCTURED)
    hub.push("events", body(event(request_data(request_class="no class"))), STRUCTURED)
    for topic in (f"hub.source.{SYSTEM}.v1", "hub.log.incidents.v1", "hub.quarantine.v1", "hub.log.sources.v1"):
        for record in hub.records(topic):
            said = (record.value() or b"") + (record.key() or b"") + repr(record.headers()).encode()
            assert PHONE.encode() not in said


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"NaN", 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (body({"id": "x"}), 422),
        (body(event({}, specversion="0.3")), 422),
        (body(event({}, id="")), 422),
        (body(event({}, type="a\nb")), 422),
        (body({name: value for name, value in event({}).items() if name != "data"}), 422),
        (b"x" * (1024 * 1024 + 1), 413),
    ],
)
def test_what_is_no_event_is_refused_with_a_reason_in_both_languages(hub: Hub, content: bytes, status: int) -> None:
    response = hub.push("events", content, STRUCTURED)
    problem = response.json()
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["status"] == status
    assert problem["type"].startswith("urn:hub:problem:")
    assert " / " in problem["title"]


def test_a_lone_surrogate_is_quarantined_not_an_error(hub: Hub) -> None:
    pushed = b'{"specversion":"1.0","id":"s","source":"u","type":"request.submitted","data":{"request_no":"\\ud800"}}'
    assert hub.push("events", pushed, STRUCTURED).json()["status"] == "quarantined"


def test_other_content_types_and_compressed_bodies_are_refused(hub: Hub) -> None:
    assert hub.push("events", body(request_data()), "application/json").status_code == 415
    assert hub.push("batches", b"<xml/>", "text/xml").status_code == 415
    assert hub.push("events", gzip.compress(body(event({}))), STRUCTURED, Content_Encoding="gzip").status_code == 415


def test_a_batch_too_long_or_too_large_is_refused_whole(hub: Hub) -> None:
    assert hub.push("batches", body([1] * 1001), BATCH).status_code == 413
    assert hub.push("batches", b" " * (8 * 1024 * 1024 + 1), BATCH).status_code == 413


def test_an_unknown_system_or_address_is_not_found(hub: Hub) -> None:
    assert hub.client.post("/v1/sources/no_system/events", content=b"{}").status_code == 404
    response = hub.client.get("/v1/nothing")
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "application/problem+json"
    assert hub.client.get(f"/v1/sources/{SYSTEM}/events").status_code == 405


def test_only_the_departments_own_key_signs_and_only_now(hub: Hub) -> None:
    content, path, now = body(event(request_data())), f"/v1/sources/{SYSTEM}/events", int(time.time())
    refused = {
        "signature_missing": {},
        "signature_wrong": signature_headers(b"another key", now, content),
        "timestamp_outside_window": signature_headers(hub.key, now - 301, content),
        "timestamp_wrong": {**signature_headers(hub.key, now, content), "X-Hub-Timestamp": "today"},
    }
    for reason, headers in refused.items():
        response = hub.client.post(path, content=content, headers={**headers, "Content-Type": STRUCTURED})
        assert response.status_code == 401
        assert response.json()["type"] == f"urn:hub:problem:{reason}"
    tampered = hub.client.post(path, content=content + b" ", headers=signature_headers(hub.key, now, content))
    assert tampered.status_code == 401


def test_while_a_key_is_replaced_the_old_and_the_new_one_are_good(hub: Hub) -> None:
    old = hub.key
    path = hub.secrets / SYSTEM
    try:
        path.write_bytes(old + b"\nnew key\n")
        for key in (old, b"new key"):
            content = body(event(request_data()))
            headers = {**signature_headers(key, int(time.time()), content), "Content-Type": STRUCTURED}
            response = hub.client.post(f"/v1/sources/{SYSTEM}/events", content=content, headers=headers)
            assert response.status_code == 200
    finally:
        path.write_bytes(old)


def test_a_stock_client_finds_the_schema_of_a_record_by_its_id(hub: Hub) -> None:
    data = request_data()
    record = hub.record_at(hub.push("events", body(event(data)), STRUCTURED).json())
    value = record.value() or b""
    answer = hub.client.get(f"/schemas/ids/{int.from_bytes(value[1:5], 'big')}")
    schema = fastavro.parse_schema(json.loads(answer.json()["schema"]))
    row: Any = fastavro.schemaless_reader(BytesIO(value[5:]), schema, None)
    assert row["request_no"] == data["request_no"]
    for unknown in ("99999", "x", "-1", "9" * 30):
        assert hub.client.get(f"/schemas/ids/{unknown}").json()["error_code"] == 40403


def test_metrics_count_requests_receipts_and_refusals(hub: Hub) -> None:
    hub.push("events", body(event(request_data())), STRUCTURED)
    hub.push("events", b"{", STRUCTURED)
    text = hub.client.get("/metrics").text
    assert 'hub_gateway_requests_total{door="/v1/sources/{system}/events",status="2xx"}' in text
    assert f'hub_gateway_receipts_total{{system="{SYSTEM}"}}' in text
    assert 'hub_gateway_refusals_total{reason="not_json"}' in text
    assert 'hub_build_info{code="",role="gateway"' in text


def test_a_gateway_that_can_give_receipts_is_ready(hub: Hub) -> None:
    assert hub.client.get("/health/ready").json() == {"ready": True, "reasons": []}
