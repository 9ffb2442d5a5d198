"""Units answer orders through the front door: a fact in the matters' log at once, under the name of a signed actor."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from connectors.answers import ANSWERS
from streams.codec import Codec
from streams.facts.matters import Answered
from tests.conftest import Cluster
from tests.running_gateway import Hub

ORDER = "50011720261122M00001-01"
MATTERS = "hub.log.matters.v1"


def fact_at(hub: Hub, codec: Codec, receipt: dict[str, object]) -> Answered:
    fact = codec.decode(hub.record_at(receipt).value() or b"")
    assert isinstance(fact, Answered)
    return fact


def test_an_answer_is_appended_to_its_districts_log_with_the_actor_of_the_token(hub: Hub, codec: Codec) -> None:
    response = hub.answer(ORDER, "acknowledge", hub.token(), json={"claimed_at": "2026-11-22T08:00:00+08:00"})

    assert response.status_code == 200, response.text
    receipt = response.json()
    assert receipt["status"] == "accepted"
    assert hub.record_at(receipt).key() == b"500117"
    fact = fact_at(hub, codec, receipt)
    assert fact.id == receipt["id"]
    assert (fact.order_no, fact.answer, fact.channel) == (ORDER, "acknowledge", "api")
    assert (fact.actor_unit, fact.actor_post, fact.actor_officer, fact.actor_shift) == (
        "500117-water_utility",
        "值班岗",
        "0117",
        "夜班",
    )
    assert fact.claimed_at == fact.occurred_at == 1_795_305_600_000


@pytest.mark.parametrize("word", ANSWERS)
def test_every_answer_has_its_address(hub: Hub, codec: Codec, word: str) -> None:
    said = {"stage": "stop_work"} if word == "stage" else {}
    receipt = hub.answer("50011720261122M00002-01", word, hub.token(), json=said).json()
    assert fact_at(hub, codec, receipt).answer == word.replace("-", "_")


def test_a_stage_that_is_done_is_named(hub: Hub, codec: Codec) -> None:
    for stage in ("stop_work", "removal"):
        receipt = hub.answer("50011720261122M00023-01", "stage", hub.token(), json={"stage": stage}).json()
        assert (receipt["status"], fact_at(hub, codec, receipt).stage) == ("accepted", stage)


@pytest.mark.parametrize(
    ("word", "said"),
    [("stage", {}), ("stage", {"stage": "拆除"}), ("stage", {"stage": ""}), ("resolve", {"stage": "removal"})],
)
def test_a_stage_that_is_not_named_by_its_code_or_by_another_word_is_refused(
    hub: Hub, word: str, said: dict[str, str]
) -> None:
    response = hub.answer("50011720261122M00024-01", word, hub.token(), json=said)
    assert (response.status_code, response.json()["type"]) == (422, "urn:hub:problem:wrong_answer")


@pytest.mark.parametrize(
    ("kind", "reference"), [("caller", "HF20261122-0417"), ("photo", "ZP_1"), ("place", "106.26512,29.99123")]
)
def test_an_arrival_says_what_it_can_be_checked_by(hub: Hub, codec: Codec, kind: str, reference: str) -> None:
    said = {"evidence": {"kind": kind, "reference": reference}}
    receipt = hub.answer("50011720261122M00021-01", "arrive", hub.token(), json=said).json()
    fact = fact_at(hub, codec, receipt)
    assert (fact.evidence, fact.evidence_reference) == (kind, reference)


@pytest.mark.parametrize(
    ("word", "evidence"),
    [
        ("arrive", {"kind": "caller", "reference": "张三 13800000000"}),
        ("arrive", {"kind": "place", "reference": "at the gate"}),
        ("arrive", {"kind": "hearsay", "reference": "1"}),
        ("arrive", {"kind": "photo"}),
        ("resolve", {"kind": "photo", "reference": "ZP-1"}),
    ],
)
def test_evidence_that_is_none_or_free_text_is_refused(hub: Hub, word: str, evidence: dict[str, str]) -> None:
    response = hub.answer("50011720261122M00022-01", word, hub.token(), json={"evidence": evidence})
    assert (response.status_code, response.json()["type"]) == (422, "urn:hub:problem:wrong_answer")
    assert "13800000000" not in response.text


def test_one_tap_without_a_body_is_an_answer(hub: Hub, codec: Codec) -> None:
    token = hub.token(age_seconds=60)
    receipt = hub.answer("50011720261122M00003-01", "accept", token).json()
    fact = fact_at(hub, codec, receipt)
    assert fact.claimed_at is None
    issued_at = jwt.decode(token, options={"verify_signature": False})["iat"]
    assert fact.occurred_at == issued_at * 1000


def test_an_answer_repeated_is_the_first_receipt_again(hub: Hub) -> None:
    order, token, headers = "50011720261122M00004-01", hub.token(), {"Idempotency-Key": "tap-1"}
    first = hub.answer(order, "acknowledge", token, headers=headers).json()
    again = hub.answer(order, "acknowledge", token, headers=headers).json()
    assert (again["id"], again["partition"], again["offset"]) == (first["id"], first["partition"], first["offset"])
    assert again["status"] == "duplicate"


def test_without_a_key_the_same_words_are_said_anew_as_after_work_was_sent_back(hub: Hub) -> None:
    token = hub.token()
    receipts = [hub.answer("50011720261122M00006-01", "resolve", token).json() for _ in range(2)]
    assert [receipt["status"] for receipt in receipts] == ["accepted", "accepted"]
    assert receipts[0]["id"] != receipts[1]["id"]


def test_the_same_key_for_another_body_is_a_conflict(hub: Hub) -> None:
    order, token, headers = "50011720261122M00005-01", hub.token(), {"Idempotency-Key": "tap-2"}
    for claimed_at, status in (("2026-11-22T08:00:00+08:00", 200), ("2026-11-22T08:01:00+08:00", 409)):
        response = hub.answer(order, "acknowledge", token, headers=headers, json={"claimed_at": claimed_at})
        assert response.status_code == status


def test_units_do_not_share_idempotency_keys(hub: Hub) -> None:
    headers = {"Idempotency-Key": "tap-3"}
    ids = {hub.answer(ORDER, "reply", hub.token(unit), headers=headers).json()["id"] for unit in ("unit-a", "unit-b")}
    assert len(ids) == 2


def test_an_answer_repeated_after_a_restart_of_the_gateway_is_the_same_id_and_bytes(
    own_hub: Callable[[str], Hub], kafka_broker: Cluster
) -> None:
    hub = own_hub(kafka_broker.bootstrap_servers)
    hub.start()
    token, headers = hub.token(), {"Idempotency-Key": "tap-4"}
    first = hub.answer(ORDER, "arrive", token, headers=headers).json()
    hub.kill()
    hub.start()
    again = hub.answer(ORDER, "arrive", token, headers=headers).json()
    assert again["id"] == first["id"]
    values = {record.value() for record in hub.records(MATTERS)}
    assert len(values) == 1


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"age_seconds": 4000}, "token_expired"),
        ({"officer": ""}, "token_wrong"),
        ({"post": "x" * 129}, "token_wrong"),
    ],
)
def test_an_expired_or_empty_token_names_nobody(hub: Hub, parts: dict[str, object], reason: str) -> None:
    response = hub.answer(ORDER, "acknowledge", hub.token(**parts))  # type: ignore[arg-type]
    assert response.status_code == 401
    assert response.json()["type"] == f"urn:hub:problem:{reason}"


def test_a_token_signed_by_anybody_else_or_not_at_all_is_refused(hub: Hub) -> None:
    claims = jwt.decode(hub.token(), options={"verify_signature": False})
    forged = [
        jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA"),
        jwt.encode(claims, (hub.secrets / "actor_public_key").read_bytes()[:32], algorithm="HS256"),
        jwt.encode(claims, "", algorithm="none"),
        hub.token() + "x",
        "not a token",
    ]
    for token in forged:
        assert hub.answer(ORDER, "acknowledge", token).status_code == 401
    for headers in ({}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer"}):
        response = hub.client.post(f"/v1/orders/{ORDER}/acknowledge", headers=headers)
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_what_is_no_order_or_no_answer_is_not_found(hub: Hub) -> None:
    for order_no, word in (
        (ORDER, "ignore"),
        ("1", "acknowledge"),
        (ORDER + "'", "acknowledge"),
        ("50011720261122M00001", "acknowledge"),
    ):
        assert hub.answer(order_no, word, hub.token()).status_code == 404


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 400),
        (b"\xff", 400),
        (b"[]", 422),
        (b'{"claimed_at": "2026-11-22T08:00:00"}', 422),
        (b'{"claimed_at": "soon"}', 422),
        (b'{"note": "x"}', 422),
        (b" " * 20_000, 413),
    ],
)
def test_a_body_that_says_anything_else_is_refused(hub: Hub, content: bytes, status: int) -> None:
    assert hub.answer(ORDER, "acknowledge", hub.token(), content=content).status_code == status


def test_an_idempotency_key_is_short_printable_text(hub: Hub) -> None:
    for key in ("", "a b", "x" * 129):
        response = hub.answer(ORDER, "acknowledge", hub.token(), headers={"Idempotency-Key": key})
        assert response.status_code == 400


PHONE = {
    "unit": "500117-disabled_federation", "post": "值班岗", "officer": "C001", "shift": "夜班",
    "recording_no": "LY20261122000017",
}  # fmt: skip


def test_what_a_unit_says_on_the_phone_is_written_down_under_the_writers_own_token(hub: Hub, codec: Codec) -> None:
    said = {"claimed_at": "2025-11-22T08:00:00+08:00", "phone": PHONE}
    receipt = hub.answer("50011720261122M00031-01", "acknowledge", hub.token(), json=said).json()
    fact = fact_at(hub, codec, receipt)
    assert (fact.channel, fact.actor_unit, fact.actor_officer) == ("phone", "500117-disabled_federation", "C001")
    assert fact.recorder is not None
    assert (fact.recorder.unit, fact.recorder.officer, fact.recorder.recording_no) == (
        "500117-water_utility", "0117", "LY20261122000017",
    )  # fmt: skip


def test_what_is_written_down_says_when_it_was_said_and_by_whom(hub: Hub) -> None:
    without_time = {"phone": PHONE}
    nobody = {"claimed_at": "2025-11-22T08:00:00+08:00", "phone": {**PHONE, "officer": " "}}
    to_come = {"claimed_at": (datetime.now(UTC) + timedelta(minutes=2)).isoformat(), "phone": PHONE}
    for said in (without_time, nobody, to_come):
        assert hub.answer("50011720261122M00032-01", "acknowledge", hub.token(), json=said).status_code == 422
