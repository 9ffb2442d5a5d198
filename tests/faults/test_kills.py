"""Workers and brokers are killed at random points; what comes out is what would have come out without."""

import signal
import threading
import time
from pathlib import Path
from random import Random
from statistics import median

import pytest

from streams.embedded.kafka import KafkaBroker
from streams.kafka import open_producer
from streams.topics import ensure_topics
from streams.topology import Topology
from tests.conftest import PrivateBrokers
from tests.engine.toy import ACCOUNTS_LOG, ALARMS, TOTALS_LOG, Added, toy_topology
from tests.eventually import eventually
from tests.faults import ledger
from tests.faults.processes import WorkerProcess, worker_process

KEYS = 500
REMINDED_EVERY = 200
TAKEN_OVER_SECONDS = 90.0
"""The session is over after 6; then the other one works off what the kills before have left."""
SHARE_AT_STOP = 1_000
RESUMED_SECONDS = 10.0
"""The pass mark of a killed worker: its output resumes within that on an embedded broker."""


class Publisher(threading.Thread):
    """Publishes what it is allowed to and waits out the broker's outages; knows what it has receipts for."""

    def __init__(self, bootstrap: str, topology: Topology, records: int) -> None:
        super().__init__(daemon=True)
        self.due: dict[str, int] = {}
        self.receipts = 0
        self.allowed = 0
        self._producer = open_producer(bootstrap, linger_ms=20, message_timeout_ms=120_000)
        self._topic = topology.topic_name(ACCOUNTS_LOG)
        self._records = records
        self._more = threading.Condition()

    def allow(self, records: int) -> None:
        """So many more records may go out, so that there is work to do around every kill."""
        with self._more:
            self.allowed += records
            self._more.notify()

    def run(self) -> None:
        now = time.time_ns() // 1_000_000
        random = Random(3)
        for number in range(self._records):
            with self._more:
                self._more.wait_for(lambda: self.allowed > number)  # noqa: B023 - called at once
            key = f"account-{number % KEYS}"
            due_at, order = 0, ""
            if number % REMINDED_EVERY == 0:
                due_at, order = now + random.randint(5_000, 60_000), "remind"
                self.due[f"{key}/row:{number}/remind"] = due_at
            fact = Added(
                id=f"row:{number}", key=key, trace=f"row:{number}", occurred_at=now, amount=number, order=order,
                due_at=due_at,
            )  # fmt: skip
            self._publish(key, ledger.CODEC.encode(fact))
        self._producer.flush()

    def _publish(self, key: str, data: bytes) -> None:
        while True:
            try:
                self._producer.produce(self._topic, value=data, key=key, on_delivery=self._receipt)
            except BufferError:
                self._producer.poll(0.1)
            else:
                self._producer.poll(0)
                return

    def _receipt(self, error: object, _: object) -> None:
        assert error is None
        self.receipts += 1


class Killer:
    """Kills a worker again and again, each time a random moment after it has begun to apply fresh records."""

    def __init__(self, broker: KafkaBroker, topology: Topology, publisher: Publisher, share: int) -> None:
        self._broker = broker
        self._topology = topology
        self._publisher = publisher
        self._share = share
        self._random = Random(7)
        self.away_seconds: list[float] = []
        """From each kill to the first output of the worker that came after it."""

    def kill(self, worker: WorkerProcess, times: int) -> None:
        self._let_it_work()
        for _ in range(times):
            threading.Event().wait(self._random.uniform(0, 0.5))
            killed_at = time.monotonic()
            worker.kill()
            worker.start()
            self._let_it_work()
            self.away_seconds.append(time.monotonic() - killed_at)

    def _let_it_work(self) -> None:
        """Give it fresh records and wait for the first output."""
        before = self.applied()
        self._publisher.allow(self._share)
        eventually(lambda: self.applied() > before, within_seconds=60)

    def applied(self) -> int:
        return ledger.log_ends(self._broker.bootstrap_servers, self._topology, TOTALS_LOG)


def stop_past_the_session(
    worker: WorkerProcess, broker: KafkaBroker, topology: Topology, folder: Path, publisher: Publisher
) -> None:
    """A worker that is stopped past its session becomes a zombie: another takes over, the zombie harms nothing."""
    worker.signal(signal.SIGSTOP)
    publisher.allow(SHARE_AT_STOP)
    with worker_process(broker.bootstrap_servers, topology.namespace, folder, slot="1") as other:
        eventually(
            lambda: ledger.applied_records(broker.bootstrap_servers, topology) >= publisher.allowed,
            within_seconds=TAKEN_OVER_SECONDS,
        )
        worker.signal(signal.SIGCONT)
        assert other.stop() == 0


def run_under_fire(broker: KafkaBroker, namespace: str, folder: Path, records: int, kills: int) -> list[float]:
    """Publish and apply `records` while everything is killed, then judge; seconds without output after each kill."""
    topology = toy_topology(namespace)
    ensure_topics(topology, broker.bootstrap_servers)
    publisher = Publisher(broker.bootstrap_servers, topology, records)
    killer = Killer(broker, topology, publisher, records // (kills + 5))
    with worker_process(broker.bootstrap_servers, namespace, folder) as worker:
        publisher.start()
        killer.kill(worker, kills // 4)
        broker.kill()
        broker.start()
        killer.kill(worker, kills // 4)
        stop_past_the_session(worker, broker, topology, folder, publisher)
        killer.kill(worker, kills // 4)
        broker.kill()
        broker.start()
        killer.kill(worker, kills - 3 * (kills // 4))
        publisher.allow(records)
        publisher.join()
        eventually(lambda: publisher.receipts == records)
        end = max(publisher.due.values())
        eventually(
            lambda: (
                time.time_ns() // 1_000_000 > end
                and ledger.applied_records(broker.bootstrap_servers, topology) >= records
            ),
            within_seconds=180,
        )
        eventually(
            lambda: len(ledger.values(broker.bootstrap_servers, topology, ALARMS)) >= len(publisher.due),
            within_seconds=30,
        )
        assert worker.stop() == 0
    ledger.assert_applied_once(broker.bootstrap_servers, topology, records)
    ledger.assert_fired_once_and_never_early(broker.bootstrap_servers, topology, publisher.due)
    ledger.assert_equal_to_a_replay(broker.bootstrap_servers, topology)
    return killer.away_seconds


@pytest.mark.timeout(1200)
def test_twenty_kills_lose_and_double_nothing(private_broker: PrivateBrokers, namespace: str, tmp_path: Path) -> None:
    run_under_fire(private_broker(), namespace, tmp_path, records=200_000, kills=20)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_a_hundred_kills_lose_and_double_nothing(
    private_broker: PrivateBrokers, namespace: str, tmp_path: Path
) -> None:
    away_seconds = run_under_fire(private_broker(), namespace, tmp_path, records=1_000_000, kills=100)
    print(f"output again after {median(away_seconds):.1f} s, at most {max(away_seconds):.1f} s, of {len(away_seconds)}")
    assert max(away_seconds) <= RESUMED_SECONDS
