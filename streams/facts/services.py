"""The city's rules of services to persons (应办服务): who must by law, how long before the day, what is counted."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record
from streams.facts.vocabulary import Urgency

ServiceKind = Literal["aid", "disability", "elder", "health", "correction", "minor", "help_call"]
"""救助, 助残, 助老, 健康随访, 矫正帮扶, 未成年人关爱 and 居家呼叫: what is owed by a day, and what is asked for."""

ITS_UNIT_ALONE: tuple[ServiceKind, ...] = ("health", "correction", "minor")
"""Kinds that reach the unit responsible and nobody else, and are counted nowhere (ops/decisions/0123)."""


@record("rules.person_service.v1")
@dataclass(frozen=True, kw_only=True)
class PersonService(Fact):
    """How services of a kind are seen to.

    The unit that the department names must, or else the nearest of `unit_kind`; the order goes out `remind_days` before
    the day that the service is owed by, at `remind_hour`. A `restricted` kind reaches that unit alone; only a `counted`
    one is counted.
    """

    version: str
    kind: ServiceKind
    unit_kind: str
    urgency: Urgency
    remind_days: int
    remind_hour: int
    restricted: bool
    counted: bool
    document: str


@record("rules.person_counting.v1")
@dataclass(frozen=True, kw_only=True)
class PersonCounting(Fact):
    """Counts of services leave in whole multiples of `step` a village, every so many minutes at most."""

    version: str
    step: int
    every_minutes: int
    document: str
