"""A replay into a shadow: nothing differs where nothing went wrong; a lost half is found and published again."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from streams.contract import Output, Tables
from streams.engine.audit import keep_cuts, last_cut_hour
from streams.engine.cuts import latest_cuts, write_cut
from streams.engine.engine import Emission
from streams.engine.outbox import Outbox
from streams.engine.replay import Live, NotReplayable, Replay, Report
from streams.engine.simulation import KafkaHub
from streams.kafka import Producer
from streams.topology import Audit
from tests.conftest import Cluster
from tests.engine.replaying import replay_of, tell_a_story
from tests.engine.test_behaviours import added
from tests.engine.toy import (
    ACCOUNTS_LOG,
    ACCOUNTS_VIEW,
    TOTALS_LOG,
    TOTALS_VIEW,
    Account,
    Accounts,
    Added,
    Totals,
)


class Doubling(Accounts):
    """Other code for the same log."""

    def on_record(self, now: int, record: Added, tables: Tables) -> Iterator[Output]:
        return super().on_record(now, replace(record, amount=2 * record.amount), tables)


class Losing:
    """Loses the outputs that `loses` picks, as a torn transaction would, until it is told to stop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, loses: Callable[[Emission], bool]) -> None:
        send = Outbox._send

        def send_the_rest(outbox: Outbox, producer: Producer, emissions: Iterable[Emission]) -> None:
            send(outbox, producer, [one for one in emissions if not loses(one)])

        monkeypatch.setattr(Outbox, "_send", send_the_rest)
        self.stop = monkeypatch.undo


def test_a_replay_of_the_same_code_finds_no_difference(live_hub: KafkaHub, kafka_broker: Cluster) -> None:
    tell_a_story(live_hub)
    report = replay_of(live_hub, kafka_broker).run()
    assert report.is_equal
    assert report.corrections == {0: {}}
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
    losing = Losing(
        monkeypatch, lambda one: one.topic == TOTALS_LOG and one.value is not None and one.value[-1] % 3 == 0
    )
    tell_a_story(live_hub)
    losing.stop()
    lost = 50 - live_hub.latest(TOTALS_VIEW)["all"].records
    assert lost > 0
    report = replay_of(live_hub, kafka_broker).run(repair=True)
    assert report.repaired == len(report.differences) == lost
    live_hub.settle()
    assert live_hub.latest(TOTALS_VIEW) == {"all": Account(total=sum(range(1, 51)), records=50)}
    assert replay_of(live_hub, kafka_broker).run().differences == ()


