"""The hub's own deadline for a case of the oracle."""

from collections.abc import Sequence
from typing import cast

from streams.facts.rules import DayEnd, StartRule, TimeUnit
from streams.rules.office_calendar import OfficeCalendar
from streams.rules.time_limits import TimeLimit, reckon
from tests.oracle.counted_time import Hours, Limit, Span
from tests.oracle.public_days import public_day


def hub_deadline(limit: Limit, caused_at: int, hours: Hours, suspended: Sequence[Span]) -> int:
    """Instants are milliseconds since 1970."""
    unit, start, day_end = cast(TimeUnit, limit.unit), cast(StartRule, limit.start), cast(DayEnd, limit.day_end)
    asked = TimeLimit(limit.amount, unit, start, day_end, limit.rolls_over)
    return reckon(asked, caused_at, OfficeCalendar("oracle", hours, public_day), suspended).due_at
