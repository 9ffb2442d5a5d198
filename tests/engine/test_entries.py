"""A replay compares the tables too: entries that the changelog has lost, kept or got otherwise are found and mended."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest

from streams.engine.cuts import Cut
from streams.engine.engine import POSITION
from streams.engine.entries import TableDifference, WorkersAtWork
from streams.engine.outbox import Outbox
from streams.engine.replay import Live, NotReplayable, Replay
from streams.engine.restore import read_changelog
from streams.engine.simulation import KafkaHub
from streams.engine.tables import NOT_DUE
from streams.kafka import Producer, members_of, open_producer
from tests.conftest import Cluster
from tests.engine.replaying import replay_of, tell_a_story
from tests.engine.test_behaviours import HOUR, added
from tests.engine.toy import ACCOUNTS_LOG, ACCOUNTS_VIEW, Account, Added
from tests.eventually import eventually

Row = tuple[str, bytes | None]
FORGOTTEN_SECONDS = 15
"""A worker that has stopped is a member until its session ends, after six."""


class LosingRows:
    """Loses the rows of the accounts that `loses` picks, as a torn transaction would, until it is told to stop."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, loses: Callable[[str, bytes | None], bool]) -> None:
        send = Outbox.send_rows

        def send_the_rest(outbox: Outbox, producer: Producer, partition: int, changes: Iterable[Row]) -> None:
            is_ours = outbox._changelog.endswith("accounts.v1")
            kept = [(key, row) for key, row in changes if not (is_ours and loses(key, row))]
            send(outbox, producer, partition, kept)

        monkeypatch.setattr(Outbox, "send_rows", send_the_rest)
        self.stop = monkeypatch.undo


def test_the_tables_of_an_untouched_hub_are_equal_while_clocks_wait_and_after_they_fired(
    live_hub: KafkaHub, kafka_broker: Cluster
) -> None:
    tell_a_story(live_hub)
    live_hub.publish(ACCOUNTS_LOG, added(51, order="remind", due_at=live_hub.now + HOUR))
    live_hub.settle()
    replay = replay_of(live_hub, kafka_broker)
    waiting = replay.audit({})
    live_hub.advance_to(live_hub.now + HOUR)
    fired = replay.audit({cut.partition: cut for cut in waiting.cuts})
    for report in (waiting, fired):
        assert report.is_equal
        assert report.not_judged == frozenset()
    assert [sum(key.startswith("reminders/") for key in report.cuts[0].rows) for report in (waiting, fired)] == [1, 0]


@pytest.mark.parametrize(
    ("loses", "difference"),
    [
        (lambda key, _: key == "accounts/b", TableDifference(0, "accounts", missing=1, surplus=0, changed=0)),
        (
            lambda key, row: key.startswith("reminders/") and row is None,
            TableDifference(0, "reminders", missing=0, surplus=10, changed=0),
        ),
    ],
    ids=["an entry", "a deletion"],
)
def test_what_the_changelog_lost_is_found(
    live_hub: KafkaHub,
    kafka_broker: Cluster,
    monkeypatch: pytest.MonkeyPatch,
    loses: Callable[[str, bytes | None], bool],
    difference: TableDifference,
) -> None:
    losing = LosingRows(monkeypatch, loses)
    tell_a_story(live_hub)
    losing.stop()
    report = replay_of(live_hub, kafka_broker).audit({})
    assert report.tables == (difference,)
    assert report.differences == ()
    assert not report.is_equal


