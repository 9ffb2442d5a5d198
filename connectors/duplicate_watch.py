"""Counts suspected duplicates (疑似重复) that wait for a person's word, from the view of reviews."""

import threading

from connectors.followed_topics import FollowedTopic
from connectors.publisher import Now, wall_clock
from streams.codec import Codec
from streams.facts.views import Review
from streams.metrics import OPEN_DUPLICATES, OVERDUE_DUPLICATES

REVIEWS_VIEW = "hub.view.reviews.v1"


class Duplicates:
    """The reviews that are open as the view has shown them so far, and until when each is to be decided."""

    def __init__(self) -> None:
        self._limits: dict[tuple[str, str], int] = {}

    def apply(self, review: Review) -> None:
        """Learn how a review stands."""
        numbers = review.incident_no, review.other_no
        if review.state == "open":
            self._limits[numbers] = review.due_at
        else:
            self._limits.pop(numbers, None)

    def open(self) -> int:
        """How many wait for somebody's word."""
        return len(self._limits)

    def overdue(self, now: int) -> int:
        """Those of them whose limit has come; nobody has decided them, and nothing else will."""
        return sum(due_at <= now for due_at in self._limits.values())


class DuplicateWatch:
    """Follows the view of reviews and shows the counts as metrics."""

    def __init__(self, bootstrap: str, topic: str, codec: Codec, now: Now = wall_clock) -> None:
        """`topic` is the view's name on the cluster."""
        self._view = FollowedTopic(bootstrap, topic, codec, self._learn)
        self._now = now
        self._duplicates = Duplicates()

    def follow(self, stop: threading.Event) -> None:
        """Until `stop` is set; waits out Kafka being away."""
        self._view.follow(stop, self._show)

    def _show(self) -> None:
        OPEN_DUPLICATES.set(self._duplicates.open())
        OVERDUE_DUPLICATES.set(self._duplicates.overdue(self._now()))

    def _learn(self, _offset: int, record: object) -> None:
        if isinstance(record, Review):
            self._duplicates.apply(record)
