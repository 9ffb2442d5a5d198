"""Matters, their orders and clocks: 中心呼、我必应.

An incident that needs work opens a matter; the unit of the right kind whose region is nearest above the place gets an
order. The unit's clocks start when delivery is proven; where all attempts failed, by the unit's own answer. An answer
counts if it is appended before the deadline; a later one is marked late; a department's own earlier time withdraws the
breach in the open. A breach is never removed.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal, get_args

from streams.contract import Entry, Fact, Output, TableName, Tables, record
from streams.facts import deliveries, incidents, matters, notices, rules, situation, views
from streams.rules.calendar import MILLISECONDS
from streams.rules.numbering import NUMBERS, next_number
from streams.rules.versions import IN_FORCE, RuleTables

ClockKind = Literal["acknowledge", "arrive"]
Change = Literal["acknowledged", "accepted", "arrived", "first_contacted", "resolved", "replied"]

KEPT_AFTER_CLOSING_MILLISECONDS = 30 * 86_400_000

OrderState = Literal["sent", "undelivered", "delivered", "acknowledged", "accepted", "arrived", "resolved", "replied"]
STATES: tuple[OrderState, ...] = get_args(OrderState)
"""An order's states in their order; an order never goes back."""

ANSWERED: dict[str, tuple[OrderState, Change, tuple[ClockKind, ...]]] = {
    "acknowledge": ("acknowledged", "acknowledged", ("acknowledge",)),
    "accept": ("accepted", "accepted", ("acknowledge",)),
    "first_contact": ("accepted", "first_contacted", ("acknowledge",)),
    "arrive": ("arrived", "arrived", ("acknowledge", "arrive")),
    "resolve": ("resolved", "resolved", ("acknowledge", "arrive")),
    "reply": ("replied", "replied", ("acknowledge", "arrive")),
}
"""What an answer means: the order's state, the notice, the clocks it stops. Who is there has also acknowledged."""


@record("dispatch.clock.v1")
@dataclass(frozen=True, kw_only=True)
class RunningClock:
    """A clock that runs, under `<order_no>/<kind>`; its entry is due at the deadline."""

    matter_no: str


@record("dispatch.incident.v1")
@dataclass(frozen=True, kw_only=True)
class IncidentMatter:
    """The matter of an incident."""

    matter_no: str


@record("dispatch.foreign_order.v1")
@dataclass(frozen=True, kw_only=True)
class ForeignOrder:
    """A department's own order (主单) as it was last heard of, under `<system>/<order_no>`."""

    state: matters.MirroredState
    unit: str | None = None
    due_at: int | None = None
    recorded_at: int


class UnknownOrder(Exception):
    """An answer or a delivery names an order that does not exist."""


class WrongUnit(Exception):
    """A unit answers an order that is not its own."""


MATTERS = TableName("matters", views.Matter)
BY_INCIDENT = TableName("by_incident", IncidentMatter)
CLOCKS = TableName("clocks", RunningClock)
FOREIGN_ORDERS = TableName("foreign_orders", ForeignOrder)
CALLS = TableName("calls", rules.Call, ordered=True)
UNITS = TableName("units", rules.Unit, ordered=True)
RULES = RuleTables(
    {
        CALLS: lambda fact: f"{fact.incident_class}/{fact.urgency}",
        UNITS: lambda fact: f"{fact.unit_kind}/{fact.region}/{fact.unit}",
    }
)


