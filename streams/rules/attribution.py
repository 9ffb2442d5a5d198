"""Whose time it is (两种时间): the segments of a matter, which add up to the time that has passed since its opening.

The citizen's time runs from the opening and never restarts. Who has a matter follows from how it stands: the centre
until a unit has the order, the unit, whoever verifies, nobody while it is closed. Instants are milliseconds.
"""

from collections.abc import Iterator
from typing import Literal, NamedTuple

from streams.contract import replace
from streams.facts.views import Matter, Segment

WITH_CENTRE = ("sent", "undelivered")
GONE = ("returned", "withdrawn", "folded")


class Holder(NamedTuple):
    """Whose time it is, and of which unit."""

    holder: Literal["centre", "unit", "verification", "suspended", "nobody"]
    unit: str | None = None


def holder_of(now: int, matter: Matter) -> Holder:
    """Who has an open matter: its lead decides, the hub's own or, where there is none, the department's."""
    order = next((order for order in matter.orders if order.role == "lead" and order.state not in GONE), None)
    if order is None:
        unit = matter.mirrored[0].unit if matter.mirrored else None
        return Holder("centre") if unit is None else Holder("unit", unit)
    if order.letter or order.state in WITH_CENTRE:
        return Holder("centre")
    if order.verification == "pending":
        return Holder("verification")
    if any(span.from_at <= now < span.until_at for span in order.suspensions):
        return Holder("suspended", order.unit)
    return Holder("unit", order.unit)


def attributed(now: int, matter: Matter) -> tuple[Segment, ...]:
    """The segments of a matter as it stands from now on.

    A suspension counts from its request, also where it is approved later: then what was the unit's becomes suspended.
    """
    past = _past(now, matter)
    for order in matter.orders:
        for span in order.suspensions:
            past = tuple(_suspended(past, order.unit, span.from_at, min(span.until_at, now)))
    past = _joined(past)
    if matter.state == "closed":
        return past
    holder = holder_of(now, matter)
    if past and _holder(past[-1]) == holder:
        return (*past[:-1], replace(past[-1], to_at=None))
    from_at = now if past else matter.opened_at
    return (*past, Segment(holder=holder.holder, unit=holder.unit, from_at=from_at))


def _past(now: int, matter: Matter) -> tuple[Segment, ...]:
    """What has passed until now, each segment with its end; while a matter was closed its time is nobody's."""
    segments = matter.segments
    if segments and segments[-1].to_at is None:
        return (*segments[:-1], replace(segments[-1], to_at=now))
    if segments and matter.state != "closed" and segments[-1].to_at is not None:
        return (*segments, Segment(holder="nobody", from_at=segments[-1].to_at, to_at=now))
    return segments


def _suspended(segments: tuple[Segment, ...], unit: str, from_at: int, to_at: int) -> Iterator[Segment]:
    """The segments, with what is a unit's between two instants as suspended."""
    for segment in segments:
        begins, ends = max(segment.from_at, from_at), min(segment.to_at or to_at, to_at)
        if _holder(segment) != Holder("unit", unit) or begins >= ends:
            yield segment
            continue
        yield replace(segment, to_at=begins)
        yield replace(segment, holder="suspended", from_at=begins, to_at=ends)
        yield replace(segment, from_at=ends)


def _joined(segments: tuple[Segment, ...]) -> tuple[Segment, ...]:
    """The segments without empty ones, those of one holder that follow each other as one."""
    joined: list[Segment] = []
    for segment in segments:
        if segment.from_at == segment.to_at:
            continue
        if joined and _holder(joined[-1]) == _holder(segment):
            joined[-1] = replace(joined[-1], to_at=segment.to_at)
        else:
            joined.append(segment)
    return tuple(joined)


def _holder(segment: Segment) -> Holder:
    return Holder(segment.holder, segment.unit)


def counted_since(matter: Matter, opened_at: int, before: tuple[Segment, ...] = ()) -> Matter:
    """The matter with the citizen's time from another instant on.

    What comes before its own opening is as `before` has it, and where that says nothing the centre's.
    """
    if opened_at > matter.opened_at:
        kept = (one for one in matter.segments if one.to_at is None or one.to_at > opened_at)
        cut = tuple(replace(one, from_at=max(one.from_at, opened_at)) for one in kept)
        return replace(matter, opened_at=opened_at, segments=cut)
    had = segments_between(before, opened_at, matter.opened_at)
    had_at = had[0].from_at if had else matter.opened_at
    centres = Segment(holder="centre", from_at=opened_at, to_at=had_at)
    return replace(matter, opened_at=opened_at, segments=_joined((centres, *had, *matter.segments)))


def with_gap(now: int, matter: Matter) -> Matter:
    """A matter that was closed by mistake and is worked on again: the time since then was the centre's."""
    if not matter.segments or matter.segments[-1].to_at is None:
        return matter
    gap = Segment(holder="centre", from_at=matter.segments[-1].to_at, to_at=now)
    return replace(matter, segments=_joined((*matter.segments, gap)))


def elapsed_milliseconds(matter: Matter) -> int:
    """How long a citizen has waited, until the closing or as the matter stands."""
    return (matter.as_of if matter.closed_at is None else matter.closed_at) - matter.opened_at


def segment_milliseconds(segment: Segment, until: int) -> int:
    """How long a segment was, or has been until an instant."""
    return (until if segment.to_at is None else segment.to_at) - segment.from_at


def segments_between(segments: tuple[Segment, ...], from_at: int, to_at: int) -> tuple[Segment, ...]:
    """What of the segments lies between two instants, each with its end."""
    cut = (
        replace(
            segment,
            from_at=max(segment.from_at, from_at),
            to_at=to_at if segment.to_at is None else min(segment.to_at, to_at),
        )
        for segment in segments
    )
    return tuple(segment for segment in cut if segment.to_at is not None and segment.from_at < segment.to_at)
