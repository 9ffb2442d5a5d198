"""Requests and responses of transactions are lost, cut off or come late: no half outputs, nothing lost or doubled."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from streams.topics import ensure_topics
from streams.topology import Topology
from tests.engine.toy import Accounts, Totals, toy_topology
from tests.eventually import eventually
from tests.faults import ledger
from tests.faults.conftest import Line
from tests.faults.proxy import Api, Direction, Fate, Frame, Once
from tests.faults.records import publish
from tests.faults.running import RunningWorker, workers

SHARE = 100
INVALID_PRODUCER_EPOCH, PRODUCER_FENCED = 47, 90
ACCOUNTS_PRODUCER = b"hub-accounts-0"
TRANSACTION = (Api.ADD_PARTITIONS, Api.PRODUCE, Api.ADD_OFFSETS, Api.COMMIT_OFFSETS, Api.END_TRANSACTION)


class Hops:
    """The toy's two processors behind the line, fed share by share."""

    def __init__(self, line: Line, topology: Topology, running: tuple[RunningWorker, ...]) -> None:
        self._running = running
        self._line = line
        self._topology = topology
        self._published = 0

    def feed(self) -> None:
        """Append one more share of records."""
        publish(self._line.direct, self._topology, range(self._published, self._published + SHARE))
        self._published += SHARE

    def wait(self) -> None:
        """Until all that was fed has gone through both hops."""
        eventually(
            lambda: ledger.applied_records(self._line.direct, self._topology) >= self._published, within_seconds=60
        )

    def renewals(self) -> int:
        """How often a producer was put in the place of another."""
        return sum(one.transactions.renewals for one in self._running)

    def judge(self) -> None:
        """Nothing was lost, doubled or torn."""
        ledger.assert_applied_once(self._line.direct, self._topology, self._published)
        ledger.assert_equal_to_a_replay(self._line.direct, self._topology)


@pytest.fixture
def hops(line: Line, namespace: str, tmp_path: Path) -> Iterator[Hops]:
    """Both hops at work: a first share has gone through."""
    topology = toy_topology(namespace)
    ensure_topics(topology, line.direct)
    with workers(topology, line.disturbed, tmp_path) as made:
        hops = Hops(line, topology, (made.start(Accounts()), made.start(Totals())))
        hops.feed()
        hops.wait()
        yield hops
        line.proxy.heal()


@pytest.mark.parametrize("direction", Direction)
def test_a_connection_that_breaks_at_any_request_of_a_transaction_tears_nothing(
    hops: Hops, line: Line, direction: Direction
) -> None:
    for api in TRANSACTION:
        line.proxy.judge = cut = Once(api, direction, Fate.CUT)
        hops.feed()
        hops.wait()
        assert cut.met, api
    hops.judge()


class LateCommit:
    """The accounts' next EndTxn is overtaken by its repetition, and comes amid the outputs of the transaction after."""

    def __init__(self) -> None:
        self.came_late = False
        self._commits = 0
        self._outputs = 0

    def __call__(self, frame: Frame) -> Fate | None:
        if frame.direction is Direction.RESPONSE or ACCOUNTS_PRODUCER not in frame.data:
            return None
        self._commits += frame.api == Api.END_TRANSACTION
        if frame.api == Api.END_TRANSACTION and self._commits == 1:
            return Fate.LATE
        self._outputs += frame.api == Api.PRODUCE and self._commits == 2
        if self._outputs == 2 and not self.came_late:
            self.came_late = True
            return Fate.PASS_AFTER_LATE
        return None


def test_a_commit_overtaken_by_its_repetition_does_not_tear_the_next_transaction(hops: Hops, line: Line) -> None:
    line.proxy.judge = late = LateCommit()
    hops.feed()
    hops.wait()
    hops.feed()
    hops.wait()
    assert late.came_late
    (answer,) = line.proxy.late_answers
    assert error_of(answer) in (INVALID_PRODUCER_EPOCH, PRODUCER_FENCED)
    hops.judge()


def error_of(answer: bytes) -> int:
    """The error code of an EndTxn response: after length, correlation id and throttle time."""
    return int.from_bytes(answer[12:14], "big")


@pytest.mark.parametrize("direction", Direction)
def test_the_outcome_of_a_commit_without_an_answer_is_found_out(hops: Hops, line: Line, direction: Direction) -> None:
    renewals = hops.renewals()
    line.proxy.judge = Once(Api.END_TRANSACTION, direction, Fate.LOSE)
    hops.feed()
    hops.wait()
    # Where only the answer was lost the outputs are there before the worker knows that they are.
    eventually(lambda: hops.renewals() > renewals, within_seconds=60)
    hops.judge()


@pytest.mark.parametrize("api", [Api.ADD_OFFSETS, Api.COMMIT_OFFSETS])
def test_a_producer_whose_offsets_got_no_answer_is_not_asked_again(hops: Hops, line: Line, api: Api) -> None:
    renewals = hops.renewals()
    line.proxy.judge = lost = Once(api, Direction.REQUEST, Fate.LOSE)
    hops.feed()
    hops.wait()
    assert lost.met
    assert hops.renewals() > renewals
    hops.judge()


def test_a_commit_that_comes_after_its_transaction_was_given_up_commits_nothing(hops: Hops, line: Line) -> None:
    renewals = hops.renewals()
    line.proxy.judge = held = Once(Api.END_TRANSACTION, Direction.REQUEST, Fate.HOLD)
    hops.feed()
    hops.wait()
    assert hops.renewals() > renewals
    commits = line.proxy.passed[Api.END_TRANSACTION]
    line.proxy.heal()
    eventually(lambda: line.proxy.passed[Api.END_TRANSACTION] > commits)
    assert held.met
    hops.feed()
    hops.wait()
    hops.judge()


class AtRandom:
    """Every so-manieth frame, whatever it is, is lost with its connection."""

    def __init__(self, every: int) -> None:
        self.cuts = 0
        self._every = every
        self._random = Random(5)

    def __call__(self, frame: Frame) -> Fate | None:
        if self._random.randrange(self._every):
            return None
        self.cuts += 1
        return Fate.CUT


def run_on_a_bad_line(hops: Hops, line: Line, shares: int) -> None:
    """Feed so many shares while connections break, then judge what came of it."""
    line.proxy.judge = bad = AtRandom(every=50)
    for _ in range(shares):
        hops.feed()
        hops.wait()
    line.proxy.heal()
    assert bad.cuts > shares / 2
    hops.judge()


def test_a_line_that_breaks_at_random_loses_and_doubles_nothing(hops: Hops, line: Line) -> None:
    run_on_a_bad_line(hops, line, shares=10)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_line_that_breaks_a_thousand_times_loses_and_doubles_nothing(hops: Hops, line: Line) -> None:
    run_on_a_bad_line(hops, line, shares=1_000)
