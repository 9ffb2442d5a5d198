"""Kafka cannot be reached for a while: workers say so, wait, take no more memory, and go on by themselves."""

import re
import threading
import time
from pathlib import Path

import pytest

from streams.embedded.kafka import KafkaBroker
from streams.kafka import KafkaException, open_producer
from streams.topics import ensure_topics
from streams.topology import Topology
from tests.conftest import PrivateBrokers
from tests.engine.toy import ACCOUNTS_LOG, toy_topology
from tests.eventually import eventually
from tests.faults import ledger
from tests.faults.conftest import Line
from tests.faults.processes import WorkerProcess, worker_process
from tests.faults.records import added, encoded, publish
from tests.faults.running import workers
from tests.faults.stage import stage_on

RECORDS_BEFORE = 2_000
RECORDS_MEANWHILE = 20_000
GROWTH_BYTES = 150_000_000
"""The fetch queue's 32 MiB, the producer's 64 MiB, one batch and its overlay."""

FENCED_FOR_LONG = {"broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "2000"}
"""A lone broker that is held up longer than its session fences itself, and names no broker until its next heartbeat."""
HELD_UP_SECONDS, HELD_UP_TIMES = 5.0, 4


def said(worker: WorkerProcess, since: int = 0) -> list[str]:
    """What the worker has said of its readiness since that length of its log."""
    return re.findall(r"\w+ is (?:not )?ready.*", worker.log()[since:])


def said_last(worker: WorkerProcess) -> list[str]:
    """The last that was said of each of its processors."""
    return sorted({sentence.split()[0]: sentence for sentence in said(worker)}.values())


def applied_as_far_as_is_known(broker: KafkaBroker, topology: Topology) -> int:
    """How many records have been applied; none while nobody leads the partitions."""
    try:
        return ledger.applied_records(broker.bootstrap_servers, topology)
    except KafkaException:
        return 0


def survive(line: Line, namespace: str, folder: Path, outage: str, outage_seconds: float) -> float:
    """Run through an outage with work before, in and after it; returns the seconds the rest took afterwards."""
    topology = toy_topology(namespace)
    ensure_topics(topology, line.direct)
    with worker_process(line.disturbed, namespace, folder) as worker:
        publish(line.direct, topology, range(RECORDS_BEFORE))
        eventually(lambda: ledger.applied_records(line.direct, topology) >= RECORDS_BEFORE, within_seconds=60)
        before_bytes, before_log = worker.resident_bytes, len(worker.log())
        getattr(line.proxy, outage)()
        ends_at = time.monotonic() + outage_seconds
        records = RECORDS_BEFORE + RECORDS_MEANWHILE
        publish(line.direct, topology, range(RECORDS_BEFORE, records))
        # Kafka stays away until the worker has noticed, however slow the machine.
        eventually(lambda: "is not ready: " in " ".join(said(worker, before_log)), within_seconds=30)
        threading.Event().wait(max(0.0, ends_at - time.monotonic()))
        line.proxy.heal()
        healed_at = time.monotonic()
        eventually(lambda: ledger.applied_records(line.direct, topology) >= records, within_seconds=60)
        drained_seconds = time.monotonic() - healed_at
        assert worker.is_running
        assert worker.resident_bytes - before_bytes < GROWTH_BYTES
        eventually(lambda: said_last(worker) == ["accounts is ready", "totals is ready"], within_seconds=30)
        assert worker.stop() == 0
    ledger.assert_applied_once(line.direct, topology, records)
    return drained_seconds


@pytest.mark.parametrize(("outage", "outage_seconds"), [("cut", 5.0), ("hang", 12.0)])
def test_a_worker_waits_for_kafka_and_catches_up(
    line: Line, namespace: str, tmp_path: Path, outage: str, outage_seconds: float
) -> None:
    survive(line, namespace, tmp_path, outage, outage_seconds)


def test_a_worker_that_is_started_without_kafka_says_so_and_begins_when_it_is_there(
    line: Line, namespace: str, tmp_path: Path
) -> None:
    with stage_on(line.direct, namespace, tmp_path) as stage, workers(stage.topology, line.disturbed, tmp_path) as made:
        line.proxy.cut()
        stage.publish(100)
        running = made.start()
        eventually(lambda: f"Kafka at {line.disturbed} does not answer" in running.reasons, within_seconds=30)
        assert running.worker.status()[:2] == (True, False)
        line.proxy.heal()
        stage.wait()
        eventually(lambda: running.is_ready)


def test_a_broker_that_was_held_up_past_its_session_is_found_again_by_all_its_clients(
    private_broker: PrivateBrokers, namespace: str, tmp_path: Path
) -> None:
    broker, topology = private_broker(FENCED_FOR_LONG), toy_topology(namespace)
    ensure_topics(topology, broker.bootstrap_servers)
    producer, log = open_producer(broker.bootstrap_servers), topology.topic_name(ACCOUNTS_LOG)
    with worker_process(broker.bootstrap_servers, namespace, tmp_path) as worker:
        for times in range(HELD_UP_TIMES + 1):
            for key, data in encoded(map(added, range(times * 100, (times + 1) * 100))):
                producer.produce(log, data, key)
            assert producer.flush(30) == 0
            eventually(
                lambda: applied_as_far_as_is_known(broker, topology) == (times + 1) * 100,  # noqa: B023 - asked at once
                within_seconds=60,
            )
            broker.pause()
            threading.Event().wait(HELD_UP_SECONDS)
            broker.resume()
        assert worker.stop() == 0
    ledger.assert_applied_once(broker.bootstrap_servers, topology, (HELD_UP_TIMES + 1) * 100)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("outage", ["cut", "hang"])
def test_a_minute_without_kafka_is_made_up_for_within_a_minute(
    line: Line, namespace: str, tmp_path: Path, outage: str
) -> None:
    drained_seconds = survive(line, namespace, tmp_path, outage, outage_seconds=60.0)
    print(f"{outage}: drained {drained_seconds:.1f} s after the end")
