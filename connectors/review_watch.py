"""Counts levels of alert that are in force past their review, from the view of measures, in one process of a hub."""

import threading

from connectors.followed_topics import FollowedTopic
from connectors.publisher import Now, wall_clock
from streams.codec import Codec
from streams.facts.measures import Measure
from streams.metrics import UNREVIEWED_LEVELS

MEASURES_VIEW = "hub.view.measures.v1"


class Reviews:
    """The levels in force as the view has shown them so far; exercises never count."""

    def __init__(self) -> None:
        self._levels: dict[str, Measure] = {}

    def apply(self, measure: Measure) -> None:
        """Learn how a measure stands."""
        if measure.state == "in_force" and measure.review_at is not None and not measure.exercise:
            self._levels[measure.measure_no] = measure
        else:
            self._levels.pop(measure.measure_no, None)

    def missed(self, now: int) -> int:
        """Levels whose review has passed without an order, also where nobody has noted that yet."""
        levels = self._levels.values()
        return sum(one.missed_reviews > 0 or (one.review_at is not None and one.review_at <= now) for one in levels)


class ReviewWatch:
    """Follows the view of measures and shows the count as a metric."""

    def __init__(self, bootstrap: str, topic: str, codec: Codec, now: Now = wall_clock) -> None:
        """`topic` is the view's name on the cluster."""
        self._view = FollowedTopic(bootstrap, topic, codec, self._learn)
        self._now = now
        self._reviews = Reviews()

    def follow(self, stop: threading.Event) -> None:
        """Until `stop` is set; waits out Kafka being away."""
        self._view.follow(stop, lambda: UNREVIEWED_LEVELS.set(self._reviews.missed(self._now())))

    def _learn(self, _offset: int, record: object) -> None:
        if isinstance(record, Measure):
            self._reviews.apply(record)
