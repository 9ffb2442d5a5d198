"""The open orders of each duty room (值班室), for the change of its shift. A room is known while it has any."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from streams.contract import TableName, Tables, record
from streams.facts import rules, views
from streams.processors.dispatch_rules import find_unit_anywhere
from streams.processors.order_states import ENDED, owes_report
from streams.rules.shifts import next_change

NOT_OPEN = ("sent", "undelivered", "replied", *ENDED)


@record("dispatch.duty_room.v1")
@dataclass(frozen=True, kw_only=True)
class DutyRoom:
    """The open orders of a unit, under its code; due when its signature is overdue, else when the shift changes.

    `shift` is the one that began last, None before the first change. `sign_until_at` is None where nobody has to sign.
    """

    orders: tuple[str, ...]
    shift: str | None = None
    sign_until_at: int | None = None
    unsigned: bool = False
    next_shift: str
    changes_at: int


ROOMS = TableName("duty_rooms", DutyRoom)


def keep_rooms(now: int, before: views.Matter | None, matter: views.Matter, tables: Tables) -> None:
    """Let the orders of a matter be open in their duty rooms as they are open now."""
    was, now_open = _open(before) if before else {}, _open(matter)
    for number, unit in now_open.items():
        if number not in was:
            _enter(now, unit, number, tables)
    for number, unit in was.items():
        if number not in now_open:
            _leave(unit, number, tables)


def keep_room(unit: str, room: DutyRoom, tables: Tables) -> None:
    """Keep a room as it is now, due at its next moment."""
    due_at = room.changes_at if room.sign_until_at is None else room.sign_until_at
    tables[ROOMS].put(unit, room, due_at)


def rooms_of(units: Iterable[str], tables: Tables) -> dict[str, DutyRoom]:
    """The rooms of units as they are, for whoever lets orders change their matter."""
    found = {unit: tables[ROOMS].get(unit) for unit in units}
    return {unit: room for unit, room in found.items() if room is not None}


def keep_shifts(rooms: dict[str, DutyRoom], tables: Tables) -> None:
    """Let rooms be in the shift that they were in, with the orders that are open in them now."""
    for unit, was in rooms.items():
        room = tables[ROOMS].get(unit)
        if room is not None:
            keep_room(unit, replace(was, orders=room.orders), tables)


def shifts_of(unit: str, tables: Tables) -> tuple[rules.Shift, ...]:
    """The shifts of a unit's duty room in the rules in force; none where it has no such room."""
    found = find_unit_anywhere(unit, tables)
    return found.shifts if found else ()


def _open(matter: views.Matter) -> dict[str, str]:
    """The unit of each order that its unit has and that is not done, or not reported."""
    if matter.state == "closed":
        return {}
    return {order.order_no: order.unit for order in matter.orders if order.state not in NOT_OPEN or owes_report(order)}


def _enter(now: int, unit: str, order_no: str, tables: Tables) -> None:
    room = tables[ROOMS].get(unit)
    if room is not None:
        keep_room(unit, replace(room, orders=(*room.orders, order_no)), tables)
        return
    shifts = shifts_of(unit, tables)
    if shifts:
        change = next_change(shifts, now)
        room = DutyRoom(orders=(order_no,), next_shift=change.shift.shift, changes_at=change.begins_at)
        keep_room(unit, room, tables)


def _leave(unit: str, order_no: str, tables: Tables) -> None:
    room = tables[ROOMS].get(unit)
    if room is None:
        return
    left = tuple(number for number in room.orders if number != order_no)
    if left:
        keep_room(unit, replace(room, orders=left), tables)
    else:
        tables[ROOMS].delete(unit)
