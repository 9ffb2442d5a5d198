"""Plays a story on any hub in simulated time, and keeps what became of it."""

import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from streams.cities.city import City
from streams.codec import Codec
from streams.contract import Fact
from streams.engine.memory import Appended
from streams.facts.matters import GivenBack
from streams.facts.notices import Accountable, Attempt, GiveBack, MatterChanged
from streams.facts.views import Incident, Matter, Report, Review, Tile
from streams.rules_publication import facts_for, logs_of_rules
from streams.topology import Topology
from streams.watch.ownership import OwnershipWatch, Violation
from tests.scenarios.units import SECOND, Said, Units

GIVE_BACKS, MATTERS_LOG = "hub.notice.give_backs.v1", "hub.log.matters.v1"
ATTEMPTS, NOTICES = "hub.notice.attempts.v1", "hub.notice.matters.v1"
INCIDENTS, MATTERS, TILES = "hub.view.incidents.v1", "hub.view.matters.v1", "hub.view.tiles.v1"
REPORTS, REVIEWS = "hub.view.reports.v1", "hub.view.reviews.v1"


class Hub(Protocol):
    """What a hub in simulated time can do."""

    topology: Topology
    codec: Codec

    @property
    def now(self) -> int: ...
    def publish(self, topic: str, fact: Fact) -> None: ...
    def broadcast(self, topic: str, fact: Fact) -> None: ...
    def settle(self) -> None: ...
    def next_due(self) -> int | None: ...
    def advance_to(self, instant: int) -> None: ...
    def appended(self, topic: str) -> list[Appended]: ...
    def values(self, topic: str) -> list[Any]: ...
    def latest(self, topic: str) -> dict[str, Any]: ...
    def set_aside(self) -> list[tuple[str, str]]: ...


@dataclass(frozen=True)
class Ending:
    """What became of a story: what stands last of each view, and what was told of each matter."""

    incidents: dict[str, Incident]
    reports: dict[str, Report]
    reviews: dict[str, Review]
    matters: dict[str, Matter]
    tiles: dict[str, Tile]
    changes: dict[str, list[MatterChanged]]
    set_aside: list[tuple[str, str]]
    moments: int
    violations: list[Violation]
    """What the ownership watch found at any moment of the story."""

    def changes_of(self, matter_no: str) -> list[str]:
        """What was told of a matter, in order."""
        return [notice.change for notice in self.changes[matter_no]]


def publish_city(hub: Hub, city: City) -> None:
    """Put a city's rules in force, in every partition of the logs they affect."""
    for log, schemas in logs_of_rules(hub.topology).items():
        for fact in facts_for(city, "1-story", schemas):
            hub.broadcast(log, fact)
    hub.settle()


def play(hub: Hub, told: Iterable[Said], units: Units, ends_at: int) -> Ending:
    """Go from moment to moment, whatever comes next: something said, or something due; units answer at their time."""
    order = count()
    waiting = [(said.at, next(order), said) for said in told]
    heapq.heapify(waiting)
    called: set[tuple[int, bytes | None]] = set()
    moments = 0
    while (moment := next_moment(hub, waiting)) is not None and moment <= ends_at:
        moments += 1
        hub.advance_to(moment)
        while waiting and waiting[0][0] <= moment:
            _, _, said = heapq.heappop(waiting)
            hub.publish(said.log, said.fact)
        hub.settle()
        for call in hub.appended(ATTEMPTS):
            if (call.at, call.data) not in called:
                called.add((call.at, call.data))
                for answer in units.hear(attempt(hub, call), call.at):
                    heapq.heappush(waiting, (answer.at, next(order), answer))
        for told_back in hub.appended(GIVE_BACKS):
            if (told_back.at, told_back.data) not in called:
                called.add((told_back.at, told_back.data))
                taken = take(hub, told_back)
                heapq.heappush(waiting, (taken.at, next(order), taken))
    hub.advance_to(ends_at)
    return ending(hub, moments)


def next_moment(hub: Hub, waiting: list[tuple[int, int, Said]]) -> int | None:
    """When something happens next."""
    moments = [waiting[0][0]] if waiting else []
    if (due_at := hub.next_due()) is not None:
        moments.append(max(due_at, hub.now))
    return min(moments, default=None)


def attempt(hub: Hub, call: Appended) -> Attempt:
    notice = hub.codec.decode(call.data or b"")
    assert isinstance(notice, Attempt)
    return notice


def take(hub: Hub, told_back: Appended) -> Said:
    """A department's system takes what it is told, a second later."""
    notice = hub.codec.decode(told_back.data or b"")
    assert isinstance(notice, GiveBack)
    at = told_back.at + SECOND
    return Said(at, MATTERS_LOG, taken(notice, at))


def taken(notice: GiveBack, at: int) -> GivenBack:
    """What comes of a word that a department's system has taken at an instant."""
    return GivenBack(
        id=f"{notice.give_back_no}#{notice.attempt}",
        key=notice.district,
        source="give_back",
        trace=notice.matter_no,
        occurred_at=at,
        give_back_no=notice.give_back_no,
        attempt=notice.attempt,
        outcome="delivered",
        status_code=None,
        detail="",
    )


def watched(hub: Hub) -> list[Violation]:
    """All that was ever wrong with who was accountable: it is looked before each notice, and at the end."""
    watch = OwnershipWatch()
    found: dict[tuple[str, str, int], Violation] = {}
    for notice in hub.values(NOTICES):
        if isinstance(notice, MatterChanged | Accountable):
            found |= {one[:3]: one for one in watch.look(notice.changed_at)}
            watch.hear(notice)
    return [*found.values(), *(one for one in watch.look(hub.now) if one[:3] not in found)]


def ending(hub: Hub, moments: int) -> Ending:
    changes: dict[str, list[MatterChanged]] = {}
    for notice in hub.values(NOTICES):
        if isinstance(notice, MatterChanged):
            changes.setdefault(notice.matter_no, []).append(notice)
    return Ending(
        incidents=hub.latest(INCIDENTS),
        reports=hub.latest(REPORTS),
        reviews=hub.latest(REVIEWS),
        matters=hub.latest(MATTERS),
        tiles=hub.latest(TILES),
        changes=changes,
        set_aside=hub.set_aside(),
        moments=moments,
        violations=watched(hub),
    )
