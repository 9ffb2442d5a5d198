"""Matters that no incident is behind: a service that is owed by a day, a call for help, a right, a review.

One unit must, by law, and no other ever does; it finds the person in its own system. Such a matter is confidential
(保密), is told to no incident and counted in no tile; a `restricted` one climbs to no supervisor. It ends with the
unit's word that it is done, or when the department's own record says so (ops/decisions/0123).
"""

from collections.abc import Generator, Iterator

from streams.contract import Output, Tables, replace
from streams.facts import deliveries, matters, rules, views
from streams.facts.joint import Convened, Whistled
from streams.facts.measures import UrgencySet
from streams.processors.calling import Calling, PlaceOfMatter
from streams.processors.confidentiality import seal
from streams.processors.deadline_moves import arm_moved, rejudged
from streams.processors.dispatch_rules import (
    CLOCK_LIMITS,
    RULES,
    Calendars,
    OrderLimit,
    find_unit,
    find_unit_anywhere,
    order_limits,
)
from streams.processors.hastening import Hastening
from streams.processors.matter_outputs import MATTERS, district_of, end_delivery, notice, show
from streams.processors.matter_parts import counts_as
from streams.processors.matters_of_incidents import BY_INCIDENT, IncidentMatter, new_matter, own_matter
from streams.processors.order_clocks import LIMITS, Clocks, OrderLimits, abandon_matter, abandon_order, stopped_notices
from streams.processors.order_states import ENDED, brought_to_bear, says_done, with_order
from streams.processors.persons_of_matters import keep_reporter
from streams.processors.return_rules import RETURNS
from streams.processors.running_clocks import arm, disarm, stopped
from streams.rules.due_days import deadline_by
from streams.rules.numbering import matter_no_of
from streams.rules.time_limits import TimeLimit

DONE = ("done", "answered")
NOT_OF_SUBJECTS = ("first_contact", "reply")
"""Nobody has told of it who waits for an answer."""


class FixedUnit(Exception):
    """What would bring another unit into a matter that one unit must see to, or end it by a word of the centre's."""


