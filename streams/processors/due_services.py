"""Services that are owed by a day, and calls for help, as matters of the unit that must see to them.

The order goes out when its day comes near, at once where it is near or past already; what is done, or owed no more,
ends the matter; another day moves it. A call is a matter at once, until it is answered. Which word is the latest is
known before (`person_profiles`). Where the rules say nothing of a kind, its unit alone is told, on the day itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal

from streams.contract import Entry, Output, TableName, Tables, record, replace
from streams.facts import matters, people
from streams.facts.services import PersonService, ServiceKind
from streams.facts.vocabulary import Subject
from streams.processors.person_rules import find_service_rule
from streams.rules.office_calendar import DAY_MILLISECONDS, EPOCH_ORDINAL, begins_at
from streams.rules.time_limits import HOUR_MILLISECONDS

OVER = ("done", "closed")
DISTRICT_DIGITS, DIGEST_DIGITS = 6, 20


@record("person_profiles.due_service.v1")
@dataclass(frozen=True, kw_only=True)
class DueService:
    """A service that is owed by a day; what it is stands with the `service` of that key.

    Due when the order goes out, then when its day is over. Its own key leads to nobody: it is in the trace of what
    comes of a due moment.
    """

    service: str
    subject_no: str
    stage: Literal["waiting", "raised", "overdue"]


DUE = TableName("due_services", DueService, ordered=True)


def service_heard(
    now: int,
    key: str,
    before: people.ServiceContent | None,
    said: people.Service,
    content: people.ServiceContent,
    tables: Tables,
) -> Iterator[Output]:
    """The latest word on a service, what it says, and what the one before it said."""
    number = _digest(key)
    due = tables[DUE].get(number)
    if content.state in OVER or content.due_on is None or not content.region.isdecimal():
        if due is not None:
            tables[DUE].delete(number)
            yield from _settled(said, content, due)
        return
    rule = rule_of(content, tables)
    if due is None:
        due = DueService(service=key, subject_no=_number(said.id, "S", content.region), stage="waiting")
    remind_at = begins_on(content.due_on) - rule.remind_days * DAY_MILLISECONDS + rule.remind_hour * HOUR_MILLISECONDS
    if due.stage == "waiting" and remind_at > now:
        tables[DUE].put(number, due, remind_at)
    elif due.stage == "waiting" or before is None or before.due_on != content.due_on:
        yield from _raise_service(now, number, due, said, content, tables)


def service_due(now: int, entry: Entry, service: people.Service | None, tables: Tables) -> Iterator[Output]:
    """The moment of a service that is owed has come: its order goes out, or its day is over."""
    due: DueService = entry.value
    if service is None or service.content is None or service.content.due_on is None:
        tables[DUE].delete(entry.key)
    elif due.stage == "waiting":
        yield from _raise_service(now, entry.key, due, service, service.content, tables)
    else:
        tables[DUE].put(entry.key, replace(due, stage="overdue"))


def call_heard(
    before: people.Help | None, said: people.Help, content: people.HelpContent, tables: Tables
) -> Iterator[Output]:
    """A call for help, or that it was answered."""
    number = _number(f"{said.token}/{said.system}/{said.record_no}", "H", content.region)
    if content.answered:
        if before is not None and before.content is not None and not before.content.answered:
            yield _out(
                matters.Settled(
                    key=number[:DISTRICT_DIGITS],
                    occurred_at=said.occurred_at,
                    subject_no=number,
                    result="answered",
                    recorded_at=said.recorded_at,
                )
            )
    elif before is None:
        rule = find_service_rule("help_call", tables) or _without_rule("help_call")
        yield _out(_raise("help_call", number, said, content.region, content.unit or "", rule))


def begins_on(day: str) -> int:
    """The instant at which a day, `YYYY-MM-DD`, begins in the city."""
    return begins_at(date.fromisoformat(day).toordinal() - EPOCH_ORDINAL)


def over_at(day: str) -> int:
    """The instant at which it is over."""
    return begins_on(day) + DAY_MILLISECONDS


def rule_of(content: people.ServiceContent, tables: Tables) -> PersonService:
    """How the service is seen to; one to a child under 14 is first of all that."""
    kind: ServiceKind = "minor" if content.under_14 else content.kind
    return find_service_rule(kind, tables) or _without_rule(kind)


def _without_rule(kind: ServiceKind) -> PersonService:
    """Nobody but the unit that the department names is told, and nothing is counted."""
    return PersonService(
        key="",
        occurred_at=0,
        version="",
        kind=kind,
        unit_kind="",
        urgency="urgent" if kind == "help_call" else "routine",
        remind_days=0,
        remind_hour=0,
        restricted=True,
        counted=False,
        document="",
    )


def _number(identity: str, letter: str, region: str) -> str:
    """The number of a subject, which leads nobody to the person."""
    return f"{region[:DISTRICT_DIGITS]}{letter}{_digest(identity)}"


def _digest(identity: str) -> str:
    return sha256(identity.encode()).hexdigest()[:DIGEST_DIGITS]


def _raise_service(
    now: int,
    number: str,
    due: DueService,
    service: people.Service,
    content: people.ServiceContent,
    tables: Tables,
) -> Iterator[Output]:
    """The order goes out, or its day is another one; its day is over at the next due moment."""
    due_at = over_at(content.due_on or "")
    rule = rule_of(content, tables)
    raised = _raise("service_due", due.subject_no, service, content.region, content.unit, rule)
    yield _out(replace(raised, due_at=due_at))
    tables[DUE].put(number, replace(due, stage="raised"), max(now, due_at))


def _raise(
    subject: Subject,
    number: str,
    said: people.Service | people.Help,
    region: str,
    unit: str,
    rule: PersonService,
) -> matters.Raised:
    return matters.Raised(
        key=number[:DISTRICT_DIGITS],
        occurred_at=said.occurred_at,
        subject_no=number,
        kind=subject,
        incident_class=subject,
        urgency=rule.urgency,
        region=region,
        unit=unit,
        unit_kind=rule.unit_kind or None,
        system=said.system,
        record_no=said.record_no,
        restricted=rule.restricted,
    )


def _settled(said: people.Service, content: people.ServiceContent, due: DueService) -> Iterator[Output]:
    if due.stage != "waiting":
        yield _out(
            matters.Settled(
                key=due.subject_no[:DISTRICT_DIGITS],
                occurred_at=said.occurred_at,
                subject_no=due.subject_no,
                result="done" if content.state == "done" else "ended",
                recorded_at=said.recorded_at,
            )
        )


def _out(fact: matters.Raised | matters.Settled) -> Output:
    return Output("matters", fact.key, fact)
