"""The doors to persons where nobody answers: what becomes a fact, sealed, and what never does."""

from typing import Any, get_args

import httpx
import pytest

from connectors.person_context import REASONS
from streams.codec import Codec
from streams.facts.person_access import Asked, Consented, Decided, LinkAsked, Words
from streams.rules.readings import Refusal
from streams.secrecy.person_key_store import PersonKeyStore
from tests.running_gateway import Hub

TOKEN, OTHER = "services:1:0123456789abcdef", "services:1:fedcba9876543210"
ARTICLE, UNTIL = "个人信息保护法第三十四条", "2027-01-01T00:00:00+08:00"
WORDS = "本人来电说明"
LINK = {"other": OTHER, "kind": "same_person", "article": ARTICLE, "until_at": UNTIL, "words": WORDS}
UNDO = {"other": OTHER, "undo": True, "words": WORDS}
CONSENT = {"until_at": UNTIL, "document": "同意书15号"}
REQUEST = "link:0123456789abcdef0123456789abcdef"


@pytest.fixture
def opening(hub: Hub) -> Codec:
    """Opens what the gateway has sealed."""
    return Codec.load(persons=PersonKeyStore(hub.home / "keys", create=False, renews=False))


def say(hub: Hub, path: str, body: Any, token: str = TOKEN, **headers: str) -> httpx.Response:
    sent = {"Authorization": f"Bearer {hub.token(role='service_worker', purpose='services')}", **headers}
    return hub.client.post(f"/v1/persons/{token}/{path}", json=body, headers=sent)


def fact_at(hub: Hub, codec: Codec, response: httpx.Response) -> Any:
    assert response.status_code == 200, response.text
    assert response.headers["Cache-Control"] == "no-store"
    record = hub.record_at(response.json())
    assert record.key() == TOKEN.encode()
    assert WORDS.encode() not in (record.value() or b"")
    return codec.decode(record.value() or b"")


def test_links_consents_and_decisions_are_facts_of_the_person_whose_words_are_sealed(hub: Hub, opening: Codec) -> None:
    link = fact_at(hub, opening, say(hub, "links", LINK))
    assert isinstance(link, LinkAsked)
    assert (link.other, link.kind, link.article, link.undo, link.content) == (
        OTHER, "same_person", ARTICLE, False, Words(words=WORDS),
    )  # fmt: skip
    assert (link.actor_officer, link.actor_role) == ("0117", "service_worker")
    undo = fact_at(hub, opening, say(hub, "links", UNDO))
    assert (undo.undo, undo.kind, undo.until_at) == (True, "same_person", 0)
    consent = fact_at(hub, opening, say(hub, "consents", CONSENT))
    assert isinstance(consent, Consented)
    assert (consent.document, consent.withdrawn) == ("同意书15号", False)
    assert fact_at(hub, opening, say(hub, "consents", {"withdrawn": True, "document": "申请3号"})).withdrawn
    for decision in ("approve", "refuse"):
        decided = fact_at(hub, opening, say(hub, f"requests/{REQUEST}/{decision}", {"words": WORDS}))
        assert isinstance(decided, Decided)
        assert (decided.request_no, decided.decision, decided.content) == (REQUEST, decision, Words(words=WORDS))


def test_what_is_sent_again_under_its_key_is_one_fact_and_something_else_under_it_a_conflict(hub: Hub) -> None:
    key = {"Idempotency-Key": "link-1"}
    token = {"Authorization": f"Bearer {hub.token(role='service_worker', purpose='services')}"}
    first, again = (say(hub, "links", LINK, **key, **token).json() for _ in range(2))
    assert (again["id"], again["offset"], again["status"]) == (first["id"], first["offset"], "duplicate")
    assert say(hub, "links", {**LINK, "words": "另有说法"}, **key, **token).status_code == 409


