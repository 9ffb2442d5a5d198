"""What rows say about the district's registers (底数): addresses, grids, houses, organisations; never persons."""

from connectors.contract import Row
from connectors.coordinates import Point
from connectors.meanings.envelope import of
from streams.facts.reference import Address, Grid, House, Organisation


def address(row: Row, address_code: str, text: str, grid: str, point: Point, *, valid: bool) -> Address:
    """A standard address with its position in CGCS2000; `valid` is false once it is struck off."""
    return Address(
        **of(row, address_code, row.occurred_at),
        address_code=address_code,
        text=text,
        grid=grid,
        longitude=point.longitude,
        latitude=point.latitude,
        valid=valid,
        recorded_at=row.recorded_at,
    )


def grid(row: Row, grid_code: str, centre: Point, *, valid: bool) -> Grid:
    """A grid was drawn, redrawn or dissolved; its centre in CGCS2000."""
    return Grid(
        **of(row, grid_code, row.occurred_at),
        grid=grid_code,
        longitude=centre.longitude,
        latitude=centre.latitude,
        valid=valid,
        recorded_at=row.recorded_at,
    )


def house(row: Row, house_code: str, use: str, occupants: int | None) -> House:
    """A rented house: how it is let and how many live in it, not who."""
    return House(
        **of(row, house_code, row.occurred_at),
        house_code=house_code,
        use=use,
        occupants=occupants,
        region=row.place.region,
        recorded_at=row.recorded_at,
    )


def organisation(row: Row, organisation_code: str, *, name: str | None, kind: str, active: bool) -> Organisation:
    """A registered organisation, by its unified social credit code; `kind` is its industry or class."""
    return Organisation(
        **of(row, organisation_code, row.occurred_at),
        organisation_code=organisation_code,
        name=name,
        kind=kind,
        active=active,
        region=row.place.region,
        recorded_at=row.recorded_at,
    )
