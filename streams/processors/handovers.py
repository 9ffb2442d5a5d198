"""交接班: when the shift of a duty room changes its open orders are told, and whoever comes on duty signs for them.

Clocks run on, whoever signs. Who has not signed in time is told of for each order; the next change asks again.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

from streams.contract import Output, Tables
from streams.durations import MINUTE_MILLISECONDS
from streams.facts import matters, views
from streams.processors.duty_rooms import ROOMS, DutyRoom, keep_room, shifts_of
from streams.processors.known_orders import find_order
from streams.processors.matter_outputs import notice, show
from streams.processors.order_states import with_order
from streams.rules.shifts import next_change


class WrongShift(Exception):
    """Somebody signs for a shift that is not the one on duty."""


def sign(now: int, handed_over: matters.HandedOver, tables: Tables) -> Iterator[Output]:
    """Whoever comes on duty has taken over what is open; nothing changes where nothing is. Raises WrongShift."""
    unit = handed_over.actor_unit
    room = tables[ROOMS].get(unit)
    if room is None or room.shift is None:
        return
    if handed_over.actor_shift != room.shift:
        raise WrongShift(f"in {unit} the shift {room.shift} is on duty, not {handed_over.actor_shift}")
    if room.sign_until_at is None and not room.unsigned:
        return
    keep_room(unit, replace(room, sign_until_at=None, unsigned=False), tables)
    yield from _tell(now, room, "handed_over", None, tables)


def change_shift(now: int, unit: str, room: DutyRoom, tables: Tables) -> Iterator[Output]:
    """The moment of a room has come: its signature is overdue, or its shift changes."""
    if room.sign_until_at is not None:
        keep_room(unit, replace(room, sign_until_at=None, unsigned=True), tables)
        for order_no in room.orders:
            matter, order = find_order(order_no, tables)
            yield notice(now, matter, "handover_unsigned", order)
        return
    shifts = shifts_of(unit, tables)
    begun = next((one for one in shifts if one.shift == room.next_shift), None)
    if begun is None:  # the rules in force have other shifts, or none
        tables[ROOMS].delete(unit)
        return
    change = next_change(shifts, now)
    sign_until_at = min(now + begun.sign_within_minutes * MINUTE_MILLISECONDS, change.begins_at - 1)
    changed = replace(
        room,
        shift=begun.shift,
        sign_until_at=sign_until_at,
        unsigned=False,
        next_shift=change.shift.shift,
        changes_at=change.begins_at,
    )
    keep_room(unit, changed, tables)
    handover = views.Handover(shift=begun.shift, sign_until_at=sign_until_at)
    yield from _tell(now, room, "handover_due", handover, tables)


def _tell(
    now: int,
    room: DutyRoom,
    change: Literal["handover_due", "handed_over"],
    handover: views.Handover | None,
    tables: Tables,
) -> Iterator[Output]:
    """Tell of each open order, and let its unit see what there is to sign."""
    for order_no in room.orders:
        matter, order = find_order(order_no, tables)
        told = replace(order, handover=handover)
        yield notice(now, matter, change, told)
        yield from show(now, matter, with_order(matter, told), tables)
