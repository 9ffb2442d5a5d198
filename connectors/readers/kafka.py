"""A department's own topic, on our cluster or on another.

The cursor is the next offset of each partition. It is ours (`hub.cursors.v1`): nothing is committed on the department's
side. Rows of one department come as they stand in each partition; versions of a record put them in order.
"""

import json
import threading
from collections.abc import Generator

from connectors.contract import Batch, RawRow, SourceAway
from connectors.kafka import KafkaAway
from connectors.readers.json_rows import json_row
from connectors.topic_reading import Message, PositionedConsumer
from streams.codec import Origin

MOST_ROWS = 500
WAIT_SECONDS = 1.0


class KafkaReader:
    """Reads a topic of JSON objects."""

    def __init__(self, bootstrap: str, topic: str, group: str) -> None:
        self._bootstrap = bootstrap
        self._topic = topic
        self._group = group

    def batches(self, cursor: str | None, stop: threading.Event) -> Generator[Batch, None, None]:
        offsets = {int(partition): int(offset) for partition, offset in json.loads(cursor or "{}").items()}
        consumer = PositionedConsumer(self._bootstrap, self._topic, self._group)
        try:
            consumer.start(offsets)
            while not stop.is_set():
                messages = consumer.read(MOST_ROWS, WAIT_SECONDS)
                if messages:
                    rows = [_row(message) for message in messages]
                    offsets |= {row.origin.partition: row.origin.offset + 1 for row in rows}
                    yield Batch(rows, json.dumps(offsets))
        except KafkaAway as away:
            raise SourceAway(str(away)) from away
        finally:
            consumer.close()


def _row(message: Message) -> RawRow:
    origin = Origin(str(message.topic()), int(message.partition() or 0), int(message.offset() or 0))
    _, noted_at = message.timestamp()
    return json_row(message.value() or b"", origin, noted_at)