def test_an_entry_with_other_bytes_is_found_and_its_loss_stays_found_from_a_cut_on(
    live_hub: KafkaHub, kafka_broker: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_a_story(live_hub)
    whole = replay_of(live_hub, kafka_broker).audit({})
    losing = LosingRows(monkeypatch, lambda key, _: key == "accounts/b")
    live_hub.publish(ACCOUNTS_LOG, added(51, key="b"))
    live_hub.settle()
    losing.stop()
    live_hub.publish(ACCOUNTS_LOG, added(52, key="c"))
    live_hub.settle()
    report = replay_of(live_hub, kafka_broker).audit({cut.partition: cut for cut in whole.cuts})
    assert report.tables == (TableDifference(0, "accounts", missing=0, surplus=0, changed=1),)


def test_what_is_wrong_is_written_anew_once_nobody_owns_it(
    live_hub: KafkaHub, kafka_broker: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing = LosingRows(monkeypatch, lambda key, row: key == "accounts/b" or row is None)
    tell_a_story(live_hub)
    losing.stop()
    replay = replay_of(live_hub, kafka_broker)
    with pytest.raises(WorkersAtWork, match="1 workers own the tables of"):
        replay.run(repair_tables=True)
    assert sum(one.entries for one in replay.run().tables) == 11

    live_hub.stop()
    group = live_hub.topology.processor_group("accounts")
    bootstrap = kafka_broker.bootstrap_servers
    eventually(lambda: members_of(bootstrap, group) == 0, within_seconds=FORGOTTEN_SECONDS)
    assert replay.run(repair_tables=True).rewritten == 11
    assert replay.run().is_equal

    before = live_hub.latest(ACCOUNTS_VIEW)["b"]
    live_hub.start()
    live_hub.publish(ACCOUNTS_LOG, added(51, key="b"))
    live_hub.settle()
    assert live_hub.latest(ACCOUNTS_VIEW)["b"] == Account(total=before.total + 51, records=before.records + 1)


def test_nothing_is_written_anew_where_a_worker_has_come_and_gone_since_the_tables_were_read(
    live_hub: KafkaHub, kafka_broker: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    losing = LosingRows(monkeypatch, lambda key, _: key == "accounts/b")
    tell_a_story(live_hub)
    losing.stop()
    look = Replay._live

    def look_before_a_worker_works(replay: Replay) -> dict[int, Live]:
        found = look(replay)
        live_hub.publish(ACCOUNTS_LOG, added(51, key="b"))
        live_hub.settle()
        return found

    monkeypatch.setattr(Replay, "_live", look_before_a_worker_works)
    # The group has forgotten it by then: that would take six seconds here.
    monkeypatch.setattr("streams.engine.entries.members_of", lambda *_: 0)
    with pytest.raises(WorkersAtWork, match=r"has written to .+ meanwhile"):
        replay_of(live_hub, kafka_broker).run(repair_tables=True)
    monkeypatch.undo()
    changelog = live_hub.topology.topic_name(live_hub.topology.processors["accounts"].changelog)
    rows = read_changelog(kafka_broker.bootstrap_servers, changelog, [0])[0]
    account = live_hub.latest(ACCOUNTS_VIEW)["b"]
    assert rows["accounts/b"] == NOT_DUE + live_hub.codec.encode(account)


def test_a_transaction_that_is_just_being_read_counts_once_its_position_has_come(
    live_hub: KafkaHub, kafka_broker: Cluster
) -> None:
    tell_a_story(live_hub)
    bootstrap, replay = kafka_broker.bootstrap_servers, replay_of(live_hub, kafka_broker)
    changelog = live_hub.topology.topic_name(live_hub.topology.processors["accounts"].changelog)
    producer = open_producer(bootstrap)

    def found_after(key: str, row: bytes | None) -> tuple[TableDifference, ...]:
        producer.produce(changelog, row, key, 0)
        assert producer.flush(10) == 0
        return replay.run().tables

    position = read_changelog(bootstrap, changelog, [0])[0][POSITION]
    assert found_after("accounts/b", None) == ()
    assert found_after(POSITION, position) == (TableDifference(0, "accounts", missing=1, surplus=0, changed=0),)


@pytest.mark.parametrize("later_milliseconds", [0, 1])
def test_tables_are_not_judged_while_their_owner_is_at_the_due_moments_before_a_record(
    live_hub: KafkaHub, kafka_broker: Cluster, monkeypatch: pytest.MonkeyPatch, later_milliseconds: int
) -> None:
    tell_a_story(live_hub)
    look = Replay._live

    def look_at_a_moment_later(replay: Replay) -> dict[int, Live]:
        """As if the owner had committed one more due moment, which took an entry away, and not yet the next record."""
        one = look(replay)[0]
        later = replace(one.position, clock=one.position.clock + later_milliseconds)
        rows = {key: row for key, row in one.rows.items() if key != "accounts/b"}
        rows[POSITION] = NOT_DUE + live_hub.codec.encode(later)
        return {0: one._replace(rows=rows, position=later)}

    monkeypatch.setattr(Replay, "_live", look_at_a_moment_later)
    report = replay_of(live_hub, kafka_broker).run()
    assert len(report.tables) == (0 if later_milliseconds else 1)
    assert report.not_judged == ({0} if later_milliseconds else frozenset())


def test_tables_are_not_judged_while_something_is_due_at_the_instant_of_the_last_record(
    live_hub: KafkaHub, kafka_broker: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell_a_story(live_hub)
    live_hub.publish(ACCOUNTS_LOG, added(51, order="work in slices", due_at=1))
    live_hub.settle()
    order_at = max(offset for offset, value in enumerate(log_of_one_partition(live_hub)) if isinstance(value, Added))
    look = Replay._live

    def look_before_the_next_record(replay: Replay) -> dict[int, Live]:
        """As if the owner had committed the slices under the offset of what ordered them: the clock has not moved."""
        one = look(replay)[0]
        return {0: one._replace(position=replace(one.position, offset=order_at))}

    monkeypatch.setattr(Replay, "_live", look_before_the_next_record)
    report = replay_of(live_hub, kafka_broker).run()
    assert report.cuts[0].offset == order_at
    assert report.not_judged == {0}
    assert report.tables == ()


def log_of_one_partition(hub: KafkaHub) -> Iterator[object]:
    """The values of the accounts' log, whose story is in partition 0 alone, by offset."""
    return (hub.codec.decode(one.data or b"") for one in hub.appended(ACCOUNTS_LOG))


def test_a_cut_of_a_log_that_was_created_anew_is_refused(live_hub: KafkaHub, kafka_broker: Cluster) -> None:
    tell_a_story(live_hub)
    replay = replay_of(live_hub, kafka_broker)
    (cut,) = replay.run().cuts
    position = replace(replay._position(cut.rows), topic_id="another")
    old = Cut(0, cut.offset, {**cut.rows, POSITION: NOT_DUE + live_hub.codec.encode(position)})
    with pytest.raises(NotReplayable, match=f"created anew, and the cut at {cut.offset} is of the one before"):
        replay.run({0: old})
