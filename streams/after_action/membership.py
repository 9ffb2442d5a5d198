"""Which reports an incident has and has had, and which incidents went into it, by what the matters log says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from streams.after_action.logged import Logged, Order
from streams.facts import matters

How = Literal["opened", "joined", "folded", "separated", "shown"]
"""立项, 并入, 随事件并入, 拆分而来; and where the matters log does not know it: 事件画像."""

Report = tuple[str, str]
"""A department's system and its own number."""


@dataclass(frozen=True)
class Step:
    """A report belongs to an incident from `order` on, having left `before` where it was part of another one."""

    report: Report
    incident_no: str
    how: How
    before: str | None
    order: Order


class Membership:
    """Whose each report was and is, after hearing the matters log in its order."""

    def __init__(self, records: Iterable[Logged]) -> None:
        self.steps: list[Step] = []
        self.folds: list[tuple[str, str, Order]] = []
        """Incident, the one that it went into, and when."""
        self.returns: list[tuple[str, str, Order]] = []
        """Incident, the one that it was part of and was taken out of again, and when."""
        self._of: dict[Report, str] = {}
        self._having: dict[str, dict[Report, None]] = {}
        for record in sorted(records, key=lambda one: one.order):
            self._hear(record.fact, record.order)

    def known(self) -> set[Report]:
        return set(self._of)

    def parts(self, incident_no: str) -> dict[str, Order | None]:
        """The incident and all that went into it, each with when it was taken out again (None: it was not)."""
        found: dict[str, Order | None] = {incident_no: None}
        for number in found_by(self.folds, incident_no):
            ends = [order for one, out_of, order in self.returns if one == number and out_of in found]
            found[number] = max(ends, default=None)
        return found

    def replaced_by(self, incident_no: str) -> str | None:
        """The incident that it has gone into, unless it was taken out again."""
        last = max(((order, into) for number, into, order in self.folds if number == incident_no), default=None)
        if last is None or any(one == incident_no and order > last[0] for one, _, order in self.returns):
            return None
        return last[1]

    def spans(self, incident_no: str) -> dict[Report, tuple[Step, Order | None]]:
        """Each report that belonged to the incident: how it last came, and when it left (None: it did not)."""
        spans: dict[Report, tuple[Step, Order | None]] = {}
        for step in self.steps:
            if step.incident_no == incident_no:
                spans[step.report] = step, None
            elif step.before == incident_no:
                spans[step.report] = spans[step.report][0], step.order
        return spans

    def _hear(self, fact: object, order: Order) -> None:
        match fact:
            case matters.Opened():
                self._move((fact.system, fact.record_no), fact.incident_no, "opened", order)
            case matters.Joined():
                self._move((fact.system, fact.record_no), fact.incident_no, "joined", order)
            case matters.Folded():
                self.folds.append((fact.incident_no, fact.into_no, order))
                for report in list(self._having.get(fact.incident_no, ())):
                    self._move(report, fact.into_no, "folded", order)
            case matters.Separated():
                self.returns.append((fact.to_no, fact.incident_no, order))
                for record in fact.records:
                    system, _, record_no = record.partition("/")
                    self._move((system, record_no), fact.to_no, "separated", order)

    def _move(self, report: Report, incident_no: str, how: How, order: Order) -> None:
        before = self._of.get(report)
        if before != incident_no:
            if before is not None:
                del self._having[before][report]
            self._of[report] = incident_no
            self._having.setdefault(incident_no, {})[report] = None
            self.steps.append(Step(report, incident_no, how, before, order))


def found_by(folds: Iterable[tuple[str, str, Order]], incident_no: str) -> list[str]:
    """All that went into an incident, or into one that went into it, in the order of their numbers."""
    into: dict[str, set[str]] = {}
    for number, replacing, _ in folds:
        into.setdefault(replacing, set()).add(number)
    found, waiting = {incident_no}, [incident_no]
    while waiting:
        new = into.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return sorted(found - {incident_no})
