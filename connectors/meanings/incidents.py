"""What rows say about incidents: a happening, a later word on it, that the department is done with it."""

from typing import Any

from connectors.contract import Row
from connectors.meanings.envelope import of_district
from streams.facts.incidents import MasterOrder, Reported, SourceClosed, Transferred, Updated
from streams.facts.vocabulary import Urgency


def reported(
    row: Row,
    incident_class: str,
    urgency: Urgency,
    *,
    self_resolved: bool = False,
    order: MasterOrder | None = None,
    transferred_from: str | None = None,
    record_no: str | None = None,
) -> Reported:
    """The row tells of a happening, under its own number or under `record_no`.

    `order` is the department's own order for it, which stays master (主单); `transferred_from` the number under which
    another department had it before (转办).
    """
    return Reported(
        **_said(row, row.occurred_at, record_no),
        incident_class=incident_class,
        urgency=urgency,
        region=row.place.region,
        place_code=row.place.place_code,
        longitude=row.place.longitude,
        latitude=row.place.latitude,
        located_by=row.place.located_by,
        confidence=row.place.confidence,
        uncertainty_metres=row.place.uncertainty_metres,
        self_resolved=self_resolved,
        order=order,
        transferred_from=transferred_from,
    )


def updated(row: Row, urgency: Urgency | None = None) -> Updated:
    """A later word on a record that was reported before; `urgency` where the department has changed it."""
    place = row.place
    return Updated(
        **_said(row, row.recorded_at),
        urgency=urgency,
        region=None if place.located_by == "system" else place.region,
        longitude=place.longitude,
        latitude=place.latitude,
        confidence=place.confidence,
        uncertainty_metres=place.uncertainty_metres,
    )


def placed(row: Row) -> list[Updated]:
    """What a later version of a record brings of its place: nothing where it says none either."""
    return [] if row.place.located_by == "system" else [updated(row)]


def transferred(row: Row, to_system: str) -> Transferred:
    """The department has handed its record over to another system, which goes on with it."""
    return Transferred(**_said(row, row.recorded_at), to_system=to_system)


def source_closed(row: Row, *, record_no: str | None = None) -> SourceClosed:
    """The department has closed or withdrawn what it reported under the row's own number or under `record_no`."""
    return SourceClosed(**_said(row, row.recorded_at, record_no))


def _said(row: Row, occurred_at: int, record_no: str | None = None) -> dict[str, Any]:
    return {
        **of_district(row, occurred_at),
        "system": row.system,
        "record_no": record_no or row.record_no,
        "recorded_at": row.recorded_at,
    }
