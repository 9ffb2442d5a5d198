"""What grid workers settle on the spot (自处): no call, no clocks; counted apart, sampled by number."""

from collections.abc import Iterator
from hashlib import sha256

from streams.contract import Output
from streams.facts import incidents, rules, situation

SETTLED, SAMPLED = "self_handled", "self_handled_sampled"
"""Kinds of the situation's figures."""


def is_sampled(incident_no: str, rule: rules.IncidentClass) -> bool:
    """Whether somebody goes to see: one in so many, the same whoever asks, and not to be foreseen from the sequence."""
    if not rule.sampled_one_in:
        return False
    return int.from_bytes(sha256(incident_no.encode()).digest()[:8]) % rule.sampled_one_in == 0


def counted_on_the_spot(report: incidents.Reported, *, sampled: bool) -> Iterator[Output]:
    """What the situation counts of a report that was settled before it came."""
    for kind in (SETTLED, SAMPLED) if sampled else (SETTLED,):
        yield Output(
            "situation",
            report.key,
            situation.Counted(
                key=report.key,
                occurred_at=report.occurred_at,
                system=report.system,
                kind=kind,
                count=1,
                region=report.region,
            ),
        )
