"""What departments say of many persons, and what must be kept of it: counted on its own, fact by fact."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import chain

from streams.contract import replace
from streams.facts.people import Resident, ResidentContent, Service, ServiceContent

RECORDED_AT = 1_795_000_000_000
LATER, EARLIER = 3_600_000, -3_600_000
SERVED = 4
"""Each so many persons one is owed a service, the others are registered."""
CHANGED, CORRECTED_LATE, DONE = 3, 10, 5
"""Each so many persons: something changes, an older word comes after a newer one, a service is done."""
FAR_AWAY, FARTHER = "2098-06-30", "2099-06-30"


def token_of(number: int) -> str:
    purpose = "services" if number % SERVED == 0 else "population"
    return f"{purpose}:1:{sha256(str(number).encode()).hexdigest()[:40]}"


def facts(persons: int) -> Iterator[Resident | Service]:
    """Of everybody once, then what changes, what is over, and what comes too late: nobody's words stand together."""
    return chain(
        (_first(number) for number in range(persons)),
        (_changed(_first(number)) for number in range(0, persons, CHANGED)),
        (_late(_first(number)) for number in range(0, persons, CORRECTED_LATE)),
        (_done(number) for number in range(0, persons, SERVED * DONE)),
    )


def _first(number: int) -> Resident | Service:
    token = token_of(number)
    identity = f"bench:{number}:1#1"
    if number % SERVED == 0:
        content = ServiceContent(
            unit=f"U{number % 300:03}",
            region="500117001",
            kind="elder",
            state="due",
            due_on=FAR_AWAY,
            under_14=False,
        )
        return Service(
            id=identity,
            key=token,
            source="bench",
            trace=identity,
            occurred_at=RECORDED_AT,
            token=token,
            system="bench",
            record_no=f"FW{number}",
            content=content,
            recorded_at=RECORDED_AT,
        )
    registered = ResidentContent(household=f"{token}h", address_code=f"DZ{number % 90_000}", moved_away=False)
    return Resident(
        id=identity,
        key=token,
        source="bench",
        trace=identity,
        occurred_at=RECORDED_AT,
        token=token,
        content=registered,
        recorded_at=RECORDED_AT,
    )


def _changed(fact: Resident | Service) -> Resident | Service:
    """Another day, another address."""
    identity, recorded_at = fact.id.replace(":1#", ":2#"), RECORDED_AT + LATER
    match fact.content:
        case ServiceContent() as content:
            return replace(fact, id=identity, recorded_at=recorded_at, content=replace(content, due_on=FARTHER))
        case ResidentContent() as content:
            return replace(fact, id=identity, recorded_at=recorded_at, content=replace(content, address_code="DZ0"))
    raise AssertionError(fact)


def _late(fact: Resident | Service) -> Resident | Service:
    return replace(fact, id=fact.id.replace(":1#", ":0#"), recorded_at=RECORDED_AT + EARLIER)


def _done(number: int) -> Resident | Service:
    fact = _first(number)
    assert isinstance(fact.content, ServiceContent)
    return replace(
        fact,
        id=fact.id.replace(":1#", ":3#"),
        recorded_at=RECORDED_AT + 2 * LATER,
        content=replace(fact.content, state="done"),
    )


@dataclass
class Expectation:
    """What must be kept: of each key of a table the latest word, and its bytes in the log.

    `waiting` counts services whose day is to come.
    """

    latest: dict[str, Resident | Service] = field(default_factory=dict)
    encoded: dict[str, bytes] = field(default_factory=dict)
    facts: int = 0

    def note(self, fact: Resident | Service, encoded: bytes) -> None:
        """It is said after all that was noted before."""
        self.facts += 1
        key = f"residents/{fact.token}"
        if isinstance(fact, Service):
            key = f"services/{fact.token}/{fact.system}/{fact.record_no}"
        known = self.latest.get(key)
        if known is None or known.recorded_at <= fact.recorded_at:
            self.latest[key], self.encoded[key] = fact, encoded

    @property
    def waiting(self) -> int:
        return sum(
            isinstance(fact.content, ServiceContent) and fact.content.state == "due" for fact in self.latest.values()
        )

    @property
    def pending(self) -> int:
        """Entries with a due moment: a service's day, or when one that is over is forgotten."""
        return sum(isinstance(fact, Service) for fact in self.latest.values())
