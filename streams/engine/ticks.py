"""Makes a quiet log's clock move: a tick is appended when the next due moment has come by the owner's own clock."""

import threading
from collections.abc import Callable
from typing import Any

from streams.codec import Codec
from streams.facts.engine import Tick
from streams.kafka import UNSTAMPED, KafkaException, open_producer

PAUSE_MILLISECONDS = 100
LOST_MILLISECONDS = 5_000
"""A tick that has not been seen for so long is taken for lost."""


class TickProducer:
    """Appends the ticks of all partitions of a worker. Belongs to one thread."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._producer = open_producer(bootstrap)
        self._waits = self._waited = False
        """Whether it waits to hear of a tick, and whether it did when another client was last answered."""

    def append(self, told: Callable[[Any, Any], None], **record: Any) -> None:
        """Hand a tick over; `told` is called at a poll, with an error or the record. BufferError, KafkaException."""

        def hear(error: Any, message: Any) -> None:
            self._waits = self._waited = False
            told(error, message)

        self._producer.produce(on_delivery=hear, **record)
        self._waits = True

    def poll(self) -> None:
        """Hear what has become of ticks; never waits."""
        self._producer.poll(0)

    def compare(self) -> bool:
        """Kafka has just answered another client, as it does every 10 s: one that has heard nothing in between may
        have lost its brokers for good, and another takes its place (ops/decisions/0134).

        Returns whether it did. A tick that got lost is sent again.
        """
        is_astray = self._waits and self._waited
        if is_astray:
            left, self._producer = self._producer, open_producer(self._bootstrap)
            # To be emptied it may wait for what never comes.
            threading.Thread(target=left.purge, name="purge-ticks", daemon=True).start()
            self._waits = False
        self._waited = self._waits
        return is_astray

    def purge(self) -> None:
        """Let go of what has not left."""
        self._producer.purge()


class Ticker:
    """Ticks of one partition: one outstanding, 100 ms apart, later by the difference if one came back too early."""

    def __init__(self, producer: TickProducer, topic: str, partition: int, codec: Codec, *, stamped: bool) -> None:
        self._producer = producer
        self._topic = topic
        self._partition = partition
        self._codec = codec
        self._stamped = stamped
        self._sent_at = 0
        self._offset: int | None = None
        self._outstanding = False
        self._not_before = 0
        self._early_due_at = self._early_until = 0
        """A due moment that the last tick was too early for, and when that one comes by the owner's own clock."""

    def next_at(self, due_at: int | None) -> int | None:
        """When a tick may be sent for a due moment, by the owner's own clock; None: no need."""
        if due_at is None:
            return None
        early_until = self._early_until if due_at >= self._early_due_at else 0
        return max(due_at, self._not_before, early_until)

    def seen(self, offset: int, clock: int, due_at: int | None, now: int) -> None:
        """The partition has applied up to `offset` and its clock is `clock`."""
        if not self._outstanding or self._offset is None or offset < self._offset:
            return
        self._outstanding = False
        if due_at is not None and clock < due_at:
            self._early_due_at, self._early_until = due_at, now + due_at - clock

    def send(self, now: int) -> bool:
        """Append a tick unless one is outstanding; True if it was sent."""
        if self._outstanding and now - self._sent_at < LOST_MILLISECONDS:
            return False
        self._outstanding, self._offset, self._sent_at = True, None, now
        self._not_before = now + PAUSE_MILLISECONDS
        value = self._codec.encode(Tick(sent_at=now))
        try:
            self._producer.append(
                self._note,
                topic=self._topic,
                value=value,
                partition=self._partition,
                timestamp=now if self._stamped else UNSTAMPED,
            )
            self._producer.poll()
        except (BufferError, KafkaException):
            self._outstanding = False
        return True

    def _note(self, error: Any, message: Any) -> None:
        if error is None:
            self._offset = message.offset()
        else:
            self._outstanding = False
