"""Whether the topics that a worker began with are still the ones behind their names."""

import time
from collections.abc import Mapping

from streams.engine import stops
from streams.kafka import IdentitiesAsked, KafkaException, Topics

LOOK_SECONDS = 10.0
LOOK_AGAIN_SECONDS = 1.0
"""How often Kafka is asked; sooner when it did not answer."""


class TopicWatch:
    """Asks beside the work: describing a topic takes as long as several transactions (ops/decisions/0020).

    A client reads a topic by its name: of a log that is deleted, made again and filled past the worker's place before
    the client has fetched once more, records are applied until the next look.
    """

    def __init__(self, bootstrap: str, identities: Mapping[str, str]) -> None:
        """`identities` of the topics by name, as the worker found them when it began."""
        self._bootstrap = bootstrap
        self._identities = identities
        self._topics = Topics(bootstrap)
        self._asked: IdentitiesAsked | None = None
        self._asks_at = 0.0

    def glance(self) -> bool:
        """Ask when it is time; judge what was answered meanwhile. Never waits.

        Returns whether Kafka has answered just now. Raises KafkaException where it did not, WorkerStopped where a topic
        is gone or another one.
        """
        if self._asked is None:
            if time.monotonic() >= self._asks_at:
                self._asked = self._topics.ask_identities(self._identities.keys())
            return False
        if not self._asked.answered():
            return False
        asked, self._asked = self._asked, None
        self._judge(asked)
        return True

    def look(self) -> None:
        """Ask and wait for the answer; raises as `glance`."""
        self._judge(self._topics.ask_identities(self._identities.keys()))

    def _judge(self, asked: IdentitiesAsked) -> None:
        self._asks_at = time.monotonic() + LOOK_AGAIN_SECONDS
        try:
            found = asked.found()
        except KafkaException:
            self._topics = Topics(self._bootstrap)
            raise
        self._asks_at = time.monotonic() + LOOK_SECONDS
        for name, identity in self._identities.items():
            if name not in found:
                raise stops.topic_missing(name)
            if found[name] != identity:
                raise stops.topic_recreated(name, identity, found[name])
