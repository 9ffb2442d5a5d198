"""A printed list of open calls: what the duty room goes by when the hub cannot be reached (未结派单一览).

It stands on the view of matters alone. Numbers are not printed: each line names the entry of the duty room's own phone
book, which is the name of the secret.
"""

from collections.abc import Iterable, Iterator, Mapping

from streams.agents.order_call import Names, region_name
from streams.commands.words import CENTRE, NOTHING, ORDER_STATES, shown_time
from streams.facts.chinese import SUBJECTS, URGENCIES, clock_name
from streams.facts.views import Clock, Matter, Order
from streams.facts.vocabulary import OF_THE_CENTRE, Urgency

RANKS: Mapping[Urgency, int] = {"critical": 0, "urgent": 1, "routine": 2}
NO_DEADLINE = 1 << 62
ENDED = ("replied", "returned", "withdrawn", "folded")
REFERENCE = "secret:"
EXERCISE = "【演练】"
CONFIDENTIAL = "【保密】"
TO_FILL_IN = "接听人____________  时间____________  应答____________  录音____________"


def call_sheet(matters: Iterable[Matter], names: Names, printed_at: int) -> str:
    """Every open order and every open matter without one: the most urgent first, then by what is due next."""
    calls = [call for matter in matters if matter.state != "closed" for call in _calls(matter)]
    calls.sort(key=lambda call: (RANKS[call[0].urgency], _due_at(*call), call[0].matter_no))
    lines = [f"未结派单一览  打印时间 {shown_time(printed_at)}  共 {len(calls)} 项"]
    for number, (matter, order) in enumerate(calls, 1):
        lines += ["", *_lines(number, matter, order, names)]
    return "\n".join(lines)


def marks(matter: Matter) -> str:
    """What has to be seen before anything else of a matter: that it is made up, that it is confidential."""
    return (EXERCISE if matter.exercise else "") + (CONFIDENTIAL if matter.confidential else "")


def what_of(matter: Matter, names: Names) -> str:
    """What a matter is about: the class of its incident or, where there is none behind it, its subject."""
    return (
        SUBJECTS[matter.subject] if matter.subject else names.classes.get(matter.incident_class, matter.incident_class)
    )


def _calls(matter: Matter) -> Iterator[tuple[Matter, Order | None]]:
    orders = [order for order in matter.orders if order.state not in ENDED]
    yield from ((matter, order) for order in orders)
    if not orders:
        yield matter, None


def _lines(number: int, matter: Matter, order: Order | None, names: Names) -> Iterator[str]:
    place = region_name(matter.region, names)
    yield f"{number}. {marks(matter)}【{URGENCIES[matter.urgency]}】{what_of(matter, names)}  {place}"
    yield f"   编号 {order.order_no if order else matter.matter_no}  立案 {shown_time(matter.opened_at)}"
    unit = f"{order.unit_name}({ORDER_STATES[order.state]})" if order else CENTRE
    phone = order.phone.removeprefix(REFERENCE) if order and order.phone else NOTHING
    yield f"   单位 {unit}  电话簿 {phone}"
    yield f"   时限 {'  '.join(_told(clock) for clock in _waiting(matter, order)) or NOTHING}"
    yield f"   {TO_FILL_IN}"


def _waiting(matter: Matter, order: Order | None) -> list[Clock]:
    """What is waited for, the next first: the order's clocks, and the centre's where no unit has it yet."""
    own = order.clocks if order else ()
    clocks = own if any(clock.kind not in OF_THE_CENTRE for clock in own) else (*own, *matter.clocks)
    waiting = [one for one in clocks if one.state == "running" or (one.state == "breached" and one.ended_at is None)]
    return sorted(waiting, key=lambda clock: clock.due_at)


def _due_at(matter: Matter, order: Order | None) -> int:
    return min((clock.due_at for clock in _waiting(matter, order)), default=NO_DEADLINE)


def _told(clock: Clock) -> str:
    late = "(已超时)" if clock.state == "breached" else ""
    return f"{clock_name(clock)} {shown_time(clock.due_at)}{late}"
