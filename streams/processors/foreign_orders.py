"""Orders that departments issue themselves (主单): the hub mirrors number, unit and deadline and alters nothing.

Rows of an order may come before the report that brings its matter; they wait under the foreign number. Once it belongs
to a matter it is shown there and its deadline is watched: due soon and overdue are told as the master's. A row that was
read late and says by the department's own time that the order was done before, or a unit named, withdraws what was told
meanwhile. An order whose department has given it to nobody is no master; it becomes one when a unit is named.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from streams.contract import Output, TableName, Tables, record
from streams.durations import MINUTE_MILLISECONDS
from streams.facts import matters, views
from streams.facts.incidents import MasterOrder
from streams.processors.matter_outputs import notice, progressed, show
from streams.processors.matter_parts import awaited, by_master, own_lead
from streams.processors.matters_of_incidents import remaining
from streams.processors.order_clocks import stop_assign
from streams.processors.order_states import KEPT_AFTER_CLOSING_MILLISECONDS

DUE_SOON_SHARE = 4
"""A master's deadline is soon when a fourth of the time is left that was left when the hub heard of it."""

MOST_AHEAD_MILLISECONDS = 15 * MINUTE_MILLISECONDS
"""Clocks of departments are wrong by minutes. A row further ahead counts as of now: later words must still prevail."""

MOST_SHOWN = 50
"""Of departments' own orders on one matter; all of them are followed."""

ENDED: frozenset[matters.MirroredState] = frozenset({"resolved", "fed_back", "closed"})
"""States in which an order's deadline means nothing any more."""

Told = Literal["nothing", "due_soon", "overdue"]
Watch = Literal["none", "running", "due_soon", "overdue"]


@record("dispatch.foreign_order.v1")
@dataclass(frozen=True, kw_only=True)
class ForeignOrder:
    """A department's own order (主单) as it was last heard of, under `<system>/<order_no>`.

    It belongs to a matter once a report has brought it. Not `assigned`: its department gave it to nobody. Its deadline
    is known since `heard_at`; `told` is what has been told of that deadline.
    """

    state: matters.MirroredState
    unit: str | None = None
    due_at: int | None = None
    recorded_at: int
    matter_no: str | None = None
    assigned: bool = True
    heard_at: int = 0
    told: Told = "nothing"


FOREIGN_ORDERS = TableName("foreign_orders", ForeignOrder)


def mirror(now: int, said: matters.Mirrored, tables: Tables) -> Iterator[Output]:
    """Keep the latest word on a department's own order, by the department's time; unit and deadline stay once said.

    A closed one is forgotten after a while, as a matter is.
    """
    key = f"{said.system}/{said.order_no}"
    known = tables[FOREIGN_ORDERS].get(key)
    recorded_at = said.recorded_at if said.recorded_at <= now + MOST_AHEAD_MILLISECONDS else now
    if known is not None and known.recorded_at > recorded_at:
        return
    before = known or ForeignOrder(state=said.state, recorded_at=recorded_at)
    order = replace(
        before,
        state=said.state,
        unit=said.unit or before.unit,
        recorded_at=recorded_at,
        assigned=before.assigned or said.unit is not None,
    )
    order = _with_deadline(now, order, before.due_at if said.due_at is None else said.due_at)
    was_in_time = _was_in_time(before, order)
    if was_in_time:
        order = replace(order, told="nothing")
    _keep(now, key, order, tables)
    matter = remaining(order.matter_no, tables) if order.matter_no else None
    if matter is not None:
        if was_in_time:
            yield _master_notice(now, matter, "breach_withdrawn", _view(key, order))
        yield from _follow(now, matter, key, order, tables)


def bring(now: int, matter: views.Matter, system: str, brought: MasterOrder | None, tables: Tables) -> views.Matter:
    """The matter with the order that a report brings, as it stands after what was heard of it before."""
    if brought is None:
        return matter
    key = f"{system}/{brought.order_no}"
    known = tables[FOREIGN_ORDERS].get(key)
    before = known or ForeignOrder(state="accepted", recorded_at=0, assigned=brought.assigned)
    order = replace(
        before,
        unit=before.unit or brought.unit,
        matter_no=matter.matter_no,
        assigned=brought.assigned or before.unit is not None,
    )
    order = _with_deadline(now, order, brought.due_at if before.due_at is None else before.due_at)
    _keep(now, key, order, tables)
    return _shown(matter, key, order)


def pass_on(now: int, name: str, matter_no: str, tables: Tables) -> None:
    """The order of a report, if it has one, belongs to another matter now."""
    order = tables[FOREIGN_ORDERS].get(name)
    if order is not None:
        _keep(now, name, replace(order, matter_no=matter_no), tables)


def watch(now: int, key: str, order: ForeignOrder, tables: Tables) -> Iterator[Output]:
    """The next moment of an order has come: its deadline is soon or over, or it was closed long ago."""
    if order.state == "closed":
        tables[FOREIGN_ORDERS].delete(key)
        return
    matter = remaining(order.matter_no, tables) if order.matter_no else None
    order = replace(order, told="overdue" if now >= (order.due_at or 0) else "due_soon")
    _keep(now, key, order, tables)
    if matter is not None:
        change = "master_overdue" if order.told == "overdue" else "master_due_soon"
        yield _master_notice(now, matter, change, _view(key, order))
        yield from show(now, matter, _shown(matter, key, order), tables)


