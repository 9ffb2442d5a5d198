"""The embedded broker, tried on the real thing."""

from confluent_kafka.admin import AdminClient

from tests.conftest import Cluster, PrivateBrokers


def test_the_shared_broker_answers(kafka_broker: Cluster) -> None:
    metadata = AdminClient({"bootstrap.servers": kafka_broker.bootstrap_servers}).list_topics(timeout=10)
    assert len(metadata.brokers) == 1


def test_a_killed_broker_comes_back_on_its_port(private_broker: PrivateBrokers) -> None:
    broker = private_broker()
    address, pid = broker.bootstrap_servers, broker.pid
    broker.kill()
    assert broker.pid is None
    broker.start()
    assert broker.bootstrap_servers == address
    assert broker.pid not in (None, pid)