class Dispatch:
    """Owner of the matters log."""

    name: ClassVar[str] = "dispatch"
    tables: ClassVar[tuple[TableName[Any], ...]] = (
        MATTERS,
        BY_INCIDENT,
        CLOCKS,
        FOREIGN_ORDERS,
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
        *RULES.kinds,
    )
    ports: ClassVar[dict[str, tuple[type, ...]]] = {
        "incidents": (incidents.Progressed,),
        "deliveries": (deliveries.Requested,),
        "situation": (situation.MatterMoved,),
        "view": (views.Matter,),
        "notices": (notices.MatterChanged,),
    }

    def on_record(self, now: int, record: Fact, tables: Tables) -> Iterable[Output]:
        match record:
            case matters.Opened():
                return self._open(now, record, tables)
            case matters.Answered():
                return self._answer(now, record, tables)
            case matters.Delivered():
                return self._deliver(now, record, tables)
            case matters.Undelivered():
                return self._fail_delivery(now, record, tables)
            case matters.Located():
                return self._locate(now, record, tables)
            case matters.Mirrored():
                mirror(now, record, tables)
            case matters.Joined():
                pass
            case _:
                RULES.note(now, record, tables)
        return ()

    def on_due(self, now: int, entry: Entry, tables: Tables) -> Iterable[Output]:
        if entry.table == CLOCKS.name:
            yield from self._breach(now, entry.key, entry.value, tables)
        elif entry.table == MATTERS.name:
            tables[MATTERS].delete(entry.key)
            tables[BY_INCIDENT].delete(entry.value.incident_no)
            yield Output("view", entry.key, None)
        elif entry.table == FOREIGN_ORDERS.name:
            tables[FOREIGN_ORDERS].delete(entry.key)
        elif entry.table == IN_FORCE.name:
            RULES.due(now, entry.key, entry.value, tables)

    # What happens to a matter.

    def _open(self, now: int, opened: matters.Opened, tables: Tables) -> Iterator[Output]:
        if tables[BY_INCIDENT].get(opened.incident_no) is not None:
            return
        matter = self._new_matter(now, opened, tables)
        tables[BY_INCIDENT].put(opened.incident_no, IncidentMatter(matter_no=matter.matter_no))
        yield notice(now, matter, "opened")
        assigned = yield from self._assign(now, matter, opened, tables)
        if not assigned.orders:
            yield notice(now, matter, "unassignable")
            yield progressed(now, matter, "unassigned")
        yield from show(now, None, assigned, tables)

    def _assign(
        self, now: int, matter: views.Matter, where: matters.Opened | matters.Located, tables: Tables
    ) -> Generator[Output, None, views.Matter]:
        """The matter with an order to the unit that the rules call, unchanged where there is none."""
        call: rules.Call | None = RULES.find(CALLS, f"{matter.incident_class}/{matter.urgency}", tables)
        unit = find_unit(call.unit_kind, matter.region, RULES.version(tables), tables) if call else None
        if call is None or unit is None:
            return matter
        order = views.Order(
            order_no=f"{matter.matter_no}-01", unit=unit.unit, unit_name=unit.name, state="sent", clocks=()
        )
        matter = replace(matter, state="assigned", orders=(order,))
        yield request_delivery(now, matter, order, call, where)
        yield notice(now, matter, "assigned", order)
        yield progressed(now, matter, "assigned")
        return matter

    def _locate(self, now: int, located: matters.Located, tables: Tables) -> Iterator[Output]:
        """The matter counts at its place from now on; nobody was called for it yet, so somebody may be now.

        An order that has gone out stays with its unit.
        """
        known = tables[BY_INCIDENT].get(located.incident_no)
        matter = tables[MATTERS].get(known.matter_no) if known else None
        if matter is None:
            return
        moved = replace(matter, region=located.region)
        if not moved.orders:
            moved = yield from self._assign(now, moved, located, tables)
        yield from show(now, matter, moved, tables)

    def _new_matter(self, now: int, opened: matters.Opened, tables: Tables) -> views.Matter:
        return views.Matter(
            matter_no=next_number(now, opened.key, "M", tables),
            incident_no=opened.incident_no,
            incident_class=opened.incident_class,
            urgency=opened.urgency,
            region=opened.region,
            state="unassigned",
            opened_at=now,
            orders=(),
            as_of=now,
        )

    def _deliver(self, now: int, delivered: matters.Delivered, tables: Tables) -> Iterator[Output]:
        matter, order = find_order(delivered.order_no, tables)
        if order.clocks:
            return
        changed = start_clocks(now, order, clock_limits(delivered), tables)
        yield notice(now, matter, "delivered", changed)
        yield from show(now, matter, with_order(matter, changed), tables)

    def _fail_delivery(self, now: int, failed: matters.Undelivered, tables: Tables) -> Iterator[Output]:
        matter, order = find_order(failed.order_no, tables)
        if order.clocks:
            return
        if is_answered(order):
            yield from self._proven_by_answer(now, matter, order, tables)
            return
        changed = replace(order, state="undelivered")
        yield notice(now, matter, "undelivered", changed)
        yield from show(now, matter, with_order(matter, changed), tables)

    def _proven_by_answer(self, now: int, matter: views.Matter, order: views.Order, tables: Tables) -> Iterator[Output]:
        """No attempt reached the unit, yet it answers: it has the order, so its time runs, as the rules say now."""
        call: rules.Call | None = RULES.find(CALLS, f"{matter.incident_class}/{matter.urgency}", tables)
        changed = start_clocks(now, order, clock_limits(call) if call else {}, tables)
        yield notice(now, matter, "delivered", changed)
        yield from show(now, matter, with_order(matter, changed), tables)

    def _answer(self, now: int, answered: matters.Answered, tables: Tables) -> Iterator[Output]:
        matter, order = find_order(answered.order_no, tables)
        if answered.actor_unit != order.unit:
            raise WrongUnit(f"order {order.order_no} belongs to another unit")
        if order.state == "undelivered":
            yield from self._proven_by_answer(now, matter, order, tables)
            matter, order = find_order(answered.order_no, tables)
        yield from self._hear(now, answered, matter, order, tables)

    def _hear(
        self, now: int, answered: matters.Answered, matter: views.Matter, order: views.Order, tables: Tables
    ) -> Iterator[Output]:
        """What an answer changes: the order's state where it is new, clocks also where it is only evidence."""
        state, change, stops = ANSWERED[answered.answer]
        changed = order
        if is_new(order, answered):
            first_contact_at = now if answered.answer == "first_contact" else order.first_contact_at
            changed = replace(order, state=further(order.state, state), first_contact_at=first_contact_at)
        clocks = tuple(stop(now, clock, answered) if clock.kind in stops else clock for clock in order.clocks)
        for before, after in zip(order.clocks, clocks, strict=True):
            if after != before:
                tables[CLOCKS].delete(f"{order.order_no}/{before.kind}")
                yield from stopped_notices(now, matter, order, after)
        if changed is not order:
            yield notice(now, matter, change, changed)
        elif clocks == order.clocks:
            return
        moved = advance(with_order(matter, replace(changed, clocks=clocks)), answered.answer)
        if moved.state != matter.state:
            yield progressed(now, moved, moved.state)
            if moved.state == "closed":
                yield notice(now, moved, "closed", changed)
        yield from show(now, matter, moved, tables)

    def _breach(self, now: int, key: str, running: RunningClock, tables: Tables) -> Iterator[Output]:
        order_no, _, kind = key.partition("/")
        tables[CLOCKS].delete(key)
        matter, order = find_order(order_no, tables)
        clocks = tuple(replace(clock, state="breached") if clock.kind == kind else clock for clock in order.clocks)
        clock = next(clock for clock in clocks if clock.kind == kind)
        changed = replace(order, clocks=clocks)
        yield notice(now, matter, "breached", changed, clock)
        yield from show(now, matter, with_order(matter, changed), tables)


