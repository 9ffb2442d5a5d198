"""What people decide about incidents through the front door: a fact in the incidents' log, under a signed actor."""

from typing import Any

import httpx
import pytest

from streams.codec import Codec
from streams.facts.incidents import Linked, Merged, Reviewed, Split
from tests.running_gateway import Hub

ONE, OTHER, ELSEWHERE = "50011720261122E00001", "50011720261122E00002", "50011820261122E00001"
MERGE = {"into": ONE, "words": "同一处爆管"}
SPLIT = {"records": ["ga_alarm110/JJ20261122000002", "zz_grid_app/SB-7"], "words": "两处火情相距80米"}
LINK = {"other": OTHER, "relation": "parent", "words": "内涝引发被困"}
REVIEW = {"other": ONE, "words": "同一处"}
DOORS = {"merge": MERGE, "split": SPLIT, "link": LINK, "join": REVIEW, "apart": REVIEW}


def decide(hub: Hub, number: str, act: str, body: Any, **headers: str) -> httpx.Response:
    token = hub.token("500117-district_centre", role="duty_officer")
    sent = {"Authorization": f"Bearer {token}", **headers}
    return hub.client.post(f"/v1/incidents/{number}/{act}", json=body, headers=sent)


def fact_at(hub: Hub, codec: Codec, response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    receipt = response.json()
    assert receipt["topic"].endswith("hub.log.incidents.v1")
    record = hub.record_at(receipt)
    assert record.key() == b"500117"
    return codec.decode(record.value() or b"")


def test_an_incident_goes_into_the_one_that_is_named(hub: Hub, codec: Codec) -> None:
    fact = fact_at(hub, codec, decide(hub, OTHER, "merge", MERGE))
    assert isinstance(fact, Merged)
    assert (fact.replaced_no, fact.replacing_no, fact.words) == (OTHER, ONE, "同一处爆管")
    assert (fact.actor_unit, fact.actor_officer, fact.actor_role) == ("500117-district_centre", "0117", "duty_officer")


def test_reports_are_parted_incidents_related_and_suspected_duplicates_decided(hub: Hub, codec: Codec) -> None:
    parted = fact_at(hub, codec, decide(hub, ONE, "split", SPLIT))
    assert isinstance(parted, Split)
    assert (parted.incident_no, list(parted.records)) == (ONE, SPLIT["records"])
    related = fact_at(hub, codec, decide(hub, ONE, "link", LINK))
    assert isinstance(related, Linked)
    assert (related.incident_no, related.other_no, related.relation, related.undone) == (ONE, OTHER, "parent", False)
    assert fact_at(hub, codec, decide(hub, ONE, "link", {**LINK, "undone": True})).undone
    for decision in ("join", "apart"):
        decided = fact_at(hub, codec, decide(hub, OTHER, decision, REVIEW))
        assert isinstance(decided, Reviewed)
        assert (decided.incident_no, decided.other_no, decided.decision) == (OTHER, ONE, decision)


def test_a_decision_sent_again_under_its_key_is_the_first_receipt_and_another_under_it_a_conflict(hub: Hub) -> None:
    token = hub.token("500117-district_centre", role="duty_officer")
    sent = {"Idempotency-Key": "decision-1", "Authorization": f"Bearer {token}"}
    first, again = (decide(hub, OTHER, "merge", MERGE, **sent).json() for _ in range(2))
    assert (again["id"], again["offset"], again["status"]) == (first["id"], first["offset"], "duplicate")
    assert decide(hub, OTHER, "merge", {**MERGE, "words": "另有说法"}, **sent).status_code == 409
    anew = decide(hub, OTHER, "merge", MERGE, **{"Idempotency-Key": "decision-2"}).json()
    assert (anew["status"], anew["id"] == first["id"]) == ("accepted", False)


def test_as_many_reports_as_may_be_parted_at_once_find_room(hub: Hub, codec: Codec) -> None:
    records = [f"zz_community_e/SQ2026112200{number:05}-{'x' * 60}" for number in range(501)]
    parted = fact_at(hub, codec, decide(hub, ONE, "split", {**SPLIT, "records": records[:500]}))
    assert len(parted.records) == 500
    assert decide(hub, ONE, "split", {**SPLIT, "records": records}).status_code == 422


@pytest.mark.parametrize(
    ("number", "act", "body", "status", "reason"),
    [
        ("50011720261122M00001", "merge", MERGE, 404, "no_such_incident"),
        ("nothing", "join", REVIEW, 404, "no_such_incident"),
        (ONE, "close", MERGE, 404, "http_404"),
        (ONE, "merge", MERGE, 422, "wrong_decision"),
        (OTHER, "merge", {**MERGE, "into": ELSEWHERE}, 422, "wrong_decision"),
        (OTHER, "merge", {**MERGE, "into": "50011720261122M00001"}, 422, "wrong_decision"),
        (OTHER, "merge", {"into": ONE}, 422, "wrong_decision"),
        (OTHER, "merge", {**MERGE, "words": ""}, 422, "wrong_decision"),
        (OTHER, "merge", {**MERGE, "words": "请联系13800000000"}, 422, "wrong_decision"),
        (OTHER, "merge", {**MERGE, "force": True}, 422, "wrong_decision"),
        (ONE, "split", {**SPLIT, "records": []}, 422, "wrong_decision"),
        (ONE, "split", {**SPLIT, "records": ["ga_alarm110"]}, 422, "wrong_decision"),
        (ONE, "split", {**SPLIT, "records": ["ga_alarm110/JJ1"] * 2}, 422, "wrong_decision"),
        (ONE, "link", {**LINK, "relation": "child"}, 422, "wrong_decision"),
        (ONE, "link", {**LINK, "other": ONE}, 422, "wrong_decision"),
        (ONE, "apart", {**REVIEW, "other": ELSEWHERE}, 422, "wrong_decision"),
    ],
)
def test_what_is_no_decision_is_refused(hub: Hub, number: str, act: str, body: Any, status: int, reason: str) -> None:
    response = decide(hub, number, act, body)
    assert (response.status_code, response.json()["type"]) == (status, f"urn:hub:problem:{reason}")


@pytest.mark.parametrize("act", DOORS)
def test_nobody_decides_without_a_token(hub: Hub, act: str) -> None:
    response = hub.client.post(f"/v1/incidents/{OTHER}/{act}", json=DOORS[act])
    assert (response.status_code, response.json()["type"]) == (401, "urn:hub:problem:token_missing")


def test_the_document_of_the_gateway_has_the_bodies(hub: Hub) -> None:
    paths = hub.client.get("/openapi.json").json()["paths"]
    for act in DOORS:
        door = paths[f"/v1/incidents/{{incident_no}}/{act}"]["post"]
        assert door["requestBody"]["content"]["application/json"]["schema"]["additionalProperties"] is False
        assert {"404", "409", "422"} <= {*door["responses"]}
