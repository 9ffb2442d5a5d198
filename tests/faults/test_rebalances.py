"""Workers join and leave while records flow: partitions change hands, and nothing is lost, doubled or fired twice."""

from concurrent.futures import Future
from pathlib import Path

from confluent_kafka.admin import AdminClient

from streams.engine.clock import WallClock
from streams.engine.worker import Worker
from tests.conftest import Cluster
from tests.engine.toy import Totals, toy_topology
from tests.eventually import eventually
from tests.faults.flow import Flow, flow
from tests.faults.running import RunningWorker
from tests.faults.stage import Stage, stage_on

HANDED_OVER_SECONDS = 60.0
"""Who leaves is a member until its session of 6 s is over."""


def await_partitions(count: int, *owners: RunningWorker) -> None:
    """Until each of the workers is ready and owns so many partitions."""
    eventually(
        lambda: all(owner.is_ready and len(owner.worker.partitions) == count for owner in owners),
        within_seconds=HANDED_OVER_SECONDS,
    )


def take_turns(stage: Stage, flowing: Flow, turns: int) -> list[RunningWorker]:
    """A newcomer shares the log with who was there, who then leaves it alone; all workers that there were."""
    workers = [stage.start(slot="0")]
    await_partitions(2, workers[-1])
    for turn in range(turns):
        veteran, newcomer = workers[-1], stage.start(slot=str((turn + 1) % 2))
        workers.append(newcomer)
        await_partitions(1, veteran, newcomer)
        flowing.await_progress()
        veteran.stop()
        await_partitions(2, newcomer)
        flowing.await_progress()
    return workers


def test_partitions_that_change_hands_again_and_again_lose_and_double_nothing(stage: Stage) -> None:
    totals = stage.start(Totals())
    with flow(stage) as flowing:
        workers = take_turns(stage, flowing, turns=2)
    flowing.judge()
    assert {worker.failure for worker in (totals, *workers)} == {None}


class LastMoment:
    """Stops its worker once the group has given it partitions that it has not heard of: it hears of them when it polls,
    and asks for the time just before."""

    simulated = False

    def __init__(self, bootstrap: str, group: str) -> None:
        self._admin = AdminClient({"bootstrap.servers": bootstrap})
        self._group = group
        self._worker: Future[Worker] = Future()
        self._is_over = False

    def watch(self, worker: Worker) -> None:
        self._worker.set_result(worker)

    def now(self) -> int:
        if not self._is_over:
            self._is_over = True
            worker = self._worker.result(HANDED_OVER_SECONDS)
            eventually(self._has_partitions, within_seconds=HANDED_OVER_SECONDS)
            worker.stop()
        return WallClock().now()

    def _has_partitions(self) -> bool:
        found = self._admin.describe_consumer_groups([self._group])[self._group].result()
        return any(member.assignment.topic_partitions for member in found.members)


def test_a_worker_told_to_stop_as_it_is_given_partitions_leaves_them_alone(
    kafka_broker: Cluster, namespace: str, tmp_path: Path
) -> None:
    bootstrap = kafka_broker.bootstrap_servers
    clock = LastMoment(bootstrap, toy_topology(namespace).processor_group("accounts"))
    with stage_on(bootstrap, namespace, tmp_path, clock) as stage:
        newcomer = stage.start()
        clock.watch(newcomer.worker)
        eventually(lambda: not newcomer.is_alive, within_seconds=HANDED_OVER_SECONDS)
        assert newcomer.failure is None


def test_a_worker_that_leaves_while_it_still_takes_over_harms_nothing(stage: Stage) -> None:
    stage.start(Totals())
    veteran = stage.start(slot="0")
    await_partitions(2, veteran)
    with flow(stage) as flowing:
        for _ in range(2):
            newcomer = stage.start(slot="1")
            eventually(lambda: len(veteran.worker.partitions) < 2, within_seconds=HANDED_OVER_SECONDS)
            newcomer.stop()
            assert newcomer.failure is None
        await_partitions(2, veteran)
    flowing.judge()
    assert veteran.failure is None