@pytest.mark.parametrize(
    ("path", "body", "token", "status"),
    [
        pytest.param("links", LINK, "nobody", 404, id="no token"),
        pytest.param("links", LINK, "marketing:1:0123456789abcdef", 404, id="purpose that is none"),
        pytest.param("links", {**LINK, "kind": "rotated"}, TOKEN, 422, id="kind that connectors alone say"),
        pytest.param("links", {**LINK, "article": ""}, TOKEN, 422, id="no article"),
        pytest.param("links", {**LINK, "article": "第一条\u2028第二条"}, TOKEN, 422, id="an article of two lines"),
        pytest.param("links", {**UNDO, "until_at": UNTIL}, TOKEN, 422, id="undone until"),
        pytest.param("links", {**LINK, "other": "13912345678"}, TOKEN, 422, id="a phone number"),
        pytest.param("links", {**LINK, "words": "电话13912345678"}, TOKEN, 422, id="a number in words"),
        pytest.param("consents", {"document": "同意书15号"}, TOKEN, 422, id="for ever"),
        pytest.param("consents", {**CONSENT, "withdrawn": True}, TOKEN, 422, id="given and withdrawn"),
        pytest.param(f"requests/{REQUEST}/postpone", {}, TOKEN, 404, id="no decision"),
        pytest.param(f"requests/{REQUEST}/approve", {"role": "leader"}, TOKEN, 422, id="more than words"),
    ],
)
def test_what_is_no_link_consent_or_decision_becomes_no_fact(
    hub: Hub, path: str, body: Any, token: str, status: int
) -> None:
    response = say(hub, path, body, token)
    assert response.status_code == status
    assert "13912345678" not in response.text


def read(hub: Hub, query: dict[str, str], token: str = TOKEN, **headers: str) -> httpx.Response:
    sent = headers or {"Authorization": f"Bearer {hub.token(purpose='services')}"}
    return hub.client.get(f"/v1/persons/{token}/context", params=query, headers=sent)


def test_where_no_answer_comes_the_asker_is_told_that_the_request_stands(hub: Hub, opening: Codec) -> None:
    response = read(hub, {"purpose": "services", "break_glass": WORDS})
    assert (response.status_code, response.json()["type"]) == (504, "urn:hub:problem:no_answer")
    (asked,) = [
        fact
        for record in hub.records("hub.log.people.v1")
        if isinstance(fact := opening.decode(record.value() or b""), Asked) and fact.id == response.json()["request_no"]
    ]
    assert (asked.token, asked.purpose, asked.case_no, asked.break_glass) == (TOKEN, "services", "", True)
    assert (asked.actor_purpose, len(asked.signature), asked.content.words if asked.content else "") == (
        "services", 32, WORDS,
    )  # fmt: skip
    again = hub.client.get(
        f"/v1/persons/{TOKEN}/requests/{asked.id}",
        headers={"Authorization": f"Bearer {hub.token(purpose='services', shift='白班')}"},
    )
    assert again.json()["type"] == "urn:hub:problem:no_answer"


@pytest.mark.parametrize(
    ("query", "token", "status"),
    [
        pytest.param({}, TOKEN, 422, id="nothing"),
        pytest.param({"purpose": "services"}, TOKEN, 422, id="no case"),
        pytest.param({"purpose": "services", "case": "1", "all": "1"}, TOKEN, 422, id="something else"),
        pytest.param({"purpose": "services", "case": "a b"}, TOKEN, 422, id="no number"),
        pytest.param({"purpose": "services", "break_glass": ""}, TOKEN, 422, id="no reason"),
        pytest.param({"purpose": "services", "break_glass": "找13912345678"}, TOKEN, 422, id="a number in the reason"),
        pytest.param({"purpose": "services", "case": "1"}, "50011719900101123X", 404, id="no token"),
    ],
)
def test_what_is_no_reading_is_refused_and_repeats_nothing(
    hub: Hub, query: dict[str, str], token: str, status: int
) -> None:
    response = read(hub, query, token)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert not any(said in response.text for said in ("13912345678", "50011719900101123X"))


def test_nobody_reads_without_a_token(hub: Hub) -> None:
    assert read(hub, {"purpose": "services", "case": "1"}, Authorization="Bearer nothing").status_code == 401
    assert hub.client.get(f"/v1/persons/{TOKEN}/requests/x").status_code == 401


def test_every_refusal_has_its_words() -> None:
    assert {*get_args(Refusal)} <= {*REASONS}
