"""Reports belong to another incident than was thought: they leave with the time that they were heard at.

The other incident has a matter, gets its own one back, or a new one is opened. A unit's time there begins with its new
delivery; what lies between that and the report is the centre's. What was done meanwhile is listed for repair
(ops/decisions/0116).
"""

from collections.abc import Generator, Iterator

from streams.contract import Output, Tables, replace
from streams.facts import matters, views
from streams.processors.arrival import note_place
from streams.processors.assigning import Assigning, show_new
from streams.processors.calling import Calling, PlaceOfMatter
from streams.processors.changed_requesters import (
    NOBODY,
    RequesterMove,
    begin_move,
    earliest_heard,
    first_heard,
    told_of,
)
from streams.processors.confidentiality import seal
from streams.processors.dispatch_rules import find_unit_anywhere
from streams.processors.duty_rooms import keep_shifts, rooms_of
from streams.processors.folded_orders import come_back, continued, lacking, promoted, without_orders
from streams.processors.foreign_orders import adopt
from streams.processors.hastening import Hastening
from streams.processors.joint_moves import part
from streams.processors.joint_parts import joint_limits
from streams.processors.judgements import led_by_master, without_order
from streams.processors.matter_outputs import folded_notice, notice, progressed, show
from streams.processors.matter_parts import by_master, own_lead
from streams.processors.matters_of_incidents import (
    BY_INCIDENT,
    IncidentMatter,
    give_incident,
    matter_of,
    new_matter,
    own_matter,
    remaining,
    take_incident,
)
from streams.processors.order_clocks import Clocks, abandon_matter, stop_assign
from streams.processors.order_states import ENDED
from streams.processors.repairs import urgency_before, with_repair
from streams.processors.requesters import find_requester
from streams.processors.standing import is_reached, standing
from streams.processors.teams import with_town
from streams.rules.attribution import counted_since, with_gap


