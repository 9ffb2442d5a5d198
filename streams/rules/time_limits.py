"""How the time of a clock is counted: from the moment of a cause to the deadline (ops/decisions/0092).

Instants are milliseconds. Whatever the amount, a deadline takes steps over days and stretches of days, never over
minutes: a new calendar reckons a million clocks anew.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from streams.durations import DAY_MILLISECONDS, HOUR_MILLISECONDS, MINUTE_MILLISECONDS
from streams.facts.rules import DayEnd, Limit, StartRule, TimeUnit
from streams.rules.office_calendar import (
    EPOCH_ORDINAL,
    OfficeCalendar,
    begins_at,
    date_of,
    day_of,
    is_announced,
    office_milliseconds,
)

PASSING_MILLISECONDS: dict[TimeUnit, int] = {"minute": MINUTE_MILLISECONDS, "hour": HOUR_MILLISECONDS}
OFFICE_UNITS: tuple[TimeUnit, ...] = ("office_hour", "office_day")
ROLLING_UNITS: tuple[TimeUnit, ...] = ("natural_day", "month")
DAY_UNITS: tuple[TimeUnit, ...] = ("office_day", *ROLLING_UNITS)

Span = tuple[int, int]
"""From its first instant to, not including, its last."""


@dataclass(frozen=True)
class TimeLimit:
    """So much of a unit, from when and to which moment of its last day; the amount is at least 1."""

    amount: int
    unit: TimeUnit
    start: StartRule = "at"
    day_end: DayEnd = "same_time"
    rolls_over: bool = False

    @classmethod
    def of(cls, limit: Limit) -> "TimeLimit":
        """What a limit of the rules counts; its calendar and its document stand beside that."""
        return cls(limit.amount, limit.unit, limit.start, limit.day_end, limit.rolls_over)


@dataclass(frozen=True)
class Reckoning:
    """A deadline, the moment that counting began from, and whether it hangs on days of a year not announced yet."""

    due_at: int
    counted_from: int
    provisional: bool


def reckon(limit: TimeLimit, caused_at: int, calendar: OfficeCalendar, suspended: Sequence[Span] = ()) -> Reckoning:
    """The deadline of a limit, out of the moment of its cause and the spans that do not count."""
    from_at = counted_from(limit, caused_at, calendar)
    pauses = joined(suspended, from_at) if suspended else ()
    announced = limit.start != "next_office_open" or _is_set(calendar, day_of(caused_at), day_of(from_at))
    if limit.unit in PASSING_MILLISECONDS:
        due_at = _passing(from_at, limit.amount * PASSING_MILLISECONDS[limit.unit], pauses)
    elif limit.unit == "office_hour":
        due_at = _opening(from_at, limit.amount * HOUR_MILLISECONDS, pauses, calendar)
    else:
        nominal = nominal_last_day(limit, uncounted_day(limit, caused_at, from_at), calendar)
        last = last_day(limit, nominal, calendar)
        due_at = end_of(limit, last, from_at, calendar)
        for pause in pauses:
            due_at = put_off(limit, due_at, pause, calendar)
        announced = announced and (not limit.rolls_over or _is_set(calendar, nominal, last))
    if limit.unit in OFFICE_UNITS:
        announced = _is_set(calendar, day_of(caused_at), day_of(due_at - 1))
    return Reckoning(due_at, from_at, not announced)


def counted_from(limit: TimeLimit, caused_at: int, calendar: OfficeCalendar) -> int:
    """The moment that counting begins from."""
    if limit.start == "next_day":
        return _next_day(limit, caused_at, calendar)
    from_at = caused_at
    if limit.start == "next_minute":
        from_at = -(-caused_at // MINUTE_MILLISECONDS) * MINUTE_MILLISECONDS
    if limit.start == "next_office_open" or (limit.unit == "office_day" and limit.day_end == "same_time"):
        from_at = calendar.next_open_at(from_at)
    return from_at


def _next_day(limit: TimeLimit, caused_at: int, calendar: OfficeCalendar) -> int:
    caused_on = day_of(caused_at)
    if limit.unit in OFFICE_UNITS:
        return calendar.opens_at(calendar.office_day_after(caused_on, 1))
    return begins_at(caused_on + 1)


def uncounted_day(limit: TimeLimit, caused_at: int, from_at: int) -> int:
    """The day after which the first one counts: that of the beginning, or of the cause where the next day counts."""
    is_cause = limit.start == "next_day" and (limit.day_end != "same_time" or limit.unit == "month")
    return day_of(caused_at if is_cause else from_at)


def nominal_last_day(limit: TimeLimit, uncounted: int, calendar: OfficeCalendar) -> int:
    """The last day, before it is asked whether it is a day off."""
    if limit.unit == "office_day":
        return calendar.office_day_after(uncounted, limit.amount)
    if limit.unit == "natural_day":
        return uncounted + limit.amount
    return _months_later(uncounted, limit.amount)


def _months_later(day: int, months: int) -> int:
    began = date_of(day)
    years, month = divmod(began.month - 1 + months, 12)
    year, month = began.year + years, month + 1
    return date(year, month, min(began.day, monthrange(year, month)[1])).toordinal() - EPOCH_ORDINAL


def last_day(limit: TimeLimit, nominal: int, calendar: OfficeCalendar) -> int:
    """The last day: the next office day where it rolls over a day off."""
    if limit.rolls_over and not calendar.is_office_day(nominal):
        return calendar.office_day_after(nominal, 1)
    return nominal


def end_of(limit: TimeLimit, last: int, from_at: int, calendar: OfficeCalendar) -> int:
    """The deadline on the last day."""
    if limit.day_end == "same_time" and not (limit.unit == "month" and limit.start == "next_day"):
        return begins_at(last) + from_at - begins_at(day_of(from_at))
    return begins_at(last) + _end_of_day(limit, calendar)


def put_off(limit: TimeLimit, due_at: int, pause: Span, calendar: OfficeCalendar) -> int:
    """The deadline in days or months after one more suspension; one that begins too late changes nothing."""
    paused_at, resumed_at = pause
    if paused_at >= due_at:
        return due_at
    if limit.unit == "office_day":
        lost = office_milliseconds(calendar, paused_at, resumed_at)
        due_at = calendar.after_open(due_at, lost) if lost else due_at
    else:
        due_at += resumed_at - paused_at
    return due_at if limit.day_end == "same_time" else _next_end(limit, due_at, calendar)


def _next_end(limit: TimeLimit, due_at: int, calendar: OfficeCalendar) -> int:
    """The instant itself where a day ends with it, as the limit has it, else the next one like that."""
    end = _end_of_day(limit, calendar)
    day = day_of(due_at - end - 1) + 1
    if limit.unit == "office_day" and not calendar.is_office_day(day):
        day = calendar.office_day_after(day, 1)
    return begins_at(day) + end


def _end_of_day(limit: TimeLimit, calendar: OfficeCalendar) -> int:
    """In milliseconds of the day."""
    return calendar.closes if limit.day_end == "office_close" else DAY_MILLISECONDS


def joined(suspended: Iterable[Span], from_at: int) -> tuple[Span, ...]:
    """The spans in their order from the beginning of counting on; those that touch or overlap are one."""
    spans: list[Span] = []
    counting = ((max(begins, from_at), ends) for begins, ends in sorted(suspended))
    for begins, ends in counting:
        if begins >= ends:
            continue
        if spans and begins <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], ends)
        else:
            spans.append((begins, ends))
    return tuple(spans)


def _passing(from_at: int, milliseconds: int, pauses: Iterable[Span]) -> int:
    due_at = from_at + milliseconds
    for paused_at, resumed_at in pauses:
        if paused_at >= due_at:
            break
        due_at += resumed_at - paused_at
    return due_at


def _opening(from_at: int, milliseconds: int, pauses: Iterable[Span], calendar: OfficeCalendar) -> int:
    for paused_at, resumed_at in pauses:
        passed = office_milliseconds(calendar, from_at, paused_at)
        if passed >= milliseconds:
            break
        from_at, milliseconds = resumed_at, milliseconds - passed
    return calendar.after_open(from_at, milliseconds)


def _is_set(calendar: OfficeCalendar, first: int, last: int) -> bool:
    """Whether what these days are is known: an office that never closes asks for nothing."""
    return not calendar.hours or is_announced(calendar, first, last)
