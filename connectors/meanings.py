"""What rows say about incidents, as facts. Mappings of systems call these; ids follow from the row."""

from typing import Any

from connectors.contract import Row
from streams.facts.incidents import Reported, SourceClosed, Updated
from streams.facts.vocabulary import Urgency

DISTRICT_DIGITS = 6


def reported(row: Row, incident_class: str, urgency: Urgency, *, self_resolved: bool = False) -> Reported:
    """The row tells of a happening."""
    return Reported(
        **_envelope(row, row.occurred_at),
        incident_class=incident_class,
        urgency=urgency,
        region=row.place.region,
        place_code=row.place.place_code,
        longitude=row.place.longitude,
        latitude=row.place.latitude,
        located_by=row.place.located_by,
        self_resolved=self_resolved,
    )


def updated(row: Row, urgency: Urgency | None = None) -> Updated:
    """A later word on a record that was reported before; `urgency` where the department has changed it."""
    return Updated(**_envelope(row, row.recorded_at), urgency=urgency)


def source_closed(row: Row) -> SourceClosed:
    """The department has closed or withdrawn its own record."""
    return SourceClosed(**_envelope(row, row.recorded_at))


def _envelope(row: Row, occurred_at: int) -> dict[str, Any]:
    return {
        "key": row.place.region[:DISTRICT_DIGITS],
        "source": row.system,
        "trace": row.id,
        "occurred_at": occurred_at,
        "system": row.system,
        "record_no": row.record_no,
        "recorded_at": row.recorded_at,
    }