# Pure steps, each about one thing.


def find_order(order_no: str, tables: Tables) -> tuple[views.Matter, views.Order]:
    """The order and its matter; raises UnknownOrder."""
    matter = tables[MATTERS].get(order_no.rpartition("-")[0])
    order = next((order for order in matter.orders if order.order_no == order_no), None) if matter else None
    if matter is None or order is None:
        raise UnknownOrder(f"there is no order {order_no}")
    return matter, order


def find_unit(kind: str, region: str, version: str, tables: Tables) -> rules.Unit | None:
    """The unit of a kind whose region is the longest prefix of the place's; the first by code among equals."""
    for digits in range(len(region), 5, -1):
        for _, unit in tables[UNITS].scan(f"{version}/{kind}/{region[:digits]}/"):
            return unit
    return None


def clock_limits(told: matters.Delivered | rules.Call) -> dict[ClockKind, int]:
    """Which clocks an order gets and how many seconds each: what the unit was told when it was called."""
    limits: dict[ClockKind, int] = {"acknowledge": told.acknowledge_seconds}
    if told.arrive_seconds is not None:
        limits["arrive"] = told.arrive_seconds
    return limits


def start_clocks(now: int, order: views.Order, limits: dict[ClockKind, int], tables: Tables) -> views.Order:
    """The order as delivered, with its clocks running."""
    clocks = tuple(started(now, kind, seconds, order.state) for kind, seconds in limits.items())
    for clock in clocks:
        if clock.state == "running":
            running = RunningClock(matter_no=order.order_no.rpartition("-")[0])
            tables[CLOCKS].put(f"{order.order_no}/{clock.kind}", running, clock.due_at)
    return replace(order, state=further(order.state, "delivered"), clocks=clocks)


