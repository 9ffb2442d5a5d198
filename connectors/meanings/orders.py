"""What rows say about orders that departments issue themselves (主单): the hub mirrors them and never alters them."""

from connectors.contract import Row
from connectors.meanings.envelope import of_district
from streams.facts.matters import Mirrored, MirroredState


def mirrored(row: Row, state: MirroredState, *, unit: str | None = None, due_at: int | None = None) -> Mirrored:
    """How the department's order under the row's number stands; `due_at` is the department's own deadline."""
    return Mirrored(
        **of_district(row, row.recorded_at),
        system=row.system,
        order_no=row.record_no,
        state=state,
        unit=unit,
        due_at=due_at,
        recorded_at=row.recorded_at,
    )
