"""Services that are owed by a day, and calls for help, as matters of the unit that must see to them.

The order goes out when its day comes near, at once where it is near or past already; what is done, or owed no more,
ends the matter; another day moves it. A call is a matter at once, until it is answered. Which word is the latest is
known before (`person_profiles`). Where the rules say nothing of a kind, its unit alone is told, on the day itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from streams.contract import Entry, Output, TableName, Tables, record, replace
from streams.durations import DAY_MILLISECONDS, HOUR_MILLISECONDS
from streams.facts import matters, people
from streams.facts.services import PersonService, ServiceKind
from streams.facts.vocabulary import Subject
from streams.processors.person_rules import find_service_rule
from streams.processors.service_counts import tally
from streams.processors.subject_ends import settled
from streams.rules.numbering import digest_of_subject, district_of_number, subject_number
from streams.rules.office_calendar import EPOCH_ORDINAL, begins_at

OVER = ("done", "closed")


@record("person_profiles.due_service.v1")
@dataclass(frozen=True, kw_only=True)
class DueService:
    """A service that is owed by a day; what it is stands with the `service` of that key.

    Due when the order goes out, then when its day is over; `counted` where it is from then on. Its own key leads to
    nobody: it is in the trace of what comes of a due moment.
    """

    service: str
    subject_no: str
    stage: Literal["waiting", "raised", "overdue"]
    counted: bool = False


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
    number = digest_of_subject(key)
    due = tables[DUE].get(number)
    _count(now, before, due, -1, tables)
    if content.state in OVER or content.due_on is None or not content.region.isdecimal():
        if due is not None:
            tables[DUE].delete(number)
            yield from _settled(said, due, "done" if content.state == "done" else "ended")
        return
    rule = rule_of(content, tables)
    if due is None:
        due = DueService(service=key, subject_no=subject_number(said.id, "S", content.region), stage="waiting")
    remind_at = begins_on(content.due_on) - rule.remind_days * DAY_MILLISECONDS + rule.remind_hour * HOUR_MILLISECONDS
    if due.stage == "waiting" and remind_at > now:
        tables[DUE].put(number, due, remind_at)
    elif due.stage == "waiting" or before is None or _is_told_otherwise(before, content, tables):
        yield from _raise_service(now, number, due, said, content, tables)
    _count(now, content, tables[DUE].get(number), 1, tables)


def _is_told_otherwise(before: people.ServiceContent, content: people.ServiceContent, tables: Tables) -> bool:
    """Whether the unit has another day, or others may know and count it than before."""
    return before.due_on != content.due_on or rule_of(before, tables) != rule_of(content, tables)


def service_due(now: int, entry: Entry, service: people.Service | None, tables: Tables) -> Iterator[Output]:
    """The moment of a service that is owed has come: its order goes out, or its day is over."""
    due: DueService = entry.value
    content = service.content if service else None
    if service is None or content is None or content.due_on is None:
        tables[DUE].delete(entry.key)
        return
    _count(now, content, due, -1, tables)
    if due.stage == "waiting":
        yield from _raise_service(now, entry.key, due, service, content, tables)
    else:
        tables[DUE].put(entry.key, replace(due, stage="overdue"))
    _count(now, content, tables[DUE].get(entry.key), 1, tables)


def service_forgotten(now: int, key: str, service: people.Service, tables: Tables) -> Iterator[Output]:
    """The person is forgotten, and the key still opens what is known: the matter ends, and nothing is counted."""
    due = tables[DUE].get(digest_of_subject(key))
    if due is not None:
        _count(now, service.content, due, -1, tables)
        tables[DUE].delete(digest_of_subject(key))
        yield from _settled(service, due, "ended")


def call_heard(
    now: int, before: people.Help | None, said: people.Help, content: people.HelpContent, tables: Tables
) -> Iterator[Output]:
    """A call for help, or that it was answered."""
    if content.answered:
        if before is not None:
            yield from _answered(now, before, said, "answered", tables)
    elif before is None:
        rule = find_service_rule("help_call", tables) or _without_rule("help_call")
        tally(now, content.region, tables, calls=1)
        yield _out(_raise("help_call", _call_number(said, content), said, content.region, content.unit or "", rule))


def call_forgotten(now: int, call: people.Help, tables: Tables) -> Iterator[Output]:
    """The same for a call that still waits."""
    yield from _answered(now, call, call, "ended", tables)


def _answered(
    now: int, call: people.Help, said: people.Help, result: Literal["ended", "answered"], tables: Tables
) -> Iterator[Output]:
    if call.content is not None and not call.content.answered:
        tally(now, call.content.region, tables, calls=-1)
        yield _end(_call_number(call, call.content), result, said)


def _call_number(call: people.Help, content: people.HelpContent) -> str:
    return subject_number(f"{call.token}/{call.system}/{call.record_no}", "H", content.region)


def _count(now: int, content: people.ServiceContent | None, due: DueService | None, sign: int, tables: Tables) -> None:
    """What a service adds to its place, or no longer does."""
    if content is not None and due is not None and due.counted:
        tally(now, content.region, tables, due=sign, overdue=sign * (due.stage == "overdue"))


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
    tables[DUE].put(number, replace(due, stage="raised", counted=rule.counted), max(now, due_at))


def _raise(
    subject: Subject,
    number: str,
    said: people.Service | people.Help,
    region: str,
    unit: str,
    rule: PersonService,
) -> matters.Raised:
    return matters.Raised(
        key=district_of_number(number),
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
        token=said.token,
    )


def _settled(said: people.Service, due: DueService, result: Literal["done", "ended"]) -> Iterator[Output]:
    if due.stage != "waiting":
        yield _end(due.subject_no, result, said)


def _end(number: str, result: Literal["done", "ended", "answered"], said: people.Service | people.Help) -> Output:
    return settled(number, result, occurred_at=said.occurred_at, recorded_at=said.recorded_at)


def _out(fact: matters.Raised) -> Output:
    return Output("matters", fact.key, fact)
