"""What every fact begins with: of a row, or of a system as the hub itself speaks of it."""

from typing import Any

from connectors.contract import Row

DISTRICT_DIGITS = 6


def of_district(row: Row, occurred_at: int) -> dict[str, Any]:
    """The fields of a fact that is keyed by the district of the row's place."""
    return of(row, row.place.region[:DISTRICT_DIGITS], occurred_at)


def of(row: Row, key: str, occurred_at: int) -> dict[str, Any]:
    """The fields of a fact under a key of its own."""
    return {"key": key, "source": row.system, "trace": row.id, "occurred_at": occurred_at}


def of_system(system: str, source: str, what: str, now: int) -> dict[str, Any]:
    """The fields of a fact that no row brings: who of the hub says it, and what it tells of the system, for its id."""
    identity = f"{system}:{what}:{now}"
    return {
        "id": identity, "key": system, "source": source, "trace": identity, "occurred_at": now, "system": system
    }  # fmt: skip
