"""The plain baseline: one class, within 100 m and 30 minutes of any report of an incident, the first such one.

What says no point is an incident of its own. Later words and ends count for nothing here.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from streams.facts.incidents import Reported
from streams.rules.geography import distance_metres
from tests.matching.matcher import Grouping
from tests.matching.telling import MINUTE, Step

WITHIN_METRES = 100.0
WITHIN_MILLISECONDS = 30 * MINUTE


class Placed(NamedTuple):
    """A report that others can be near to."""

    occurred_at: int
    longitude: float
    latitude: float
    incident: str


def group_plainly(steps: Sequence[Step]) -> Grouping:
    """The incident of each record, in the order in which they were appended."""
    incident_of: dict[str, str] = {}
    placed: dict[str, list[Placed]] = defaultdict(list)
    for step in steps:
        report = step.fact
        if not isinstance(report, Reported):
            continue
        record = f"{report.system}/{report.record_no}"
        if record in incident_of:
            continue
        others = placed[report.incident_class]
        incident_of[record] = incident = first_near(report, others) or record
        if report.longitude is not None and report.latitude is not None:
            others.append(Placed(report.occurred_at, report.longitude, report.latitude, incident))
    return Grouping(incident_of)


def first_near(report: Reported, others: Sequence[Placed]) -> str | None:
    """The incident of the first report that is near in place and time."""
    if report.longitude is None or report.latitude is None:
        return None
    return next(
        (
            other.incident
            for other in others
            if abs(report.occurred_at - other.occurred_at) <= WITHIN_MILLISECONDS
            and distance_metres(report.longitude, report.latitude, other.longitude, other.latitude) <= WITHIN_METRES
        ),
        None,
    )
