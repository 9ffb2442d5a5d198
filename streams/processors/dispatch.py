"""Matters, their orders and clocks: 中心呼、我必应.

An incident that needs work opens a matter; the unit of the right kind whose region is nearest above the place gets an
order. The unit's clocks start when delivery is proven; where all attempts failed, by the unit's own answer. An answer
counts if it is appended before the deadline; a later one is marked late; a department's own earlier time withdraws the
breach in the open. A breach is never removed.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar

from streams.contract import Entry, Fact, Output, TableName, Tables, replace
from streams.facts import deliveries, incidents, matters, notices, situation, views
from streams.facts.joint import Convened, Whistled
from streams.facts.measures import Measure, ModeOrdered, OutageDeclared, UrgencySet
from streams.facts.person_access import MatterMoved
from streams.facts.vocabulary import CENTRES_KINDS, RequestKind
from streams.processors.alarms import ALARMS, with_lights
from streams.processors.approvals import Approvals, RequestHandler
from streams.processors.arrival import PLACES, note_place, with_arrival
from streams.processors.assigning import Assigning, show_new
from streams.processors.calling import Calling
from streams.processors.changed_requesters import CHANGED_REQUESTERS, go_on
from streams.processors.confidentiality import CONTENTS, concealed, forget_content, mark, note_reading, seal
from streams.processors.corrections import Corrections, propose_corrections
from streams.processors.dispatch_rules import RULES
from streams.processors.duty_rooms import ROOMS
from streams.processors.escalations import Escalations
from streams.processors.event_starts import EventStarts
from streams.processors.exemptions import excuse, sweep_outage
from streams.processors.extensions import Extensions, SetDeadlines
from streams.processors.folding import Folding
from streams.processors.foreign_orders import FOREIGN_ORDERS, adopt, bring, mirror, watch
from streams.processors.give_backs import note_result, tell_round, try_now
from streams.processors.granted_times import put_off
from streams.processors.handovers import change_shift, sign
from streams.processors.hastening import Hastening
from streams.processors.joint_parts import JOINTS, forget_joints
from streams.processors.judgements import Judgements, led_by_master
from streams.processors.known_orders import EndedOrder, WrongUnit, find_going_on, find_matter, find_order
from streams.processors.late_entries import LateEntries
from streams.processors.letters import Letters
from streams.processors.matter_outputs import (
    MATTERS,
    end_delivery,
    notice,
    progressed,
    show,
    show_looked_at,
)
from streams.processors.matters_of_incidents import (
    BY_INCIDENT,
    IncidentMatter,
    matter_of,
    new_matter,
    remaining,
    take_incident,
)
from streams.processors.measures import MEASURES, check_exercise, declare_outage, measure_due, order_mode
from streams.processors.meetings import Meetings
from streams.processors.order_clocks import (
    LIMITS,
    Clocks,
    breached,
    find_clock,
    forget_later,
    have_started,
    stop_assign,
    stopped_notices,
)
from streams.processors.order_states import (
    ANSWERED,
    ENDED,
    KEPT_AFTER_CLOSING_MILLISECONDS,
    advance,
    further,
    is_answered,
    is_new,
    with_order,
)
from streams.processors.parking import Parking, is_parked
from streams.processors.persons_of_matters import PERSON_ROUNDS, REPORTERS, keep_reporter, tell_persons
from streams.processors.recording import check_recorder
from streams.processors.recounts import RECOUNTS, Recounts, note_rule
from streams.processors.reports import Reports
from streams.processors.request_ends import REQUESTS
from streams.processors.requesters import GIVE_BACKS, ROUNDS, forget_requesters, keep_requester
from streams.processors.requesters import TABLES as REQUESTER_TABLES
from streams.processors.return_rules import RETURNS
from streams.processors.returns import Returns
from streams.processors.running_clocks import CLOCKS, disarm, stopped
from streams.processors.separating import Separating
from streams.processors.stages import Stages, is_in_turn, naming_stage
from streams.processors.standing import is_reached
from streams.processors.subjects import Subjects, check_fixed, said_of_whole
from streams.processors.supervision import Supervision
from streams.processors.supervision_orders import (
    BY_SUPERVISION,
    REPEATED,
    SupervisionOrders,
    forget,
    forget_place,
    is_open,
)
from streams.processors.suspensions import Suspensions
from streams.processors.teams import tell_awaited, with_town
from streams.processors.urgency import Grading
from streams.processors.whistles import Whistles, not_come
from streams.rules.numbering import NUMBERS
from streams.rules.versions import IN_FORCE


class Dispatch:
    """Owner of the matters log."""

    name: ClassVar[str] = "dispatch"
    tables: ClassVar[tuple[TableName[Any], ...]] = (
        MATTERS,
        BY_INCIDENT,
        CLOCKS,
        LIMITS,
        ROOMS,
        FOREIGN_ORDERS,
        MEASURES,
        REQUESTS,
        ALARMS,
        BY_SUPERVISION,
        REPEATED,
        JOINTS,
        PLACES,
        CONTENTS,
        RECOUNTS,
        CHANGED_REQUESTERS,
        REPORTERS,
        PERSON_ROUNDS,
        *REQUESTER_TABLES,
        NUMBERS,
        *RULES.tables,
    )
    reads: ClassVar[tuple[type[Fact], ...]] = (
        matters.Opened,
        matters.Joined,
        matters.Answered,
        matters.Delivered,
        matters.Undelivered,
        matters.Mirrored,
        matters.Located,
        matters.HandedOver,
        ModeOrdered,
        OutageDeclared,
        UrgencySet,
        matters.Requested,
        matters.Decided,
        matters.Resumed,
        matters.GivenBack,
        matters.Judged,
        matters.Directed,
        matters.Supervised,
        Whistled,
        Convened,
        matters.Sealed,
        matters.Folded,
        matters.Separated,
        matters.Read,
        matters.Raised,
        matters.Settled,
        *RULES.kinds,
    )
    ports: ClassVar[dict[str, tuple[type, ...]]] = {
        "incidents": (incidents.Progressed,),
        "deliveries": (deliveries.Requested, deliveries.Ended),
        "situation": (situation.MatterMoved,),
        "view": (views.Matter,),
        "rulings": (views.Ruling,),
        "contents": (views.Content,),
        "measures": (Measure,),
        "notices": (notices.MatterChanged, notices.Accountable),
        "give_backs": (notices.GiveBack,),
        "people": (MatterMoved,),
    }

    def __init__(self) -> None:
        self._clocks = Clocks()
        self._hastening = Hastening()
        self._grading = Grading(self._hastening)
        self._event_starts = EventStarts(self._clocks, self._hastening)
        self._reports = Reports(self._clocks, self._hastening)
        self._calling = Calling(self._hastening)
        self._judgements, self._recounts = Judgements(self._reports), Recounts()
        self._suspensions = Suspensions()
        self._letters = Letters(self._clocks)
        self._parking = Parking(self._judgements, self._reports)
        self._stages = Stages()
        self._approvals = Approvals(self._handlers())
        self._supervision = Supervision()
        self._supervision_orders = SupervisionOrders()
        self._escalations = Escalations(self._calling)
        self._whistles, self._meetings = Whistles(self._calling), Meetings(self._calling)
        self._assigning = Assigning(self._calling, self._hastening)
        self._folding = Folding(self._assigning, self._hear)
        self._separating = Separating(self._clocks, self._calling, self._assigning, self._hastening)
        self._subjects = Subjects(self._clocks, self._calling, self._hastening)
        self._heard = self._heard_by_kind()
        self._due = self._due_by_table()

    def _handlers(self) -> dict[RequestKind, RequestHandler]:
        """Who sees to each kind of request."""
        return {
            "suspend": self._suspensions,
            "extend": Extensions(),
            "set_deadline": SetDeadlines(),
            "late_entry": LateEntries(),
            "correct": Corrections(),
            "park": self._parking,
            **dict.fromkeys(RETURNS, Returns(self._calling)),
        }

    def _heard_by_kind(self) -> dict[type[Fact], Callable[[int, Any, Tables], Iterable[Output]]]:
        """What happens when a fact of a kind is heard."""
        return {
            matters.Opened: self._open,
            matters.Joined: self._join,
            matters.Answered: self._answer,
            matters.Delivered: self._deliver,
            matters.Undelivered: self._fail_delivery,
            matters.Mirrored: mirror,
            matters.Located: self._locate,
            ModeOrdered: order_mode,
            OutageDeclared: declare_outage,
            UrgencySet: self._grading.grade,
            matters.Requested: self._approvals.ask,
            matters.Decided: self._approvals.decide,
            matters.Resumed: self._suspensions.resume,
            matters.GivenBack: note_result,
            matters.HandedOver: sign,
            matters.Judged: self._judgements.judge,
            matters.Directed: self._direct,
            matters.Supervised: self._supervision_orders.hear,
            Whistled: self._whistles.hear,
            Convened: self._meetings.hear,
            matters.Sealed: mark,
            matters.Folded: self._folding.fold,
            matters.Separated: self._separating.separate,
            matters.Read: note_reading,
            matters.Raised: self._subjects.open,
            matters.Settled: self._subjects.settle,
        }

    def _due_by_table(self) -> dict[str, Callable[[int, Entry, Tables], Iterable[Output]]]:
        """What happens when an entry of a table falls due."""
        return {
            CLOCKS.name: lambda now, entry, tables: self._breach(now, entry.key, tables),
            MATTERS.name: lambda now, entry, tables: self._forget(now, entry.value, tables),
            CHANGED_REQUESTERS.name: self._move_requesters,
            ROUNDS.name: lambda now, entry, tables: tell_round(now, entry.value, tables),
            GIVE_BACKS.name: lambda now, entry, tables: try_now(now, entry.value, tables),
            REQUESTS.name: self._request_due,
            ALARMS.name: lambda now, entry, tables: self._supervision.look(now, entry.key, tables),
            REPEATED.name: lambda _, entry, tables: forget_place(entry.key, tables),
            FOREIGN_ORDERS.name: lambda now, entry, tables: watch(now, entry.key, entry.value, tables),
            MEASURES.name: lambda now, entry, tables: self._measure_due(now, entry.key, entry.value, tables),
            ROOMS.name: lambda now, entry, tables: change_shift(now, entry.key, entry.value, tables),
            IN_FORCE.name: self._recounts.note_moment,
            RECOUNTS.name: self._recounts.note_moment,
            PERSON_ROUNDS.name: self._tell_persons,
        }

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        heard = self._heard.get(type(record))
        if heard is None:
            note_rule(now, record, tables)
            return ()
        check_fixed(record, tables)
        return concealed(now, heard(now, record, tables), tables)

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        return concealed(now, self._due[entry.table](now, entry, tables), tables)

    def _move_requesters(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        go_on(now, entry.key, entry.value, tables)
        return ()

    def _tell_persons(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        matter = tables[MATTERS].get(entry.key.partition("/")[0])
        return tell_persons(now, entry.key, entry.value, matter, tables)

    def _request_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        ends = {"suspended": self._suspensions.end, "parked": self._parking.review}
        return ends.get(entry.value.stage, self._approvals.end_time)(now, entry.key, entry.value, tables)

    def _measure_due(self, now: int, key: str, measure: Measure, tables: Tables) -> Iterator[Output]:
        if not key.startswith("sweep/"):
            yield from measure_due(now, key, measure, tables)
        elif measure.measure == "outage":
            yield from sweep_outage(now, key, measure, tables)
        else:
            yield from self._hastening.sweep(now, key, measure, tables)

    def _forget(self, now: int, matter: views.Matter, tables: Tables) -> Iterator[Output]:
        """Long closed: the tables let go of it, its requesters a slice at a time; the log keeps everything.

        Not while somebody still has to answer or sign off a supervision order of it, nor while it is parked, nor while
        its orders stand with the matter that it was folded into.
        """
        is_folded = matter.folded_into is not None and remaining(matter.matter_no, tables) is not None
        is_waited_for = any(is_open(one) for one in matter.supervisions) or any(map(is_parked, matter.orders))
        if is_folded or is_waited_for:
            tables[MATTERS].put(matter.matter_no, matter, now + KEPT_AFTER_CLOSING_MILLISECONDS)
            return
        if not forget_requesters(matter.matter_no, tables):
            tables[MATTERS].put(matter.matter_no, matter, due_at=now)
            return
        forget(matter, tables)
        forget_joints(matter, tables)
        for order in matter.orders:
            forget_later(order, tables)
        tables[MATTERS].delete(matter.matter_no)
        take_incident(matter, matter.incident_no, tables)
        tables[PLACES].delete(matter.matter_no)
        yield Output("view", matter.matter_no, None)
        yield from forget_content(matter.matter_no, tables)

    # What happens to a matter.

    def _open(self, now: int, opened: matters.Opened, tables: Tables) -> Iterator[Output]:
        if tables[BY_INCIDENT].get(opened.incident_no) is not None:
            return
        check_exercise(opened, tables)
        matter = new_matter(now, opened, opened.incident_no, tables, exercise=opened.exercise)
        if opened.confidential:
            matter = seal(now, matter, tables)
        matter = self._clocks.start_assign(now, matter, tables)
        matter = self._hastening.begun_of_centre(now, matter, tables)
        tables[BY_INCIDENT].put(opened.incident_no, IncidentMatter(matter_no=matter.matter_no))
        note_place(matter.matter_no, opened, tables)
        yield notice(now, matter, "opened")
        keep_requester(now, matter, opened.system, opened.record_no, tables)
        keep_reporter(now, matter.matter_no, f"{opened.system}/{opened.record_no}", opened.reporter, tables)
        matter = replace(with_town(matter, opened.region), avoided=opened.complained_unit)
        matter = bring(now, matter, opened.system, opened.order, tables)
        if matter.mirrored:
            assigned = yield from adopt(now, matter, tables)
            if opened.order is not None and not opened.order.assisting:
                assigned = yield from self._assigning.assist(now, assigned, opened, tables)
        else:
            assigned = yield from self._assigning.assign(now, matter, opened, tables)
        yield from show_new(now, assigned, tables)

    def _direct(self, now: int, directed: matters.Directed, tables: Tables) -> Iterable[Output]:
        act = self._escalations.escalate if directed.direction == "escalate" else self._supervision_orders.instruct
        return act(now, directed, tables)

    def _join(self, now: int, joined: matters.Joined, tables: Tables) -> Iterator[Output]:
        """One more report: it may bring its department's own order.

        That leads where nobody was called, or where the one called has not said a word: the hub's order is withdrawn.
        """
        matter = matter_of(joined.incident_no, tables)
        if matter is None:
            return
        keep_requester(now, matter, joined.system, joined.record_no, tables)
        keep_reporter(now, matter.matter_no, f"{joined.system}/{joined.record_no}", joined.reporter, tables)
        moved = seal(now, matter, tables) if joined.confidential else matter
        moved = bring(now, moved, joined.system, joined.order, tables)
        moved = yield from led_by_master(now, matter, moved, tables)
        moved = with_town(moved, joined.region)
        if moved.towns != matter.towns and (moved.orders or moved.mirrored):
            moved = yield from self._assigning.assist(now, moved, joined, tables)
        if moved != matter:
            yield from show(now, matter, moved, tables)

    def _locate(self, now: int, located: matters.Located, tables: Tables) -> Iterator[Output]:
        """The matter counts at its place from now on; nobody was called for it yet, so somebody may be now.

        An order that has gone out stays with its unit.
        """
        matter = matter_of(located.incident_no, tables)
        if matter is None:
            return
        note_place(matter.matter_no, located, tables)
        moved = with_town(replace(matter, region=located.region), located.region)
        if not moved.orders and not moved.mirrored:
            moved = yield from self._assigning.assign(now, moved, located, tables)
        yield from show(now, matter, moved, tables)

    def _deliver(self, now: int, delivered: matters.Delivered, tables: Tables) -> Iterator[Output]:
        if delivered.kind != "order":
            return
        matter, order = find_order(delivered.order_no, tables)
        if have_started(order, tables):
            return
        yield from self._start_clocks(now, matter, order, tables)

    def _fail_delivery(self, now: int, failed: matters.Undelivered, tables: Tables) -> Iterator[Output]:
        if failed.kind != "order":
            return
        matter, order = find_order(failed.order_no, tables)
        if have_started(order, tables):
            return
        if is_answered(order):
            yield from self._start_clocks(now, matter, order, tables)
            return
        changed = self._clocks.start_beside(now, matter, replace(order, state="undelivered"), "phone", tables)
        yield notice(now, matter, "undelivered", changed, find_clock(changed, "phone"))
        yield from show(now, matter, with_order(matter, changed), tables)

    def _start_clocks(self, now: int, matter: views.Matter, order: views.Order, tables: Tables) -> Iterator[Output]:
        """The unit has the order, proven by its delivery or, where no attempt reached it, by its own answer."""
        started = self._stages.begin(now, self._clocks.start(now, order, tables), tables)
        changed = self._hastening.begun(now, matter, started, tables)
        changed = self._event_starts.begun(now, None, changed, matter, tables)
        changed = self._reports.begun(now, changed, matter, tables)
        changed = self._letters.sent(now, matter, changed, tables)
        yield notice(now, matter, "delivered", changed)
        whole = with_order(matter, changed)
        yield from show(now, matter, stop_assign(now, whole, tables) if is_reached(whole) else whole, tables)

    def _answer(self, now: int, answered: matters.Answered, tables: Tables) -> Iterator[Output]:
        matter, order = find_going_on(answered.order_no, tables)
        if answered.actor_unit != order.unit:
            raise WrongUnit(f"order {order.order_no} belongs to another unit")
        check_recorder(now, answered, tables)
        if order.state in ENDED:
            if matter.subject is not None:
                return  # its department has said that it is owed no more, while the unit spoke
            raise EndedOrder(f"order {order.order_no} is {order.state}")
        if order.state == "undelivered":
            yield from self._start_clocks(now, matter, order, tables)
            matter, order = find_order(order.order_no, tables)
        elif order.state == "sent" and answered.channel != "webhook":  # the result of that call is still to come
            yield end_delivery(now, order, "answered")
        if answered.answer == "receive" or not is_in_turn(answered, order):
            return
        yield from self._hear(now, answered, matter, order, tables)
        yield from propose_corrections(now, answered, order, self._approvals.ask, tables)

    def _hear(
        self, now: int, answered: matters.Answered, matter: views.Matter, order: views.Order, tables: Tables
    ) -> Iterator[Output]:
        """What an answer changes: the order's state where it is new, clocks also where it is only evidence."""
        state, change, stops = ANSWERED[answered.answer]
        changed = with_arrival(order, answered, tables)
        is_said = is_new(order, answered)
        if is_said:
            first_contact_at = now if answered.answer == "first_contact" else order.first_contact_at
            reported_at = now if answered.answer == "report" else order.reported_at
            changed = replace(
                changed,
                state=further(order.state, state),
                first_contact_at=first_contact_at,
                reported_at=reported_at,
            )
        clocks = tuple(stopped(now, clock) if clock.kind in stops else clock for clock in order.clocks)
        for before, after in zip(order.clocks, clocks, strict=True):
            if after != before:
                disarm(order.order_no, before.kind, tables)
                yield from stopped_notices(now, matter, order, after)
        if is_said:
            yield naming_stage(answered, notice(now, matter, change, changed))
        elif changed is order and clocks == order.clocks:
            return
        changed = self._judgements.done(answered, order, replace(changed, clocks=clocks), matter, tables)
        changed = self._event_starts.begun(now, order, changed, matter, tables)
        changed = self._reports.after(now, answered, order, changed, matter, tables)
        changed = self._to_next_stage(now, answered, matter, changed, tables)
        whole = with_order(matter, changed)
        if is_said:
            yield from tell_awaited(now, whole, changed, answered.answer)
        moved = advance(whole, said_of_whole(whole, changed, answered.answer))
        if changed.verification == "pending" and order.verification != "pending":
            moved = self._judgements.start_verify(now, moved, tables)
        if moved.state != matter.state:
            yield progressed(now, moved, moved.state)
            if moved.state == "closed":
                yield notice(now, moved, "closed", changed)
        yield from show(now, matter, moved, tables)

    def _to_next_stage(
        self, now: int, answered: matters.Answered, matter: views.Matter, order: views.Order, tables: Tables
    ) -> views.Order:
        if answered.answer != "stage":
            return order
        return self._hastening.begun(now, matter, self._stages.go_on(now, answered, order, tables), tables)

    def _breach(self, now: int, key: str, tables: Tables) -> Iterator[Output]:
        number, _, kind = key.partition("/")
        disarm(number, kind, tables)
        if kind == "follow_up":
            yield from self._letters.follow_up(now, number, tables)
            return
        if (yield from excuse(now, number, kind, tables)):
            return
        if kind in CENTRES_KINDS:
            yield from self._breach_of_centre(now, number, kind, tables)
            return
        if (yield from put_off(now, number, kind, tables)):
            return
        matter, order = find_order(number, tables)
        clocks, clock = breached(order.clocks, kind)
        changed = replace(order, clocks=clocks)
        yield notice(now, matter, "breached", changed, clock)
        whole = yield from not_come(now, with_order(matter, changed), changed, clock, tables)
        yield from self._show_breached(now, matter, whole, tables)

    def _breach_of_centre(self, now: int, matter_no: str, kind: str, tables: Tables) -> Iterator[Output]:
        """No unit has the order in time, or nobody has verified its work: that counts against the centre."""
        matter = find_matter(matter_no, tables)
        clocks, clock = breached(matter.clocks, kind)
        yield notice(now, matter, "breached", None, clock)
        yield from self._show_breached(now, matter, replace(matter, clocks=clocks), tables)

    def _show_breached(self, now: int, before: views.Matter, matter: views.Matter, tables: Tables) -> Iterator[Output]:
        """Supervision sees a breach at once, and not at an alarm: the matter is shown once, and many may fall due."""
        seen = yield from self._supervision.seen(now, with_lights(matter), tables)
        yield from show_looked_at(now, before, seen, tables)
