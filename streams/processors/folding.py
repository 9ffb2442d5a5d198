"""Two incidents are one: their matters become one (并单), without a breach and without a call that is lost.

Reports go over with the time that they were heard at; the citizen's time begins with the first of both. Orders go over
under their numbers; of two at one unit one goes on and what was said to the other counts for it. The matter that was
folded keeps its number and says where its work is done. A closed one is left as it is (ops/decisions/0116).
"""

from collections.abc import Callable, Generator, Iterator

from streams.contract import Output, Tables, replace
from streams.facts import matters, views
from streams.processors.assigning import Assigning
from streams.processors.calling import PlaceOfMatter
from streams.processors.changed_requesters import RequesterMove, begin_move, told_of
from streams.processors.confidentiality import seal
from streams.processors.duty_rooms import keep_shifts, rooms_of
from streams.processors.folded_orders import Shared, orders_together, shared_orders
from streams.processors.joint_moves import emptied, with_all_of
from streams.processors.judgements import led_by_master
from streams.processors.known_orders import find_order
from streams.processors.matter_outputs import end_delivery, folded_notice, notice, progressed, request_word, show
from streams.processors.matter_parts import has_replied
from streams.processors.matters_of_incidents import give_incident, matter_of, own_matter, take_incident
from streams.processors.order_clocks import LIMITS, abandon, abandon_matter, forget_later, stop_assign
from streams.processors.order_states import STATES, OrderState, with_order
from streams.processors.repairs import with_repair
from streams.processors.requesters import requesters_of
from streams.processors.running_clocks import arm
from streams.processors.standing import is_reached, standing
from streams.processors.supervision_orders import count_once
from streams.processors.urgency import URGENCIES
from streams.rules.attribution import counted_since

Hear = Callable[[int, matters.Answered, views.Matter, views.Order, Tables], Iterator[Output]]
"""What an answer changes."""

SAID: dict[OrderState, str] = {
    "acknowledged": "acknowledge",
    "accepted": "accept",
    "arrived": "arrive",
    "resolved": "resolve",
    "replied": "reply",
}
"""What a unit has said whose order stands so."""


