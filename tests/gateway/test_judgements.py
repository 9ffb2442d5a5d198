"""The centre and verifiers speak of orders through the same door as units, each word with what belongs to it."""

import pytest

from connectors.judgements import judged
from connectors.order_requests import OrderRequest
from connectors.problems import Problem
from streams.codec import Codec
from streams.facts.matters import Answered, Judged
from streams.secrecy.actors import Actor, Identified
from tests.running_gateway import Hub

ORDER = "50011720261122M00001-01"
PASSED = {"result": "passed", "method": "call_back"}
ACTOR = Identified(
    Actor("500117-district_centre", "核查岗", "C0102", "白班", "verifier", "orders"),
    1_795_305_600_000,
    1_795_309_200_000,
)


def said(word: str, body: bytes = b"", order_no: str = ORDER) -> Judged:
    return judged(OrderRequest(None, None, body, order_no, word), ACTOR)


@pytest.mark.parametrize(
    ("word", "body"),
    [
        ("verify", PASSED),
        ("verify", {"result": "failed", "method": "on_site", "reason": "not_as_said", "words": "井盖仍缺失"}),
        ("rework", {"reason": "dissatisfied"}),
        ("withdraw", {"reason": "by_requester"}),
    ],
)
def test_a_judgement_is_appended_to_its_districts_log_with_the_actor_of_the_token(
    hub: Hub, codec: Codec, word: str, body: dict[str, str]
) -> None:
    response = hub.answer(ORDER, word, hub.token("500117-district_centre"), json=body)
    assert response.status_code == 200, response.text
    record = hub.record_at(response.json())
    fact = codec.decode(record.value() or b"")
    assert isinstance(fact, Judged)
    assert (record.key(), fact.order_no, fact.word) == (b"500117", ORDER, word)
    assert (fact.actor_unit, fact.actor_officer) == ("500117-district_centre", "0117")
    assert {name: getattr(fact, name) for name in body} == body


def test_a_judgement_repeated_is_the_first_receipt_again_and_without_a_token_there_is_none(hub: Hub) -> None:
    token = hub.token("500117-district_centre")
    order = "50011720261122M00002-01"
    key = {"Idempotency-Key": "verify-1"}
    first, again = (hub.answer(order, "verify", token, json=PASSED, headers=key).json() for _ in range(2))
    assert (again["status"], again["offset"]) == ("duplicate", first["offset"])
    assert hub.client.post(f"/v1/orders/{order}/verify", json=PASSED).status_code == 401


def test_a_unit_says_how_an_order_ended(hub: Hub, codec: Codec) -> None:
    receipt = hub.answer(ORDER, "resolve", hub.token(), json={"result": "explained"}).json()
    fact = codec.decode(hub.record_at(receipt).value() or b"")
    assert isinstance(fact, Answered)
    assert fact.result == "explained"
    for word, result in (("accept", "solved"), ("resolve", "finished"), ("resolve", "parked"), ("reply", "withdrawn")):
        assert hub.answer(ORDER, word, hub.token(), json={"result": result}).status_code == 422


@pytest.mark.parametrize(
    ("word", "body", "status"),
    [
        ("verify", b"", 422),
        ("verify", b"{", 400),
        ("verify", b'{"result": "passed"}', 422),
        ("verify", b'{"result": "passed", "method": "by_feel"}', 422),
        ("verify", b'{"result": "passed", "method": "on_site", "reason": "not_done"}', 422),
        ("verify", b'{"result": "failed", "method": "on_site"}', 422),
        ("verify", b'{"result": "failed", "method": "on_site", "reason": "by_requester"}', 422),
        ("rework", b"", 422),
        ("rework", b'{"reason": "mistaken"}', 422),
        ("rework", b'{"reason": "not_done", "result": "failed"}', 422),
        ("withdraw", b'{"reason": "not_done"}', 422),
        ("withdraw", b'{"reason": "mistaken", "note": "x"}', 422),
        ("withdraw", b'{"reason": "mistaken", "words": "' + b"x" * 201 + b'"}', 422),
        ("withdraw", '{"reason": "mistaken", "words": "请回电13800138000"}'.encode(), 422),
        ("approve", b"{}", 404),
    ],
)
def test_what_does_not_belong_to_a_word_is_refused(word: str, body: bytes, status: int) -> None:
    with pytest.raises(Problem) as refused:
        said(word, body)
    assert refused.value.status == status


@pytest.mark.parametrize("order_no", ["50011720261122M00001", "1", "500117-x"])
def test_what_is_no_number_of_an_order_is_not_found(order_no: str) -> None:
    with pytest.raises(Problem) as refused:
        said("withdraw", b'{"reason": "mistaken"}', order_no)
    assert refused.value.status == 404


def test_a_judgement_under_a_key_is_the_same_fact_and_without_one_it_is_said_anew() -> None:
    def withdrawn(key: str | None) -> Judged:
        return judged(OrderRequest(None, key, b'{"reason": "mistaken"}', ORDER, "withdraw"), ACTOR)

    assert withdrawn("tap-1") == withdrawn("tap-1")
    assert len({withdrawn(key).id for key in ("tap-1", "tap-2", None, None)}) == 4