class Subjects:
    """Opens, moves and ends matters of subjects. Raises NoRulesInForce, UnknownCalendar."""

    def __init__(self, clocks: Clocks, calling: Calling, hastening: Hastening) -> None:
        self._clocks = clocks
        self._calling = calling
        self._hastening = hastening
        self._calendars = Calendars()

    def open(self, now: int, raised: matters.Raised, tables: Tables) -> Iterator[Output]:
        """The unit gets its order; where it is no unit of the city, it stays with the centre. Said again, it moves."""
        known = own_matter(raised.subject_no, tables)
        if known is not None:
            yield from self._move(now, raised, known, tables)
            return
        begun = new_matter(now, raised, raised.subject_no, tables, exercise=False)
        matter = seal(now, replace(begun, subject=raised.kind, restricted=raised.restricted), tables)
        matter = self._clocks.start_assign(now, matter, tables)
        matter = self._hastening.begun_of_centre(now, matter, tables)
        if raised.restricted:
            matter = replace(matter, region=district_of(matter))
        tables[BY_INCIDENT].put(raised.subject_no, IncidentMatter(matter_no=matter.matter_no))
        keep_reporter(now, matter.matter_no, f"{raised.system}/{raised.record_no}", raised.token, tables)
        yield notice(now, matter, "opened")
        unit = find_unit_anywhere(raised.unit, tables)
        if unit is None and raised.unit_kind is not None:
            unit = find_unit(raised.unit_kind, raised.region, tables)
        if unit is None:
            yield notice(now, matter, "unassignable")
        else:
            matter = yield from self._call(now, replace(matter, state="assigned"), raised, unit, tables)
        yield from show(now, None, matter, tables)

    def _call(
        self, now: int, matter: views.Matter, raised: matters.Raised, unit: rules.Unit, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        limits = self._limits(raised, tables)
        where = PlaceOfMatter(matter.region, None, None)
        due_at = next((one.due_at for one in limits if one.due_at is not None), None)
        calling = self._calling.order(now, matter, unit, "lead", limits, where, tables)
        return (yield from _naming(raised, due_at, calling))

    def _limits(self, raised: matters.Raised, tables: Tables) -> tuple[OrderLimit, ...]:
        """The times of the kind, or those of every order where the rules set none for it."""
        own_times = f"{RULES.version(tables)}/{raised.kind}/{raised.urgency}/"
        found = (one for _, one in tables[CLOCK_LIMITS].scan(own_times))
        own = tuple(OrderLimit(kind=one.kind, limit=one.limit, after=one.after) for one in found)
        general = (one for one in order_limits(raised.urgency, "ordinary", tables) if one.kind not in NOT_OF_SUBJECTS)
        return tuple(self._by_day(raised, one, tables) for one in own or general)

    def _by_day(self, raised: matters.Raised, told: OrderLimit, tables: Tables) -> OrderLimit:
        if raised.due_at is None or told.kind != "resolve":
            return told
        calendar = self._calendars.in_force(told.limit.calendar, tables)
        return replace(told, due_at=deadline_by(TimeLimit.of(told.limit), raised.due_at, calendar))

    # Another day.

    def _move(self, now: int, raised: matters.Raised, matter: views.Matter, tables: Tables) -> Iterator[Output]:
        """The deadline follows the day; one that has passed before stays a breach, and the time runs anew.

        What reaches its unit alone from now on has no place any more, and climbs no further.
        """
        if matter.state == "closed":
            return
        whole = replace(matter, restricted=True, region=district_of(matter)) if raised.restricted else matter
        order = next((one for one in matter.orders if one.state not in ENDED), None)
        limit = next((one for one in self._limits(raised, tables) if one.due_at is not None), None)
        if order is not None and limit is not None and limit.due_at is not None:
            pending = tables[LIMITS].get(order.order_no)
            if pending is None:
                whole = with_order(whole, (yield from _moved(now, whole, order, limit.due_at, tables)))
            else:
                limits = tuple(limit if one.kind == "resolve" else one for one in pending.limits)
                tables[LIMITS].put(order.order_no, OrderLimits(limits=limits))
        if whole != matter:
            yield from show(now, matter, whole, tables)

    # The end.

    def settle(self, now: int, settled: matters.Settled, tables: Tables) -> Iterator[Output]:
        """Nothing is waited for any more; a breach from before stays one."""
        matter = own_matter(settled.subject_no, tables)
        if matter is None or matter.state == "closed":
            return
        rest = matter
        for order in matter.orders:
            if order.state in ENDED:
                continue
            if order.state in ("sent", "undelivered"):
                yield end_delivery(now, order, "withdrawn")
            ended = _ended(now, order, settled, tables)
            for before, clock in zip(order.clocks, ended.clocks, strict=True):
                if before.ended_at is None:
                    yield from stopped_notices(now, matter, ended, clock)
            if ended.state != order.state:
                yield notice(now, matter, "resolved" if settled.result in DONE else "withdrawn", ended)
            rest = with_order(rest, ended)
        rest = replace(abandon_matter(now, rest, tables), state="closed")
        yield notice(now, rest, "closed", rest.orders[0] if rest.orders else None)
        yield from show(now, matter, rest, tables)


def said_of_whole(matter: views.Matter, order: views.Order, answer: str) -> str:
    """What a unit's word says of the whole matter: of a subject nobody waits for more than that it is done."""
    said = counts_as(matter, order, brought_to_bear(order, answer))
    return "reply" if said == "resolve" and matter.subject is not None else said


def check_fixed(said: object, tables: Tables) -> None:
    """Raises FixedUnit where somebody would bring others into the matter of a subject, or end it for its unit."""
    for number in _matters_of(said):
        matter = tables[MATTERS].get(number)
        if matter is not None and matter.subject is not None:
            raise FixedUnit(f"matter {matter.matter_no} is its unit's alone until that has done it")


def _matters_of(said: object) -> Iterator[str]:
    """The matters that a word of this kind would change hands of, or end."""
    match said:
        case Whistled(act="blow", matter_no=str(number)) | UrgencySet(matter_no=number):
            yield number
        case Convened():
            yield from (*said.matters, *(one.matter_no for one in said.decisions))
        case matters.Directed() | matters.Judged():
            yield matter_no_of(said.order_no)
        case matters.Requested() if said.request in RETURNS:
            yield matter_no_of(said.order_no)


def _naming(
    raised: matters.Raised, due_at: int | None, calling: Generator[Output, None, views.Matter]
) -> Generator[Output, None, views.Matter]:
    """What is said in calling the unit, with what the order is about and where the unit finds it."""
    while True:
        try:
            output = next(calling)
        except StopIteration as done:
            called: views.Matter = done.value
            return called
        if isinstance(output.value, deliveries.Requested):
            told = replace(
                output.value,
                subject=raised.kind,
                system=raised.system,
                record_no=raised.record_no,
                due_at=due_at,
                limits=tuple(one for one in output.value.limits if due_at is None or one.kind != "resolve"),
            )
            output = output._replace(value=told)
        yield output


def _moved(
    now: int, matter: views.Matter, order: views.Order, due_at: int, tables: Tables
) -> Generator[Output, None, views.Order]:
    """The order with its time to resolve ending at another moment."""
    clock = next((one for one in order.clocks if one.kind == "resolve"), None)
    if clock is None or clock.set_due_at == due_at or clock.state not in ("running", "breached"):
        return order
    others = tuple(one for one in order.clocks if one is not clock)
    set_anew = replace(clock, set_due_at=due_at, set_at=now)
    if clock.state == "breached":
        anew = replace(set_anew, state="running", started_at=now, due_at=max(now, due_at), reminders=(), moves=())
        arm(order.order_no, anew, tables)
        return replace(order, clocks=(*others, anew), earlier_clocks=(*order.earlier_clocks, stopped(now, clock)))
    moved = rejudged(now, set_anew, max(now, due_at), "due_day", None)
    yield from arm_moved(now, matter, order, set_anew, moved, tables)
    return replace(order, clocks=(*others, moved))


def _ended(now: int, order: views.Order, settled: matters.Settled, tables: Tables) -> views.Order:
    """The order done by the department's word, its clocks met where they ran; or owed no more."""
    if settled.result not in DONE:
        return abandon_order(now, replace(order, state="withdrawn", result="withdrawn"), tables)
    for clock in order.clocks:
        disarm(order.order_no, clock.kind, tables)
    done = order if says_done(order) else replace(order, state="resolved", result=order.result or "solved")
    return abandon_order(now, replace(done, clocks=tuple(stopped(now, one) for one in order.clocks)), tables)
