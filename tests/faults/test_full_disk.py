"""A disk fills under a running hub. Kafka's: Kafka stops, the hub says so and waits, and nothing acknowledged is lost.
A worker's own: there is no state on it to lose (ops/decisions/0024).
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.embedded.kafka import KafkaBroker
from streams.embedded.ports import HOST
from streams.kafka import KafkaException
from streams.up.scraping import write_targets
from tests.eventually import eventually
from tests.faults.records import append
from tests.faults.sources_stage import ROWS, SourcesStage
from tests.hosting.patiently import patiently
from tests.hosting.worker_process import WorkerProcess
from tests.ops.alert_rules import prometheus_over
from tests.small_disk import SmallDisk, small_disk

SMALL_DISK_BYTES = 32_000_000
LARGER_DISK_BYTES = 256_000_000
WORKERS_DISK_BYTES = 1_000_000
ONE_PAGE_BYTES = 4_096
"""A file that is there has the rest of its last page, however full the disk."""
FILLER = "hub.source.ga_alarm110.v1"
FILLER_BYTES = 900_000
ALARMED_SECONDS = 60.0
ALERT = ("HubProcessorLagging", "sources")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", SMALL_DISK_BYTES) as disk:
        yield disk


@pytest.fixture
def broker(disk: SmallDisk, tmp_path: Path) -> Iterator[KafkaBroker]:
    broker = KafkaBroker(disk.folder / "kafka", log_path=tmp_path / "kafka.log")
    broker.start()
    yield broker
    broker.kill()


@pytest.fixture
def worker(broker: KafkaBroker, namespace: str, tmp_path: Path) -> Iterator[WorkerProcess]:
    variables = {"HUB_KAFKA": broker.bootstrap_servers, "HUB_NAMESPACE": namespace}
    worker = WorkerProcess("hub", ("sources",), tmp_path, variables)
    yield worker
    worker.child.kill()


def fill_the_disk(stage: SourcesStage) -> int:
    """Tell of batches and fill the disk beside them until Kafka takes no more; how many batches were acknowledged."""
    told = 0
    filler = stage.topology.topic_name(FILLER)
    while True:
        stage.observe(told)
        told += 1
        try:
            append(stage.bootstrap, filler, [("", os.urandom(FILLER_BYTES))], message_timeout_ms=3_000)
        except KafkaException:
            return told


@pytest.mark.timeout(900)
def test_a_full_disk_of_kafka_raises_an_alert_and_costs_nothing_once_there_is_space(
    disk: SmallDisk, broker: KafkaBroker, worker: WorkerProcess, namespace: str, tmp_path: Path
) -> None:
    stage = SourcesStage(broker.bootstrap_servers, namespace, FILLER)
    worker.start()
    targets_path = tmp_path / ".hub" / "run" / "targets.json"
    targets_path.parent.mkdir(parents=True)
    write_targets(targets_path, {"worker": f"{HOST}:{worker.port_path.read_text().strip()}"})
    with prometheus_over(tmp_path) as prometheus:

        def alerted() -> bool:
            alerts = (alert["labels"] for alert in prometheus.alerts() if alert["state"] == "firing")
            return ALERT in {(labels["alertname"], labels.get("processor")) for labels in alerts}

        told = fill_the_disk(stage)
        assert broker.wait(within_seconds=30) is not None
        assert f"the disk of {broker.folder} is full" in broker.why_ended()
        eventually(alerted, within_seconds=ALARMED_SECONDS)
        assert worker.health()["ready"] is False
        assert worker.get("/health/live")[0] == 200

        disk.resize(LARGER_DISK_BYTES)
        broker.start()
        patiently(lambda: worker.health()["ready"])
        stage.observe(told)
        patiently(lambda: stage.rows_shown() == ROWS * (told + 1))
        patiently(lambda: not alerted())
    assert stage.replay().is_equal
    stage.close()


def fill_up(folder: Path) -> Path:
    """A file that takes all the space there is left."""
    path = folder / "filler"
    with path.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4_096))
    return path


@pytest.mark.timeout(900)
def test_a_full_disk_under_a_worker_costs_lines_of_its_log_alone(
    mortal_broker: KafkaBroker, namespace: str, tmp_path: Path
) -> None:
    stage = SourcesStage(mortal_broker.bootstrap_servers, namespace)
    variables = {"HUB_KAFKA": mortal_broker.bootstrap_servers, "HUB_NAMESPACE": namespace}
    with small_disk(tmp_path / "disk", WORKERS_DISK_BYTES) as disk:
        worker = WorkerProcess("hub", ("sources",), disk.folder, variables)
        worker.start()
        filler = fill_up(disk.folder)
        written = len(worker.log())
        mortal_broker.kill()
        patiently(lambda: not worker.health()["ready"])
        mortal_broker.start()
        stage.observe(0)
        patiently(lambda: stage.rows_shown() == ROWS)
        patiently(lambda: worker.health()["ready"])
        assert len(worker.log()) - written < ONE_PAGE_BYTES

        filler.unlink()
        mortal_broker.kill()
        patiently(lambda: "does not answer" in worker.log()[written:])
        mortal_broker.start()
        worker.child.stop()
    assert stage.replay().is_equal
    stage.close()
