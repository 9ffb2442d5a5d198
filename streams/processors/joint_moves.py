"""What stands with the orders of a matter and goes with them to another one: supervision, whistles, meetings."""

from collections.abc import Collection
from dataclasses import replace
from typing import TypeVar

from streams.contract import Tables
from streams.facts import views
from streams.processors.alarms import Watched
from streams.processors.joint_parts import JOINTS
from streams.processors.supervision_orders import BY_SUPERVISION

Kept = TypeVar("Kept")


def with_all_of(rest: views.Matter, folded: views.Matter, tables: Tables) -> views.Matter:
    """The matter that remains with all that stood with the other one's orders; what watches the centre stays there."""
    for supervision in folded.supervisions:
        tables[BY_SUPERVISION].put(supervision.supervision_no, Watched(matter_no=rest.matter_no))
    for number in (*(one.whistle_no for one in folded.whistles), *(one.meeting_no for one in folded.meetings)):
        _repoint(number, folded.matter_no, rest.matter_no, tables)
    meetings = {one.meeting_no: one for one in (*rest.meetings, *folded.meetings)}
    return replace(
        rest,
        supervisors=(*rest.supervisors, *(one for one in folded.supervisors if one.order_no is not None)),
        supervisions=(*rest.supervisions, *folded.supervisions),
        whistles=(*rest.whistles, *folded.whistles),
        meetings=tuple(meetings.values()),
    )


def emptied(folded: views.Matter) -> views.Matter:
    """The matter without all that."""
    left = tuple(one for one in folded.supervisors if one.order_no is None)
    return replace(folded, supervisors=left, supervisions=(), whistles=(), meetings=())


def part(
    rest: views.Matter, back: views.Matter, orders: Collection[views.Order], tables: Tables
) -> tuple[views.Matter, views.Matter]:
    """Both matters, each with what stands with its own orders; a meeting of both stays with both."""
    numbers = {order.order_no for order in orders}
    supervisions = tuple(one for one in rest.supervisions if one.order_no in numbers)
    for supervision in supervisions:
        tables[BY_SUPERVISION].put(supervision.supervision_no, Watched(matter_no=back.matter_no))
    whistles = tuple(one for one in rest.whistles if any(called.order_no in numbers for called in one.called))
    for whistle in whistles:
        _repoint(whistle.whistle_no, rest.matter_no, back.matter_no, tables)
    meetings = tuple(one for one in rest.meetings if back.matter_no in one.matters)
    leaving = tuple(one for one in meetings if rest.matter_no not in one.matters)
    for meeting in meetings:
        _share(meeting.meeting_no, back.matter_no, tables)
    returned = replace(
        back,
        supervisors=(*back.supervisors, *(one for one in rest.supervisors if one.order_no in numbers)),
        supervisions=supervisions,
        whistles=whistles,
        meetings=meetings,
    )
    left = replace(
        rest,
        supervisors=tuple(one for one in rest.supervisors if one.order_no not in numbers),
        supervisions=_without(rest.supervisions, supervisions),
        whistles=_without(rest.whistles, whistles),
        meetings=_without(rest.meetings, leaving),
    )
    return left, returned


def _without(all_of: tuple[Kept, ...], gone: tuple[Kept, ...]) -> tuple[Kept, ...]:
    return tuple(one for one in all_of if one not in gone)


def _repoint(number: str, from_no: str, to_no: str, tables: Tables) -> None:
    """A whistle or a meeting is another matter's now."""
    known = tables[JOINTS].get(number)
    if known is not None:
        matters = tuple(dict.fromkeys(to_no if one == from_no else one for one in known.matters))
        tables[JOINTS].put(number, replace(known, matters=matters))


def _share(number: str, matter_no: str, tables: Tables) -> None:
    """A meeting is one more matter's."""
    known = tables[JOINTS].get(number)
    if known is not None:
        tables[JOINTS].put(number, replace(known, matters=tuple(dict.fromkeys((*known.matters, matter_no)))))
