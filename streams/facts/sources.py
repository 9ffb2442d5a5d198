"""Facts of the sources log: what publishers saw of a system, and what was decided on it. Keyed by system."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record

Decision = Literal["authorised", "suspended", "revoked"]


@record("sources.observed.v1")
@dataclass(frozen=True, kw_only=True)
class Observed(Fact):
    """One batch of a connector: how many rows, how new, how many wrong, late or without a place.

    `suspected_datum` and `skewed_devices` are what the system's latest rows say of its coordinates and clocks.
    `period_seconds` is how often the system is asked or delivers, 0 where it speaks on its own; `rows_per_day` is how
    many are then expected. `contract` is the digest of the contract that the rows were taken under. `lacking` says of
    each item that may be left out how many of the rows came without it, None where none may be.
    """

    system: str
    rows: int
    facts: int
    wrong: int
    late: int
    newest_at: int
    items: Mapping[str, int]
    fresh_seconds: int
    unlocated: int = 0
    suspected_datum: str | None = None
    skewed_devices: int = 0
    period_seconds: int = 0
    rows_per_day: int = 0
    contract: str = ""
    lacking: Mapping[str, int] | None = None


@record("sources.catalogued.v1")
@dataclass(frozen=True, kw_only=True)
class Catalogued(Fact):
    """The exchange platform published or changed an entry of its catalogue of shared resources."""

    system: str
    catalog_code: str
    resource_name: str
    schema_version: str
    update_cycle: str
    changed: bool
    published_at: int


@record("sources.authorisation_decided.v1")
@dataclass(frozen=True, kw_only=True)
class AuthorisationDecided(Fact):
    """Somebody signed that the hub may take a system's rows under its agreement, or that it may not."""

    system: str
    authorisation: Decision
    agreement_no: str
    by: str
    reason: str


@record("sources.contract_approved.v1")
@dataclass(frozen=True, kw_only=True)
class ContractApproved(Fact):
    """Somebody signed that rows of a system may be taken under the contract with this digest, from an instant on.

    Approved again, the later word on the instant holds.
    """

    system: str
    digest: str
    effective_at: int
    agreement_no: str
    by: str
    reason: str


@record("sources.form_deleted.v1")
@dataclass(frozen=True, kw_only=True)
class FormDeleted(Fact):
    """What was collected under a form that is over was deleted: rows of its topic, and keys of what was sealed of it.

    `digest` names the form's contract, `expired_at` is when it was over.
    """

    system: str
    digest: str
    expired_at: int
    rows: int
    keys: tuple[str, ...]


@record("sources.key_rotated.v1")
@dataclass(frozen=True, kw_only=True)
class KeyRotated(Fact):
    """Somebody signed that a department pushes with a new key; the old one is refused from `old_until_at` on.

    Neither key is told, nor anything that follows from one.
    """

    system: str
    old_until_at: int
    by: str
    reason: str
