"""Counts what departments have yet to answer for: wrong and disputed rows in the quarantine, and which are overdue.

One process of a hub does so, from the beginning of the quarantine on; it keeps a number, a system and a limit of each.
"""

import threading
import time
from collections import Counter
from collections.abc import Collection, Mapping

from connectors.followed_topics import FollowedTopic
from connectors.publisher import Now, wall_clock
from streams.codec import Codec
from streams.facts.quarantine import Answered, Handled, Held
from streams.metrics import show_cases

COUNTED_EVERY_SECONDS = 60.0


class OpenCases:
    """What the quarantine has shown so far: cases by number, each with its system and its limit (milliseconds)."""

    def __init__(self, systems: Collection[str]) -> None:
        self._limits: dict[int, tuple[str, int]] = {}
        self._systems = systems

    def apply(self, number: int, record: object) -> None:
        """Learn of one record of the quarantine, which stands there under `number`."""
        match record:
            case Held(owner=system, answer_due_at=int(due_at)) if system in self._systems:
                self._limits[number] = (system, due_at)
            case Answered(number=answered) | Handled(number=answered, action="retried"):
                self._limits.pop(answered, None)

    def counts(self, now: int) -> Mapping[str, tuple[int, int]]:
        """How many are open and how many of them overdue, of each system."""
        open_cases = Counter(system for system, _ in self._limits.values())
        overdue = Counter(system for system, due_at in self._limits.values() if due_at <= now)
        return {system: (open_cases[system], overdue[system]) for system in self._systems}


class CaseWatch:
    """Follows the quarantine and shows the counts as metrics."""

    def __init__(
        self, bootstrap: str, topic: str, codec: Codec, systems: Collection[str], now: Now = wall_clock
    ) -> None:
        """`topic` is the quarantine's name on the cluster; rows of other systems than `systems` are passed over."""
        self._quarantine = FollowedTopic(bootstrap, topic, codec, self._learn)
        self._now = now
        self._cases = OpenCases(systems)
        self._count_again_at = 0.0

    def follow(self, stop: threading.Event) -> None:
        """Until `stop` is set; waits out Kafka being away."""
        self._quarantine.follow(stop, self._show_at_times)

    def _show_at_times(self) -> None:
        """At once when something was learned, else every minute: a limit passes by itself."""
        if time.monotonic() < self._count_again_at:
            return
        self._count_again_at = time.monotonic() + COUNTED_EVERY_SECONDS
        for system, (open_cases, overdue) in self._cases.counts(self._now()).items():
            show_cases(system, open_cases, overdue)

    def _learn(self, number: int, record: object) -> None:
        self._count_again_at = 0.0
        self._cases.apply(number, record)
