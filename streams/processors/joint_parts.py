"""What whistles (吹哨报到) and meetings (联席会议) share: whose matters, who may, which times."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, TypeVar

from streams.contract import TableName, Tables, record, replace
from streams.facts import rules, views
from streams.facts.joint import JointRule, Meeting, Whistle
from streams.processors.dispatch_rules import (
    CALLS,
    JOINT_RULES,
    NOT_OF_ASSISTANTS,
    RULES,
    OrderLimit,
    call_limits,
    find_unit_by_code,
    is_complained_of,
    order_limits,
)
from streams.processors.matter_outputs import MATTERS

Kept = TypeVar("Kept", Whistle, Meeting)

MOST_ON_A_MATTER = 20
"""So many whistles and so many meetings one matter can have."""


@record("dispatch.joint.v1")
@dataclass(frozen=True, kw_only=True)
class JointMatters:
    """The matters of a whistle or a meeting."""

    matters: tuple[str, ...]


JOINTS = TableName("joints", JointMatters)
"""Under the number of a whistle or a meeting; kept until the last of its matters is forgotten."""


class UnknownJoint(Exception):
    """Nothing is known of a whistle or a meeting."""


class TooManyJoint(Exception):
    """A matter has so many whistles or meetings that no more are kept."""


def joint_rule(matter: views.Matter, tables: Tables) -> JointRule | None:
    """The rule for a matter's urgency. Raises NoRulesInForce."""
    found: JointRule | None = RULES.find(JOINT_RULES, matter.urgency, tables)
    return found


def matters_of(number: str, tables: Tables) -> list[views.Matter]:
    """The matters of a whistle or a meeting that are still kept. Raises UnknownJoint."""
    known = tables[JOINTS].get(number)
    kept = (tables[MATTERS].get(one) for one in (known.matters if known else ()))
    found = [matter for matter in kept if matter is not None]
    if not found:
        raise UnknownJoint(f"there is no whistle or meeting {number}")
    return found


def unit_of(code: str, kinds: Iterable[str], matter: views.Matter, tables: Tables) -> rules.Unit | None:
    """The unit of whoever acts, if it is of one of the kinds and answers for a place of the matter."""
    unit = find_unit_by_code(code, kinds, tables)
    is_near = unit is not None and any(place.startswith(unit.region) for place in (matter.region, *matter.towns))
    return unit if is_near else None


def joint_limits(matter: views.Matter, role: Literal["lead", "assist"], tables: Tables) -> tuple[OrderLimit, ...]:
    """The times of an order by the call for the matter's class, or by ordinary work where nobody is called for it."""
    call: rules.Call | None = RULES.find(CALLS, f"{matter.incident_class}/{matter.urgency}", tables)
    if call is not None:
        return tuple(call_limits(matter.urgency, call, tables, role))
    limits = order_limits(matter.urgency, "ordinary", tables)
    return tuple(one for one in limits if role == "lead" or one.kind not in NOT_OF_ASSISTANTS)


def whistle_limits(matter: views.Matter, tables: Tables) -> tuple[OrderLimit, ...]:
    """The times of whoever a town whistles for, the one to arrive being the rule's time to report in."""
    rule = joint_rule(matter, tables)
    others = tuple(one for one in joint_limits(matter, "assist", tables) if one.kind != "arrive")
    return (*others, OrderLimit(kind="arrive", limit=rule.arrive)) if rule else others


def obstacle_of_complaint(unit: rules.Unit, matter: views.Matter) -> str | None:
    """Why a unit that is complained of is not called (回避); of a confidential matter nobody is told that it is."""
    if not is_complained_of(unit, matter.avoided):
        return None
    return "not_to_act" if matter.confidential else "avoided"


def is_whistled_for(order: views.Order) -> bool:
    """Whether the order comes of a town's whistle."""
    return order.joint is not None and order.joint.kind == "whistle"


def with_whistle(matter: views.Matter, changed: Whistle) -> views.Matter:
    """The matter with one whistle replaced, or added. Raises TooManyJoint."""
    whistles = {one.whistle_no: one for one in matter.whistles} | {changed.whistle_no: changed}
    return replace(matter, whistles=_bounded(whistles.values(), matter, "whistles"))


def with_meeting(matter: views.Matter, changed: Meeting) -> views.Matter:
    """The matter with one meeting replaced, or added. Raises TooManyJoint."""
    meetings = {one.meeting_no: one for one in matter.meetings} | {changed.meeting_no: changed}
    return replace(matter, meetings=_bounded(meetings.values(), matter, "meetings"))


def _bounded(kept: Collection[Kept], matter: views.Matter, what: str) -> tuple[Kept, ...]:
    if len(kept) > MOST_ON_A_MATTER:
        raise TooManyJoint(f"matter {matter.matter_no} has {MOST_ON_A_MATTER} {what}")
    return tuple(kept)


def forget_joints(matter: views.Matter, tables: Tables) -> None:
    """The numbers of a matter that is forgotten, those of a meeting once all its matters are."""
    numbers = (*(one.whistle_no for one in matter.whistles), *(one.meeting_no for one in matter.meetings))
    for number in numbers:
        known = tables[JOINTS].get(number)
        left = [one for one in (known.matters if known else ()) if one != matter.matter_no]
        if not any(tables[MATTERS].get(one) for one in left):
            tables[JOINTS].delete(number)
