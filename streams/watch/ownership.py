"""The ownership watch: at each instant each open matter has one who is accountable, on a clock that is told of in time.

It knows nothing but `hub.notice.matters.v1` and shares no code with dispatch (ops/decisions/0103), so that dispatch's
errors show here. Pure: times come with what is heard.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from streams.facts.notices import Accountable, MatterChanged

GRACE_MILLISECONDS = 30_000
"""How long after its moment a notice may still be on its way: a breach, or who is accountable for a matter."""

Kind = Literal[
    "no_owner",
    "two_owners",
    "no_clock",
    "breach_untold",
    "breach_early",
    "owner_untold",
    "open_after_close",
    "handover_unsigned",
]
ClockKey = tuple[str | None, str, int]
"""Order (None: the centre's, on the matter), kind, deadline."""


class Violation(NamedTuple):
    """What is wrong with a matter, since when (milliseconds); `text` is one line for whoever is paged."""

    kind: Kind
    matter_no: str
    since_at: int
    text: str


@dataclass
class _Matter:
    standing: Accountable | None = None
    heard_at: int = 0
    closed_at: int | None = None
    told: set[ClockKey] = field(default_factory=set)
    unsigned: dict[str, int] = field(default_factory=dict)
    early: list[tuple[ClockKey, int]] = field(default_factory=list)


class OwnershipWatch:
    """Hears notices in the order of their partition; matters that were closed are forgotten."""

    def __init__(self) -> None:
        self._matters: dict[str, _Matter] = {}
        self.notices = 0

    @property
    def open_matters(self) -> int:
        return len(self._matters)

    def hear(self, notice: MatterChanged | Accountable) -> None:
        """One notice."""
        self.notices += 1
        if isinstance(notice, Accountable):
            self._stand(notice)
        else:
            self._change(notice)

    def look(self, now: int) -> list[Violation]:
        """All that is wrong at `now` (milliseconds), by matter."""
        found = (one for number, matter in self._matters.items() for one in _violations(number, matter, now))
        return sorted(found, key=lambda one: (one.matter_no, one.since_at, one.kind))

    def _stand(self, standing: Accountable) -> None:
        matter = self._matters.setdefault(standing.matter_no, _Matter(heard_at=standing.changed_at))
        if not standing.open:
            del self._matters[standing.matter_no]
            return
        matter.standing = standing
        matter.told &= {_key(clock.order_no, clock.kind, clock.due_at) for clock in standing.clocks}

    def _change(self, change: MatterChanged) -> None:
        if change.change == "opened":
            self._matters.setdefault(change.matter_no, _Matter(heard_at=change.changed_at))
        matter = self._matters.get(change.matter_no)
        if matter is None:
            return
        if change.change == "closed":
            matter.closed_at = change.changed_at
        elif change.change == "reopened":
            matter.closed_at = None
        elif change.change == "handover_unsigned" and change.order_no is not None:
            matter.unsigned[change.order_no] = change.changed_at
        elif change.change in ("handed_over", "handover_due") and change.order_no is not None:
            matter.unsigned.pop(change.order_no, None)
        elif change.change == "breached" and change.clock is not None and change.due_at is not None:
            key = _key(change.order_no, change.clock, change.due_at)
            matter.told.add(key)
            if change.changed_at < change.due_at:
                matter.early.append((key, change.changed_at))


def _key(order_no: str | None, kind: str, due_at: int) -> ClockKey:
    return order_no, kind, due_at


def _violations(number: str, matter: _Matter, now: int) -> Iterator[Violation]:
    for (order_no, kind, due_at), told_at in matter.early:
        text = f"{order_no or number}: the breach of '{kind}' was told {due_at - told_at} ms before its deadline"
        yield Violation("breach_early", number, told_at, text)
    for order_no, told_at in matter.unsigned.items():
        text = f"{order_no}: the shift has changed and nobody has signed for it in time"
        yield Violation("handover_unsigned", number, told_at, text)
    standing = matter.standing
    if standing is None:
        if now - matter.heard_at > GRACE_MILLISECONDS:
            text = f"{number}: it was opened and nobody was told to be accountable"
            yield Violation("owner_untold", number, matter.heard_at, text)
        return
    if matter.closed_at is not None and now - matter.closed_at > GRACE_MILLISECONDS:
        text = f"{number}: it was told to be closed and somebody is still accountable"
        yield Violation("open_after_close", number, matter.closed_at, text)
    yield from _owner_violations(number, standing)
    yield from _clock_violations(number, matter, standing, now)


def _owner_violations(number: str, standing: Accountable) -> Iterator[Violation]:
    owners = [owner.unit or owner.system or "the centre" for owner in standing.owners]
    if not owners:
        yield Violation("no_owner", number, standing.changed_at, f"{number}: nobody is accountable")
        return
    if len(owners) > 1:
        text = f"{number}: {' and '.join(owners)} are accountable at once"
        yield Violation("two_owners", number, standing.changed_at, text)
    elif standing.reason is None and not any(clock.unit == standing.owners[0].unit for clock in standing.clocks):
        text = f"{number}: no clock of {owners[0]} runs, and no reason is named"
        yield Violation("no_clock", number, standing.changed_at, text)


def _clock_violations(number: str, matter: _Matter, standing: Accountable, now: int) -> Iterator[Violation]:
    for clock in standing.clocks:
        if clock.overdue or now - clock.due_at <= GRACE_MILLISECONDS:
            continue
        if _key(clock.order_no, clock.kind, clock.due_at) not in matter.told:
            text = f"{clock.order_no or number}: the deadline of '{clock.kind}' has passed and no breach was told"
            yield Violation("breach_untold", number, clock.due_at, text)
