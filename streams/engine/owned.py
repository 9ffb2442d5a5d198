"""A partition while a worker owns it."""

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
    waiting: list[Message] = field(default_factory=list)
    applied: int = 0
    """How many of those that wait are applied in the open transaction."""
    end: int | None = None
    """The end of the log as last read to; None while records are on their way."""

    @property
    def is_waiting(self) -> bool:
        """Whether records are left that the open transaction has not applied."""
        return self.applied < len(self.waiting)

    def forget_applied(self) -> None:
        """What was applied is committed, or has no effect."""
        del self.waiting[: self.applied]
        self.applied = 0
