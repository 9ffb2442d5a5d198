"""A partition while a worker owns it."""

from collections import deque
from dataclasses import dataclass, field

from streams.engine.engine import Partition
from streams.engine.ticks import Ticker
from streams.kafka import Message, TopicPartition
from streams.metrics import PartitionMetrics


@dataclass(frozen=True)
class Progress:
    """How far a partition is at the end of a turn, all of it committed: read to which end, next due moment."""

    end: int | None
    next_due_at: int | None


@dataclass
class Owned:
    """A partition of the log this worker owns: its state, its ticks, the records it has still to apply."""

    log: TopicPartition
    state: Partition
    ticker: Ticker
    metrics: PartitionMetrics
    waiting: deque[Message] = field(default_factory=deque)
    taken: list[Message] = field(default_factory=list)
    end: int | None = None
    """The end of the log as last read to; None while records are on their way."""
