"""A topic of the hub that a process of the connectors knows whole before it starts, and follows from then on."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from connectors.kafka import KafkaAway
from connectors.topic_reading import Message, PositionedConsumer, read_topic
from streams.codec import Codec, CodecError

MOST_RECORDS = 500
READ_SECONDS = 0.5
PAUSE_SECONDS = 1.0

logger = logging.getLogger(__name__)


class FollowedTopic:
    """One topic of one partition; what holds while Kafka is away is what was heard last."""

    def __init__(self, bootstrap: str, topic: str, codec: Codec, take: Callable[[int, Any], None]) -> None:
        """`topic` is its name on the cluster; `take` gets offset and record of each, once from its beginning on."""
        self._bootstrap = bootstrap
        self._topic = topic
        self._codec = codec
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
        offset = int(message.offset() or 0)
        self.next_offset = offset + 1
        record = decoded(message, self._codec)
        if record is not None:
            self._take(offset, record)


def decoded(message: Message, codec: Codec) -> Any:
    """The record of a message; None where it deletes one, and where it is none, which is logged."""
    if (value := message.value()) is None:
        return None
    try:
        return codec.decode(value)
    except CodecError as error:
        logger.warning("a record of %s that is none is passed over: %s", message.topic(), error)
        return None
