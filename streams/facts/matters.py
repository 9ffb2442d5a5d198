"""Facts of the matters log: work, its orders, deliveries and answers. Keyed by district."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import Fact, record
from streams.facts.deliveries import DeliveryKind
from streams.facts.incidents import MasterOrder
from streams.facts.vocabulary import ClockKind, Demand, RequestKind, Result, Subject, Urgency

MirroredState = Literal[
    "accepted", "routed", "acknowledged", "arrived", "returned", "resolved", "fed_back", "closed", "reopened"
]
"""How an order stands that a department has issued itself."""

VerificationMethod = Literal["on_site", "call_back", "documents"]
"""现场核查, 电话回访, 资料核查."""

JudgementReason = Literal[
    "not_done", "partly_done", "not_as_said", "recurred", "dissatisfied", "by_requester", "duplicate", "mistaken",
    "not_needed",
]  # fmt: skip
"""未办理, 未办完, 与所报不符, 再次发生, 诉求人不满意; 诉求人撤回, 重复, 误派, 已不需要."""


@record("matters.opened.v1")
@dataclass(frozen=True, kw_only=True)
class Opened(Fact):
    """An incident needs work. `reporter` is a token of the purpose `requests`."""

    incident_no: str
    incident_class: str
    urgency: Urgency
    region: str
    longitude: float | None = None
    latitude: float | None = None
    system: str
    record_no: str
    order: MasterOrder | None = None
    complained_unit: str | None = None
    exercise: bool = False
    confidential: bool = False
    reporter: str | None = None


@record("matters.joined.v1")
@dataclass(frozen=True, kw_only=True)
class Joined(Fact):
    """One more report joined the incident of an open matter."""

    incident_no: str
    system: str
    record_no: str
    reports: int
    region: str
    longitude: float | None = None
    latitude: float | None = None
    order: MasterOrder | None = None
    confidential: bool = False
    reporter: str | None = None


@record("matters.folded.v1")
@dataclass(frozen=True, kw_only=True)
class Folded(Fact):
    """An incident went into another one: the matters of both become one (并单)."""

    incident_no: str
    into_no: str


@record("matters.separated.v1")
@dataclass(frozen=True, kw_only=True)
class Separated(Fact):
    """Some reports (`<system>/<record_no>`) belong to another incident than was thought; the rest says what that is.

    The other incident may be new, may have been folded before, or may have a matter already.
    """

    incident_no: str
    to_no: str
    records: tuple[str, ...]
    incident_class: str
    urgency: Urgency
    region: str
    longitude: float | None = None
    latitude: float | None = None
    dispatched: bool
    confidential: bool = False


@record("matters.located.v1")
@dataclass(frozen=True, kw_only=True)
class Located(Fact):
    """The incident of a matter has got the place that it was opened without."""

    incident_no: str
    region: str
    longitude: float | None = None
    latitude: float | None = None


@dataclass(frozen=True, kw_only=True)
class Recorder:
    """Who wrote down what a unit said on the phone (代录), and under which number the call was recorded."""

    unit: str
    post: str
    officer: str
    shift: str
    role: str
    recording_no: str


Evidence = Literal["none", "caller", "place", "photo"]
"""What an arrival can be checked by: the caller's word, the unit's position, a photo."""


@record("matters.answered.v1")
@dataclass(frozen=True, kw_only=True)
class Answered(Fact):
    """What a unit says to an order. It counts when it is appended; its own times are evidence.

    `receive`: an officer has been shown it and has said nothing yet. By `phone` the actor is who said it, at
    `claimed_at`, and the recorder who wrote it down. `stage` is the one that an answer of that name says to be done.
    """

    order_no: str
    answer: Literal[
        "receive", "acknowledge", "accept", "arrive", "first_contact", "resolve", "reply", "report", "stage"
    ]  # fmt: skip
    channel: Literal["api", "webhook", "phone", "topic", "file"]
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    claimed_at: int | None = None
    result: Result | None = None
    recorder: Recorder | None = None
    evidence: Evidence = "none"
    evidence_reference: str | None = None
    stage: str | None = None


@record("matters.handed_over.v1")
@dataclass(frozen=True, kw_only=True)
class HandedOver(Fact):
    """交接班: who comes on duty in a unit signs for all that is open there."""

    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str


@record("matters.judged.v1")
@dataclass(frozen=True, kw_only=True)
class Judged(Fact):
    """What somebody else than its unit says of an order: verified (核查), sent back (退回重办), withdrawn (撤回).

    `result` and `method` are a verification's; whatever is not passed has a reason.
    """

    order_no: str
    word: Literal["verify", "rework", "withdraw"]
    result: Literal["passed", "failed"] | None = None
    method: VerificationMethod | None = None
    reason: JudgementReason | None = None
    words: str = ""
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@record("matters.delivered.v1")
@dataclass(frozen=True, kw_only=True)
class Delivered(Fact):
    """An order was proven to have reached its unit, so the time of the unit starts."""

    order_no: str
    delivery_no: str
    channel: str
    attempts: int
    kind: DeliveryKind = "order"


@record("matters.undelivered.v1")
@dataclass(frozen=True, kw_only=True)
class Undelivered(Fact):
    """All planned attempts failed; a person has to phone."""

    order_no: str
    delivery_no: str
    attempts: int
    reason: str
    kind: DeliveryKind = "order"


@record("matters.mirrored.v1")
@dataclass(frozen=True, kw_only=True)
class Mirrored(Fact):
    """How a department's own order stands (主单): the hub mirrors its number, unit and deadline and alters nothing."""

    system: str
    order_no: str
    state: MirroredState
    unit: str | None = None
    due_at: int | None = None
    recorded_at: int


