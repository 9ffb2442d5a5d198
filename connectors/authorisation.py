"""Which systems the hub may take rows of now, as contracts, their release and `hub.view.sources.v1` have it.

A system has to be authorised, and the contract that runs here to be approved, in effect and not over. A decision takes
effect in every process of the connectors as soon as the view has it. A process knows what holds before its first
connector starts, and while Kafka is away what it knew last goes on to hold.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from connectors.contract import Contract
from connectors.contract_digest import digest, shortened
from connectors.followed_topics import FollowedTopic
from connectors.publisher import Now, wall_clock
from connectors.times import to_rfc3339
from connectors.vocabulary import Authorisation
from streams.codec import Codec
from streams.facts.views import Source
from streams.metrics import show_authorised, show_contract_approved

VIEW = "hub.view.sources.v1"

Obstacle = Literal["not_authorised", "contract_not_approved", "form_expired"]
OBSTACLES: Mapping[Obstacle, str] = {
    "not_authorised": "该系统的接入授权待定、已暂停或已撤销,本次推送未予回执;恢复授权后请以相同标识重发",
    "contract_not_approved": "该系统变更后的数据契约尚未批准或尚未生效,本次推送未予回执;生效后请以相同标识重发",
    "form_expired": "该临时采集表已到期,不再接收数据;已采集的数据按约定删除",
}
"""Why no row of a system may be taken, as its department is told."""

logger = logging.getLogger(__name__)


def authorisation_of(contract: Contract, shown: Source | None) -> Authorisation:
    """How a system's authorisation stands: what was decided last, or else its contract's own word."""
    return (shown.authorisation if shown else None) or contract.authorisation


def effective_from(contract_digest: str, released: str | None, shown: Source | None) -> int | None:
    """Since or from when rows may be taken under a contract (milliseconds); None where nobody has approved it.

    A contract is approved by its release, from the beginning, unless a decision gives it another instant.
    """
    approvals = {approval.digest: approval.effective_at for approval in (shown.approvals if shown else ())}
    return approvals.get(contract_digest, 0 if contract_digest == released else None)


@dataclass(frozen=True)
class _Standing:
    """What is known of one system: how its authorisation stands, from when until when its contract counts.

    `is_deleted` says that what was collected under it was deleted.
    """

    authorisation: Authorisation
    effective_at: int | None
    expires_at: int | None
    is_deleted: bool

    def obstacle(self, now: int) -> Obstacle | None:
        if self.is_over(now):
            return "form_expired"
        if self.authorisation != "authorised":
            return "not_authorised"
        return None if self.is_approved(now) else "contract_not_approved"

    def is_over(self, now: int) -> bool:
        return self.expires_at is not None and self.expires_at <= now

    def is_approved(self, now: int) -> bool:
        return self.effective_at is not None and self.effective_at <= now


class Authorisations:
    """Whether rows of some systems may be taken, as the view shows it."""

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        codec: Codec,
        contracts: Iterable[Contract],
        released: Mapping[str, str],
        now: Now = wall_clock,
        show: Callable[[Source], object] = lambda _: None,
    ) -> None:
        """`topic` is the view's name on the cluster; `released` has the digests of the released contracts.

        `show` gets each record of the view, of whatever system.
        """
        self._view = FollowedTopic(bootstrap, topic, codec, self._learn)
        self._released = released
        self._now = now
        self._contracts: Mapping[str, Contract] = {contract.system: contract for contract in contracts}
        self._digests = {system: digest(contract) for system, contract in self._contracts.items()}
        self._standings = {system: self._standing(system, None) for system in self._contracts}
        self._told = {system: (one.authorisation, one.obstacle(now())) for system, one in self._standings.items()}
        self._show_record = show

    def permits(self, system: str) -> bool:
        """Whether rows of the system may be taken now."""
        return self.obstacle(system) is None

    def obstacle(self, system: str) -> Obstacle | None:
        """Why none may be taken, None where they may."""
        return self._told[system][1]

    def awaits_deletion(self, system: str) -> bool:
        """Whether the system's contract is a form that is over, and nobody has said that its data were deleted."""
        return self.obstacle(system) == "form_expired" and not self._standings[system].is_deleted

    @property
    def next_offset(self) -> int:
        """Behind the last record of the view that was heard."""
        return self._view.next_offset

    def recall(self) -> None:
        """Know what the view shows now; KafkaAway."""
        self._view.recall()
        self._changed()
        for system in self._contracts:
            self._show(system)
            if not self.permits(system):
                self._say(system)

    def follow(self, stop: threading.Event, on_change: Callable[[str], None]) -> None:
        """Learn of every decision until `stop` is set, `on_change` called for each; waits out Kafka being away.

        The moment from which an approved contract counts is such a change as well.
        """
        self._view.follow(stop, lambda: self._tell(on_change))

    def _tell(self, on_change: Callable[[str], None]) -> None:
        for system in self._changed():
            self._show(system)
            self._say(system)
            on_change(system)

    def _changed(self) -> list[str]:
        """The systems that stand otherwise than was told last, which is what is told from now on."""
        now = self._now()
        stand = {system: (one.authorisation, one.obstacle(now)) for system, one in self._standings.items()}
        changed = [system for system, one in stand.items() if one != self._told[system]]
        self._told.update(stand)
        return changed

    def _show(self, system: str) -> None:
        standing = self._standings[system]
        is_over = standing.is_over(self._now())
        show_authorised(system, authorised=standing.authorisation == "authorised" and not is_over)
        show_contract_approved(system, approved=standing.is_approved(self._now()))

    def _say(self, system: str) -> None:
        standing, contract = self._standings[system], shortened(self._digests[system])
        if standing.is_over(self._now()):
            how = "over"
        elif standing.is_approved(self._now()):
            how = "in effect"
        elif standing.effective_at is not None:
            how = f"approved, in effect from {to_rfc3339(standing.effective_at)}"
        else:
            how = f"not approved: `hub contract approve {system}`"
        logger.warning("%s: it is now %s, and its contract %s %s", system, standing.authorisation, contract, how)

    def _standing(self, system: str, shown: Source | None) -> _Standing:
        effective_at = effective_from(self._digests[system], self._released.get(system), shown)
        return _Standing(
            authorisation_of(self._contracts[system], shown),
            effective_at,
            self._contracts[system].expires_at,
            shown is not None and shown.deleted_contract == self._digests[system],
        )

    def _learn(self, _offset: int, shown: object) -> None:
        if not isinstance(shown, Source):
            return
        self._show_record(shown)
        if shown.system in self._contracts:
            self._standings[shown.system] = self._standing(shown.system, shown)


class Permit:
    """One connector's leave to run: its thread waits for it, and its reader stops when it is withdrawn."""

    def __init__(self) -> None:
        self._turn = threading.Condition()
        self._stop = threading.Event()
        self._stop.set()
        self._ended = False

    @property
    def holds(self) -> bool:
        return not self._stop.is_set()

    def grant(self) -> None:
        """Let the connector run; a reader that was told to stop is not called back, another one is opened."""
        with self._turn:
            if not self.holds and not self._ended:
                self._stop = threading.Event()
                self._turn.notify_all()

    def withdraw(self) -> None:
        """Have the connector stop after the batch it is at."""
        self._stop.set()

    def end(self) -> None:
        """Withdraw it for good: the hub stops."""
        with self._turn:
            self._ended = True
            self._stop.set()
            self._turn.notify_all()

    def obtain(self) -> threading.Event | None:
        """Wait for the leave to run; the event that says stop, None when there is nothing more to run for."""
        with self._turn:
            self._turn.wait_for(lambda: self.holds or self._ended)
            return None if self._ended else self._stop
