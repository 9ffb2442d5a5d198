"""Units that are brought together on a matter: 吹哨报到 of a town, 联席会议 and 联合检查; the rule that says who may.

What is said are facts of the matters log; how it stands is part of the matter's view.
"""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record
from streams.facts.rules import Limit
from streams.facts.vocabulary import Urgency

MeetingKind = Literal["meeting", "inspection"]
"""联席会议, 联合检查."""

JointKind = Literal["whistle", "meeting", "inspection"]
"""吹哨, and the two kinds of meetings."""

Task = Literal["act", "inspect", "correct", "explain", "watch"]
"""处置, 检查, 整改, 书面说明, 值守看护: what a decision wants of a unit; free words could name a person."""

Rating = Literal["in_time", "late", "unsolved", "absent"]
"""到场及时, 到场迟到, 到场未解决, 未到场: what the town signs for each unit that it called."""

RefusalReason = Literal["not_our_duty", "no_hands", "cannot_come"]
"""不属本单位职责, 人手不足, 无法到场."""


@dataclass(frozen=True, kw_only=True)
class Joint:
    """What an order comes from: the whistle of a town, or a decision of a meeting that wants a task done."""

    kind: JointKind
    number: str
    called_by: str
    called_by_name: str
    task: Task | None = None


@record("rules.joint.v1")
@dataclass(frozen=True, kw_only=True)
class JointRule(Fact):
    """Kinds of units that may whistle or call a meeting on matters of an urgency, and the time to report in (报到)."""

    version: str
    urgency: Urgency
    whistlers: tuple[str, ...]
    conveners: tuple[str, ...]
    arrive: Limit
    document: str


@record("matters.whistled.v1")
@dataclass(frozen=True, kw_only=True)
class Whistled(Fact):
    """A town blows the whistle on a matter for some `units`, one of them refuses, or the town signs for one.

    `matter_no` and `units` go with `blow`, `whistle_no` with the others, `reason` with a refusal, `unit` and `rating`
    with a signature. A refusal may name the unit's order instead of the whistle.
    """

    act: Literal["blow", "refuse", "sign"]
    matter_no: str | None = None
    whistle_no: str | None = None
    order_no: str | None = None
    units: tuple[str, ...] = ()
    unit: str | None = None
    rating: Rating | None = None
    reason: RefusalReason | None = None
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@dataclass(frozen=True, kw_only=True)
class Resolution:
    """One decision: who does what on which of the meeting's matters."""

    matter_no: str
    unit: str
    task: Task


@record("matters.convened.v1")
@dataclass(frozen=True, kw_only=True)
class Convened(Fact):
    """A meeting or inspection is called on `matters` for `units`, was held with those that came, or has decided.

    `begins_at` goes with `call`, `meeting_no` with the others.
    """

    act: Literal["call", "hold", "decide"]
    kind: MeetingKind | None = None
    meeting_no: str | None = None
    matters: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    begins_at: int | None = None
    decisions: tuple[Resolution, ...] = ()
    document: str = ""
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@dataclass(frozen=True, kw_only=True)
class Called:
    """A unit that a town has whistled for: its order, its refusal and what the town signed."""

    unit: str
    unit_name: str
    order_no: str
    refused_at: int | None = None
    refusal: RefusalReason | None = None
    rating: Rating | None = None
    rated_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Whistle:
    """吹哨: it ends when the town has signed for every unit. `obstacle` is why the last word on it came to nothing."""

    whistle_no: str
    unit: str
    unit_name: str
    post: str
    state: Literal["open", "ended", "inadmissible"]
    blown_at: int
    called: tuple[Called, ...] = ()
    ended_at: int | None = None
    obstacle: str | None = None
    obstacle_at: int | None = None


@dataclass(frozen=True, kw_only=True)
class Participant:
    """A unit that is to come to a meeting, and whether it came, known once that was held."""

    unit: str
    unit_name: str
    came: bool | None = None


@dataclass(frozen=True, kw_only=True)
class MeetingDecision:
    """What was decided, and the order that it has become."""

    matter_no: str
    order_no: str
    unit: str
    unit_name: str
    task: Task


@dataclass(frozen=True, kw_only=True)
class Meeting:
    """联席会议 or 联合检查, the same on each of its matters. `obstacle` is why the last word on it came to nothing."""

    meeting_no: str
    kind: MeetingKind
    unit: str
    unit_name: str
    post: str
    state: Literal["called", "held", "decided", "inadmissible"]
    matters: tuple[str, ...]
    participants: tuple[Participant, ...]
    called_at: int
    begins_at: int
    held_at: int | None = None
    decided_at: int | None = None
    decisions: tuple[MeetingDecision, ...] = ()
    document: str = ""
    obstacle: str | None = None
    obstacle_at: int | None = None
