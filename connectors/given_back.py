"""Values that passed every check and were given back, until their department answers: each asks for its own.

Only disputes: of a wrong row that it pushed, a department was told in its receipt.
"""

import json
import logging
import threading
from collections.abc import Collection, Iterator
from typing import Any

from connectors.contract import Contract
from connectors.followed_topics import FollowedTopic
from connectors.kafka import KafkaAway
from connectors.problems import AWAY_RETRY_SECONDS, Problem
from connectors.publisher import Now, wall_clock
from connectors.times import to_rfc3339
from streams.codec import Codec
from streams.facts.quarantine import Answered, Handled, Held
from streams.secrecy.sealing import KeyMissing, SealBroken, Sealer

PAUSE_SECONDS = 2.0

logger = logging.getLogger(__name__)


class OpenDisputes:
    """What the quarantine has shown so far: disputes by number that nobody has answered."""

    def __init__(self, systems: Collection[str]) -> None:
        self._systems = systems
        self._open: dict[int, Held] = {}
        self._lock = threading.Lock()

    def apply(self, number: int, record: object) -> None:
        """Learn of one record of the quarantine, which stands there under `number`."""
        with self._lock:
            match record:
                case Held(stage="dispute", owner=system) if system in self._systems:
                    self._open[number] = record
                case Answered(number=answered) | Handled(number=answered, action="retried"):
                    self._open.pop(answered, None)

    def of(self, system: str) -> list[tuple[int, Held]]:
        """Number and entry of each, in the order in which they were raised."""
        with self._lock:
            return [(number, held) for number, held in self._open.items() if held.owner == system]


class GivenBack:
    """Follows the quarantine in a thread of its own; `told` may be called from any."""

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        codec: Codec,
        sealer: Sealer,
        systems: Collection[str],
        now: Now = wall_clock,
    ) -> None:
        """`topic` is the quarantine's name on the cluster; `sealer` opens what is sealed for it."""
        self._disputes = OpenDisputes(systems)
        self._quarantine = FollowedTopic(bootstrap, topic, codec, self._disputes.apply)
        self._sealer = sealer
        self._now = now
        self.is_recalled = False

    def follow(self, stop: threading.Event) -> None:
        """Until `stop` is set; waits out Kafka being away."""
        while not self.is_recalled:
            try:
                self._quarantine.recall()
                self.is_recalled = True
            except KafkaAway as away:
                logger.warning("what was given back to departments is not known yet: %s", away)
                if stop.wait(PAUSE_SECONDS):
                    return
        self._quarantine.follow(stop)

    def told(self, contract: Contract) -> dict[str, Any]:
        """The open disputes of a department as JSON values, without the values disputed. Problem 503."""
        if not self.is_recalled:
            detail = "what was given back is not known yet: ask again"
            raise Problem(503, "disputes_not_known", detail, retry_after_seconds=AWAY_RETRY_SECONDS)
        return {"disputes": list(self._listed(contract))}

    def _listed(self, contract: Contract) -> Iterator[dict[str, Any]]:
        titles, now = {item.name: item.title for item in contract.all_items}, self._now()
        for number, held in self._disputes.of(contract.system):
            item, _, objection = held.detail.partition(":")
            yield {
                "number": number,
                "row": self._row(number, held),
                "item": item,
                "title": titles.get(item, item),
                "objection": objection,
                "raised_at": to_rfc3339(held.held_at),
                "answer_due_at": to_rfc3339(held.answer_due_at or held.held_at),
                "overdue": (held.answer_due_at or held.held_at) <= now,
            }

    def _row(self, number: int, held: Held) -> str:
        """The row's id; where it cannot be opened any more, the place of the row in the hub."""
        try:
            return str(json.loads(self._sealer.payload_of(held))["row"])
        except (KeyMissing, SealBroken, ValueError, KeyError) as error:
            logger.warning("dispute %d shows no row: %s", number, type(error).__name__)
            return f"{held.topic}[{held.partition}]@{held.offset}"
