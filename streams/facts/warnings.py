"""Warnings of the weather and of other hazards (预警, CAP), and what a city says each kind of them explains."""

from dataclasses import dataclass

from streams.contract import Fact, record


@record("rules.warning.v1")
@dataclass(frozen=True, kw_only=True)
class WarningRule(Fact):
    """What warnings of an event code explain: incidents of these classes that begin in their area while they are in
    force or up to `lasts_minutes` later, for water stands when the rain is over.
    """

    version: str
    event_code: str
    name: str
    explains: tuple[str, ...]
    lasts_minutes: int


@record("incidents.warned.v1")
@dataclass(frozen=True, kw_only=True)
class Warned(Fact):
    """A warning as its system has it at `occurred_at`: issued, updated or cancelled, under one number.

    `level` counts from 1, the gravest. `areas` are codes of the district and of what lies in it. It is in force from
    `from_at` until `until_at`; one that is cancelled until it was, whatever it said before.
    """

    system: str
    warning_no: str
    event_code: str
    level: int
    areas: tuple[str, ...]
    from_at: int
    until_at: int
    cancelled: bool
    recorded_at: int


@record("views.warning.v1")
@dataclass(frozen=True, kw_only=True)
class HazardWarning:
    """A warning that explains incidents (预警归并): they name it, and the wall shows them folded under it.

    `said_at` is when its system last spoke of it; `explains` and `lasts_minutes` are the city's rule at that moment.
    """

    warning_no: str
    system: str
    event_code: str
    name: str
    level: int
    areas: tuple[str, ...]
    from_at: int
    until_at: int
    cancelled: bool
    explains: tuple[str, ...]
    lasts_minutes: int
    said_at: int
    as_of: int
