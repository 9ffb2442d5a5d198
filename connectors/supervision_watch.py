"""Counts what is supervised: orders that are overdue, clocks reminded of, supervision orders that wait for somebody.

One process of a hub does so, from the view of matters; it keeps only those of which something is to be counted.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from connectors.followed_topics import FollowedTopic
from connectors.publisher import Now, wall_clock
from streams.codec import Codec
from streams.facts.views import Clock, Matter
from streams.metrics import show_supervision

MATTERS_VIEW = "hub.view.matters.v1"
COUNTED_EVERY_SECONDS = 30.0


@dataclass(frozen=True)
class Counted:
    """What counts of one matter: `waiting` are its supervision orders by state, `limits` those to answer by when."""

    waiting: tuple[str, ...]
    limits: tuple[int, ...]
    overdue_orders: int
    reminded_clocks: int

    @classmethod
    def of(cls, matter: Matter) -> "Counted":
        is_open = matter.state != "closed"
        clocks = [*matter.clocks, *(clock for order in matter.orders for clock in order.clocks)] if is_open else []
        return cls(
            waiting=tuple(one.state for one in matter.supervisions if one.ended_at is None),
            limits=tuple(one.due_at for one in matter.supervisions if one.state == "signed" and one.due_at is not None),
            overdue_orders=sum(_is_overdue(order.clocks) for order in matter.orders) if is_open else 0,
            reminded_clocks=sum(clock.state == "running" and bool(clock.reminders) for clock in clocks),
        )


def _is_overdue(clocks: Iterable[Clock]) -> bool:
    return any(clock.state == "breached" and clock.ended_at is None for clock in clocks)


NOTHING = Counted((), (), 0, 0)


class Supervised:
    """What the view has shown so far of matters that count; exercises never do."""

    def __init__(self) -> None:
        self._matters: dict[str, Counted] = {}

    def apply(self, matter: Matter) -> None:
        """Learn how a matter stands."""
        counted = NOTHING if matter.exercise else Counted.of(matter)
        if counted == NOTHING:
            self._matters.pop(matter.matter_no, None)
        else:
            self._matters[matter.matter_no] = counted

    def waiting(self) -> Counter[str]:
        """Supervision orders that are not ended, by state."""
        return Counter(state for one in self._matters.values() for state in one.waiting)

    def late(self, now: int) -> int:
        """Supervision orders whose unit has not answered in time."""
        return sum(due_at <= now for one in self._matters.values() for due_at in one.limits)

    def overdue_orders(self) -> int:
        return sum(one.overdue_orders for one in self._matters.values())

    def reminded_clocks(self) -> int:
        return sum(one.reminded_clocks for one in self._matters.values())


class SupervisionWatch:
    """Follows the view of matters and shows the counts as metrics."""

    def __init__(self, bootstrap: str, topic: str, codec: Codec, now: Now = wall_clock) -> None:
        """`topic` is the view's name on the cluster."""
        self._view = FollowedTopic(bootstrap, topic, codec, self._learn)
        self._now = now
        self._supervised = Supervised()
        self._count_again_at = 0.0

    def follow(self, stop: threading.Event) -> None:
        """Until `stop` is set; waits out Kafka being away."""
        self._view.follow(stop, self._show_at_times)

    def _show_at_times(self) -> None:
        """At once when something was learned, else every so often: a limit passes by itself."""
        if time.monotonic() < self._count_again_at:
            return
        self._count_again_at = time.monotonic() + COUNTED_EVERY_SECONDS
        supervised = self._supervised
        show_supervision(
            supervised.waiting(),
            supervised.late(self._now()),
            supervised.overdue_orders(),
            supervised.reminded_clocks(),
        )

    def _learn(self, _offset: int, record: object) -> None:
        if isinstance(record, Matter):
            self._count_again_at = 0.0
            self._supervised.apply(record)
