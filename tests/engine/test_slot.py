"""Whose a slot is: the worker's that claimed it last, as Kafka remembers it."""

import os
import socket

import pytest
from confluent_kafka.admin import AdminClient

from streams.engine.slot import Slot
from streams.kafka import Topics
from tests.conftest import Cluster
from tests.eventually import eventually

WHO = f"process {os.getpid()} on {socket.gethostname()}"


@pytest.fixture
def group(kafka_broker: Cluster, namespace: str) -> str:
    """A group of a topic of the same name."""
    name = f"{namespace}hub.accounts"
    topics = Topics(kafka_broker.bootstrap_servers)
    topics.create(name, 1, {})
    eventually(lambda: name in topics.describe([name]))  # its controller knows of it a little before the broker
    return name


def slot_of(cluster: Cluster, group: str, name: str = "0") -> Slot:
    return Slot(cluster.bootstrap_servers, group, name, group)


def test_who_claims_a_slot_last_has_it(kafka_broker: Cluster, group: str) -> None:
    first, second = slot_of(kafka_broker, group), slot_of(kafka_broker, group)
    first.claim()
    assert first.taken_by() == ""
    second.claim()
    assert (first.taken_by(), second.taken_by()) == (WHO, "")


def test_another_slot_is_another_matter(kafka_broker: Cluster, group: str) -> None:
    zero, one = slot_of(kafka_broker, group, "0"), slot_of(kafka_broker, group, "1")
    zero.claim()
    one.claim()
    assert (zero.taken_by(), one.taken_by()) == ("", "")


def test_of_two_whose_claims_kafka_has_forgotten_one_keeps_the_slot(kafka_broker: Cluster, group: str) -> None:
    first, second = slot_of(kafka_broker, group), slot_of(kafka_broker, group)
    first.claim()
    second.claim()
    admin = AdminClient({"bootstrap.servers": kafka_broker.bootstrap_servers})
    for deleted in admin.delete_consumer_groups([f"{group}.0.claim"]).values():
        deleted.result()
    assert first.taken_by() == ""
    assert (first.taken_by(), second.taken_by()) == ("", WHO)
