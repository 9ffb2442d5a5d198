"""保密工单 at the gateway: the centre makes a matter confidential, a reading leaves a receipt of its own each time."""

import httpx
import pytest

from streams.codec import Codec
from streams.facts.matters import Read, Sealed
from tests.running_gateway import Hub

UNIT, ORDER, MATTER = "500117-water_utility", "50011720261122M00001-01", "50011720261122M00001"
REASON = {"cause": "反映人要求保密", "document": "值班记录15"}


def say(hub: Hub, path: str, body: object = None, **headers: str) -> httpx.Response:
    sent = {"Authorization": f"Bearer {hub.token(UNIT)}", **headers}
    return hub.client.post(f"/v1/{path}", headers=sent, json={} if body is None else body)


def test_a_receipt_names_who_reads_from_the_token(hub: Hub, codec: Codec) -> None:
    response = say(hub, f"orders/{ORDER}/read")
    assert response.status_code == 200, response.text
    fact = codec.decode(hub.record_at(response.json()).value() or b"")
    assert isinstance(fact, Read)
    assert (fact.key, fact.order_no, fact.actor_unit, fact.actor_officer, fact.actor_shift, fact.actor_role) == (
        "500117", ORDER, UNIT, "0117", "夜班", "responder",
    )  # fmt: skip


def test_each_reading_is_one_of_its_own_and_one_sent_again_under_its_key_the_same(hub: Hub) -> None:
    first, second = (say(hub, f"orders/{ORDER}/read").json() for _ in range(2))
    assert (second["status"], second["id"] == first["id"]) == ("accepted", False)
    sent = {"Idempotency-Key": "reading-1", "Authorization": f"Bearer {hub.token(UNIT)}"}
    again = [say(hub, f"orders/{ORDER}/read", **sent).json()["id"] for _ in range(2)]
    assert again[0] == again[1]


def test_a_matter_is_made_confidential_with_cause_and_document(hub: Hub, codec: Codec) -> None:
    response = say(hub, f"matters/{MATTER}/seal", REASON)
    assert response.status_code == 200, response.text
    fact = codec.decode(hub.record_at(response.json()).value() or b"")
    assert isinstance(fact, Sealed)
    assert (fact.matter_no, fact.cause, fact.document) == (MATTER, REASON["cause"], REASON["document"])


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"orders/{ORDER}/read", {"unit": "another"}, 422),
        ("orders/nothing/read", None, 404),
        (f"matters/{MATTER}/seal", {"cause": "反映人要求"}, 422),
        (f"matters/{MATTER}/seal", {**REASON, "cause": ""}, 422),
        (f"matters/{MATTER}/seal", {**REASON, "unseal": True}, 422),
        ("matters/nothing/seal", REASON, 404),
    ],
)
def test_what_is_no_receipt_and_no_order_is_refused(hub: Hub, path: str, body: object, status: int) -> None:
    assert say(hub, path, body).status_code == status


@pytest.mark.parametrize("path", [f"orders/{ORDER}/read", f"matters/{MATTER}/seal"])
def test_nobody_reads_or_seals_without_a_token(hub: Hub, path: str) -> None:
    response = hub.client.post(f"/v1/{path}", json=REASON if "seal" in path else {})
    assert (response.status_code, response.json()["type"]) == (401, "urn:hub:problem:token_missing")