def started(now: int, kind: ClockKind, seconds: int, state: str) -> views.Clock:
    """A clock that starts now; already met where the unit answered before delivery was proven."""
    needed = "acknowledged" if kind == "acknowledge" else "arrived"
    met = STATES.index(state) >= STATES.index(needed)
    return views.Clock(
        kind=kind,
        state="met" if met else "running",
        started_at=now,
        due_at=now + seconds * MILLISECONDS,
        ended_at=now if met else None,
    )


def is_answered(order: views.Order) -> bool:
    """Whether the unit has said anything."""
    return STATES.index(order.state) > STATES.index("delivered")


def is_new(order: views.Order, answered: matters.Answered) -> bool:
    """Whether an answer says what has not been said: it brings the order on, or it is the first contact."""
    if answered.answer == "first_contact":
        return order.first_contact_at is None
    return STATES.index(order.state) < STATES.index(ANSWERED[answered.answer][0])


def stop(now: int, clock: views.Clock, answered: matters.Answered) -> views.Clock:
    """The clock after an answer: met, or ended late; a department's own earlier time withdraws the breach.

    Such a time may also come after the breach was answered late: a department's row takes its way.
    """
    if clock.state == "running":
        return replace(clock, state="met", ended_at=now)
    ended_at = now if clock.ended_at is None else clock.ended_at
    claimed = answered.claimed_at
    if clock.state == "breached" and answered.channel == "row" and claimed is not None and claimed < clock.due_at:
        return replace(clock, state="withdrawn", ended_at=ended_at)
    return replace(clock, ended_at=ended_at)


def stopped_notices(now: int, matter: views.Matter, order: views.Order, stopped: views.Clock) -> Iterator[Output]:
    """What is said of a clock that an answer stopped: nothing if it was met."""
    if stopped.state == "withdrawn":
        yield notice(now, matter, "breach_withdrawn", order, stopped)
    elif stopped.state == "breached":
        yield notice(now, matter, "answered_late", order, stopped)


def further(state: OrderState, other: OrderState) -> OrderState:
    """The later of two order states."""
    return max(state, other, key=STATES.index)


def with_order(matter: views.Matter, changed: views.Order) -> views.Matter:
    """The matter with one order replaced."""
    orders = tuple(changed if order.order_no == changed.order_no else order for order in matter.orders)
    return replace(matter, orders=orders)


def advance(matter: views.Matter, answer: str) -> views.Matter:
    """The matter after an answer: in hand from the first word, resolved, closed once replied."""
    if answer == "reply":
        return replace(matter, state="closed")
    if answer == "resolve" and matter.state != "closed":
        return replace(matter, state="resolved")
    return replace(matter, state="in_hand") if matter.state == "assigned" else matter


