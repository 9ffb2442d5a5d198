"""How far a clock has run in its own time: office time where the office counts, else time as it passes.

Instants are milliseconds. Time in which the clock was suspended is none of its own.
"""

from collections.abc import Sequence

from streams.rules.office_calendar import OfficeCalendar, office_milliseconds
from streams.rules.time_limits import OFFICE_UNITS, Span, TimeLimit, counted_from, joined


def own_milliseconds(
    limit: TimeLimit, started_at: int, due_at: int, calendar: OfficeCalendar, suspended: Sequence[Span] = ()
) -> int:
    """How long a clock runs in its own time, from where counting begins to its deadline."""
    from_at = counted_from(limit, started_at, calendar)
    lost = (_passed(limit, begins, min(ends, due_at), calendar) for begins, ends in _pauses(suspended, from_at, due_at))
    return max(_passed(limit, from_at, due_at, calendar) - sum(lost), 0)


def moment_of(
    limit: TimeLimit,
    started_at: int,
    due_at: int,
    percent: int,
    calendar: OfficeCalendar,
    suspended: Sequence[Span] = (),
) -> int:
    """The first instant at which so much of a clock's own time is over; `percent` is from 1 to 99."""
    own = own_milliseconds(limit, started_at, due_at, calendar, suspended)
    wanted = -(-own * percent // 100)
    from_at = counted_from(limit, started_at, calendar)
    for begins, ends in _pauses(suspended, from_at, due_at):
        passed = _passed(limit, from_at, begins, calendar)
        if passed >= wanted:
            break
        from_at, wanted = ends, wanted - passed
    return _later(limit, from_at, wanted, calendar)


def _pauses(suspended: Sequence[Span], from_at: int, due_at: int) -> list[Span]:
    return [pause for pause in joined(suspended, from_at) if pause[0] < due_at] if suspended else []


def _passed(limit: TimeLimit, from_at: int, to_at: int, calendar: OfficeCalendar) -> int:
    if to_at <= from_at:
        return 0
    return office_milliseconds(calendar, from_at, to_at) if limit.unit in OFFICE_UNITS else to_at - from_at


def _later(limit: TimeLimit, from_at: int, milliseconds: int, calendar: OfficeCalendar) -> int:
    if milliseconds <= 0:
        return from_at
    return calendar.after_open(from_at, milliseconds) if limit.unit in OFFICE_UNITS else from_at + milliseconds
