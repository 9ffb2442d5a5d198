"""Reports that go over to another matter, a slice at a time: each keeps the time that it was heard at.

Before anything else happens: the table's name comes before those of what tells requesters, and due moments of one
instant fire in the order of their keys.
"""

from dataclasses import dataclass, replace
from itertools import islice

from streams.contract import TableName, Tables, record
from streams.facts import views
from streams.processors.foreign_orders import pass_on
from streams.processors.matter_outputs import MATTERS
from streams.processors.persons_of_matters import keep_reporter, take_reporter
from streams.processors.requesters import (
    Requester,
    find_requester,
    forget_requester,
    requesters_of,
    take_over,
)

MOVED_A_STEP = 100
"""A report, its department's own order and what it is told at once: four entries each, of the 500 of a step."""

NOBODY = ""


@record("dispatch.requester_move.v1")
@dataclass(frozen=True, kw_only=True)
class RequesterMove:
    """Reports of one matter that go over to another one: these `records`, or the `whole` matter (并单).

    From `NOBODY`: they are heard now. To `NOBODY`: the hub answers them no more. `settled`: they had their answer.
    """

    from_no: str
    to_no: str
    records: tuple[str, ...] = ()
    whole: bool = False
    settled: bool = False


CHANGED_REQUESTERS = TableName("changed_requesters", RequesterMove)
"""Under `<from>/<to>`, due at once."""


def begin_move(now: int, move: RequesterMove, tables: Tables) -> None:
    """Let reports go over before the next record is read."""
    tables[CHANGED_REQUESTERS].put(f"{move.from_no}/{move.to_no}", move, due_at=now)


def go_on(now: int, key: str, move: RequesterMove, tables: Tables) -> None:
    """A slice; where it was full the next one follows at once."""
    tables[CHANGED_REQUESTERS].delete(key)
    if move.whole:
        names = tuple(islice(requesters_of(move.from_no, "", tables), MOVED_A_STEP))
    else:
        names = move.records[:MOVED_A_STEP]
    target = tables[MATTERS].get(move.to_no)
    for name in names:
        _move(now, name, move, target, tables)
    if len(names) == MOVED_A_STEP:
        begin_move(now, replace(move, records=move.records[MOVED_A_STEP:]), tables)


def earliest_heard(matter_no: str, without: tuple[str, ...], tables: Tables) -> int | None:
    """When the first of a matter's other reports was heard; None where there is none."""
    left = set(without)
    heard = (
        requester.heard_at
        for name in requesters_of(matter_no, "", tables)
        if name not in left and (requester := find_requester(matter_no, name, tables)) is not None
    )
    return min(heard, default=None)


def first_heard(matter_no: str, names: tuple[str, ...], tables: Tables) -> int | None:
    """When the first of these reports of a matter was heard."""
    found = (find_requester(matter_no, name, tables) for name in names)
    return min((one.heard_at for one in found if one is not None), default=None)


def told_of(matter_no: str, names: tuple[str, ...], tables: Tables) -> int:
    """How many of these reports of a matter were told an outcome."""
    found = (find_requester(matter_no, name, tables) for name in names)
    return sum(one is not None and one.told_at is not None for one in found)


def _move(now: int, name: str, move: RequesterMove, target: views.Matter | None, tables: Tables) -> None:
    if move.from_no == NOBODY:
        requester: Requester | None = Requester(heard_at=now)
    else:
        requester = find_requester(move.from_no, name, tables)
    if requester is None:
        return
    if move.from_no != NOBODY:
        forget_requester(move.from_no, name, tables)
    token = take_reporter(now, move.from_no, name, tables)
    if target is not None:
        keep_reporter(now, target.matter_no, name, token, tables)
        pass_on(now, name, target.matter_no, tables)
        take_over(now, target, name, _as_answered(requester, move), tables)


def _as_answered(requester: Requester, move: RequesterMove) -> Requester:
    """What was told under a wrong picture (拆分) is no answer; what was told before two matters became one is."""
    if not move.whole:
        return replace(requester, told_at=None, settled=False)
    return replace(requester, settled=requester.settled or move.settled or requester.told_at is not None)
