"""What departments do to their own topics and folders."""

import json
from collections.abc import Mapping
from pathlib import Path

from confluent_kafka import KafkaError, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from tests.connectors.conftest import Hub
from tests.connectors.fleet_samples import samples
from tests.eventually import eventually

ALARM = samples()["ga_alarm110"]
GOODS = samples()["ga_dangerous_goods"]


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
