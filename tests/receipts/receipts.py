"""Receipts to try chains with: as the processor gives them, and as somebody would forge them."""

from dataclasses import replace
from typing import Any

from streams.facts.audit import Receipt
from streams.rules.receipt_chain import ChainHead, Deed, append, digest_of

MONDAY = 1_795_305_600_000
BEGUN_BY = "gateway:context:1"


def deed(number: int = 1, **said: Any) -> Deed:
    """By default a reading for an open case, a second after the one before."""
    fields: dict[str, Any] = {
        "act": "read",
        "token": f"services:1:{number:040x}",
        "purpose": "services",
        "case_no": "50011720261122M00001",
        "basis": "case_open",
        "actor_unit": "500117001001",
        "actor_post": "grid",
        "actor_officer": "W0012",
        "actor_shift": "day",
        "actor_role": "handler",
        "result": "granted",
        "happened_at": MONDAY + number * 1_000,
        **said,
    }
    return Deed(**fields)


def chain_of(*deeds: Deed, begun_by: str = BEGUN_BY) -> list[Receipt]:
    """The receipts of deeds, one after the other."""
    head: ChainHead | None = None
    receipts = []
    for one in deeds:
        head, receipt = append(head, begun_by, one)
        receipts.append(receipt)
    return receipts


def some(count: int, begun_by: str = BEGUN_BY) -> list[Receipt]:
    return chain_of(*(deed(number) for number in range(1, count + 1)), begun_by=begun_by)


def forged(receipt: Receipt, **said: Any) -> Receipt:
    """A receipt that says something else, its digest made to fit."""
    changed = replace(receipt, **said)
    return replace(changed, digest=digest_of(changed.__dict__))


def forged_chain(receipts: list[Receipt], number: int, **said: Any) -> list[Receipt]:
    """What somebody who can write the whole topic makes of a chain: changed at a number, and whole again after it."""
    made: list[Receipt] = []
    for one in receipts:
        changes = said if one.number == number else {}
        made.append(forged(one, previous=made[-1].digest if made else "", **changes))
    return made
