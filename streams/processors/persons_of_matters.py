"""Whose matters they are: the owner of a person's token is told which matter of theirs is open and who works on it.

A confidential matter (保密工单) of an incident is told as one that has ended: nobody reads under it, or of it. That of
a subject is always confidential towards others and a case for its unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from streams.contract import Output, TableName, Tables, record
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
    """All whose matter has changed are told; those after this report still wait for it."""

    after: str = ""


REPORTERS = TableName("reporters", Reporter, ordered=True)
PERSON_ROUNDS = TableName("person_rounds", PersonRound)


def keep_reporter(now: int, matter_no: str, name: str, token: str | None, tables: Tables) -> None:
    """Somebody told this report of a matter; their token's owner is told before the next record is read."""
    if token is not None:
        tables[REPORTERS].put(f"{matter_no}/{name}", Reporter(token=token), due_at=now)


def forget_reporter(now: int, matter_no: str, name: str, tables: Tables) -> Iterator[Output]:
    """The report is not the matter's any more."""
    reporter = tables[REPORTERS].get(f"{matter_no}/{name}")
    if reporter is not None:
        tables[REPORTERS].delete(f"{matter_no}/{name}")
        yield _told(now, reporter.token, matter_no, None)


def tell_reporter(now: int, key: str, reporter: Reporter, matter: views.Matter | None) -> Iterator[Output]:
    """How the matter stands, to the owner of one token."""
    yield _told(now, reporter.token, key.partition("/")[0], matter)


def begin_person_round(now: int, before: views.Matter | None, matter: views.Matter, tables: Tables) -> None:
    """Tell everybody's owner, if what they are told has changed."""
    if before is None or _content(before) == _content(matter):
        return
    if any(islice(tables[REPORTERS].scan(f"{matter.matter_no}/"), 1)):
        tables[PERSON_ROUNDS].put(matter.matter_no, PersonRound(), due_at=now)


def tell_round_of_persons(
    now: int, matter_no: str, began: PersonRound, matter: views.Matter | None, tables: Tables
) -> Iterator[Output]:
    """A slice of a round; where it was full the next one follows at once."""
    tables[PERSON_ROUNDS].delete(matter_no)
    after = began.after or f"{matter_no}/"
    slice_of = [
        (key, reporter)
        for key, reporter in tables[REPORTERS].following(after, TOLD_A_STEP)
        if key.startswith(f"{matter_no}/")
    ]
    for _, reporter in slice_of:
        yield _told(now, reporter.token, matter_no, matter)
    if len(slice_of) == TOLD_A_STEP:
        tables[PERSON_ROUNDS].put(matter_no, PersonRound(after=slice_of[-1][0]), due_at=now)


def _told(now: int, token: str, matter_no: str, matter: views.Matter | None) -> Output:
    content = _content(matter) if matter is not None else None
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
