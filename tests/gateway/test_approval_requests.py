"""Requests for approval and decisions through the front door: a fact of a signed actor, or a refusal that says why."""

from typing import Any

import pytest

from connectors.answers import ANSWERS
from connectors.approval_requests import MAKERS
from connectors.judgements import JUDGEMENTS
from streams.codec import Codec
from streams.facts.matters import Decided, Requested, Resumed
from tests.running_gateway import Hub

ORDER = "50011720261122M00011-01"
REQUEST = "50011720261122R00012"
UNTIL, LATER = "2026-11-25T18:00:00+08:00", "2026-11-25T18:01:00+08:00"
SUSPEND = {"reason": "waiting_for_requester", "until_at": UNTIL, "document": "合供水〔2026〕12号"}


def fact_at(hub: Hub, codec: Codec, receipt: dict[str, Any]) -> Any:
    return codec.decode(hub.record_at(receipt).value() or b"")


def decide(hub: Hub, number: str, decision: str, token: str, **request: Any) -> Any:
    headers = {"Authorization": f"Bearer {token}"}
    return hub.client.post(f"/v1/approvals/{number}/{decision}", headers=headers, **request)


def test_a_request_is_appended_with_who_asks_in_what_role(hub: Hub, codec: Codec) -> None:
    receipt = hub.answer(ORDER, "suspend", hub.token(role="responder"), json=SUSPEND).json()
    fact = fact_at(hub, codec, receipt)
    assert isinstance(fact, Requested)
    assert hub.record_at(receipt).key() == b"500117"
    assert (fact.order_no, fact.request, fact.reason) == (ORDER, "suspend", "waiting_for_requester")
    assert (fact.until_at, fact.document) == (1_795_600_800_000, "合供水〔2026〕12号")
    assert (fact.actor_unit, fact.actor_officer, fact.actor_role) == ("500117-water_utility", "0117", "responder")


@pytest.mark.parametrize(("word", "body", "expected"), [
    ("extend", {"reason": "complex_case", "clock": "resolve", "amount": 5}, ("extend", "resolve", 5)),
    ("deadline", {"reason": "instruction", "clock": "reply", "until_at": UNTIL}, ("set_deadline", "reply", None)),
    ("late-entry", {"reason": "outage", "clock": "arrive", "said_at": UNTIL}, ("late_entry", "arrive", None)),
])  # fmt: skip
def test_extensions_and_deadlines_have_their_addresses(
    hub: Hub, codec: Codec, word: str, body: dict[str, Any], expected: tuple[str, str, int | None]
) -> None:
    fact = fact_at(hub, codec, hub.answer(ORDER, word, hub.token(), json=body).json())
    assert isinstance(fact, Requested)
    assert (fact.request, fact.clock, fact.amount) == expected
    assert fact.until_at == (None if word == "extend" else 1_795_600_800_000)


def test_parking_has_its_address_and_needs_a_day_of_review(hub: Hub, codec: Codec) -> None:
    said = {"reason": "needs_funds", "until_at": UNTIL}
    fact = fact_at(hub, codec, hub.answer(ORDER, "park", hub.token(), json=said).json())
    assert isinstance(fact, Requested)
    assert (fact.request, fact.until_at) == ("park", 1_795_600_800_000)
    assert hub.answer(ORDER, "park", hub.token(), json={"reason": "needs_funds"}).status_code == 422


def test_a_return_has_its_address_and_its_approval_names_who_gets_the_order(hub: Hub, codec: Codec) -> None:
    fact = fact_at(hub, codec, hub.answer(ORDER, "return", hub.token(), json={"reason": "not_our_duty"}).json())
    assert isinstance(fact, Requested)
    assert (fact.request, fact.reason) == ("return", "not_our_duty")
    assert hub.answer(ORDER, "return", hub.token(), json={}).status_code == 422
    body = {"unit": "500117-housing"}
    decided = fact_at(hub, codec, decide(hub, REQUEST, "approve", hub.token(role="leader"), json=body).json())
    assert isinstance(decided, Decided)
    assert decided.unit == "500117-housing"


