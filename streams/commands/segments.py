"""Whose time a matter's was, for people: tables and lines in Chinese."""

from collections.abc import Iterator, Mapping

from streams.commands.words import HOLDERS, NOTHING, shown_time
from streams.facts.views import Clock, Matter, Segment
from streams.rules.attribution import segment_milliseconds, segments_between
from streams.rules.limit_words import duration_in_words


def segment_fields(segment: Segment, until: int, units: Mapping[str, str]) -> tuple[str, ...]:
    """Whose time it was, which unit's, from when to when, how long."""
    return (
        HOLDERS[segment.holder],
        units.get(segment.unit, segment.unit) if segment.unit else NOTHING,
        shown_time(segment.from_at),
        shown_time(segment.to_at),
        duration_in_words(segment_milliseconds(segment, until)),
    )


def clock_segments(clock: Clock, matter: Matter) -> tuple[Segment, ...]:
    """Whose time a clock's was, from its start to its end, or as the matter stands."""
    until = matter.as_of if clock.ended_at is None else clock.ended_at
    return segments_between(matter.segments, clock.started_at, max(until, clock.started_at))


def attribution_lines(segments: tuple[Segment, ...], units: Mapping[str, str]) -> Iterator[str]:
    """A line a segment."""
    for segment in segments:
        holder, unit, from_at, to_at, length = segment_fields(segment, segment.from_at, units)
        yield f"归属:{holder if unit == NOTHING else unit},{from_at}至{to_at},{length}"