def adopt(now: int, matter: views.Matter, tables: Tables) -> Generator[Output, None, views.Matter]:
    """The matter with a department's own order as its lead: nobody is called to lead, and no clock of ours runs on it.

    The centre's time to find somebody ends when the department has named a unit.
    """
    (master, *_) = matter.mirrored
    moved = by_master(matter)
    yield _master_notice(now, moved, "mirrored", master)
    yield progressed(now, moved, moved.state)
    return stop_assign(now, moved, tables) if master.unit is not None else moved


def _follow(now: int, matter: views.Matter, key: str, order: ForeignOrder, tables: Tables) -> Iterator[Output]:
    """What a later word on a department's order changes in its matter."""
    moved = by_master(_shown(matter, key, order))
    if moved == matter:
        return
    yield _master_notice(now, moved, "mirrored", _view(key, order))
    if own_lead(moved) is None and order.unit is not None:
        moved = yield from _with_unit(now, moved, order.recorded_at, tables)
    if order.state in ENDED and own_lead(moved) is None:
        for waited_for in awaited(moved):
            yield notice(now, moved, "assistants_awaited", waited_for)
    if moved.state != matter.state:
        yield progressed(now, moved, moved.state)
        if moved.state == "closed":
            yield notice(now, moved, "closed")
    yield from show(now, matter, moved, tables)


def _was_in_time(before: ForeignOrder, order: ForeignOrder) -> bool:
    """Whether an order that was told overdue had ended before its deadline, by its department's own time."""
    ends = order.state in ENDED and before.state not in ENDED
    return ends and order.told == "overdue" and order.due_at is not None and order.recorded_at < order.due_at


def _with_unit(now: int, matter: views.Matter, named_at: int, tables: Tables) -> Generator[Output, None, views.Matter]:
    """The matter with the centre's time to find somebody ended; no breach where a unit was named in time."""
    open_before = {clock.kind for clock in matter.clocks if clock.state == "breached" and clock.ended_at is None}
    stopped = stop_assign(now, matter, tables)
    clocks = []
    for clock in stopped.clocks:
        in_time = clock.kind == "assign" and clock.kind in open_before and clock.started_at <= named_at < clock.due_at
        clocks.append(replace(clock, state="withdrawn") if in_time else clock)
        if in_time:
            yield notice(now, matter, "breach_withdrawn", None, clocks[-1])
    return replace(stopped, clocks=tuple(clocks))


def _master_notice(now: int, matter: views.Matter, change: str, master: views.MirroredOrder) -> Output:
    """What is told of a department's own order."""
    told = notice(now, matter, change)
    said = replace(told.value, unit=master.unit, due_at=master.due_at, system=master.system, record_no=master.order_no)
    return Output(told.port, told.key, said)


def _with_deadline(now: int, order: ForeignOrder, due_at: int | None) -> ForeignOrder:
    """Another deadline is watched anew."""
    if due_at == order.due_at:
        return order
    return replace(order, due_at=due_at, heard_at=now, told="nothing")


def _keep(now: int, key: str, order: ForeignOrder, tables: Tables) -> None:
    tables[FOREIGN_ORDERS].put(key, order, due_at=_next_moment(now, order))


def _next_moment(now: int, order: ForeignOrder) -> int | None:
    """When something has to be told of an order's deadline, or it is forgotten."""
    if order.state == "closed":
        return now + KEPT_AFTER_CLOSING_MILLISECONDS
    if not _is_watched(order) or order.due_at is None or order.told == "overdue":
        return None
    soon_at = order.due_at - (order.due_at - order.heard_at) // DUE_SOON_SHARE
    return order.due_at if order.told == "due_soon" else max(now, min(soon_at, order.due_at))


def _is_watched(order: ForeignOrder) -> bool:
    return order.matter_no is not None and order.assigned and order.state not in ENDED


def _view(key: str, order: ForeignOrder) -> views.MirroredOrder:
    """The order as everybody sees it."""
    system, _, order_no = key.partition("/")
    watched: Watch = "none"
    if order.due_at is not None and _is_watched(order):
        watched = "running" if order.told == "nothing" else order.told
    elif order.told == "overdue":
        watched = "overdue"
    return views.MirroredOrder(
        system=system, order_no=order_no, unit=order.unit, state=order.state, due_at=order.due_at, watch=watched
    )


def _shown(matter: views.Matter, key: str, order: ForeignOrder) -> views.Matter:
    """The matter with the order as it stands; one that nobody was given is none yet."""
    if not order.assigned:
        return matter
    view = _view(key, order)
    names = [(one.system, one.order_no) for one in matter.mirrored]
    if (view.system, view.order_no) in names:
        mirrored = tuple(
            view if (one.system, one.order_no) == (view.system, view.order_no) else one for one in matter.mirrored
        )
    else:
        mirrored = (*matter.mirrored, view)[:MOST_SHOWN]
    return replace(matter, mirrored=mirrored)
