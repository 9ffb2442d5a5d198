"""The agent `give_back` in its Faust worker, on a real Kafka, against a real HTTP server."""

import hmac
import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from streams.facts.matters import GivenBack
from streams.facts.notices import GiveBack
from tests.conftest import Cluster
from tests.hosting.patiently import patiently
from tests.hosting.stage import MATTERS, QUARANTINE, Stage

NOTICES, TO_HOTLINE = "hub.notice.give_backs.v1", "hub.notice.to_zw_hotline12345.v1"


@pytest.fixture(scope="module")
def telling(kafka_broker: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running worker; callbacks go to the stage's web server."""
    stage = Stage(kafka_broker.bootstrap_servers, f"t{uuid.uuid4().hex[:8]}.", tmp_path_factory.mktemp("stage"))
    secrets = stage.home / "secrets"
    (secrets / "callback").write_text(stage.webhook.url + "\n")
    (secrets / "callback_key").write_text("a key for callbacks\n")
    try:
        stage.worker("give_back").start()
        yield stage
    finally:
        stage.close()


def notice(number: int, system: str, medium: Any) -> GiveBack:
    """A reply to one requester."""
    matter_no = f"50011720261122M{number:05}"
    return GiveBack(
        give_back_no=f"{matter_no}-reply-closed-1795312800000/{system}/R{number}",
        attempt=1,
        kind="reply",
        district="500117",
        system=system,
        record_no=f"R{number}",
        medium=medium,
        address="secret:callback",
        timeout_seconds=5,
        matter_no=matter_no,
        incident_class="street_order",
        state="closed",
        result="solved",
        unit_name="合川区城市管理局",
        changed_at=1_795_312_800_000,
    )


def result_of(stage: Stage, said: GiveBack) -> GivenBack:
    """What came of an attempt, once it is known."""

    def found() -> list[GivenBack]:
        return [fact for fact in stage.topics.records(MATTERS) if fact.give_back_no == said.give_back_no]

    (fact,) = patiently(found)
    return fact


def test_a_system_that_listens_on_a_topic_reads_the_event_there(telling: Stage) -> None:
    said = notice(1, "zw_hotline12345", "topic")
    telling.topics.append(NOTICES, said.system, said, ce_id="event-1", ce_type="hub.notices.give_back.v1")
    result = result_of(telling, said)
    assert (result.outcome, result.attempt, result.key) == ("delivered", 1, "500117")
    assert said in telling.topics.records(TO_HOTLINE)


def test_a_callback_is_a_signed_event_under_the_systems_own_number(telling: Stage) -> None:
    said = notice(2, "zz_community_e", "callback")
    telling.topics.append(NOTICES, said.system, said)
    assert (result_of(telling, said).outcome, result_of(telling, said).status_code) == ("delivered", 204)
    (call,) = [call for call in telling.webhook.calls if call.event["id"] == said.give_back_no]
    signed = call.headers["x-hub-timestamp"].encode() + b"." + call.body
    assert call.headers["x-hub-signature"] == hmac.new(b"a key for callbacks", signed, "sm3").hexdigest()
    assert call.headers["idempotency-key"] == said.give_back_no
    assert (call.event["data"]["record_no"], call.event["data"]["result"]) == ("R2", "solved")
    assert "address" not in call.event["data"]


@pytest.mark.parametrize(("number", "status", "outcome"), [(3, 503, "failed"), (4, 404, "refused")])
def test_what_a_system_does_not_take_is_a_fact_too(telling: Stage, number: int, status: int, outcome: str) -> None:
    said = notice(number, "zz_hezhou", "callback")
    before = telling.webhook.answer
    telling.webhook.answer = lambda _: (status, b"")
    telling.topics.append(NOTICES, said.system, said)
    result = result_of(telling, said)
    telling.webhook.answer = before
    assert (result.outcome, result.status_code, result.detail) == (outcome, status, f"HTTP {status}")


def test_a_system_without_a_topic_is_a_failure(telling: Stage) -> None:
    said = notice(5, "zz_hezhou", "topic")
    telling.topics.append(NOTICES, said.system, said)
    assert result_of(telling, said).outcome == "failed"


def test_metrics_count_what_was_told_and_not_what_could_not_begin(telling: Stage) -> None:
    def counted(outcome: str) -> float:
        _, text = telling.get("/metrics")
        samples = [sample for family in text_string_to_metric_families(text.decode()) for sample in family.samples]
        labels = {"outcome": outcome}
        return next(s.value for s in samples if (s.name, s.labels) == ("hub_give_back_results_total", labels))

    before = {outcome: counted(outcome) for outcome in ("delivered", "failed")}
    (telling.home / "secrets" / "unsigned").write_text(telling.webhook.url)
    for said in (
        notice(6, "zz_community_e", "callback"),
        replace(notice(7, "zz_community_e", "callback"), address="secret:unsigned"),
    ):
        telling.topics.append(NOTICES, said.system, said)
        result_of(telling, said)

    assert counted("delivered") == before["delivered"] + 1
    assert counted("failed") == before["failed"]


def test_what_is_no_notice_goes_to_the_quarantine(telling: Stage) -> None:
    telling.topics.append(NOTICES, "zz_hezhou", b"nothing of ours")
    held = patiently(lambda: telling.topics.records(QUARANTINE))
    assert held[0].owner == "give_back"
