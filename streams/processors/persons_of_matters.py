"""Whose matters they are: the owner of a person's token is told which matter of theirs is open and who works on it.

A confidential matter (保密工单) of an incident is told as one that has ended: nobody reads under it, or of it. That of
a subject is always confidential towards others and a case for its unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from streams.contract import Output, TableName, Tables, record, replace
from streams.facts import views
from streams.facts.person_access import CaseContent, MatterMoved
from streams.processors.order_states import ENDED

TOLD_A_STEP = 200


@record("dispatch.reporter.v1")
@dataclass(frozen=True, kw_only=True)
class Reporter:
    """Who told a report, or whom a subject is about, by token; under `<matter_no>/<system>/<record_no>`."""

    token: str


@record("dispatch.person_round.v1")
@dataclass(frozen=True, kw_only=True)
class PersonRound:
    """How a matter stands is told: to the owner of one `token`, or of all from after a report on.

    Under `<matter_no>/<number>`, each under a number of its own: what one moment makes of two changes must have two
    identities. Under the matter's number alone the last that was given.
    """

    number: int
    token: str | None = None
    after: str = ""


REPORTERS = TableName("reporters", Reporter, ordered=True)
PERSON_ROUNDS = TableName("person_rounds", PersonRound)


def keep_reporter(now: int, matter_no: str, name: str, token: str | None, tables: Tables) -> None:
    """Somebody told this report of a matter; their token's owner is told before the next record is read."""
    if token is not None:
        tables[REPORTERS].put(f"{matter_no}/{name}", Reporter(token=token))
        _begin(now, matter_no, tables, token=token)


def take_reporter(now: int, matter_no: str, name: str, tables: Tables) -> str | None:
    """The report is not the matter's any more; whose it was, by token."""
    reporter = tables[REPORTERS].get(f"{matter_no}/{name}")
    if reporter is None:
        return None
    tables[REPORTERS].delete(f"{matter_no}/{name}")
    _begin(now, matter_no, tables, token=reporter.token)
    return reporter.token


def begin_person_round(now: int, before: views.Matter | None, matter: views.Matter, tables: Tables) -> None:
    """Tell everybody's owner, if what they are told has changed."""
    if before is None or _content(before) == _content(matter):
        return
    if any(islice(tables[REPORTERS].scan(f"{matter.matter_no}/"), 1)):
        _begin(now, matter.matter_no, tables)


def tell_persons(
    now: int, key: str, began: PersonRound, matter: views.Matter | None, tables: Tables
) -> Iterator[Output]:
    """The one token's owner, or a slice of all; where that was full the next one follows at once."""
    tables[PERSON_ROUNDS].delete(key)
    matter_no = key.partition("/")[0]
    reporters = tables[REPORTERS]
    if began.token is not None:
        names = _records(matter_no, tables).get(began.token, ())
        yield _told(now, began.token, matter_no, matter if names else None, names)
        return
    following = reporters.following(began.after or f"{matter_no}/", TOLD_A_STEP)
    slice_of = [(name, reporter) for name, reporter in following if name.startswith(f"{matter_no}/")]
    records = _records(matter_no, tables) if slice_of else {}
    for _, reporter in slice_of:
        yield _told(now, reporter.token, matter_no, matter, records[reporter.token])
    if len(slice_of) == TOLD_A_STEP:
        _begin(now, matter_no, tables, after=slice_of[-1][0])


def forget_reporter(matter_no: str, name: str, tables: Tables) -> None:
    """The matter is forgotten."""
    tables[REPORTERS].delete(f"{matter_no}/{name}")
    tables[PERSON_ROUNDS].delete(matter_no)


def _begin(now: int, matter_no: str, tables: Tables, *, token: str | None = None, after: str = "") -> None:
    last = tables[PERSON_ROUNDS].get(matter_no)
    number = 1 if last is None else last.number + 1
    tables[PERSON_ROUNDS].put(matter_no, PersonRound(number=number))
    began = PersonRound(number=number, token=token, after=after)
    tables[PERSON_ROUNDS].put(f"{matter_no}/{number:08}", began, due_at=now)


def _records(matter_no: str, tables: Tables) -> dict[str, tuple[str, ...]]:
    """Which records of a matter are whose, by token."""
    found: dict[str, tuple[str, ...]] = {}
    for key, reporter in tables[REPORTERS].scan(f"{matter_no}/"):
        found[reporter.token] = (*found.get(reporter.token, ()), key.removeprefix(f"{matter_no}/"))
    return found


def _told(now: int, token: str, matter_no: str, matter: views.Matter | None, records: tuple[str, ...]) -> Output:
    content = _content(matter) if matter is not None else None
    if content is not None:
        content = replace(content, records=records)
    moved = MatterMoved(
        key=token, occurred_at=now, token=token, matter_no=matter_no, open=content is not None, content=content
    )
    return Output("people", token, moved)


def _content(matter: views.Matter) -> CaseContent | None:
    """What is told of a matter while it is a case; None once it is none."""
    is_hidden = matter.confidential and matter.subject is None
    if matter.state == "closed" or is_hidden or matter.folded_into is not None:
        return None
    units = dict.fromkeys(order.unit for order in matter.orders if order.state not in ENDED)
    return CaseContent(incident_class=matter.incident_class, region=matter.region, units=tuple(units))
