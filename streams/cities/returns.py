"""Who decides that an order is returned (退单), and why it may be: the `returns` of a city's `endings.yaml`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from streams.facts.rules import RULES_KEY, Approver, Ending, Limit, RequestRule, Unit
from streams.facts.vocabulary import RequestKind
from streams.marked.form import Form

MOST_TIMES = 9
"""Approved returns of one order; it ends with the first."""


class Ground(Protocol):
    """The units of the city."""

    @property
    def units(self) -> Iterable[Unit]: ...


@dataclass(frozen=True)
class ReturnRules:
    """Reasons by code with their names, who decides, and who rules after too many returns."""

    reasons: Mapping[str, str]
    approvers: Mapping[RequestKind, Approver]

    def rules(self, ending: Ending, decide_within: Limit, effective_at: int) -> Iterable[RequestRule]:
        """A rule for each reason, of a return and of a ruling."""
        for kind, approver in self.approvers.items():
            for reason, name in self.reasons.items():
                yield RequestRule(
                    key=RULES_KEY,
                    occurred_at=effective_at,
                    version="",
                    request=kind,
                    urgency=ending.urgency,
                    reason=reason,
                    name=name,
                    kinds=(),
                    most=0,
                    times=MOST_TIMES,
                    approver=approver,
                    decide_within=decide_within,
                    tells_requester=False,
                    document=ending.document,
                )


def read_returns(whole: Form, centre: str, ground: Ground) -> ReturnRules:
    """What `returns` says; the centre's own unit is that of its kind with the widest region."""
    form = whole.form("returns")
    if not whole.has("returns"):
        whole.fault("'returns' is missing")
    units = sorted((unit for unit in ground.units if unit.unit_kind == centre), key=lambda one: len(one.region))
    unit = units[0].unit if units else ""
    named = form.form("reasons")
    reasons = {code: named.text(code) for code in named.items}
    if not reasons:
        form.fault("an order is returned for a reason: none is named", "reasons")
    approvers: dict[RequestKind, Approver] = {
        "return": _approver(form.form("decider"), unit),
        "ruling": _approver(form.form("ruler"), unit),
    }
    form.done()
    return ReturnRules(reasons, approvers)


def _approver(form: Form, unit: str) -> Approver:
    approver = Approver(name=form.text("name"), role=form.text("role"), unit=unit)
    form.done()
    return approver
