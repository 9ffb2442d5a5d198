"""What rows say about persons, by token: registration, services that are due, calls for help. Nothing else."""

from connectors.contract import Row
from connectors.meanings.envelope import of
from streams.facts.people import Help, Resident, Service, ServiceState


def resident(row: Row, token: str, *, household: str, address_code: str, moved_away: bool) -> Resident:
    """A person lives at an address, or no longer does."""
    return Resident(
        **of(row, token, row.occurred_at),
        token=token,
        household=household,
        address_code=address_code,
        moved_away=moved_away,
        recorded_at=row.recorded_at,
    )


def service(row: Row, token: str, unit: str, state: ServiceState, due_on: str | None = None) -> Service:
    """A unit owes a person a service, by a day where one was set."""
    return Service(
        **of(row, token, row.occurred_at),
        token=token,
        system=row.system,
        unit=unit,
        state=state,
        due_on=due_on,
        recorded_at=row.recorded_at,
    )


def help_called(row: Row, token: str, *, answered: bool) -> Help:
    """A person called for help under the row's number."""
    return Help(
        **of(row, token, row.occurred_at),
        token=token,
        system=row.system,
        call_no=row.record_no,
        answered=answered,
        region=row.place.region,
        recorded_at=row.recorded_at,
    )
