"""What departments do to their own topics and folders."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from confluent_kafka import KafkaError, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.connectors.conftest import Hub
from tests.connectors.fleet_samples import samples
from tests.eventually import eventually

ALARM = samples()["ga_alarm110"]
GOODS = samples()["ga_dangerous_goods"]
MIDNIGHT = datetime.fromisoformat("2026-11-22T00:00:00")


def create(bootstrap: str, topic: str, partitions: int = 2) -> None:
    """Create a topic; returns when its broker knows of it, which its controller does a little earlier."""
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, num_partitions=partitions)])[topic].result()
    eventually(lambda: topic in admin.list_topics(timeout=10).topics)


def topic_of(hub: Hub) -> str:
    return str(hub.topology.connectors["ga_alarm110"].settings["topic"])


def call(hub: Hub, *numbers: int) -> None:
    """The police write alarms of these numbers."""
    values = [json.dumps({**ALARM.good, "alarm_no": f"JQ{number}"}).encode() for number in numbers]
    write_to(hub.bootstrap, topic_of(hub), {0: values})


def dump(folder: Path, name: str, lines: int) -> None:
    folder.mkdir(exist_ok=True)
    header, values = ",".join(GOODS.good), ",".join(map(str, list(GOODS.good.values())[1:]))
    text = "\n".join([header, *(f"JC{number},{values}" for number in range(lines))])
    (folder / f"{name}.part").write_bytes(text.encode("gb18030"))
    (folder / f"{name}.part").rename(folder / name)


def file_cases(database: Path, numbers: Iterable[int]) -> str:
    """The police file public order cases, one a second from midnight on; the address of their database."""
    good = samples()["ga_public_order"].good
    rows = [
        [*{**good, "case_no": f"AJ{number:05}", "update_time": str(MIDNIGHT + timedelta(seconds=number))}.values()]
        for number in numbers
    ]
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS case_summary ({', '.join(good)})")
        connection.execute("CREATE INDEX IF NOT EXISTS by_update ON case_summary (update_time, case_no)")
        connection.executemany(f"INSERT INTO case_summary VALUES ({', '.join('?' * len(good))})", rows)  # noqa: S608
    return f"sqlite:///{database}"


def write_to(bootstrap: str, topic: str, values: Mapping[int, list[bytes]]) -> None:
    """Write to a department's topic, by partition; returns when Kafka has it all."""
    producer = Producer({"bootstrap.servers": bootstrap})
    refused: list[KafkaError] = []

    def answered(error: KafkaError | None, _: object) -> None:
        if error is not None:
            refused.append(error)

    for partition, partition_values in values.items():
        for value in partition_values:
            producer.produce(topic, value, partition=partition, on_delivery=answered)
    assert producer.flush(30) == 0
    assert not refused
