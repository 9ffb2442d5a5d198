"""What rows say about persons, by token: registration, services that are due, calls for help. Nothing else.

All of it but the token, the system and the record's number is sealed under the person's key.
"""

from connectors.contract import Row
from connectors.meanings.envelope import of
from streams.facts.people import (
    Help,
    HelpContent,
    OwedServiceKind,
    Resident,
    ResidentContent,
    Service,
    ServiceContent,
    ServiceState,
)
from streams.facts.person_access import Linked, Reached, ReachedContent

KEY_ROTATED = "令牌密钥更新"
NEVER = 253_402_214_400_000
"""The last day of the year 9999, in milliseconds."""


def resident(row: Row, token: str, *, household: str, address_code: str, moved_away: bool) -> Resident:
    """A person lives at an address, or no longer does."""
    return Resident(
        **of(row, token, row.occurred_at),
        token=token,
        content=ResidentContent(household=household, address_code=address_code, moved_away=moved_away),
        recorded_at=row.recorded_at,
    )


def service(
    row: Row, token: str, *, unit: str, kind: OwedServiceKind, state: ServiceState, due_on: str | None = None
) -> Service:
    """A unit owes a person a service, by a day where one was set."""
    return Service(
        **of(row, token, row.occurred_at),
        token=token,
        system=row.system,
        record_no=row.record_no,
        content=ServiceContent(
            unit=unit,
            region=row.place.region,
            kind=kind,
            state=state,
            due_on=due_on,
            under_14=row.is_under_14,
        ),
        recorded_at=row.recorded_at,
    )


def reached(row: Row, number: str, person: str, *, household: str, gone: bool) -> Reached:
    """The department reaches a person of a household under a number, all by token; or no longer does."""
    return Reached(
        **of(row, number, row.occurred_at),
        token=number,
        recorded_at=row.recorded_at,
        content=ReachedContent(person=person, household=household, gone=gone),
    )


def rotated(row: Row, older: str, token: str) -> Linked:
    """The same identifier has another token under the newer key of its purpose: one person, for good."""
    return Linked(
        **of(row, older, row.occurred_at),
        token=older,
        other=token,
        kind="rotated",
        article=KEY_ROTATED,
        until_at=NEVER,
    )


def help_called(row: Row, token: str, *, answered: bool) -> Help:
    """A person called for help under the row's number; no system says yet which unit went there."""
    return Help(
        **of(row, token, row.occurred_at),
        token=token,
        system=row.system,
        record_no=row.record_no,
        content=HelpContent(region=row.place.region, answered=answered, unit=None),
        recorded_at=row.recorded_at,
    )
