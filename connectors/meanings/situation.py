"""What rows say about the situation of places, facilities and organisations; never about a person."""

from connectors.contract import Row
from connectors.meanings.envelope import DISTRICT_DIGITS, of, of_district
from streams.facts.situation import Condition, Counted, Measured


def condition(
    row: Row,
    kind: str,
    subject: str,
    *,
    holds: bool,
    level: int = 0,
    region: str = "",
    until: int | None = None,
) -> Condition:
    """Something holds of a subject from now on, or no longer: a device is down, a warning is in force.

    `level` counts from 1, the gravest, where the department grades it; `until` (milliseconds) ends it by itself.
    """
    region = region or row.place.region
    return Condition(
        **of(row, region[:DISTRICT_DIGITS], row.occurred_at),
        system=row.system,
        kind=kind,
        subject=subject,
        holds=holds,
        level=level,
        region=region,
        until=until,
        recorded_at=row.recorded_at,
    )


def counted(row: Row, kind: str, count: int = 1) -> Counted:
    """So many of a kind happened: services asked for, patrols walked, points looked at."""
    return Counted(
        **of_district(row, row.occurred_at),
        system=row.system,
        kind=kind,
        count=count,
        region=row.place.region,
    )


def measured(row: Row, facility: str, metric: str, value: float, alarm_level: int = 0) -> Measured:
    """A reading of a facility; `alarm_level` 0 is normal, 3 the gravest, as sensors count them."""
    return Measured(
        **of_district(row, row.occurred_at),
        system=row.system,
        facility=facility,
        metric=metric,
        value=value,
        alarm_level=alarm_level,
        region=row.place.region,
        recorded_at=row.recorded_at,
    )
