"""Looking at topics on a real broker that comes and goes."""

from streams.kafka import Topics, open_producer
from tests.conftest import PrivateBrokers


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
