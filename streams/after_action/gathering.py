"""Gathers what the logs say of one incident, from any reader of them: twice through, keeping only what is its own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from streams.after_action.logged import INCIDENTS, MATTERS, NOTICES, TOPICS, Logged, Logs, Order, once
from streams.after_action.membership import How, Membership, Report
from streams.contract import Fact
from streams.facts import incidents, matters
from streams.facts.notices import Accountable, MatterChanged
from streams.rules.numbering import matter_no_of

NUMBERS = (
    "incident_no", "into_no", "to_no", "other_no", "replaced_no", "replacing_no", "matter_no", "order_no",
    "delivery_no", "give_back_no", "request_no", "supervision_no", "whistle_no", "meeting_no",
)  # fmt: skip
"""Fields of facts that hold numbers of the hub's own. What is named after a matter begins with its number."""
OF_A_RECORD = (incidents.Reported, incidents.Updated, incidents.SourceClosed, incidents.Transferred)


@dataclass(frozen=True)
class Belonging:
    """How a report came to the incident, from which other one, and when it left (None: it did not)."""

    how: How
    before: str | None
    until: Order | None


@dataclass(frozen=True)
class Gathered:
    """What the logs say of one incident, in the order of appending, each record once."""

    incident_no: str
    parts: tuple[str, ...]
    """The incident and those that went into it."""
    replaced_by: str | None
    belongings: Mapping[Report, Belonging]
    records: tuple[Logged, ...]
    said: Mapping[Report, tuple[Logged, ...]] = field(default_factory=dict)
    """What each report's system has said of it, its telling first."""


def gather(incident_no: str, logs: Logs, shown: Mapping[Report, str]) -> Gathered:
    """`shown` is whose each report is by the event profiles: it decides where the matters log has never named one."""
    membership = Membership(
        record
        for record in logs(MATTERS)
        if isinstance(record.fact, matters.Opened | matters.Joined | matters.Folded | matters.Separated)
    )
    parts = membership.parts(incident_no)
    belongings = {
        report: Belonging(step.how, step.before, until)
        for report, (step, until) in membership.spans(incident_no).items()
    }
    known = membership.known()
    for report, owner in shown.items():
        if owner in parts and report not in known:
            belongings[report] = Belonging("shown", None if owner == incident_no else owner, None)
    mine = _Mine(incident_no, parts, belongings, logs)
    records = once(record for topic in TOPICS for record in logs(topic) if mine.is_about(record))
    return Gathered(
        incident_no=incident_no,
        parts=tuple(parts),
        replaced_by=membership.replaced_by(incident_no),
        belongings=belongings,
        records=tuple(records),
        said=_said(records),
    )


class _Mine:
    """What belongs to an incident: its numbers, and until when those of its parts were its own."""

    def __init__(
        self, incident_no: str, parts: Mapping[str, Order | None], belongings: Mapping[Report, Belonging], logs: Logs
    ) -> None:
        self._reports = belongings
        self._until: dict[str, Order | None] = dict(parts)
        self._masters: dict[tuple[str, str], Order | None] = {}
        for record in chain(logs(INCIDENTS), logs(NOTICES)):
            self._learn(record.fact)

    def _learn(self, fact: Any) -> None:
        """Numbers that go with one of the incident's: of its matters, of what was asked and ordered on them."""
        if isinstance(fact, incidents.Progressed | MatterChanged) and fact.incident_no in self._until:
            until = self._until[fact.incident_no]
            asked = (fact.request_no, fact.supervision_no, fact.joint_no) if isinstance(fact, MatterChanged) else ()
            for number in (fact.matter_no, *asked):
                if number:
                    self._until.setdefault(number, until)
        elif isinstance(fact, incidents.Reported) and fact.order and (fact.system, fact.record_no) in self._reports:
            self._masters[fact.system, fact.order.order_no] = self._reports[fact.system, fact.record_no].until

    def is_about(self, record: Logged) -> bool:
        fact = record.fact
        if isinstance(fact, Accountable):
            return False
        if isinstance(fact, OF_A_RECORD):
            report = fact.system, fact.record_no
            return report in self._reports and _is_before(record, self._reports[report].until)
        if isinstance(fact, matters.Mirrored):
            master = fact.system, fact.order_no
            return master in self._masters and _is_before(record, self._masters[master])
        return any(number in self._until and _is_before(record, self._until[number]) for number in _numbers(fact))


def _numbers(fact: Any) -> Iterator[str]:
    for name in NUMBERS:
        number = getattr(fact, name, None)
        if number:
            yield number
            yield matter_no_of(number)
    if isinstance(fact, Fact):
        yield from getattr(fact, "matters", ())


def _is_before(record: Logged, until: Order | None) -> bool:
    """Whether it was appended while it was the incident's; what took it out of it still is."""
    return until is None or record.order <= until


def _said(records: Iterable[Logged]) -> dict[Report, tuple[Logged, ...]]:
    said: dict[Report, tuple[Logged, ...]] = {}
    for record in records:
        if isinstance(record.fact, OF_A_RECORD):
            report = record.fact.system, record.fact.record_no
            said[report] = (*said.get(report, ()), record)
    return said
