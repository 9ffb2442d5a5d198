"""The opening hours between two instants, for whoever counts down what is left of a clock without a calendar."""

from collections.abc import Iterable, Iterator

from streams.rules.office_calendar import OfficeCalendar, begins_at, day_of

MOST_SPANS = 800
"""A year of office days with a lunch break has 500."""

Span = tuple[int, int]


def open_spans(calendar: OfficeCalendar, from_at: int, to_at: int) -> tuple[Span, ...] | None:
    """When the office is open from one instant to a later one; None where that are more spans than anybody reads.

    Their lengths add up to what `office_milliseconds` says of the same two instants.
    """
    spans: list[Span] = []
    for opens_at, closes_at in _openings(calendar, from_at, to_at):
        if closes_at <= from_at or opens_at >= to_at:
            continue
        if len(spans) == MOST_SPANS:
            return None
        spans.append((max(opens_at, from_at), min(closes_at, to_at)))
    return tuple(spans)


def _openings(calendar: OfficeCalendar, from_at: int, to_at: int) -> Iterator[Span]:
    """The openings of every office day that the two instants touch, whole."""
    day, last = day_of(from_at), day_of(to_at)
    day = day if calendar.is_office_day(day) else calendar.office_day_after(day, 1)
    while day <= last:
        begins = begins_at(day)
        for opens, closes in calendar.spans:
            yield begins + opens, begins + closes
        day = calendar.office_day_after(day, 1)


def without(spans: Iterable[Span], pauses: Iterable[Span]) -> tuple[Span, ...]:
    """The spans without what lies in a pause; each pause ends after it begins."""
    left = tuple(spans)
    for paused_at, resumed_at in pauses:
        left = tuple(part for span in left for part in _outside(span, paused_at, resumed_at))
    return left


def _outside(span: Span, paused_at: int, resumed_at: int) -> Iterator[Span]:
    begins, ends = span
    if begins < min(ends, paused_at):
        yield begins, min(ends, paused_at)
    if max(begins, resumed_at) < ends:
        yield max(begins, resumed_at), ends
