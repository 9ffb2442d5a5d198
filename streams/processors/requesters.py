"""Who told of a matter, each under its own system and record number, and what has to go back to all of them.

Each report is a requester. The outcome (答复) goes back when the lead has replied and nobody who assists is waited for,
or when the matter is closed; how a matter stands (回传) whenever that changes. What is begun here is done by
`give_backs`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from streams.contract import TableName, Tables, record
from streams.facts import views
from streams.facts.vocabulary import GivenBackKind, MatterState, Result
from streams.processors.matter_parts import has_replied, lead_name, lead_result

FORGOTTEN_A_STEP = 200


@record("dispatch.requester.v1")
@dataclass(frozen=True, kw_only=True)
class Requester:
    """A report of a matter, under `<matter_no>/<system>/<record_no>`."""

    heard_at: int


@record("dispatch.give_back.v1")
@dataclass(frozen=True, kw_only=True)
class GiveBack:
    """Something that goes back, as the matter stood at `changed_at`.

    In the table of rounds: to every requester, `requester` being the last one that was seen to, and `by_centre` the
    systems for which the centre was told to reply. Else: to one requester, `<system>/<record_no>`, in its attempt.
    """

    kind: GivenBackKind
    matter_no: str
    state: MatterState
    result: Result | None = None
    unit_name: str | None = None
    changed_at: int
    requester: str = ""
    attempt: int = 1
    awaiting: bool = False
    by_centre: tuple[str, ...] = ()


REQUESTERS = TableName("requesters", Requester, ordered=True)
ROUNDS = TableName("give_back_rounds", GiveBack)
GIVE_BACKS = TableName("give_backs", GiveBack)
TABLES: tuple[TableName[Any], ...] = (REQUESTERS, ROUNDS, GIVE_BACKS)


def keep_requester(now: int, matter: views.Matter, system: str, record_no: str, tables: Tables) -> None:
    """One more report of a matter; who tells of one that has its answer already is told at once."""
    key = f"{matter.matter_no}/{system}/{record_no}"
    if tables[REQUESTERS].get(key) is not None:
        return
    tables[REQUESTERS].put(key, Requester(heard_at=now))
    if has_replied(matter) and not matter.exercise:
        reply = _give_back(now, "reply", matter, f"{system}/{record_no}")
        tables[GIVE_BACKS].put(number_of(reply), reply, due_at=now)


def begin_rounds(now: int, before: views.Matter | None, matter: views.Matter, tables: Tables) -> None:
    """What a change of a matter has to tell its requesters; of an exercise nobody is told."""
    if matter.exercise:
        return
    if before is None or before.state != matter.state:
        _begin(now, "status", matter, tables)
    if has_replied(matter) and (before is None or not has_replied(before)):
        _begin(now, "reply", matter, tables)


def requesters_of(matter_no: str, after: str, tables: Tables) -> Iterator[str]:
    """`<system>/<record_no>` of each, in order, beginning after one of them."""
    prefix = f"{matter_no}/"
    names = (key.removeprefix(prefix) for key, _ in tables[REQUESTERS].scan(prefix))
    return (name for name in names if name > after)


def forget_requesters(matter_no: str, tables: Tables) -> bool:
    """Let go of a slice of them; whether none is left."""
    names = list(requesters_of(matter_no, "", tables))
    for name in names[:FORGOTTEN_A_STEP]:
        tables[REQUESTERS].delete(f"{matter_no}/{name}")
    return len(names) <= FORGOTTEN_A_STEP


def number_of(give_back: GiveBack) -> str:
    """What names one telling of one thing to one requester for ever, however often it is tried."""
    return f"{round_of(give_back)}/{give_back.requester}"


def round_of(give_back: GiveBack) -> str:
    """What names one telling of one thing to all."""
    return f"{give_back.matter_no}-{give_back.kind}-{give_back.state}-{give_back.changed_at}"


def _begin(now: int, kind: GivenBackKind, matter: views.Matter, tables: Tables) -> None:
    began = _give_back(now, kind, matter, "")
    tables[ROUNDS].put(round_of(began), began, due_at=now)


def _give_back(now: int, kind: GivenBackKind, matter: views.Matter, requester: str) -> GiveBack:
    return GiveBack(
        kind=kind,
        matter_no=matter.matter_no,
        state=matter.state,
        result=lead_result(matter),
        unit_name=lead_name(matter),
        changed_at=now,
        requester=requester,
    )
