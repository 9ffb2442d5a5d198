"""What must hold of the segments of every matter."""

from itertools import pairwise

from streams.facts import views
from streams.rules.attribution import elapsed_milliseconds, segment_milliseconds
from tests.processors.kit import MINUTE


def told_segments(matter: views.Matter) -> list[tuple[str, int]]:
    """Whose time it was, in turn, and for how many minutes."""
    spans = [(one, segment_milliseconds(one, matter.as_of) // MINUTE) for one in matter.segments]
    return [(one.unit if one.unit and one.holder == "unit" else one.holder, minutes) for one, minutes in spans]


def assert_adds_up(matter: views.Matter) -> None:
    """The segments follow each other from the opening, none empty, and add up to the time that has passed."""
    segments = matter.segments
    if not segments:
        assert elapsed_milliseconds(matter) == 0
        return
    assert segments[0].from_at == matter.opened_at
    for one, other in pairwise(segments):
        assert one.to_at == other.from_at
        assert (one.holder, one.unit) != (other.holder, other.unit)
    assert (segments[-1].to_at is None) == (matter.state != "closed")
    assert sum(segment_milliseconds(one, matter.as_of) for one in segments) == elapsed_milliseconds(matter)
