"""A replay compares the tables too: entries that the changelog has lost, kept or got otherwise are found and mended."""

from collections.abc import Callable, Iterable
from dataclasses import replace

import pytest

from streams.engine.engine import POSITION
from streams.engine.entries import TableDifference, WorkersAtWork
from streams.engine.outbox import Outbox
from streams.engine.replay import Live, Replay
from streams.engine.simulation import KafkaHub
from streams.engine.tables import NOT_DUE
from streams.kafka import Producer
from tests.conftest import Cluster
from tests.engine.replaying import replay_of, tell_a_story
from tests.engine.test_behaviours import added
from tests.engine.toy import ACCOUNTS_LOG, ACCOUNTS_VIEW, Account
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
    eventually(lambda: repaired(replay), within_seconds=FORGOTTEN_SECONDS)
    assert replay.run().is_equal

    before = live_hub.latest(ACCOUNTS_VIEW)["b"]
    live_hub.start()
    live_hub.publish(ACCOUNTS_LOG, added(51, key="b"))
    live_hub.settle()
    assert live_hub.latest(ACCOUNTS_VIEW)["b"] == Account(total=before.total + 51, records=before.records + 1)


def repaired(replay: Replay) -> bool:
    """Whether the tables could be written anew; not while the group remembers the worker."""
    try:
        replay.run(repair_tables=True)
    except WorkersAtWork:
        return False
    return True


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
    assert len(replay_of(live_hub, kafka_broker).run().tables) == (0 if later_milliseconds else 1)