@record("matters.requested.v1")
@dataclass(frozen=True, kw_only=True)
class Requested(Fact):
    """A unit asks for what somebody else has to approve (请示); it counts from when it is appended, if it is approved.

    `reason` is a code of the city's list. `until_at` is the wanted end of a suspension or the wanted deadline, or when
    it was said what is entered late, `amount` how much longer a clock is to run, in its own unit.
    """

    order_no: str
    request: RequestKind
    reason: str
    clock: ClockKind | None = None
    until_at: int | None = None
    amount: int | None = None
    words: str
    document: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str
    claimed_at: int | None = None


@record("matters.decided.v1")
@dataclass(frozen=True, kw_only=True)
class Decided(Fact):
    """A request is approved or refused, by somebody else than who made it (办核分离).

    Whoever approves that an order is returned names the `unit` that gets it.
    """

    request_no: str
    decision: Literal["approve", "refuse"]
    words: str
    document: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str
    claimed_at: int | None = None
    unit: str | None = None


@record("matters.resumed.v1")
@dataclass(frozen=True, kw_only=True)
class Resumed(Fact):
    """The clocks of a suspended order run again, before the suspension's own end."""

    order_no: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str
    claimed_at: int | None = None


@record("matters.given_back.v1")
@dataclass(frozen=True, kw_only=True)
class GivenBack(Fact):
    """What came of one attempt to tell a department's system of a matter."""

    give_back_no: str
    attempt: int
    outcome: Literal["delivered", "refused", "failed", "timeout"]
    status_code: int | None = None
    detail: str


@record("matters.directed.v1")
@dataclass(frozen=True, kw_only=True)
class Directed(Fact):
    """A leader moves an order to a higher unit (提级办理), or wants it supervised (领导批示)."""

    order_no: str
    direction: Literal["escalate", "instruct"]
    to_unit: str | None = None
    demand: Demand | None = None
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@record("matters.supervised.v1")
@dataclass(frozen=True, kw_only=True)
class Supervised(Fact):
    """A supervision order (督办单) is signed, refused, answered by its unit or signed off (销号)."""

    supervision_no: str
    act: Literal["sign", "refuse", "answer", "sign_off"]
    demand: Demand | None = None
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@record("matters.sealed.v1")
@dataclass(frozen=True, kw_only=True)
class Sealed(Fact):
    """A matter is confidential from now on (定为保密)."""

    matter_no: str
    cause: str
    document: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@record("matters.read.v1")
@dataclass(frozen=True, kw_only=True)
class Read(Fact):
    """Somebody is about to be shown where a confidential order is (阅看留痕)."""

    order_no: str
    actor_unit: str
    actor_post: str
    actor_officer: str
    actor_shift: str
    actor_role: str


@record("matters.raised.v1")
@dataclass(frozen=True, kw_only=True)
class Raised(Fact):
    """What is owed to a person falls due, or a person calls for help: one matter a `subject_no`, said again it moves.

    The `unit` must see to it and no other ever does; where the department names one that is no unit of the city, the
    one of `unit_kind` nearest above the region. It finds the person in its own `system` under `record_no`. A
    `restricted` one reaches that unit alone. `due_at` is the end of its last day, None where the rules set the times.
    Whoever owns the `token` is told how the matter stands; no order or view has it.
    """

    subject_no: str
    kind: Subject
    incident_class: str
    urgency: Urgency
    region: str
    unit: str
    unit_kind: str | None = None
    due_at: int | None = None
    system: str
    record_no: str
    restricted: bool = False
    token: str | None = None


@record("matters.settled.v1")
@dataclass(frozen=True, kw_only=True)
class Settled(Fact):
    """The department's own record says that it is done, is owed no more, or that the call was answered."""

    subject_no: str
    result: Literal["done", "ended", "answered"]
    recorded_at: int