def test_clocks_are_resumed_without_a_body(hub: Hub, codec: Codec) -> None:
    fact = fact_at(hub, codec, hub.answer(ORDER, "resume", hub.token()).json())
    assert isinstance(fact, Resumed)
    assert fact.order_no == ORDER


@pytest.mark.parametrize("decision", ["approve", "refuse"])
def test_a_decision_is_appended_to_its_districts_log(hub: Hub, codec: Codec, decision: str) -> None:
    receipt = decide(hub, REQUEST, decision, hub.token(role="leader"), json={"document": "批〔2026〕3号"}).json()
    fact = fact_at(hub, codec, receipt)
    assert isinstance(fact, Decided)
    assert (fact.request_no, fact.decision, fact.actor_role) == (REQUEST, decision, "leader")
    assert hub.record_at(receipt).key() == b"500117"


def test_a_request_sent_again_is_the_first_receipt_and_one_under_a_later_token_is_another(hub: Hub) -> None:
    token = hub.token(age_seconds=30)
    first, again, later = (
        hub.answer(ORDER, "suspend", one, json=SUSPEND).json() for one in (token, token, hub.token())
    )
    assert (again["id"], again["offset"], again["status"]) == (first["id"], first["offset"], "duplicate")
    assert later["id"] != first["id"]


def test_under_a_key_and_with_its_own_time_it_is_the_same_whatever_the_token(hub: Hub) -> None:
    headers, said = {"Idempotency-Key": "ask-1"}, {"claimed_at": UNTIL}
    first, again = (
        hub.answer(ORDER, "resume", hub.token(age_seconds=age), headers=headers, json=said).json() for age in (60, 0)
    )
    assert (again["id"], again["offset"], again["status"]) == (first["id"], first["offset"], "duplicate")
    changed = hub.answer(ORDER, "resume", hub.token(), headers=headers, json={"claimed_at": LATER})
    assert changed.status_code == 409


def test_without_a_token_nothing_is_asked_or_decided(hub: Hub) -> None:
    assert hub.client.post(f"/v1/orders/{ORDER}/suspend", json=SUSPEND).status_code == 401
    assert hub.client.post(f"/v1/approvals/{REQUEST}/approve").status_code == 401


@pytest.mark.parametrize(("word", "body"), [
    ("suspend", {}),
    ("suspend", {**SUSPEND, "until_at": "2026-11-25T18:00:00"}),
    ("suspend", {**SUSPEND, "reason": "Because we say so"}),
    ("suspend", {**SUSPEND, "amount": 3}),
    ("suspend", {**SUSPEND, "words": "请联系 138 1234 5678"}),
    ("suspend", {**SUSPEND, "words": "证件11010519491231002X"}),
    ("suspend", {**SUSPEND, "words": "长" * 201}),
    ("extend", {"reason": "complex_case", "clock": "resolve", "amount": 0}),
    ("extend", {"reason": "complex_case", "clock": "lunch", "amount": 1}),
    ("deadline", {"reason": "instruction", "until_at": UNTIL}),
])  # fmt: skip
def test_what_no_rule_could_allow_is_refused_and_nothing_of_it_is_repeated(
    hub: Hub, word: str, body: dict[str, Any]
) -> None:
    response = hub.answer(ORDER, word, hub.token(), json=body)
    assert response.status_code == 422
    assert "138" not in response.text
    assert "11010519491231002X" not in response.text


def test_numbers_and_words_that_can_be_nothing_are_not_found(hub: Hub) -> None:
    for number, decision in (("1", "approve"), (ORDER, "approve"), (REQUEST, "postpone")):
        assert decide(hub, number, decision, hub.token()).status_code == 404
    assert hub.answer(REQUEST, "suspend", hub.token(), json=SUSPEND).status_code == 404


def test_the_gateways_own_document_names_both_doors(hub: Hub) -> None:
    paths = hub.client.get("/openapi.json").json()["paths"]
    assert "/v1/approvals/{request_no}/{decision}" in paths
    described = paths["/v1/orders/{order_no}/{answer}"]["post"]["description"]
    assert [word for word in (*ANSWERS, *MAKERS, *JUDGEMENTS) if word not in described] == []