class Separating:
    """Lets reports go to the matter that they belong to."""

    def __init__(self, clocks: Clocks, calling: Calling, assigning: Assigning, hastening: Hastening) -> None:
        self._clocks = clocks
        self._calling = calling
        self._assigning = assigning
        self._hastening = hastening

    def separate(self, now: int, said: matters.Separated, tables: Tables) -> Iterator[Output]:
        """Reports that the matter does not know are passed over; nothing changes where it was done already."""
        if not said.records:
            return
        source, target = matter_of(said.incident_no, tables), own_matter(said.to_no, tables)
        if target is not None and target.folded_into is not None:
            holder = remaining(target.matter_no, tables)
            if holder is None or source is None or holder.matter_no != source.matter_no:
                target = holder  # it went into a third one: there they belong
        going = _known(source, said.records, tables)
        if source is None:
            if target is None and said.dispatched:
                yield from self._open(now, said, None, (), tables)
        elif target is None:
            yield from self._to_nobody(now, said, source, going, tables)
        elif target.folded_into is not None:
            yield from self._give_back(now, said, source, target, going, tables)
        elif going and target.matter_no != source.matter_no:
            yield from self._pass_on(now, said, source, target, going, tables)

    def _to_nobody(
        self,
        now: int,
        said: matters.Separated,
        source: views.Matter,
        going: tuple[str, ...],
        tables: Tables,
    ) -> Iterator[Output]:
        """The other incident has no matter; where it needs none, the hub answers its reports no more."""
        if not said.dispatched:
            if going:
                yield _separated(now, source, said)
                begin_move(now, RequesterMove(from_no=source.matter_no, to_no=NOBODY, records=going), tables)
                yield from self._go_on(now, source, _without_masters(source, going), going, tables)
        elif going and _goes_whole(source, said, going, tables):
            yield from _become(now, source, said, tables)
        else:
            yield from self._open(now, said, source, going, tables)

    def _open(
        self,
        now: int,
        said: matters.Separated,
        source: views.Matter | None,
        going: tuple[str, ...],
        tables: Tables,
    ) -> Iterator[Output]:
        """A matter of its own; where none of its reports is known they are heard now, so that no call is lost."""
        matter = self._new(now, said, source, tables)
        tables[BY_INCIDENT].put(said.to_no, IncidentMatter(matter_no=matter.matter_no))
        note_place(matter.matter_no, said, tables)
        if said.confidential or (source is not None and source.confidential):
            matter = seal(now, matter, tables)
        matter = self._hastening.begun_of_centre(now, self._clocks.start_assign(now, matter, tables), tables)
        yield notice(now, matter, "opened")
        if source is not None and going:
            heard_at = first_heard(source.matter_no, going, tables)
            matter = counted_since(matter, now if heard_at is None else heard_at)
            matter = _repaired(now, matter, source.matter_no, source, going, tables)
            matter = replace(matter, mirrored=_masters(source, going))
            yield _separated(now, source, said)
            move = RequesterMove(from_no=source.matter_no, to_no=matter.matter_no, records=going)
            left = _repaired(now, _without_masters(source, going), matter.matter_no, source, going, tables)
            yield from self._go_on(now, source, left, going, tables)
        else:
            move = RequesterMove(from_no=NOBODY, to_no=matter.matter_no, records=said.records)
        begin_move(now, move, tables)
        yield from self._call(now, matter, tables)

    def _new(self, now: int, said: matters.Separated, source: views.Matter | None, tables: Tables) -> views.Matter:
        is_exercise = source is not None and source.exercise
        matter = new_matter(now, said, said.to_no, tables, exercise=is_exercise)
        return with_town(replace(matter, avoided=source.avoided if source else None), said.region)

    def _call(self, now: int, matter: views.Matter, tables: Tables) -> Iterator[Output]:
        """Call whom the rules call, or follow the order that its department has given."""
        where = PlaceOfMatter.of(matter, tables)
        if matter.mirrored:
            called = yield from adopt(now, matter, tables)
            called = yield from self._assigning.assist(now, called, where, tables)
        else:
            called = yield from self._assigning.assign(now, matter, where, tables)
        yield from show_new(now, called, tables)

    def _pass_on(
        self,
        now: int,
        said: matters.Separated,
        source: views.Matter,
        target: views.Matter,
        going: tuple[str, ...],
        tables: Tables,
    ) -> Iterator[Output]:
        """The other incident is worked on already; one that is closed has its answer for them at once."""
        begin_move(now, RequesterMove(from_no=source.matter_no, to_no=target.matter_no, records=going), tables)
        yield _separated(now, source, said)
        gained = _repaired(now, target, source.matter_no, source, going, tables)
        if target.state != "closed":
            heard_at = first_heard(source.matter_no, going, tables)
            gained = counted_since(gained, min(gained.opened_at, heard_at or now))
            gained = replace(gained, mirrored=(*gained.mirrored, *_masters(source, going)))
            gained = yield from led_by_master(now, target, gained, tables)
        left = _repaired(now, _without_masters(source, going), target.matter_no, source, going, tables)
        yield from self._go_on(now, source, left, going, tables)
        yield from show(now, target, gained, tables)

    def _give_back(
        self,
        now: int,
        said: matters.Separated,
        source: views.Matter,
        target: views.Matter,
        going: tuple[str, ...],
        tables: Tables,
    ) -> Iterator[Output]:
        """The incident has its own matter again, with the orders of its numbers; whoever is missing is called anew."""
        orders = come_back(target, source, tables)
        rooms = rooms_of({order.unit for order in source.orders}, tables)
        begin_move(now, RequesterMove(from_no=source.matter_no, to_no=target.matter_no, records=going), tables)
        yield _separated(now, source, said)
        back = replace(target, folded_into=None, orders=orders, mirrored=_masters(source, going))
        heard_at = first_heard(source.matter_no, going, tables)
        back = counted_since(with_gap(now, back), target.opened_at if heard_at is None else heard_at)
        left = replace(
            without_orders(_without_masters(source, going), orders),
            urgency=urgency_before(source, target.matter_no),
            towns=tuple(town for town in source.towns if town not in target.towns),
        )
        left, back = part(with_town(left, source.region), back, orders, tables)
        left = _repaired(now, left, target.matter_no, source, going, tables)
        back = _repaired(now, back, source.matter_no, source, going, tables)
        if said.confidential and not back.confidential:
            back = seal(now, back, tables)
        yield from self._go_on(now, source, left, going, tables)
        back = yield from self._recalled(now, standing(back), tables)
        if any(order.verification == "pending" for order in back.orders):
            back = self._clocks.start_of_centre(now, back, "verify", tables)
        yield progressed(now, back, back.state)
        if back.state == "closed":
            yield notice(now, back, "closed")
        yield from show(now, target, back, tables)
        keep_shifts(rooms, tables)

    # What becomes of the matter that reports leave.

    def _go_on(
        self, now: int, source: views.Matter, left: views.Matter, going: tuple[str, ...], tables: Tables
    ) -> Iterator[Output]:
        """With the reports that are left it goes on, the citizen's time beginning with theirs; with none it ends."""
        if source.state == "closed":
            yield from show(now, source, left, tables)
            return
        heard_at = earliest_heard(source.matter_no, going, tables)
        if heard_at is None:
            left = yield from _needed_no_more(now, left, tables)
        else:
            left = yield from self._recalled(now, standing(counted_since(left, heard_at)), tables)
        if left.state != source.state:
            yield progressed(now, left, left.state)
        if left.state == "closed":
            yield notice(now, left, "closed")
        yield from show(now, source, left, tables)

    def _recalled(self, now: int, matter: views.Matter, tables: Tables) -> Generator[Output, None, views.Matter]:
        """The matter with orders to the units that it lacks since an order of theirs stands with another matter."""
        if own_lead(matter) is None and not matter.mirrored:
            matter = promoted(matter)
        where = PlaceOfMatter.of(matter, tables)
        if not is_reached(matter) and not matter.mirrored:
            matter = self._searching(now, matter, tables)
        if own_lead(matter) is None and not matter.mirrored:
            matter = yield from self._assigning.assign(now, matter, where, tables)
        for order in lacking(matter):
            unit = find_unit_anywhere(order.unit, tables)
            if unit is not None:
                limits = joint_limits(matter, "assist", tables)
                matter = yield from self._calling.order(now, matter, unit, "assist", limits, where, tables)
        matter = standing(continued(matter))
        return stop_assign(now, matter, tables) if is_reached(matter) else matter

    def _searching(self, now: int, matter: views.Matter, tables: Tables) -> views.Matter:
        """The matter that no unit has, with the centre's time to find one, which never begins twice."""
        if any(clock.kind == "assign" and clock.ended_at is None for clock in matter.clocks):
            return matter
        return self._hastening.begun_of_centre(now, self._clocks.start_assign(now, matter, tables), tables)


