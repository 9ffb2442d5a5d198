"""The agent `attempts` in its Faust worker, on a real Kafka, against a real HTTP server."""

import hmac
import json
import socket
from collections.abc import Callable

import pytest

from streams.facts.matters import Answered
from tests.hosting.patiently import patiently
from tests.hosting.stage import ATTEMPTS, MATTERS, QUARANTINE, Stage
from tests.hosting.webhook_server import Answer, Call


def answering(stage: Stage, order_no: str, answer: Callable[[Call], Answer]) -> None:
    """From now on the webhook answers the calls of `order_no` so, and the others as before."""
    before = stage.webhook.answer
    stage.webhook.answer = lambda call: (answer if call.order_no == order_no else before)(call)


def answers_of(stage: Stage, order_no: str) -> list[Answered]:
    return [fact for fact in stage.topics.records(MATTERS) if fact.order_no == order_no]


def test_a_unit_is_called_and_the_result_becomes_a_fact(shared_stage: Stage) -> None:
    order_no = "50011720261122M00001-01"
    shared_stage.notify(shared_stage.order(order_no))

    (fact,) = shared_stage.attempted(order_no)

    assert (fact.outcome, fact.status_code, fact.attempt, fact.detail) == ("delivered", 204, 1, "")
    assert fact.key == "500117-water_utility"


def test_a_call_is_a_signed_cloudevent_that_a_person_can_read(shared_stage: Stage) -> None:
    order_no = "50011720261122M00002-01"
    shared_stage.notify(shared_stage.order(order_no))
    shared_stage.attempted(order_no)

    (call,) = [call for call in shared_stage.webhook.calls if call.order_no == order_no]

    signed = call.headers["x-hub-timestamp"].encode() + b"." + call.body
    assert call.headers["x-hub-signature"] == hmac.new(b"a key for the webhook", signed, "sm3").hexdigest()
    assert call.headers["idempotency-key"] == f"{order_no}-500117-water_utility" == call.event["id"]
    assert call.headers["content-type"].startswith("application/cloudevents+json")
    assert call.event["data"]["text"] == (
        "【特急】合川区合阳城街道发生供水管爆裂，请合川区供水公司抢修队在2分钟内签收，15分钟内到场。派单编号50011720261122M00002-01。"
    )


def test_an_answer_in_the_response_becomes_a_fact_of_the_matter(shared_stage: Stage) -> None:
    order_no = "50011720261122M00003-01"
    token = shared_stage.token("500117-water_utility")
    body = json.dumps({"answer": "acknowledge", "actor": token, "claimed_at": "2026-11-22T08:00:00+08:00"}).encode()
    answering(shared_stage, order_no, lambda _: (200, body))
    shared_stage.notify(shared_stage.order(order_no))

    (answered,) = patiently(lambda: answers_of(shared_stage, order_no))

    assert (answered.answer, answered.channel) == ("acknowledge", "webhook")
    assert answered.actor_unit == "500117-water_utility"
    assert (answered.actor_post, answered.actor_officer, answered.claimed_at) == ("抢修班长", "W017", 1_795_305_600_000)
    assert answered.key == "500117"


@pytest.mark.parametrize(
    ("order_no", "body", "reason"),
    [
        ("50011720261122M00004-01", {"answer": "acknowledge"}, "token is not good"),
        ("50011720261122M00005-01", {"answer": "nonsense"}, "malformed at answer"),
        ("50011720261122M00006-01", {"answer": "arrive", "unit": "500117-gas_utility"}, "of another unit"),
        ("50011720261122M00007-01", {"answer": "arrive", "expires": 1_750_000_001}, "token_expired"),
    ],
)
def test_an_answer_that_cannot_count_is_refused_and_the_delivery_stands(
    shared_stage: Stage, order_no: str, body: dict[str, str | int], reason: str
) -> None:
    unit, expires = str(body.pop("unit", "500117-water_utility")), int(body.pop("expires", 4_102_444_800))
    if body["answer"] == "arrive":
        body["actor"] = shared_stage.token(unit, expires_at_seconds=expires)
    answering(shared_stage, order_no, lambda _: (200, json.dumps(body).encode()))
    shared_stage.notify(shared_stage.order(order_no))

    (fact,) = shared_stage.attempted(order_no)

    assert fact.outcome == "delivered"
    assert reason in fact.detail
    assert answers_of(shared_stage, order_no) == []


