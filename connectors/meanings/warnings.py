"""What rows say of warnings of hazards (预警)."""

from collections.abc import Iterator, Sequence

from connectors.contract import Row
from connectors.meanings.envelope import DISTRICT_DIGITS, of
from streams.facts.warnings import Warned


def warned(
    row: Row,
    areas: Sequence[str],
    *,
    warning_no: str,
    event_code: str,
    level: int,
    in_force: tuple[int, int],
    cancelled: bool,
) -> Iterator[Warned]:
    """A warning as its system has it now, to each district that it names areas of.

    `in_force`: from when until when, in milliseconds.
    """
    from_at, until_at = in_force
    for district in dict.fromkeys(area[:DISTRICT_DIGITS] for area in areas):
        yield Warned(
            **of(row, district, row.occurred_at),
            system=row.system,
            warning_no=warning_no,
            event_code=event_code,
            level=level,
            areas=tuple(area for area in areas if area.startswith(district)),
            from_at=from_at,
            until_at=until_at,
            cancelled=cancelled,
            recorded_at=row.recorded_at,
        )
