"""Which clocks an outage of the hub hits (ops/decisions/0102)."""

from streams.facts.measures import Measure

WHOLE = 100


def hits(outage: Measure, started_at: int, due_at: int, hit_percent: int) -> bool:
    """Whether the deadline lies in the outage, or the outage took that share of the time up to it."""
    begins, ends = outage.from_at, outage.until_at or outage.from_at
    if begins <= due_at <= ends:
        return True
    lost = min(ends, due_at) - max(begins, started_at)
    return lost > 0 and lost * WHOLE >= hit_percent * (due_at - started_at)
