"""Who told of a matter, each under its own system and record number, and what has to go back to all of them.

Each report is a requester. The outcome (答复) goes back when the lead has replied and nobody who assists is waited for,
or when the matter is closed; how a matter stands (回传) whenever that changes. What is begun here is done by
`give_backs`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from streams.contract import TableName, Tables, record, replace
from streams.facts import views
from streams.facts.vocabulary import GivenBackKind, MatterState, Result
from streams.processors.matter_parts import has_replied, lead_name, lead_result
from streams.processors.persons_of_matters import forget_reporter

FORGOTTEN_A_STEP = 200


@record("dispatch.requester.v1")
@dataclass(frozen=True, kw_only=True)
class Requester:
    """A report of a matter, under `<matter_no>/<system>/<record_no>`: the citizen's time runs from `heard_at` on.

    It was told an outcome at `told_at`. `settled`: by a matter that then went into this one, so that is its answer.
    """

    heard_at: int
    told_at: int | None = None
    settled: bool = False


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
    take_over(now, matter, f"{system}/{record_no}", Requester(heard_at=now), tables)


def take_over(now: int, matter: views.Matter, name: str, requester: Requester, tables: Tables) -> None:
    """The same for a report that another matter had, which keeps the time that it was heard at."""
    key = f"{matter.matter_no}/{name}"
    if tables[REQUESTERS].get(key) is not None:
        return
    tables[REQUESTERS].put(key, requester)
    if has_replied(matter) and not matter.exercise and not requester.settled:
        reply = _give_back(now, "reply", matter, name)
        tables[GIVE_BACKS].put(number_of(reply), reply, due_at=now)


def find_requester(matter_no: str, name: str, tables: Tables) -> Requester | None:
    """A matter's report by its name, `<system>/<record_no>`."""
    return tables[REQUESTERS].get(f"{matter_no}/{name}")


def forget_requester(matter_no: str, name: str, tables: Tables) -> None:
    """The report is not the matter's any more."""
    tables[REQUESTERS].delete(f"{matter_no}/{name}")


def note_told(now: int, matter: views.Matter, name: str, tables: Tables) -> None:
    """A report of a matter was told an outcome."""
    requester = find_requester(matter.matter_no, name, tables)
    if requester is not None:
        tables[REQUESTERS].put(f"{matter.matter_no}/{name}", replace(requester, told_at=now))


def begin_rounds(now: int, before: views.Matter | None, matter: views.Matter, tables: Tables) -> None:
    """What a change of a matter has to tell its requesters; of an exercise nobody is told, nor by a folded matter."""
    if matter.exercise or matter.folded_into is not None:
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
        forget_reporter(matter_no, name, tables)
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
