"""A form that is collected for a while: when it is over rows are refused, what was kept is gone, and that is told."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from connectors import runner as runners
from connectors.contract import Receipt
from connectors.contract_digest import digest
from connectors.forms import FormLeaks, check_form, delete_form
from connectors.kafka import KafkaAway
from connectors.readers.http_push import IntakeFailed, pushed_row
from connectors.runner import PUSHED, ConnectorRunner
from connectors.systems import fleet
from connectors.topic_reading import delete_records
from streams.facts.sources import FormDeleted
from streams.facts.views import Source
from streams.kafka import open_producer
from streams.secrecy.sealing import KeyMissing, Keys
from tests.connectors.conftest import SOURCES, Hub, Running
from tests.connectors.fleet_samples import codec, samples
from tests.eventually import eventually

SYSTEM = "zz_community_e"
TOPIC = f"hub.source.{SYSTEM}.v1"
FORM = replace(
    fleet()[SYSTEM],
    contract=replace(fleet()[SYSTEM].contract, expires_on="2026-11-22"),
    facts=lambda _: [],
)
OVER_AT = 1_795_363_200_000
"""2026-11-23 00:00 in Beijing."""


@pytest.fixture
def form(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Hub:
    """A hub in which the community's system is a form for a while, and publishes as one."""
    wiring = replace(hub.topology.connectors[SYSTEM], publishes=(TOPIC, SOURCES))
    monkeypatch.setattr(runners, "fleet", lambda: {**fleet(), SYSTEM: FORM})
    monkeypatch.setattr(runners, "released_contracts", lambda: {SYSTEM: digest(FORM.contract)})
    return replace(hub, topology=replace(hub.topology, connectors={SYSTEM: wiring}))


def push(runner: ConnectorRunner, *numbers: str) -> list[Receipt]:
    """Rows of these numbers; one without a number is wrong."""
    rows = [
        pushed_row(
            json.dumps({**samples()[SYSTEM].good, "request_no": number}).encode(), "request.submitted", number, "/v1"
        )
        for number in numbers
    ]

    async def accepted() -> list[Receipt]:
        return await runner.push_intakes[SYSTEM].accept(rows)

    return asyncio.run(accepted())


def deletions(hub: Hub) -> Sequence[FormDeleted]:
    found = [codec().decode(message.value() or b"") for message in hub.records(SOURCES)]
    return [fact for fact in found if isinstance(fact, FormDeleted)]


def test_when_a_form_is_over_its_rows_are_refused_and_what_was_kept_is_gone(form: Hub, running: Running) -> None:
    now = OVER_AT - 1000
    runner = running.start(form, *PUSHED, now=lambda: now)
    eventually(lambda: not runner.states[SYSTEM].fault)
    assert [receipt.status for receipt in push(runner, "SQ1", "SQ2", "")] == ["accepted", "accepted", "quarantined"]
    assert (len(form.rows(SYSTEM)), len(form.payloads())) == (2, 1)

    now = OVER_AT
    (deleted,) = eventually(lambda: deletions(form))
    assert (deleted.rows, deleted.digest, deleted.expired_at) == (2, digest(FORM.contract), OVER_AT)
    assert deleted.keys == (f"quarantine.{SYSTEM}", f"rows.{SYSTEM}")
    assert form.rows(SYSTEM) == []
    with pytest.raises(KeyMissing):
        form.payloads()
    assert runner.authorisations.obstacle(SYSTEM) == "form_expired"
    with pytest.raises(IntakeFailed):
        push(runner, "SQ3")
    assert form.rows(SYSTEM) == []
    assert runner.not_ready() == []


def test_a_hub_that_was_down_at_the_end_of_a_form_deletes_when_it_comes_back(form: Hub, running: Running) -> None:
    now = OVER_AT - 1000
    runner = running.start(form, *PUSHED, now=lambda: now)
    eventually(lambda: not runner.states[SYSTEM].fault)
    push(runner, "SQ1")
    running.stop()
    now = OVER_AT + 86_400_000
    running.start(form, *PUSHED, now=lambda: now)
    assert [one.rows for one in eventually(lambda: deletions(form))] == [1]
    assert form.rows(SYSTEM) == []


def test_what_the_view_says_was_deleted_is_not_deleted_again(form: Hub, running: Running) -> None:
    source = Source(
        system=SYSTEM, state="stale", last_seen_at=1, newest_at=1, rows=0, facts=0, wrong=0, late=0, items={},
        fresh_seconds=5, as_of=1, deleted_contract=digest(FORM.contract), deleted_at=OVER_AT, deleted_rows=1,
    )  # fmt: skip
    producer = open_producer(form.bootstrap)
    producer.produce(form.topology.topic_name("hub.view.sources.v1"), codec().encode(source), SYSTEM)
    assert producer.flush(20) == 0
    runner = running.start(form, *PUSHED, now=lambda: OVER_AT)
    eventually(lambda: runner.authorisations.obstacle(SYSTEM) == "form_expired" and runner.authorisations.next_offset)
    assert not runner.authorisations.awaits_deletion(SYSTEM)
    assert deletions(form) == []


def test_a_form_that_publishes_where_its_deletion_does_not_reach_takes_no_row(
    hub: Hub, running: Running, form: Hub
) -> None:
    leaking = hub.topology.connectors[SYSTEM]
    with pytest.raises(FormLeaks, match=r"hub\.log\.incidents\.v1"):
        check_form(FORM.contract, leaking)
    check_form(fleet()[SYSTEM].contract, leaking)
    wired = replace(form, topology=replace(form.topology, connectors={SYSTEM: leaking}))
    runner = running.start(wired, *PUSHED, now=lambda: OVER_AT - 1000)
    eventually(lambda: "may not publish" in runner.states[SYSTEM].fault)


def test_nothing_is_deleted_of_what_is_not_over(hub: Hub) -> None:
    keys = Keys(hub.surroundings.keys, create=True)
    for contract, now in ((FORM.contract, OVER_AT - 1), (fleet()[SYSTEM].contract, OVER_AT)):
        with pytest.raises(ValueError, match="no form that is over"):
            delete_form(contract, hub.bootstrap, hub.topology.topic_name(TOPIC), keys, now)


def test_a_destroyed_key_opens_nothing_and_another_is_made_in_its_place(hub: Hub) -> None:
    keys = Keys(hub.surroundings.keys, create=True)
    before, other = keys.current("quarantine.a_form"), keys.current("quarantine.a_form2")
    assert keys.destroy("quarantine.a_form")
    assert not keys.destroy("quarantine.a_form")
    with pytest.raises(KeyMissing):
        Keys(hub.surroundings.keys, create=False).current("quarantine.a_form")
    assert keys.current("quarantine.a_form").secret != before.secret
    assert Keys(hub.surroundings.keys, create=False).current("quarantine.a_form2") == other


def test_without_kafka_nothing_is_said_to_be_deleted(free_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connectors.topic_reading.CALL_SECONDS", 0.5)
    with pytest.raises(KafkaAway):
        delete_records(f"127.0.0.1:{free_port}", "a_topic")


@pytest.mark.parametrize("day", ["2026-13-01", "22.11.2026", "soon"])
def test_a_form_without_a_day_is_none(day: str) -> None:
    with pytest.raises(ValueError, match=r"not YYYY-MM-DD|month"):
        replace(fleet()[SYSTEM].contract, expires_on=day)
