"""Receipts in chains: each names the SM3 of the one before, so that nothing in between can be changed unseen.

What the SM3 is taken of, for whoever verifies with a program of their own: the line `audit.receipt.v1`, then a line for
each field of `FIELDS`, in this order: its name, `=`, how many bytes its value has, `:`, the value. Values are UTF-8,
numbers decimal; each line ends with one byte 0x0A. A digest is written in 64 lower-case hexadecimal digits. `id`,
`source` and `trace` are the engine's and in no digest; `key` is the chain and `occurred_at` the instant of the act.
`ops/audit/verify_receipts.py` is such a program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import new
from typing import Final

from streams.contract import Output, TableName, Tables, record
from streams.facts.audit import Act, Receipt

KIND: Final = "audit.receipt.v1"
FIELDS: Final = (
    "chain",
    "number",
    "previous",
    "act",
    "token",
    "purpose",
    "case_no",
    "basis",
    "actor_unit",
    "actor_post",
    "actor_officer",
    "actor_shift",
    "actor_role",
    "second",
    "result",
    "happened_at",
)
"""What a digest is taken of."""


@record("audit.chain_head.v1")
@dataclass(frozen=True, kw_only=True)
class ChainHead:
    """The last receipt of a chain; `happened_at` is its own."""

    chain: str
    number: int
    digest: str
    happened_at: int


CHAINS = TableName("chains", ChainHead)
"""The one chain of a partition, under `HEAD`."""
HEAD: Final = "head"


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a receipt is given for; `happened_at` in milliseconds."""

    act: Act
    token: str
    purpose: str
    case_no: str = ""
    basis: str = ""
    actor_unit: str = ""
    actor_post: str = ""
    actor_officer: str = ""
    actor_shift: str = ""
    actor_role: str = ""
    second: str = ""
    result: str
    happened_at: int


def append(head: ChainHead | None, cause_id: str, deed: Deed) -> tuple[ChainHead, Receipt]:
    """The receipt of a deed and the chain's new head; where there is no chain yet, `cause_id` begins one.

    `cause_id` is the id of the fact that the deed follows from.
    """
    chain, number, previous = (head.chain, head.number + 1, head.digest) if head else (cause_id, 1, "")
    content = {"chain": chain, "number": number, "previous": previous, **deed.__dict__}
    digest = digest_of(content)
    receipt = Receipt(key=chain, occurred_at=deed.happened_at, digest=digest, **content)
    return head_at(receipt), receipt


def receipt_given(tables: Tables, cause_id: str, deed: Deed) -> Output:
    """Append the receipt of a deed to the partition's chain; what the owner of `CHAINS` emits by its port `audit`."""
    head, receipt = append(tables[CHAINS].get(HEAD), cause_id, deed)
    tables[CHAINS].put(HEAD, head)
    return Output("audit", head.chain, receipt)


def head_at(receipt: Receipt) -> ChainHead:
    """The chain as it stands when this is its last receipt."""
    return ChainHead(chain=receipt.chain, number=receipt.number, digest=receipt.digest, happened_at=receipt.happened_at)


def canonical_bytes(content: Mapping[str, object]) -> bytes:
    """What the SM3 of a receipt is taken of, from its fields by name."""
    lines = [KIND.encode()]
    for name in FIELDS:
        value = str(content[name]).encode()
        lines.append(b"%s=%d:%s" % (name.encode(), len(value), value))
    return b"\n".join(lines) + b"\n"


def digest_of(content: Mapping[str, object]) -> str:
    """The SM3 of a receipt, from its fields by name."""
    return new("sm3", canonical_bytes(content)).hexdigest()
