"""吹哨报到: a town whistles for units that must come; it signs for each of them, and who does not come is supervised.

Each unit gets an order like any other that assists, with the rule's time to report in. Whoever refuses, or does not
come in time, is proposed for supervision at once and once; the order stays the unit's. What a word on a whistle lacked
is kept with the whistle, so that whoever said it can see why nothing came of it.
"""

from collections.abc import Generator, Iterator

from streams.contract import Output, Tables, replace
from streams.facts import views
from streams.facts.joint import Called, Joint, Whistle, Whistled
from streams.facts.vocabulary import Demand
from streams.processors.calling import Calling, joint_role
from streams.processors.dispatch_rules import find_unit_anywhere
from streams.processors.joint_parts import (
    JOINTS,
    JointMatters,
    is_whistled_for,
    joint_rule,
    matters_of,
    obstacle_of_complaint,
    unit_of,
    whistle_limits,
    with_whistle,
)
from streams.processors.known_orders import find_matter, find_order
from streams.processors.matter_outputs import district_of, joint_notice, show
from streams.processors.matter_parts import ENDED_STATES
from streams.processors.order_states import ENDED, STATES, with_order
from streams.processors.supervision_orders import BY_WHISTLE, propose
from streams.rules.numbering import next_number


class NotWhistledFor(Exception):
    """An order is declined that does not come of a whistle."""


