"""Makes a quiet log's clock move: a tick is appended when the next due moment has come by the owner's own clock."""

from collections.abc import Callable
from typing import Any

from streams.codec import Codec
from streams.facts.engine import Tick
from streams.kafka import UNSTAMPED, KafkaException, Producer

PAUSE_MILLISECONDS = 100
LOST_MILLISECONDS = 5_000
"""A tick that has not been seen for so long is taken for lost."""


class Ticker:
    """Ticks of one partition: one outstanding, 100 ms apart, later by the difference if one came back too early."""

    def __init__(self, producer: Producer, topic: str, partition: int, codec: Codec, *, stamped: bool) -> None:
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
            self._producer.produce(
                self._topic,
                value=value,
                partition=self._partition,
                on_delivery=self._delivered(),
                timestamp=now if self._stamped else UNSTAMPED,
            )
            self._producer.poll(0)
        except (BufferError, KafkaException):
            self._outstanding = False
        return True

    def _delivered(self) -> Callable[[Any, Any], None]:
        def note(error: Any, message: Any) -> None:
            if error is None:
                self._offset = message.offset()
            else:
                self._outstanding = False

        return note
