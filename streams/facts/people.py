"""Facts of the people log, keyed by token: who is registered, whose service is due, who has called for help.

A token stands for a person within one purpose. What is said of the person is sealed under the person's key: who reads
the log sees that something was said, by whom and when. `content` is None once that key was destroyed.
"""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record

ServiceState = Literal["opened", "due", "done", "closed"]
"""How a service stands: aid that was granted, a visit that is due or done, aid that has ended."""
OwedServiceKind = Literal["aid", "health", "correction", "disability", "elder", "minor"]
"""What law a service stands under, no more: those of health and correction are nobody's but the unit's."""


@record("people.resident_content.v1")
@dataclass(frozen=True, kw_only=True)
class ResidentContent:
    """Where a person is registered; `household` is a token too."""

    household: str
    address_code: str
    moved_away: bool


@record("people.resident.v1")
@dataclass(frozen=True, kw_only=True)
class Resident(Fact):
    """A person is registered at an address, or has moved away from it."""

    token: str
    content: ResidentContent | None
    recorded_at: int


@record("people.service_content.v1")
@dataclass(frozen=True, kw_only=True)
class ServiceContent:
    """Who owes the service, where, and by which day (`YYYY-MM-DD`). Under 14, whatever it is, is sensitive."""

    unit: str
    region: str
    kind: OwedServiceKind
    state: ServiceState
    due_on: str | None
    under_14: bool


@record("people.service.v1")
@dataclass(frozen=True, kw_only=True)
class Service(Fact):
    """A service to a person by the unit responsible, under the number that its system gave it."""

    token: str
    system: str
    record_no: str
    content: ServiceContent | None
    recorded_at: int


@record("people.help_content.v1")
@dataclass(frozen=True, kw_only=True)
class HelpContent:
    """Where help was called for, whether it was answered, and by which unit where that is known."""

    region: str
    answered: bool
    unit: str | None


@record("people.help.v1")
@dataclass(frozen=True, kw_only=True)
class Help(Fact):
    """A person has called for help at home, or the call was answered."""

    token: str
    system: str
    record_no: str
    content: HelpContent | None
    recorded_at: int


@record("people.tallied.v1")
@dataclass(frozen=True, kw_only=True)
class Tallied(Fact):
    """So many more services are owed, are late, so many more calls wait in a region, or fewer; of nobody in particular.

    Keyed by district, which is no token.
    """

    region: str
    due: int
    overdue: int
    calls: int
