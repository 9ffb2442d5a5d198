"""Facts of the people log, keyed by token: who is registered, whose service is due, who has called for help.

A token stands for a person within one purpose. No fact says what a service is for: that stays in the sealed row.
"""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record

ServiceState = Literal["opened", "due", "done", "closed"]
"""How a service stands: aid that was granted, a visit that is due or done, aid that has ended."""


@record("people.resident.v1")
@dataclass(frozen=True, kw_only=True)
class Resident(Fact):
    """A person is registered at an address, or has moved away from it."""

    token: str
    household: str
    address_code: str
    moved_away: bool
    recorded_at: int


@record("people.service.v1")
@dataclass(frozen=True, kw_only=True)
class Service(Fact):
    """A service to a person by the unit responsible; `due_on` is its day, `YYYY-MM-DD`."""

    token: str
    system: str
    unit: str
    state: ServiceState
    due_on: str | None = None
    recorded_at: int


@record("people.help.v1")
@dataclass(frozen=True, kw_only=True)
class Help(Fact):
    """A person has called for help at home, or the call was answered."""

    token: str
    system: str
    call_no: str
    answered: bool
    region: str
    recorded_at: int
