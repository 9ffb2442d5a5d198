"""How time is counted, a second time, from `ops/decisions/0092-how-time-is-counted.md` alone.

Slow and simple: time is walked piece by piece, dates day by day. Nothing here comes from `streams`. Instants are
milliseconds since 1970, dates Beijing's.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache

from tests.oracle.public_days import is_worked

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
BEIJING = timezone(timedelta(hours=8))
EPOCH = datetime(1970, 1, 1, tzinfo=BEIJING) + timedelta(hours=8)
ONE_DAY = timedelta(days=1)

Span = tuple[int, int]
Hours = tuple[Span, ...]
"""Spans of opening in minutes of a day, in order; none: always open."""


@dataclass(frozen=True)
class Limit:
    """So much of a unit, from when, to which moment of the last day."""

    amount: int
    unit: str
    start: str = "at"
    day_end: str = "same_time"
    rolls_over: bool = False


def deadline(limit: Limit, caused_at: int, hours: Hours, suspended: Sequence[Span] = ()) -> int:
    """The first instant that is late. Suspensions are in order and do not overlap."""
    begun_at = beginning(limit, caused_at, hours)
    match limit.unit:
        case "minute":
            return _pass(begun_at, limit.amount * MINUTE, (), suspended)
        case "hour":
            return _pass(begun_at, limit.amount * HOUR, (), suspended)
        case "office_hour":
            return _pass(begun_at, limit.amount * HOUR, hours, suspended)
    due_at = _end_of_last_day(limit, caused_at, begun_at, hours)
    for first, last in _joined(suspended):
        if last > begun_at and first < due_at:
            due_at = _suspend(limit, due_at, (max(first, begun_at), last), hours)
    return due_at


def beginning(limit: Limit, caused_at: int, hours: Hours) -> int:
    """The moment that counting begins from, out of the moment of the cause."""
    match limit.start:
        case "next_minute":
            return caused_at if caused_at % MINUTE == 0 else caused_at - caused_at % MINUTE + MINUTE
        case "next_office_open":
            return _next_open(caused_at, hours)
        case "next_day" if limit.unit in ("office_hour", "office_day"):
            return _first_opening(_office_days_after(date_of(caused_at), 1, hours), hours)
        case "next_day":
            return instant(date_of(caused_at) + ONE_DAY)
    return caused_at


def _end_of_last_day(limit: Limit, caused_at: int, begun_at: int, hours: Hours) -> int:
    """The deadline of a limit in days or months, without suspensions."""
    whole_days = limit.day_end == "same_time"
    if limit.unit == "office_day" and whole_days:
        begun_at = _next_open(begun_at, hours)
    not_counted = date_of(begun_at)
    if limit.start == "next_day" and (limit.unit == "month" or not whole_days):
        not_counted = date_of(caused_at)
    match limit.unit:
        case "office_day":
            last_day = _office_days_after(not_counted, limit.amount, hours)
        case "natural_day":
            last_day = not_counted + limit.amount * ONE_DAY
        case _:
            last_day = _months_after(not_counted, limit.amount)
    if limit.rolls_over and not is_office_day(last_day, hours):
        last_day = _office_days_after(last_day, 1, hours)
    if not whole_days:
        return _moment_of(limit.day_end, last_day, hours)
    if limit.unit == "month" and limit.start == "next_day":
        return instant(last_day + ONE_DAY)
    return instant(last_day) + (begun_at - instant(date_of(begun_at)))


def _joined(suspended: Sequence[Span]) -> list[Span]:
    """Two spans of which the second begins where the first ends are one: no time between them counts."""
    spans: list[Span] = []
    for first, last in suspended:
        if spans and spans[-1][1] == first:
            spans[-1] = spans[-1][0], last
        else:
            spans.append((first, last))
    return spans


def _suspend(limit: Limit, due_at: int, span: Span, hours: Hours) -> int:
    """The deadline of a limit in days or months after a span that does not count."""
    if limit.unit == "office_day":
        due_at = _pass(due_at, _open_for(span, hours), hours)
    else:
        due_at += span[1] - span[0]
    if limit.day_end == "same_time":
        return due_at
    day = date_of(due_at) - ONE_DAY
    while True:
        moment = _moment_of(limit.day_end, day, hours)
        if moment >= due_at and (limit.unit != "office_day" or is_office_day(day, hours)):
            return moment
        day += ONE_DAY


def _pass(begun_at: int, amount: int, hours: Hours, suspended: Sequence[Span] = ()) -> int:
    """The earliest instant by which so many milliseconds have counted: those while open and not suspended."""
    if amount == 0:
        return begun_at
    edges = [edge for span in suspended for edge in span]
    for first, last in _pieces(begun_at, edges):
        if not is_open(first, hours) or (suspended and any(start <= first < end for start, end in suspended)):
            continue
        if amount <= last - first:
            return first + amount
        amount -= last - first
    raise AssertionError("time goes on for ever")


def _open_for(span: Span, hours: Hours) -> int:
    """How many milliseconds of a span the office is open."""
    counted = 0
    for first, last in _pieces(span[0], [span[1]]):
        if first == span[1]:
            break
        if is_open(first, hours):
            counted += last - first
    return counted


def _next_open(at: int, hours: Hours) -> int:
    return next(first for first, _ in _pieces(at, ()) if is_open(first, hours))


def _pieces(at: int, edges: Sequence[int]) -> Iterator[Span]:
    """All time from an instant on, cut at every full minute and at every edge: a piece counts as a whole or not at all.

    Offices open and close at full minutes.
    """
    edges_left = sorted(edge for edge in edges if edge > at)
    while True:
        last = at - at % MINUTE + MINUTE
        if edges_left and edges_left[0] <= last:
            last = edges_left.pop(0)
        if last > at:
            yield at, last
        at = last


def is_open(at: int, hours: Hours) -> bool:
    """Whether an office works at an instant."""
    if not hours:
        return True
    day, passed = divmod(at + 8 * HOUR, DAY)
    return _open_minutes(day, hours)[passed // MINUTE]


@lru_cache(maxsize=4096)
def _open_minutes(day_number: int, hours: Hours) -> tuple[bool, ...]:
    """For each minute of a day, counted from 1970-01-01, whether the office is open."""
    works = is_office_day(date(1970, 1, 1) + day_number * ONE_DAY, hours)
    return tuple(works and any(opens <= minute < closes for opens, closes in hours) for minute in range(1440))


def is_office_day(day: date, hours: Hours) -> bool:
    """Whether an office opens on a day."""
    return not hours or is_worked(day)


def _office_days_after(day: date, amount: int, hours: Hours) -> date:
    while amount:
        day += ONE_DAY
        if is_office_day(day, hours):
            amount -= 1
    return day


def _months_after(day: date, amount: int) -> date:
    """The same day of the month, or the last of a month that is too short."""
    years, month = divmod(day.month - 1 + amount, 12)
    for number in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, number)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def _moment_of(day_end: str, day: date, hours: Hours) -> int:
    """`midnight`, or when the office closes the last time, if it opens that day."""
    if day_end == "office_close" and hours:
        return instant(day) + hours[-1][1] * MINUTE
    return instant(day + ONE_DAY)


def _first_opening(day: date, hours: Hours) -> int:
    return instant(day) + (hours[0][0] * MINUTE if hours else 0)


def date_of(at: int) -> date:
    """Beijing's date at an instant."""
    return (EPOCH + timedelta(milliseconds=at)).date()


def instant(day: date) -> int:
    """00:00 of a date in Beijing."""
    return (datetime.combine(day, time(), BEIJING) - EPOCH) // timedelta(milliseconds=1)