def test_the_last_record_of_a_key_that_was_lost_is_published_again(
    live_hub: KafkaHub, kafka_broker: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_a_story(live_hub)
    losing = Losing(monkeypatch, lambda one: one.topic == ACCOUNTS_VIEW and one.key == "b")
    live_hub.publish(ACCOUNTS_LOG, added(51, key="b"))
    live_hub.settle()
    losing.stop()
    before = live_hub.latest(ACCOUNTS_VIEW)
    report = replay_of(live_hub, kafka_broker).audit({})
    assert [(one.kind, one.topic, one.key) for one in report.differences] == [("missing", ACCOUNTS_VIEW, "b")]
    assert report.repaired == 1
    after = live_hub.latest(ACCOUNTS_VIEW)
    assert after == {**before, "b": Account(total=before["b"].total + 51, records=before["b"].records + 1)}


def test_an_audit_amid_work_takes_nothing_that_is_newer_for_missing(
    live_hub: KafkaHub, kafka_broker: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_a_story(live_hub)
    look = Replay._live

    def look_and_go_on(replay: Replay) -> dict[int, Live]:
        found = look(replay)
        tell_a_story(live_hub, first=51)
        return found

    monkeypatch.setattr(Replay, "_live", look_and_go_on)
    before = live_hub.latest(ACCOUNTS_VIEW)
    report = replay_of(live_hub, kafka_broker).audit({})
    assert live_hub.latest(ACCOUNTS_VIEW) != before
    assert report.differences == ()
    assert report.repaired == 0
    assert sum(span.outputs for span in report.spans) == 110
    monkeypatch.undo()
    following = replay_of(live_hub, kafka_broker).audit({cut.partition: cut for cut in report.cuts})
    assert following.differences == ()
    assert sum(span.outputs for span in following.spans) == 110


def test_what_is_published_again_never_stands_over_what_the_owner_wrote_meanwhile(
    live_hub: KafkaHub, kafka_broker: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_a_story(live_hub)
    losing = Losing(monkeypatch, lambda one: one.topic == ACCOUNTS_VIEW and one.key == "b")
    live_hub.publish(ACCOUNTS_LOG, added(51, key="b"))
    live_hub.settle()
    losing.stop()
    publish = Replay._publish
    waves: list[int] = []

    def publish_too_late(replay: Replay, outputs: Iterable[Emission], clock: int) -> None:
        if not waves:
            live_hub.publish(ACCOUNTS_LOG, added(52, key="b"))
            live_hub.settle()
        waves.append(len(list(outputs)))
        publish(replay, outputs, clock)

    monkeypatch.setattr(Replay, "_publish", publish_too_late)
    assert replay_of(live_hub, kafka_broker).audit({}).repaired == 1
    assert waves == [1, 1]
    total = sum(number for number in range(1, 51) if "abc"[number % 3] == "b") + 51 + 52
    assert live_hub.latest(ACCOUNTS_VIEW)["b"].total == total


def test_what_a_topic_need_not_keep_any_more_is_not_missed(
    live_hub: KafkaHub, kafka_broker: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing = Losing(monkeypatch, lambda one: one.topic == TOTALS_LOG)
    tell_a_story(live_hub)
    losing.stop()
    replay = replay_of(live_hub, kafka_broker)
    assert len(replay.run().differences) == 50
    topics = dict(live_hub.topology.topics)
    topics[TOTALS_LOG] = replace(topics[TOTALS_LOG], retention_days=1.0)
    live_hub.topology = replace(live_hub.topology, clock="broker", topics=topics)
    assert replay_of(live_hub, kafka_broker).run().differences == ()


def test_an_audit_after_other_code_has_worked_begins_at_the_tables_as_they_stand(
    live_hub: KafkaHub, kafka_broker: Cluster
) -> None:
    tell_a_story(live_hub)
    (*earlier,) = replay_of(live_hub, kafka_broker).audit({}).cuts
    live_hub._processors = {"accounts": Doubling(), "totals": Totals()}
    live_hub.restart()
    tell_a_story(live_hub, first=51)
    replay = replay_of(live_hub, kafka_broker, Doubling())
    report = replay.audit({cut.partition: cut for cut in earlier})
    assert report.adopted == {0}
    assert report.differences == ()
    tell_a_story(live_hub, first=101)
    following = replay.audit({cut.partition: cut for cut in report.cuts})
    assert following.adopted == frozenset()
    assert following.differences == ()
    assert sum(span.outputs for span in following.spans) == 110
    assert replay_of(live_hub, kafka_broker).audit({}).spans == ()


def test_a_replay_says_when_the_log_has_dropped_what_it_would_need(live_hub: KafkaHub, kafka_broker: Cluster) -> None:
    tell_a_story(live_hub)
    log = live_hub.topology.topic_name(ACCOUNTS_LOG)
    whole = replay_of(live_hub, kafka_broker).audit({})
    admin = AdminClient({"bootstrap.servers": kafka_broker.bootstrap_servers})
    (deleted,) = admin.delete_records([TopicPartition(log, 0, 3)]).values()
    deleted.result()
    with pytest.raises(NotReplayable, match="has dropped what lay before 3, and there is no cut to begin at"):
        replay_of(live_hub, kafka_broker).run()
    assert replay_of(live_hub, kafka_broker).run({cut.partition: cut for cut in whole.cuts}).differences == ()
    assert replay_of(live_hub, kafka_broker).audit({}).adopted == {0}


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-11-22T02:59:59+08:00", "2026-11-21T03:00:00+08:00"),
        ("2026-11-22T03:00:00+08:00", "2026-11-22T03:00:00+08:00"),
        ("2026-11-21T19:00:00+00:00", "2026-11-22T03:00:00+08:00"),
    ],
)
def test_the_hour_of_the_daily_cut_is_the_citys(now: str, last: str) -> None:
    assert last_cut_hour(3, datetime.fromisoformat(now)) == datetime.fromisoformat(last)


def test_a_cut_is_kept_once_a_day_and_old_ones_go(live_hub: KafkaHub, kafka_broker: Cluster, tmp_path: Path) -> None:
    def cuts_after(now: datetime) -> int:
        tell_a_story(live_hub, first=1 + 50 * len(audited))
        audited.append(replay_of(live_hub, kafka_broker).audit(latest_cuts(tmp_path, "accounts")))
        keep_cuts(audited[-1], tmp_path, settings, now)
        return len(list((tmp_path / "accounts").iterdir()))

    audited: list[Report] = []
    settings, today = Audit(every_seconds=900, cut_hour=3, kept_cuts=2), datetime.now(UTC)
    assert [cuts_after(today), cuts_after(today)] == [1, 1]
    assert [cuts_after(today + timedelta(days=days)) for days in (1, 2, 3)] == [2, 2, 2]
    assert [report.differences for report in audited] == [()] * 5
    assert [sum(span.outputs for span in report.spans) for report in audited] == [110, 110, 220, 110, 110]


def test_other_code_shows_what_it_would_have_done(live_hub: KafkaHub, kafka_broker: Cluster) -> None:
    tell_a_story(live_hub)
    report = replay_of(live_hub, kafka_broker, Doubling()).run()
    assert report.differences == ()
    assert not any(span.is_current for span in report.spans)
    assert not report.is_of_one_version
    assert report.not_judged == {0}
    assert report.tables == ()
    assert {one.kind for span in report.spans for one in span.differences} == {"changed"}
