"""Looking at topics on a real broker that comes and goes."""

from concurrent.futures import ThreadPoolExecutor

from streams.kafka import Topics, open_producer
from tests.conftest import Cluster, PrivateBrokers


def test_the_ends_are_told_by_a_client_that_has_seen_the_broker_killed_and_started_again(
    private_broker: PrivateBrokers,
) -> None:
    broker = private_broker()
    topics = Topics(broker.bootstrap_servers)
    topics.create("written", 2, {})
    producer = open_producer(broker.bootstrap_servers)
    producer.produce("written", b"a record", partition=1)
    assert producer.flush(10) == 0
    for _ in range(2):
        assert topics.end_offsets("written", range(2), committed=False) == {0: 0, 1: 1}
        broker.kill()
        broker.start()
    assert topics.end_offsets("written", range(2), committed=True) == {0: 0, 1: 1}


def test_the_ends_of_a_topic_that_the_broker_has_not_heard_of_yet_are_waited_for(
    kafka_broker: Cluster, namespace: str
) -> None:
    name = f"{namespace}late"
    with ThreadPoolExecutor() as executor:
        ends = executor.submit(Topics(kafka_broker.bootstrap_servers).end_offsets, name, range(2), committed=False)
        assert name not in Topics(kafka_broker.bootstrap_servers).describe([name])
        Topics(kafka_broker.bootstrap_servers).create(name, 2, {})
        assert ends.result() == {0: 0, 1: 0}