class Whistles:
    """Hears what is said of whistles."""

    def __init__(self, calling: Calling) -> None:
        self._calling = calling

    def hear(self, now: int, said: Whistled, tables: Tables) -> Iterator[Output]:
        """Raises UnknownOrder, UnknownJoint, TooManyJoint, NotWhistledFor, NoRulesInForce."""
        if said.act == "blow":
            yield from self._blow(now, said, tables)
            return
        number = said.whistle_no if said.order_no is None else _whistle_of(said.order_no, tables)
        (matter,) = matters_of(number or "", tables)
        whistle = next(one for one in matter.whistles if one.whistle_no == number)
        if said.act == "refuse":
            yield from _refuse(now, said, matter, whistle, tables)
        else:
            yield from _sign(now, said, matter, whistle, tables)

    def _blow(self, now: int, said: Whistled, tables: Tables) -> Iterator[Output]:
        matter = find_matter(said.matter_no or "", tables)
        unit = find_unit_anywhere(said.actor_unit, tables)
        whistle = Whistle(
            whistle_no=next_number(now, district_of(matter), "W", tables),
            unit=said.actor_unit,
            unit_name=unit.name if unit else said.actor_unit,
            post=said.actor_post,
            state="open",
            blown_at=now,
        )
        with_whistle(matter, whistle)  # raises where the matter has too many: then no number is kept
        tables[JOINTS].put(whistle.whistle_no, JointMatters(matters=(matter.matter_no,)))
        obstacle = _obstacle_to_blow(said, matter, tables)
        if obstacle is not None:
            yield from _come_to_nothing(now, matter, replace(whistle, state="inadmissible"), obstacle, tables)
            return
        yield joint_notice(now, matter, "whistled", whistle.whistle_no)
        whistled = yield from self._call_all(now, said, matter, whistle, tables)
        yield from show(now, matter, whistled, tables)

    def _call_all(
        self, now: int, said: Whistled, matter: views.Matter, whistle: Whistle, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        """The matter with an order to each unit of the whistle."""
        limits = whistle_limits(matter, tables)
        joint = Joint(
            kind="whistle", number=whistle.whistle_no, called_by=whistle.unit, called_by_name=whistle.unit_name
        )
        called: list[Called] = []
        for code in said.units:
            unit = find_unit_anywhere(code, tables)
            if unit is None:
                continue
            matter = yield from self._calling.joint_order(now, matter, unit, joint, limits, tables)
            called.append(Called(unit=unit.unit, unit_name=unit.name, order_no=matter.orders[-1].order_no))
        return with_whistle(matter, replace(whistle, called=tuple(called)))


def _whistle_of(order_no: str, tables: Tables) -> str:
    """The whistle that an order comes of. Raises UnknownOrder, NotWhistledFor."""
    _, order = find_order(order_no, tables)
    if order.joint is None or not is_whistled_for(order):
        raise NotWhistledFor(f"order {order_no} does not come of a whistle")
    return order.joint.number


def _obstacle_to_blow(said: Whistled, matter: views.Matter, tables: Tables) -> str | None:
    """Why nobody is called, None where all are."""
    rule = joint_rule(matter, tables)
    if rule is None:
        return "no_rule"
    if unit_of(said.actor_unit, rule.whistlers, matter, tables) is None:
        return "not_a_whistler"
    if matter.state in ENDED_STATES:
        return "done_already"
    if joint_role(matter) == "lead":
        return "nobody_leads"
    reasons = (_obstacle_to_call(code, said, matter, tables) for code in said.units)
    return next((reason for reason in reasons if reason is not None), None)


def _obstacle_to_call(code: str, said: Whistled, matter: views.Matter, tables: Tables) -> str | None:
    unit = find_unit_anywhere(code, tables)
    if unit is None:
        return "unknown_unit"
    if code == said.actor_unit:
        return "own_unit"
    is_called = any(one.unit == code and is_whistled_for(one) and one.state not in ENDED for one in matter.orders)
    return "called_already" if is_called else obstacle_of_complaint(unit, matter)


def _refuse(now: int, said: Whistled, matter: views.Matter, whistle: Whistle, tables: Tables) -> Iterator[Output]:
    """A unit says that it does not come: its order and clocks stay, and a person is asked to supervise it."""
    called = _called(whistle, said.actor_unit)
    order = _order_of(called, matter)
    obstacle = _obstacle_to_refuse(called, order)
    if called is None or order is None or obstacle is not None:
        yield from _come_to_nothing(now, matter, whistle, obstacle or "not_called", tables)
        return
    refused = replace(called, refused_at=now, refusal=said.reason)
    changed = with_whistle(matter, _with_called(whistle, refused))
    yield joint_notice(now, matter, "whistle_refused", whistle.whistle_no, order, said.reason)
    changed = yield from supervise(now, changed, order, "explain", tables)
    yield from show(now, matter, changed, tables)


def _obstacle_to_refuse(called: Called | None, order: views.Order | None) -> str | None:
    if called is None or order is None:
        return "not_called"
    if order.state in ENDED:
        return "withdrawn"
    if has_come(order):
        return "came_already"
    return "refused_already" if called.refused_at is not None else None


def _sign(now: int, said: Whistled, matter: views.Matter, whistle: Whistle, tables: Tables) -> Iterator[Output]:
    """The town signs for a unit, which also confirms that it came; the last signature ends the whistle."""
    called = _called(whistle, said.unit or "")
    order = _order_of(called, matter)
    obstacle = _obstacle_to_sign(said, whistle, called, order)
    if called is None or order is None or obstacle is not None:
        yield from _come_to_nothing(now, matter, whistle, obstacle or "not_called", tables)
        return
    signed = _with_called(whistle, replace(called, rating=said.rating, rated_at=now))
    if said.rating != "absent":
        order = replace(order, arrival="confirmed")
    changed = with_order(matter, order)
    yield joint_notice(now, changed, "whistle_signed", whistle.whistle_no, order, said.rating)
    yield from show(now, matter, with_whistle(changed, signed), tables)


def _obstacle_to_sign(said: Whistled, whistle: Whistle, called: Called | None, order: views.Order | None) -> str | None:
    """What the town may not sign: for somebody else's whistle, twice, or against what the clocks say."""
    if said.actor_unit != whistle.unit:
        return "not_the_caller"
    if called is None or order is None:
        return "not_called"
    if order.state in ENDED:
        return "withdrawn"
    if called.rating not in (None, "absent"):
        return "signed_already"
    return _contradicted(said.rating or "", called, order)


def _contradicted(rating: str, called: Called, order: views.Order) -> str | None:
    """Which of the hub's own words speaks against a rating; a letter sets no time that it could be late by."""
    arrive = next((clock for clock in order.clocks if clock.kind == "arrive"), None)
    is_late = arrive is not None and arrive.state == "breached"
    if rating == "absent":
        is_due = is_late or called.refused_at is not None
        return "came_already" if has_come(order) else None if is_due else "not_due"
    if not has_come(order):
        return "not_come"
    if arrive is None:
        return None
    return {("in_time", True): "came_late", ("late", False): "came_in_time"}.get((rating, is_late))


def _called(whistle: Whistle, unit: str) -> Called | None:
    return next((one for one in whistle.called if one.unit == unit), None)


def _order_of(called: Called | None, matter: views.Matter) -> views.Order | None:
    return next((one for one in matter.orders if called is not None and one.order_no == called.order_no), None)


def _with_called(whistle: Whistle, changed: Called) -> Whistle:
    called = tuple(changed if one.unit == changed.unit else one for one in whistle.called)
    return replace(whistle, called=called, obstacle=None, obstacle_at=None)


def _come_to_nothing(
    now: int, matter: views.Matter, whistle: Whistle, obstacle: str, tables: Tables
) -> Iterator[Output]:
    """What was said changes nothing, and why is told and shown."""
    yield joint_notice(now, matter, "joint_refused", whistle.whistle_no, reason=obstacle)
    shown = replace(whistle, obstacle=obstacle, obstacle_at=now)
    yield from show(now, matter, with_whistle(matter, shown), tables)


def has_come(order: views.Order) -> bool:
    """Whether the unit says that it is there, or that it is done."""
    return STATES.index(order.state) >= STATES.index("arrived")


def not_come(
    now: int, matter: views.Matter, order: views.Order, clock: views.Clock, tables: Tables
) -> Generator[Output, None, views.Matter]:
    """The matter after a clock was breached: a unit that a town whistled for and that has not come is supervised."""
    if clock.kind != "arrive" or not is_whistled_for(order):
        return matter
    return (yield from supervise(now, matter, order, "finish", tables))


def supervise(
    now: int, matter: views.Matter, order: views.Order, demand: Demand, tables: Tables
) -> Generator[Output, None, views.Matter]:
    """The matter with a supervision order proposed, unless one was for this, or the unit is only asked by letter."""
    is_known = any(one.order_no == order.order_no and one.origin == BY_WHISTLE for one in matter.supervisions)
    if is_known or order.letter:
        return matter
    return (yield from propose(now, matter, order, BY_WHISTLE, tables, demand))
