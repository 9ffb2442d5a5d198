"""A topic of the hub that a process of the connectors knows whole before it starts, and follows from then on."""

import logging
import threading
from collections.abc import Callable

from connectors.kafka import KafkaAway, Message, PositionedConsumer, read_topic

MOST_RECORDS = 500
READ_SECONDS = 0.5
PAUSE_SECONDS = 1.0

logger = logging.getLogger(__name__)


class FollowedTopic:
    """One topic of one partition; what holds while Kafka is away is what was heard last."""

    def __init__(self, bootstrap: str, topic: str, take: Callable[[Message], None]) -> None:
        """`topic` is its name on the cluster; `take` is called with each record, once from its beginning on."""
        self._bootstrap = bootstrap
        self._topic = topic
        self._take = take
        self.next_offset = 0
        """Behind the last record that was heard."""

    def recall(self) -> None:
        """Hear all that has been said by now; KafkaAway."""
        for message in read_topic(self._bootstrap, self._topic):
            self._hear(message)

    def follow(self, stop: threading.Event, after_reading: Callable[[], None] = lambda: None) -> None:
        """Hear all that is said from then on until `stop` is set; waits out Kafka being away.

        `after_reading` is called after every look, at least twice a second while Kafka answers.
        """
        while not stop.is_set():
            consumer = PositionedConsumer(self._bootstrap, self._topic, f"read-{self._topic}")
            try:
                consumer.start({0: self.next_offset} if self.next_offset else {})
                while not stop.is_set():
                    for message in consumer.read(MOST_RECORDS, READ_SECONDS):
                        self._hear(message)
                    after_reading()
            except KafkaAway as away:
                logger.warning("%s is not heard of: %s", self._topic, away)
                stop.wait(PAUSE_SECONDS)
            finally:
                consumer.close()

    def _hear(self, message: Message) -> None:
        self.next_offset = int(message.offset() or 0) + 1
        self._take(message)