class Folding:
    """Makes one matter of two."""

    def __init__(self, assigning: Assigning, hear: Hear) -> None:
        self._assigning = assigning
        self._hear = hear

    def fold(self, now: int, said: matters.Folded, tables: Tables) -> Iterator[Output]:
        """Nothing changes where that was done already, where a matter is closed, or where one of them is made up."""
        own, rest = own_matter(said.incident_no, tables), matter_of(said.into_no, tables)
        if own is None or own.folded_into is not None or (rest is not None and rest.matter_no == own.matter_no):
            return
        if rest is None or (rest.state == "closed" and own.state != "closed"):
            yield from _become(now, own, said, tables)
        elif "closed" not in (own.state, rest.state) and own.exercise == rest.exercise:
            yield from self._fold(now, own, rest, tables)

    def _fold(self, now: int, folded: views.Matter, rest: views.Matter, tables: Tables) -> Iterator[Output]:
        shared = shared_orders(rest, folded)
        rooms = rooms_of({order.unit for order in (*rest.orders, *folded.orders)}, tables)
        whole = _together(now, rest, folded, shared, tables)
        if folded.confidential and not rest.confidential:
            whole = seal(now, whole, tables)
            yield notice(now, whole, "sealed")
        for pair in shared:
            ended = _ended(now, pair, tables)
            whole = with_order(whole, ended)
            yield from _told(now, whole, pair, ended)
        count_once(folded, tables)
        shell = replace(emptied(folded), orders=(), mirrored=(), state="closed", folded_into=rest.matter_no)
        yield folded_notice(now, shell, "folded", rest.matter_no)
        yield from show(now, folded, abandon_matter(now, shell, tables), tables)
        whole = yield from self._going_on(now, rest, whole, tables)
        move = RequesterMove(from_no=folded.matter_no, to_no=rest.matter_no, whole=True, settled=has_replied(folded))
        begin_move(now, move, tables)
        yield from show(now, rest, whole, tables)
        keep_shifts(rooms, tables)
        yield from self._hear_again(now, shared, tables)

    def _going_on(
        self, now: int, rest: views.Matter, whole: views.Matter, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        """The matter that goes on: its lead, its state, who is to assist beside."""
        whole = yield from led_by_master(now, rest, whole, tables)
        whole = standing(whole)
        if whole.towns != rest.towns and (whole.orders or whole.mirrored):
            whole = yield from self._assigning.assist(now, whole, PlaceOfMatter.of(whole, tables), tables)
        if is_reached(whole):
            whole = stop_assign(now, whole, tables)
        if (whole.state, whole.confidential) != (rest.state, rest.confidential):
            yield progressed(now, whole, whole.state)
        if whole.state == "closed":
            yield notice(now, whole, "closed")
        return whole

    def _hear_again(self, now: int, shared: list[Shared], tables: Tables) -> Iterator[Output]:
        """What a unit has said to the order that ended, and not to the other one, it has said to that one now."""
        for pair in shared:
            for answer in _unsaid(pair):
                matter, order = find_order(pair.stays.order_no, tables)
                yield from self._hear(now, _as_said(now, answer, pair), matter, order, tables)


def _become(now: int, matter: views.Matter, said: matters.Folded, tables: Tables) -> Iterator[Output]:
    """Only this one is worked on: it is the other incident's from now on, under its number and with all its clocks."""
    take_incident(matter, said.incident_no, tables)
    give_incident(matter, said.into_no, tables)
    moved = replace(matter, incident_no=said.into_no)
    yield folded_notice(now, moved, "folded", said.into_no)
    yield progressed(now, moved, moved.state)
    yield from show(now, matter, moved, tables)


def _together(now: int, rest: views.Matter, folded: views.Matter, shared: list[Shared], tables: Tables) -> views.Matter:
    """The matter that remains with all that both have; the orders that end are still to be ended."""
    ended = tuple(pair.ends for pair in shared)
    told = told_of(folded.matter_no, tuple(requesters_of(folded.matter_no, "", tables)), tables)
    urgency = max(rest.urgency, folded.urgency, key=URGENCIES.index)
    before = rest.urgency if urgency != rest.urgency else None
    whole = with_repair(now, with_all_of(rest, folded, tables), "folded", folded.matter_no, ended, told, before)
    masters = {(one.system, one.order_no): one for one in (*whole.mirrored, *folded.mirrored)}
    whole = replace(
        whole,
        urgency=urgency,
        orders=orders_together(rest, folded, shared),
        mirrored=tuple(masters.values()),
        towns=tuple(dict.fromkeys((*rest.towns, *folded.towns))),
        avoided=rest.avoided or folded.avoided,
    )
    if folded.opened_at < rest.opened_at:
        whole = counted_since(whole, folded.opened_at, folded.segments)
    return _with_verification(folded, whole, tables)


def _with_verification(folded: views.Matter, whole: views.Matter, tables: Tables) -> views.Matter:
    """The matter with the centre's time to verify what came with the other one."""
    running = next((clock for clock in folded.clocks if clock.kind == "verify" and clock.state == "running"), None)
    if running is None or any(clock.kind == "verify" for clock in whole.clocks):
        return whole
    arm(whole.matter_no, running, tables)
    return replace(whole, clocks=(*whole.clocks, running))


def _ended(now: int, pair: Shared, tables: Tables) -> views.Order:
    """The order with nothing left to do and no breach of it; its reports' own time to be replied to runs on."""
    tables[LIMITS].delete(pair.ends.order_no)
    forget_later(pair.ends, tables)
    kinds = [clock.kind for clock in pair.ends.clocks if clock.kind != "reply"]
    ended = abandon(now, pair.ends, kinds, tables)
    return replace(
        ended,
        state="folded",
        result="duplicate",
        verification=None,
        continued_by=pair.stays.order_no,
        handover=None,
    )


def _told(now: int, whole: views.Matter, pair: Shared, ended: views.Order) -> Iterator[Output]:
    """The unit is told which order goes on (并单通知), unless it has not been told of the one that ends either."""
    into_no = pair.stays.order_no
    if pair.ends.state == "sent":
        yield end_delivery(now, pair.ends, "withdrawn")
    else:
        word = request_word(now, whole, ended, "folded", ended.unit, f"{ended.order_no}-J-{into_no}")
        yield word._replace(value=replace(word.value, into_order_no=into_no))
    yield folded_notice(now, whole, "order_folded", into_no, ended)


def _unsaid(pair: Shared) -> Iterator[str]:
    """The words that a unit has said to the order that ended alone."""
    if pair.ends.first_contact_at is not None and pair.stays.first_contact_at is None:
        yield "first_contact"
    if pair.ends.state in SAID and STATES.index(pair.ends.state) > STATES.index(pair.stays.state):
        yield SAID[pair.ends.state]


def _as_said(now: int, answer: str, pair: Shared) -> matters.Answered:
    return matters.Answered(
        key=pair.stays.order_no[:6],
        occurred_at=now,
        order_no=pair.stays.order_no,
        answer=answer,  # type: ignore[arg-type]
        channel="api",
        actor_unit=pair.stays.unit,
        actor_post="",
        actor_officer=pair.ends.resolved_by or "",
        actor_shift="",
        result=pair.ends.result,
    )
