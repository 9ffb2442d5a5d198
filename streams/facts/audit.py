"""Receipts of all that is done with what the hub knows of persons; `hub.audit.v1` keeps them for ever, in chains."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record

Act = Literal[
    "read",
    "refused",
    "approved",
    "declined",
    "consented",
    "linked",
    "unlinked",
    "suggested",
    "erased",
    "corrected",
    "exported",
    "broke_glass",
]
"""What can be done with what the hub knows of a person."""


@record("audit.receipt.v1")
@dataclass(frozen=True, kw_only=True)
class Receipt(Fact):
    """Who did what, for which purpose and case, on what basis and with what result. No names, no content.

    `number` counts from 1 within `chain`, `previous` is the digest of the receipt before it ('' in the first) and
    `digest` the SM3 of this one as `streams/rules/receipt_chain.py` writes it. `case_no`, `basis` and `second` (officer
    of the second person) are '' where there is none; `happened_at` is in milliseconds.
    """

    chain: str
    number: int
    previous: str
    digest: str
    act: Act
    token: str
    purpose: str
    case_no: str
    basis: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str
    second: str
    result: str
    happened_at: int
