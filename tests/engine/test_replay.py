"""A replay into a shadow: nothing differs where nothing went wrong; a lost half is found and published again."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from streams.contract import Output, Tables
from streams.engine.cuts import latest_cuts, write_cut
from streams.engine.engine import Emission
from streams.engine.outbox import Outbox
from streams.engine.quarantine import SealingQuarantine
from streams.engine.replay import Replay
from streams.engine.simulation import KafkaHub
from streams.engine.versions import versions_of
from streams.kafka import Producer
from streams.sealing import Keys, Sealer
from tests.conftest import Cluster
from tests.engine.conftest import START_AT
from tests.engine.test_behaviours import HOUR, added
from tests.engine.toy import (
    ACCOUNTS_LOG,
    TOTALS_LOG,
    TOTALS_VIEW,
    Account,
    Accounts,
    Added,
    Totals,
    toy_codec,
    toy_topology,
)


@pytest.fixture
def live_hub(kafka_broker: Cluster, namespace: str, tmp_path: Path) -> Iterator[KafkaHub]:
    codec = toy_codec()
    quarantine = SealingQuarantine(codec, Sealer(Keys(tmp_path / "keys", create=True)))
    processors = {"accounts": Accounts(), "totals": Totals()}
    topology = toy_topology(namespace)
    with KafkaHub.running(topology, processors, codec, kafka_broker.bootstrap_servers, quarantine, START_AT) as hub:
        yield hub


def replay_of(hub: KafkaHub, broker: Cluster, processor: Accounts | None = None) -> Replay:
    accounts = processor or Accounts()
    versions = versions_of(accounts, hub.topology.processors["accounts"])
    return Replay(hub.topology, accounts, versions, hub.codec, broker.bootstrap_servers)


def tell_a_story(hub: KafkaHub, first: int = 1) -> None:
    for number in range(first, first + 50):
        order = "remind" if number % 5 == 0 else ""
        hub.publish(ACCOUNTS_LOG, added(number, key="abc"[number % 3], order=order, due_at=hub.now + HOUR))
    hub.advance_to(hub.now + 2 * HOUR)


def test_a_replay_of_the_same_code_finds_no_difference(live_hub: KafkaHub, kafka_broker: Cluster) -> None:
    tell_a_story(live_hub)
    report = replay_of(live_hub, kafka_broker).run()
    assert report.differences == ()
    assert sum(span.records for span in report.spans) > 50
    assert sum(span.outputs for span in report.spans) == 110


def test_a_replay_can_begin_at_a_stored_cut(live_hub: KafkaHub, kafka_broker: Cluster, tmp_path: Path) -> None:
    tell_a_story(live_hub)
    for cut in replay_of(live_hub, kafka_broker).run().cuts:
        write_cut(tmp_path, "accounts", cut)
    tell_a_story(live_hub, first=51)
    report = replay_of(live_hub, kafka_broker).run(latest_cuts(tmp_path, "accounts"))
    assert report.differences == ()
    assert sum(span.outputs for span in report.spans) == 110


def test_outputs_that_were_lost_are_found_and_published_again(
    live_hub: KafkaHub, kafka_broker: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = Outbox._send

    def lose_some(outbox: Outbox, producer: Producer, emissions: Iterable[Emission]) -> None:
        kept = [one for one in emissions if one.topic != TOTALS_LOG or one.value is None or one.value[-1] % 3]
        send(outbox, producer, kept)

    monkeypatch.setattr(Outbox, "_send", lose_some)
    tell_a_story(live_hub)
    monkeypatch.undo()
    lost = 50 - live_hub.latest(TOTALS_VIEW)["all"].records
    assert lost > 0
    report = replay_of(live_hub, kafka_broker).run(repair=True)
    assert report.repaired == len(report.differences) == lost
    live_hub.settle()
    assert live_hub.latest(TOTALS_VIEW) == {"all": Account(total=sum(range(1, 51)), records=50)}
    assert replay_of(live_hub, kafka_broker).run().differences == ()


def test_other_code_shows_what_it_would_have_done(live_hub: KafkaHub, kafka_broker: Cluster) -> None:
    class Doubling(Accounts):
        def on_record(self, now: int, record: Added, tables: Tables) -> Iterator[Output]:
            return super().on_record(now, replace(record, amount=2 * record.amount), tables)

    tell_a_story(live_hub)
    report = replay_of(live_hub, kafka_broker, Doubling()).run()
    assert report.differences == ()
    assert not any(span.is_current for span in report.spans)
    assert {one.kind for span in report.spans for one in span.differences} == {"changed"}