def _known(source: views.Matter | None, records: tuple[str, ...], tables: Tables) -> tuple[str, ...]:
    """Those of the reports that the matter has, each once."""
    if source is None:
        return ()
    once = dict.fromkeys(records)
    return tuple(name for name in once if find_requester(source.matter_no, name, tables) is not None)


def _goes_whole(source: views.Matter, said: matters.Separated, going: tuple[str, ...], tables: Tables) -> bool:
    """Whether the matter goes with them as it is: nobody is left, and its units were told what is so and where."""
    is_same = (source.incident_class, source.region) == (said.incident_class, said.region)
    return is_same and source.state != "closed" and earliest_heard(source.matter_no, going, tables) is None


def _become(now: int, matter: views.Matter, said: matters.Separated, tables: Tables) -> Iterator[Output]:
    """The matter is the other incident's from now on, under its number and with all its clocks."""
    take_incident(matter, matter.incident_no, tables)
    give_incident(matter, said.to_no, tables)
    moved = replace(matter, incident_no=said.to_no)
    yield _separated(now, matter, said)
    yield progressed(now, moved, moved.state)
    yield from show(now, matter, moved, tables)


def _needed_no_more(now: int, matter: views.Matter, tables: Tables) -> Generator[Output, None, views.Matter]:
    """The matter ended as one that was called by mistake (误派), without a breach.

    Should its incident need work again, that is another matter: nobody is told the outcome of this one.
    """
    take_incident(matter, matter.incident_no, tables)
    for order in matter.orders:
        if order.state not in ENDED:
            matter = yield from without_order(now, matter, order, tables)
    return by_master(replace(abandon_matter(now, matter, tables), state="closed"))


def _separated(now: int, source: views.Matter, said: matters.Separated) -> Output:
    return folded_notice(now, source, "separated", said.to_no)


def _masters(source: views.Matter, going: tuple[str, ...]) -> tuple[views.MirroredOrder, ...]:
    """The departments' own orders of these reports."""
    names = set(going)
    return tuple(one for one in source.mirrored if f"{one.system}/{one.order_no}" in names)


def _without_masters(source: views.Matter, going: tuple[str, ...]) -> views.Matter:
    gone = _masters(source, going)
    return replace(source, mirrored=tuple(one for one in source.mirrored if one not in gone))


def _repaired(
    now: int, matter: views.Matter, other_no: str, source: views.Matter, going: tuple[str, ...], tables: Tables
) -> views.Matter:
    """The matter with what was done while the reports were thought to be the source's."""
    called = (order for order in source.orders if order.state not in ("returned", "withdrawn"))
    told = told_of(source.matter_no, going, tables)
    return with_repair(now, matter, "separated", other_no, called, told)
