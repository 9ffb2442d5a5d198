"""联席会议 and 联合检查: called on one matter or several, held, decided; each decision becomes an order.

The centre calls them, or a town whose whistle was not answered or solved nothing. A decision's order has the usual
times of the matter; it leads where nobody does. The meeting stands with each of its matters, and so does the reason why
a word on it came to nothing.
"""

from collections.abc import Generator, Iterable, Iterator

from streams.contract import Output, Tables, replace
from streams.facts import views
from streams.facts.joint import Convened, Joint, Meeting, MeetingDecision, Participant, Resolution
from streams.processors.calling import Calling, joint_role
from streams.processors.dispatch_rules import find_unit_anywhere
from streams.processors.joint_parts import (
    JOINTS,
    JointMatters,
    joint_limits,
    joint_rule,
    matters_of,
    obstacle_of_complaint,
    unit_of,
    with_meeting,
)
from streams.processors.known_orders import find_matter
from streams.processors.matter_outputs import MATTERS, district_of, joint_notice, progressed, request_word, show
from streams.processors.matter_parts import ENDED_STATES
from streams.processors.matters_of_incidents import remaining
from streams.rules.numbering import next_number


class Meetings:
    """Hears what is said of meetings."""

    def __init__(self, calling: Calling) -> None:
        self._calling = calling

    def hear(self, now: int, said: Convened, tables: Tables) -> Iterator[Output]:
        """Raises UnknownOrder, UnknownJoint, TooManyJoint, NoRulesInForce."""
        said = _as_they_stand(said, tables)
        if said.act == "call":
            yield from _call(now, said, tables)
            return
        matters = matters_of(said.meeting_no or "", tables)
        meeting = next(one for one in matters[0].meetings if one.meeting_no == said.meeting_no)
        if said.act == "hold":
            yield from _hold(now, said, matters, meeting, tables)
        else:
            yield from self._decide(now, said, matters, meeting, tables)

    def _decide(
        self, now: int, said: Convened, matters: list[views.Matter], meeting: Meeting, tables: Tables
    ) -> Iterator[Output]:
        obstacle = _obstacle_to_decide(said, matters, meeting, tables)
        if obstacle is not None:
            yield from _come_to_nothing(now, matters, meeting, obstacle, tables)
            return
        changed = {one.matter_no: one for one in matters}
        decisions: list[MeetingDecision] = []
        for resolution in said.decisions:
            matter = yield from self._ordered(now, changed[resolution.matter_no], meeting, resolution, tables)
            changed[matter.matter_no] = matter
            order = matter.orders[-1]
            decisions.append(
                MeetingDecision(
                    matter_no=matter.matter_no,
                    order_no=order.order_no,
                    unit=order.unit,
                    unit_name=order.unit_name,
                    task=resolution.task,
                )
            )
        decided = replace(
            _unhindered(meeting),
            state="decided",
            decided_at=now,
            decisions=tuple(decisions),
            document=said.document,
        )
        yield from _shown(now, "meeting_decided", matters, changed.values(), decided, tables)

    def _ordered(
        self, now: int, matter: views.Matter, meeting: Meeting, resolution: Resolution, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        """The matter with the order that a decision becomes."""
        unit = find_unit_anywhere(resolution.unit, tables)
        if unit is None:
            return matter
        role = joint_role(matter)
        if matter.state == "unassigned" and role == "lead":
            matter = replace(matter, state="assigned")
            yield progressed(now, matter, "assigned")
        joint = Joint(
            kind=meeting.kind,
            number=meeting.meeting_no,
            called_by=meeting.unit,
            called_by_name=meeting.unit_name,
            task=resolution.task,
        )
        limits = joint_limits(matter, role, tables)
        return (yield from self._calling.joint_order(now, matter, unit, joint, limits, tables))


def _as_they_stand(said: Convened, tables: Tables) -> Convened:
    """What is said of a matter that went into another one (并单) is said of that one."""

    def standing(number: str) -> str:
        matter = remaining(number, tables)
        return number if matter is None else matter.matter_no

    decisions = tuple(replace(one, matter_no=standing(one.matter_no)) for one in said.decisions)
    return replace(said, matters=tuple(dict.fromkeys(map(standing, said.matters))), decisions=decisions)


def _call(now: int, said: Convened, tables: Tables) -> Iterator[Output]:
    matters = [matter for matter in (tables[MATTERS].get(one) for one in said.matters) if matter is not None]
    if not matters:
        find_matter(said.matters[0] if said.matters else "", tables)
    unit = find_unit_anywhere(said.actor_unit, tables)
    meeting = Meeting(
        meeting_no=next_number(now, district_of(matters[0]), "C", tables),
        kind=said.kind or "meeting",
        unit=said.actor_unit,
        unit_name=unit.name if unit else said.actor_unit,
        post=said.actor_post,
        state="called",
        matters=said.matters,
        participants=tuple(_participants(said.units, tables)),
        called_at=now,
        begins_at=said.begins_at or now,
    )
    for matter in matters:
        with_meeting(matter, meeting)
    tables[JOINTS].put(meeting.meeting_no, JointMatters(matters=tuple(one.matter_no for one in matters)))
    obstacle = _obstacle_to_call(now, said, matters, tables)
    if obstacle is not None:
        yield from _come_to_nothing(now, matters, replace(meeting, state="inadmissible"), obstacle, tables)
        return
    for one in meeting.participants:
        number = f"{meeting.meeting_no}-{one.unit}"
        yield request_word(now, matters[0], None, "meeting", one.unit, number, meeting)
    yield from _shown(now, "meeting_called", matters, matters, meeting, tables)


def _participants(units: Iterable[str], tables: Tables) -> Iterator[Participant]:
    for code in units:
        unit = find_unit_anywhere(code, tables)
        yield Participant(unit=code, unit_name=unit.name if unit else code)


def _obstacle_to_call(now: int, said: Convened, matters: list[views.Matter], tables: Tables) -> str | None:
    if len(matters) < len(said.matters):
        return "unknown_matter"
    if any(joint_rule(matter, tables) is None for matter in matters):
        return "no_rule"
    if not all(_may_convene(said.actor_unit, matter, tables) for matter in matters):
        return "not_a_convener"
    if any(matter.state == "closed" for matter in matters):
        return "done_already"
    if any(find_unit_anywhere(code, tables) is None for code in said.units):
        return "unknown_unit"
    return "in_the_past" if said.begins_at is None or said.begins_at <= now else None


def _may_convene(unit: str, matter: views.Matter, tables: Tables) -> bool:
    """The centre may, and a town that has whistled on the matter for somebody who refused, stayed away or failed."""
    rule = joint_rule(matter, tables)
    if rule is not None and unit_of(unit, rule.conveners, matter, tables) is not None:
        return True
    called = (one for whistle in matter.whistles if whistle.unit == unit for one in whistle.called)
    return any(one.refused_at is not None or one.rating in ("unsolved", "absent") for one in called)


def _hold(now: int, said: Convened, matters: list[views.Matter], meeting: Meeting, tables: Tables) -> Iterator[Output]:
    obstacle = _obstacle_to_hold(said, meeting)
    if obstacle is not None:
        yield from _come_to_nothing(now, matters, meeting, obstacle, tables)
        return
    participants = tuple(replace(one, came=one.unit in said.units) for one in meeting.participants)
    held = replace(_unhindered(meeting), state="held", held_at=now, participants=participants)
    yield from _shown(now, "meeting_held", matters, matters, held, tables)


def _obstacle_to_hold(said: Convened, meeting: Meeting) -> str | None:
    if said.actor_unit != meeting.unit:
        return "not_the_caller"
    if meeting.state != "called":
        return "never_called" if meeting.state == "inadmissible" else "held_already"
    invited = {one.unit for one in meeting.participants}
    return None if invited.issuperset(said.units) else "not_invited"


def _obstacle_to_decide(said: Convened, matters: list[views.Matter], meeting: Meeting, tables: Tables) -> str | None:
    if said.actor_unit != meeting.unit:
        return "not_the_caller"
    if meeting.state != "held":
        states = {"called": "not_held", "decided": "decided_already", "inadmissible": "never_called"}
        return states[meeting.state]
    known = {one.matter_no: one for one in matters}
    reasons = (_obstacle_to_order(one, known.get(one.matter_no), tables) for one in said.decisions)
    return next((reason for reason in reasons if reason is not None), None)


def _obstacle_to_order(resolution: Resolution, matter: views.Matter | None, tables: Tables) -> str | None:
    """Why a decision cannot become an order."""
    if matter is None:
        return "other_matter"
    if matter.state in ENDED_STATES:
        return "done_already"
    unit = find_unit_anywhere(resolution.unit, tables)
    if unit is None:
        return "unknown_unit"
    return obstacle_of_complaint(unit, matter)


def _unhindered(meeting: Meeting) -> Meeting:
    return replace(meeting, obstacle=None, obstacle_at=None)


def _come_to_nothing(
    now: int, matters: list[views.Matter], meeting: Meeting, obstacle: str, tables: Tables
) -> Iterator[Output]:
    """What was said changes nothing, and why is told and shown."""
    shown = replace(meeting, obstacle=obstacle, obstacle_at=now)
    yield from _shown(now, "joint_refused", matters, matters, shown, tables, obstacle)


def _shown(
    now: int,
    change: str,
    before: Iterable[views.Matter],
    matters: Iterable[views.Matter],
    meeting: Meeting,
    tables: Tables,
    reason: str | None = None,
) -> Iterator[Output]:
    """Tell a change of a meeting and show it on each of its matters."""
    for stood, matter in zip(before, matters, strict=True):
        changed = with_meeting(matter, meeting)
        yield joint_notice(now, changed, change, meeting.meeting_no, reason=reason)
        yield from show(now, stood, changed, tables)