def show(now: int, before: views.Matter | None, matter: views.Matter, tables: Tables) -> Iterator[Output]:
    """Keep a matter, show it, and tell the situation if it counts differently now."""
    matter = replace(matter, as_of=now)
    due_at = now + KEPT_AFTER_CLOSING_MILLISECONDS if matter.state == "closed" else None
    tables[MATTERS].put(matter.matter_no, matter, due_at)
    yield Output("view", matter.matter_no, matter)
    if before is None or before.region != matter.region or counted(before) != counted(matter):
        is_open, acknowledged, overdue = counted(matter)
        yield Output(
            "situation",
            district_of(matter),
            situation.MatterMoved(
                key=district_of(matter),
                occurred_at=now,
                matter_no=matter.matter_no,
                incident_class=matter.incident_class,
                region=matter.region,
                open=is_open,
                acknowledged=acknowledged,
                overdue=overdue,
            ),
        )


def counted(matter: views.Matter) -> tuple[bool, bool, bool]:
    """How a matter counts: open, acknowledged, overdue."""
    acknowledged = any(STATES.index(order.state) >= STATES.index("acknowledged") for order in matter.orders)
    overdue = any(clock.state == "breached" for order in matter.orders for clock in order.clocks)
    return matter.state != "closed", acknowledged, overdue


def district_of(matter: views.Matter) -> str:
    """The key of all that concerns a matter: its number begins with its district."""
    return matter.matter_no[:6]


def notice(
    now: int, matter: views.Matter, change: str, order: views.Order | None = None, clock: views.Clock | None = None
) -> Output:
    """One transition, for everybody who watches."""
    return Output(
        "notices",
        district_of(matter),
        notices.MatterChanged(
            matter_no=matter.matter_no,
            incident_no=matter.incident_no,
            order_no=order.order_no if order else None,
            unit=order.unit if order else None,
            change=change,  # type: ignore[arg-type]
            clock=clock.kind if clock else None,
            due_at=clock.due_at if clock else None,
            changed_at=now,
        ),
    )


def progressed(now: int, matter: views.Matter, state: str) -> Output:
    """What the incident's profile is told."""
    return Output(
        "incidents",
        district_of(matter),
        incidents.Progressed(
            key=district_of(matter),
            occurred_at=now,
            incident_no=matter.incident_no,
            matter_no=matter.matter_no,
            state=state,  # type: ignore[arg-type]
        ),
    )


def request_delivery(
    now: int,
    matter: views.Matter,
    order: views.Order,
    call: rules.Call,
    where: matters.Opened | matters.Located,
) -> Output:
    """What delivery is asked to bring to the unit."""
    return Output(
        "deliveries",
        order.unit,
        deliveries.Requested(
            key=order.unit,
            occurred_at=now,
            delivery_no=f"{order.order_no}-D1",
            unit=order.unit,
            district=district_of(matter),
            order_no=order.order_no,
            matter_no=matter.matter_no,
            incident_class=matter.incident_class,
            urgency=matter.urgency,
            region=matter.region,
            longitude=where.longitude,
            latitude=where.latitude,
            acknowledge_seconds=call.acknowledge_seconds,
            arrive_seconds=call.arrive_seconds,
        ),
    )


def mirror(now: int, said: matters.Mirrored, tables: Tables) -> None:
    """Keep the latest word on a department's own order, by the department's time; unit and deadline stay once said.

    A closed one is forgotten after a while, as a matter is.
    """
    key = f"{said.system}/{said.order_no}"
    known = tables[FOREIGN_ORDERS].get(key)
    if known is not None and known.recorded_at > said.recorded_at:
        return
    order = ForeignOrder(
        state=said.state,
        unit=said.unit or (known.unit if known else None),
        due_at=known.due_at if known and said.due_at is None else said.due_at,
        recorded_at=said.recorded_at,
    )
    due_at = now + KEPT_AFTER_CLOSING_MILLISECONDS if said.state == "closed" else None
    tables[FOREIGN_ORDERS].put(key, order, due_at=due_at)
