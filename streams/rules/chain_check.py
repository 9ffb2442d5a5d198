"""Whether receipts make whole chains: what was changed, left out, put in or numbered anew is found, and where.

The order of receipts is that of their numbers, not of their places: the hub's audit publishes again what a fault has
lost, so the same receipt may come twice, and one may come after those that follow it.
"""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from streams.facts.audit import Receipt
from streams.rules.receipt_chain import ChainHead, digest_of, head_at

WAITING_AT_MOST = 10_000
"""So many receipts may come before one ahead of them; after that it is missing."""
DIGEST_BYTES = 32

FaultKind = Literal[
    "changed", "misplaced", "missing", "doubled", "broken", "unnumbered", "cut_back", "rewritten", "strange"
]


class ChainFault(NamedTuple):
    """What is wrong with a chain, and at which number; `text` is one line for whoever looks.

    `strange` is a record that is no receipt: `chain` is then its partition, `number` its offset.
    """

    chain: str
    number: int
    kind: FaultKind
    text: str


class ChainCheck:
    """Hears the receipts of one chain, from its beginning or from a head that is trusted.

    It keeps 32 bytes a receipt, by which another one of the same number is known.
    """

    def __init__(self, chain: str, trusted: ChainHead | None = None) -> None:
        self.chain = chain
        self.late: list[int] = []
        """Numbers that came after higher ones."""
        self.fault: ChainFault | None = None
        """The first one; what is heard after it is not judged."""
        self.head = trusted
        """The last receipt up to which the chain is whole."""
        self._first = trusted.number if trusted else 0
        self._digests = bytearray.fromhex(trusted.digest) if trusted else bytearray(DIGEST_BYTES)
        self._waiting: dict[int, Receipt] = {}

    @property
    def number(self) -> int:
        """Up to here the chain is whole."""
        return self._first + len(self._digests) // DIGEST_BYTES - 1

    def hear(self, receipt: Receipt) -> None:
        if self.fault is not None:
            return
        self.fault = _own_fault(receipt) or self._place(receipt)
        while self.fault is None and (following := self._waiting.pop(self.number + 1, None)) is not None:
            self.fault = self._link(following)

    def end(self) -> ChainFault | None:
        """What is wrong now that all was heard: receipts that did not come are missing."""
        if self.fault is None and self._waiting:
            first, last = self.number + 1, min(self._waiting) - 1
            missing = f"number {first} is" if first == last else f"numbers {first} to {last} are"
            self.fault = ChainFault(self.chain, first, "missing", f"{missing} missing")
        return self.fault

    def compare(self, seen: ChainHead) -> ChainFault | None:
        """What is wrong if the chain once ended with `seen`; call it after `end`."""
        if self.fault is not None or seen.number < self._first:
            return self.fault
        if seen.number > self.number:
            text = f"ends with number {self.number} and once had {seen.number}"
            self.fault = ChainFault(self.chain, self.number + 1, "cut_back", text)
        elif self._digest(seen.number) != seen.digest:
            text = f"number {seen.number} is not the one that was seen"
            self.fault = ChainFault(self.chain, seen.number, "rewritten", text)
        return self.fault

    def _place(self, receipt: Receipt) -> ChainFault | None:
        """Put a receipt where its number says; a fault if another one is there."""
        number = receipt.number
        if number <= self.number:
            same = number < self._first or self._digest(number) == receipt.digest
            return None if same else _doubled(receipt)
        if number in self._waiting:
            return None if self._waiting[number].digest == receipt.digest else _doubled(receipt)
        if any(other > number for other in self._waiting):
            self.late.append(number)
        if number == self.number + 1:
            return self._link(receipt)
        self._waiting[number] = receipt
        return self.end() if len(self._waiting) > WAITING_AT_MOST else None

    def _link(self, receipt: Receipt) -> ChainFault | None:
        """Make the next receipt the last one of the chain."""
        if receipt.previous != (self._digest(self.number) if self.number else ""):
            text = "it does not name the receipt before it"
            return ChainFault(self.chain, receipt.number, "broken", text)
        self._digests += bytes.fromhex(receipt.digest)
        self.head = head_at(receipt)
        return None

    def _digest(self, number: int) -> str:
        start = (number - self._first) * DIGEST_BYTES
        return self._digests[start : start + DIGEST_BYTES].hex()


class ChainChecks:
    """All chains at once; `trusted` are heads that are taken as they are, and what follows them is judged."""

    def __init__(self, trusted: Iterable[ChainHead] = ()) -> None:
        self.chains = {head.chain: ChainCheck(head.chain, head) for head in trusted}
        self.receipts = 0

    def hear(self, receipt: Receipt) -> None:
        self.receipts += 1
        check = self.chains.get(receipt.chain)
        if check is None:
            check = self.chains[receipt.chain] = ChainCheck(receipt.chain)
        check.hear(receipt)

    def end(self, seen: Iterable[ChainHead] = ()) -> list[ChainFault]:
        """The first fault of each chain, by chain; `seen` are heads that chains once had, as anchors keep them."""
        for check in self.chains.values():
            check.end()
        for head in seen:
            self.chains.setdefault(head.chain, ChainCheck(head.chain)).compare(head)
        return sorted(check.fault for check in self.chains.values() if check.fault is not None)

    def heads(self) -> list[ChainHead]:
        """Where each chain ends, by chain."""
        return [check.head for _, check in sorted(self.chains.items()) if check.head is not None]


def _own_fault(receipt: Receipt) -> ChainFault | None:
    """What can be said of a receipt without the others."""
    chain, number = receipt.chain, receipt.number
    if digest_of(receipt.__dict__) != receipt.digest:
        return ChainFault(chain, number, "changed", "its digest is not the SM3 of what it says")
    if receipt.key != chain or receipt.occurred_at != receipt.happened_at:
        return ChainFault(chain, number, "misplaced", "its envelope names another chain or another instant")
    if number < 1:
        return ChainFault(chain, number, "unnumbered", "numbers begin with 1")
    return None


def _doubled(receipt: Receipt) -> ChainFault:
    return ChainFault(receipt.chain, receipt.number, "doubled", "two receipts of this number say different things")