@pytest.mark.parametrize(
    ("order_no", "status", "outcome"),
    [
        ("50011720261122M00008-01", 404, "refused"),
        ("50011720261122M00009-01", 301, "refused"),
        ("50011720261122M00010-01", 429, "failed"),
        ("50011720261122M00011-01", 503, "failed"),
    ],
)
def test_a_unit_that_says_no_is_a_refusal_or_a_failure(
    shared_stage: Stage, order_no: str, status: int, outcome: str
) -> None:
    answering(shared_stage, order_no, lambda _: (status, b""))
    shared_stage.notify(shared_stage.order(order_no))

    (fact,) = shared_stage.attempted(order_no)

    assert (fact.outcome, fact.status_code, fact.detail) == (outcome, status, f"HTTP {status}")


def test_an_attempt_that_is_planned_again_is_a_fact_of_its_own(shared_stage: Stage) -> None:
    order_no = "50011720261122M00015-01"
    for _ in range(2):
        shared_stage.notify(shared_stage.order(order_no))

    patiently(lambda: len(shared_stage.attempted_so_far(order_no)) == 2)

    assert len({fact.id for fact in shared_stage.attempted_so_far(order_no)}) == 2


def test_a_unit_where_nothing_listens_is_a_failure(shared_stage: Stage, free_port: int) -> None:
    order_no = "50011720261122M00012-01"
    shared_stage.notify(shared_stage.order(order_no, webhook=f"http://127.0.0.1:{free_port}/"))

    (fact,) = shared_stage.attempted(order_no)

    assert (fact.outcome, fact.status_code, fact.detail) == ("failed", None, "nobody takes the connection")


def test_a_webhook_that_is_no_url_is_a_failure(shared_stage: Stage) -> None:
    order_no = "50011720261122M00016-01"
    shared_stage.notify(shared_stage.order(order_no, webhook="no url"))

    (fact,) = shared_stage.attempted(order_no)

    assert (fact.outcome, fact.status_code, fact.detail) == ("failed", None, "the address is no URL")


def test_an_order_that_cannot_be_signed_is_not_sent(shared_stage: Stage) -> None:
    order_no = "50011720261122M00013-01"
    (shared_stage.home / "secrets" / "unsigned").write_text(shared_stage.webhook.url)
    shared_stage.notify(shared_stage.order(order_no, webhook="secret:unsigned"))

    (fact,) = shared_stage.attempted(order_no)

    assert (fact.outcome, fact.detail) == ("failed", "secret unsigned_key cannot be read: No such file or directory")
    assert order_no not in shared_stage.webhook.orders()


def test_a_dead_unit_holds_up_nobody(shared_stage: Stage) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        dead_address = f"http://127.0.0.1:{deaf.getsockname()[1]}/"
        for number in range(20):
            order_no = f"50011720261122M001{number:02}-01"
            shared_stage.notify(
                shared_stage.order(order_no, unit="500117-gas_utility", webhook=dead_address, timeout_seconds=2)
            )
        living = [f"50011720261122M002{number:02}-01" for number in range(20)]
        for order_no in living:
            shared_stage.notify(shared_stage.order(order_no, unit="500117-emergency"))

        patiently(lambda: set(living) <= set(shared_stage.webhook.orders()))

        assert not shared_stage.attempted_so_far("50011720261122M00119-01")
        (fact,) = shared_stage.attempted("50011720261122M00100-01")
        assert (fact.outcome, fact.detail) == ("timeout", "no answer within 2 s")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", "wrong_magic"),
        (b"\x00\x00", "wrong_magic"),
        (b"\x00\x00\x00\x00\x1c\x02", "malformed"),
        (b"\x00\x00\x01\x00\x00noise", "unknown_schema"),
        (None, "wrong_magic"),
    ],
)
def test_a_notice_that_cannot_be_read_goes_to_the_quarantine(
    shared_stage: Stage, value: bytes | None, reason: str
) -> None:
    before = len(shared_stage.topics.records(QUARANTINE))
    shared_stage.topics.append(ATTEMPTS, "500117-water_utility", value)

    held = patiently(lambda: shared_stage.topics.records(QUARANTINE)[before:])[0]

    assert (held.stage, held.reason, held.owner, held.topic) == ("decode", reason, "attempts", ATTEMPTS)
    assert shared_stage.worker_is_ready()


def test_metrics_count_the_attempts(shared_stage: Stage) -> None:
    order_no = "50011720261122M00014-01"
    shared_stage.notify(shared_stage.order(order_no))
    shared_stage.attempted(order_no)

    status, text = shared_stage.get("/metrics")

    assert status == 200
    assert b'hub_attempt_results_total{outcome="delivered"}' in text


@pytest.mark.parametrize("path", ["/table", "/graph", "/router", "/"])
def test_faust_shows_no_pages_of_its_own(shared_stage: Stage, path: str) -> None:
    assert shared_stage.get(path)[0] == 404
