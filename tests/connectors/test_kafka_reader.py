"""A department's own topic."""

import json
import threading
import time

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient, NewPartitions

from connectors.contract import RawRow, SourceAway
from connectors.readers.kafka import KafkaReader
from tests.conftest import Cluster
from tests.connectors.departments import create, write_to
from tests.connectors.reading import reading
from tests.eventually import eventually


@pytest.fixture
def topic(kafka_broker: Cluster, namespace: str) -> str:
    """A department's topic of two partitions."""
    name = f"{namespace}dept.ga_alarm110"
    create(kafka_broker.bootstrap_servers, name)
    return name


def reader(cluster: Cluster, topic: str) -> KafkaReader:
    return KafkaReader(cluster.bootstrap_servers, topic, f"hub-{topic}")


def alarm(number: int) -> bytes:
    return json.dumps({"alarm_no": f"JQ{number}"}).encode()


def told(rows: list[RawRow]) -> list[str]:
    return sorted(row.values["alarm_no"] for row in rows if row.values)


def test_every_partition_is_read_from_its_beginning(kafka_broker: Cluster, topic: str) -> None:
    write_to(kafka_broker.bootstrap_servers, topic, {0: [alarm(1), alarm(2)], 1: [alarm(3)]})
    with reading(reader(kafka_broker, topic)) as read:
        rows = read.rows(3)
    assert told(rows) == ["JQ1", "JQ2", "JQ3"]
    assert json.loads(read.cursor or "") == {"0": 2, "1": 1}
    assert all(abs((row.noted_at or 0) / 1000 - time.time()) < 60 for row in rows)


def test_a_restarted_reader_goes_on_at_its_cursor(kafka_broker: Cluster, topic: str) -> None:
    write_to(kafka_broker.bootstrap_servers, topic, {0: [alarm(1)], 1: [alarm(2)]})
    with reading(reader(kafka_broker, topic)) as read:
        read.rows(2)
    write_to(kafka_broker.bootstrap_servers, topic, {0: [alarm(3)], 1: [alarm(4)]})
    with reading(reader(kafka_broker, topic), read.cursor) as read:
        assert told(read.rows(2)) == ["JQ3", "JQ4"]
    assert json.loads(read.cursor or "") == {"0": 2, "1": 2}


def test_what_is_no_json_is_a_row_with_a_fault(kafka_broker: Cluster, topic: str) -> None:
    junk = [b"", b"\xff\xfe", b"{", b"[1]", b"NaN", b'"x"', b"[" * 100_000, b'{"a": Infinity}', b"1" * 5000]
    write_to(kafka_broker.bootstrap_servers, topic, {0: [*junk, alarm(1)]})
    with reading(reader(kafka_broker, topic)) as read:
        rows = read.rows(len(junk) + 1)
    assert [row.fault.rule for row in rows if row.fault] == [
        "not_json",
        "not_json",
        "not_json",
        "not_object",
        "not_json",
        "not_object",
        "not_json",
        "not_json",
        "not_json",
    ]
    assert [row.raw for row in rows if row.fault] == junk
    assert told(rows) == ["JQ1"]


def test_records_that_the_department_deleted_before_they_were_read_are_passed_and_said(
    kafka_broker: Cluster, topic: str, caplog: pytest.LogCaptureFixture
) -> None:
    write_to(kafka_broker.bootstrap_servers, topic, {0: [alarm(number) for number in range(5)]})
    admin = AdminClient({"bootstrap.servers": kafka_broker.bootstrap_servers})
    for future in admin.delete_records([TopicPartition(topic, 0, 3)]).values():
        future.result()
    with reading(reader(kafka_broker, topic), '{"0": 1}') as read:
        assert told(read.rows(2)) == ["JQ3", "JQ4"]
    assert "offset 1 is gone" in caplog.text


def test_a_topic_made_anew_is_read_from_its_beginning_and_said(
    kafka_broker: Cluster, topic: str, caplog: pytest.LogCaptureFixture
) -> None:
    write_to(kafka_broker.bootstrap_servers, topic, {0: [alarm(7)]})
    with reading(reader(kafka_broker, topic), '{"0": 4711}') as read:
        assert told(read.rows(1)) == ["JQ7"]
    assert "offset 4711 is gone" in caplog.text


def test_a_topic_that_is_not_there_yet_is_said(kafka_broker: Cluster, namespace: str) -> None:
    with reading(reader(kafka_broker, f"{namespace}nowhere")) as read, pytest.raises(SourceAway, match="nowhere"):
        read.next()


def test_a_partition_that_the_department_adds_is_found(
    kafka_broker: Cluster, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.topic_reading.PARTITIONS_EVERY_SECONDS", 0.5)
    write_to(kafka_broker.bootstrap_servers, topic, {0: [alarm(1)]})
    with reading(reader(kafka_broker, topic)) as read:
        read.rows(1)
        admin = AdminClient({"bootstrap.servers": kafka_broker.bootstrap_servers})
        admin.create_partitions([NewPartitions(topic, 3)])[topic].result()
        eventually(lambda: len(admin.list_topics(topic).topics[topic].partitions) == 3)
        write_to(kafka_broker.bootstrap_servers, topic, {2: [alarm(2)]})
        assert told(read.rows(1)) == ["JQ2"]


def test_a_stop_ends_a_reader_that_waits(kafka_broker: Cluster, topic: str) -> None:
    stop = threading.Event()
    batches = reader(kafka_broker, topic).batches(None, stop)
    threading.Timer(0.2, stop.set).start()
    assert list(batches) == []
