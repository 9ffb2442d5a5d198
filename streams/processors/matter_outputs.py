"""What dispatch tells of a matter: its view, the situation, notices, the incident, deliveries."""

from collections.abc import Iterable, Iterator
from typing import Literal, Protocol

from streams.contract import Output, TableName, Tables, replace
from streams.facts import deliveries, incidents, notices, situation, views
from streams.facts.deliveries import DeliveryKind
from streams.facts.joint import Joint, Meeting
from streams.processors.accountability import newly_accountable
from streams.processors.alarms import ring
from streams.processors.dispatch_rules import OrderLimit
from streams.processors.duty_rooms import keep_rooms
from streams.processors.order_states import ENDED, KEPT_AFTER_CLOSING_MILLISECONDS, STATES
from streams.processors.persons_of_matters import begin_person_round
from streams.processors.reply_clocks import told_late, with_told_reports
from streams.processors.request_ends import with_lapsed_requests
from streams.processors.requesters import begin_rounds
from streams.processors.whistle_ends import ended_since, with_ended_whistles
from streams.rules.attribution import attributed
from streams.rules.numbering import district_of_number

MATTERS = TableName("matters", views.Matter, ordered=True)


class Where(Protocol):
    """What says where a unit has to go."""

    @property
    def region(self) -> str:
        """The code of the grid, or of what lies above it."""

    @property
    def longitude(self) -> float | None:
        """In degrees, where known."""

    @property
    def latitude(self) -> float | None:
        """In degrees, where known."""


def show(now: int, before: views.Matter | None, matter: views.Matter, tables: Tables) -> Iterator[Output]:
    """Keep a matter, show it, and let supervision look at it where its clocks changed."""
    yield from show_looked_at(now, before, ring(now, before, matter, tables), tables)


def show_looked_at(now: int, before: views.Matter | None, matter: views.Matter, tables: Tables) -> Iterator[Output]:
    """Keep a matter that supervision has seen, show it, and tell the situation if it counts differently now."""
    told = with_told_reports(now, matter, tables)
    for order, clock in told_late(matter, told):
        yield notice(now, told, "answered_late", order, clock)
    matter = with_lapsed_requests(now, with_ended_whistles(now, told), tables)
    matter = replace(matter, as_of=now, closed_at=closed_at(now, matter), segments=attributed(now, matter))
    kept = tables[MATTERS].get(matter.matter_no)
    for whistle in ended_since(kept, matter):
        yield joint_notice(now, matter, "whistle_ended", whistle.whistle_no)
    keep_rooms(now, kept, matter, tables)
    accountable = newly_accountable(now, kept, matter)
    if accountable is not None:
        yield Output("notices", district_of(matter), accountable)
    due_at = now + KEPT_AFTER_CLOSING_MILLISECONDS if matter.state == "closed" else None
    tables[MATTERS].put(matter.matter_no, matter, due_at)
    yield Output("view", matter.matter_no, matter)
    begin_rounds(now, before, matter, tables)
    begin_person_round(now, kept, matter, tables)
    counts_otherwise = (
        before is None or counts_where(before) != counts_where(matter) or counted(before) != counted(matter)
    )
    if not matter.exercise and matter.subject is None and counts_otherwise:
        is_open, acknowledged, overdue = counted(matter)
        yield Output(
            "situation",
            district_of(matter),
            situation.MatterMoved(
                key=district_of(matter),
                occurred_at=now,
                matter_no=matter.matter_no,
                incident_class=matter.incident_class,
                region=counts_where(matter),
                open=is_open,
                acknowledged=acknowledged,
                overdue=overdue,
            ),
        )


def closed_at(now: int, matter: views.Matter) -> int | None:
    """When the matter was closed; None while it is open."""
    if matter.state != "closed":
        return None
    return now if matter.closed_at is None else matter.closed_at


def counts_where(matter: views.Matter) -> str:
    """The region whose figures a matter counts in; of a confidential one no more than its district is told."""
    return district_of(matter) if matter.confidential else matter.region


def counted(matter: views.Matter) -> tuple[bool, bool, bool]:
    """How a matter counts: open, acknowledged, overdue; one that was folded counts with the one that goes on."""
    acknowledged = any(
        STATES.index(order.state) >= STATES.index("acknowledged") for order in matter.orders if order.state not in ENDED
    )
    overdue = any(clock.state == "breached" for clock in views.clocks_of(matter))
    return matter.state != "closed", acknowledged, overdue


def district_of(matter: views.Matter) -> str:
    """The key of all that concerns a matter: its number begins with its district."""
    return district_of_number(matter.matter_no)


def notice(
    now: int,
    matter: views.Matter,
    change: str,
    order: views.Order | None = None,
    clock: views.Clock | None = None,
    *,
    supervisor: str | None = None,
    step: int | None = None,
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
            exercise=matter.exercise,
            supervisor=supervisor,
            step=step,
            stage=clock.stage if clock else None,
        ),
    )


def joint_notice(
    now: int,
    matter: views.Matter,
    change: str,
    number: str,
    order: views.Order | None = None,
    reason: str | None = None,
) -> Output:
    """What is told of a whistle or a meeting."""
    told = notice(now, matter, change, order)
    return told._replace(value=replace(told.value, joint_no=number, reason=reason))


def folded_notice(
    now: int, matter: views.Matter, change: str, into_no: str, order: views.Order | None = None
) -> Output:
    """What is told of a matter, an order or reports that went into another: `into_no` is the one that goes on."""
    told = notice(now, matter, change, order)
    return told._replace(value=replace(told.value, into_no=into_no))


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
            confidential=matter.confidential,
        ),
    )


def delivery_no_of(order: views.Order) -> str:
    """Under which number an order is brought to its unit."""
    return f"{order.order_no}-D1"


def end_delivery(now: int, order: views.Order, reason: Literal["answered", "withdrawn"]) -> Output:
    """What delivery is told when an order need not be brought to its unit any more."""
    ended = deliveries.Ended(key=order.unit, occurred_at=now, delivery_no=delivery_no_of(order), reason=reason)
    return Output("deliveries", order.unit, ended)


def request_delivery(
    now: int,
    matter: views.Matter,
    order: views.Order,
    limits: Iterable[OrderLimit],
    where: Where,
) -> Output:
    """What delivery is asked to bring to the unit."""
    return Output(
        "deliveries",
        order.unit,
        deliveries.Requested(
            key=order.unit,
            occurred_at=now,
            delivery_no=delivery_no_of(order),
            unit=order.unit,
            district=district_of(matter),
            order_no=order.order_no,
            matter_no=matter.matter_no,
            incident_class=matter.incident_class,
            urgency=matter.urgency,
            region=matter.region,
            exercise=matter.exercise,
            joint=order.joint,
            longitude=where.longitude,
            latitude=where.latitude,
            limits=(
                *(
                    deliveries.ToldLimit(kind=one.kind, amount=one.limit.amount, unit=one.limit.unit, after=one.after)
                    for one in limits
                ),
                *_told_stages(order),
            ),
        ),
    )


def _told_stages(order: views.Order) -> Iterator[deliveries.ToldLimit]:
    """The times of the stages that are left, each with the one before it where it counts from that one's end."""
    for before, one in zip((None, *order.stages), order.stages, strict=False):
        if one.done_at is None:
            yield deliveries.ToldLimit(
                kind="stage",
                amount=one.limit.amount,
                unit=one.limit.unit,
                stage_name=one.name,
                after_stage_name=before.name if before and one.counted_from == "stage_before" else None,
            )


def request_word(
    now: int,
    matter: views.Matter,
    order: views.Order | None,
    kind: DeliveryKind,
    unit: str,
    delivery_no: str,
    about: views.Clock | views.SupervisionOrder | Meeting | None = None,
) -> Output:
    """What delivery is asked to tell a unit of a matter or of one of its orders: nothing that starts a clock.

    `about` is the clock, the supervision order or the meeting that it is about.
    """
    return Output(
        "deliveries",
        unit,
        deliveries.Requested(
            key=unit,
            occurred_at=now,
            delivery_no=delivery_no,
            unit=unit,
            district=district_of(matter),
            order_no=order.order_no if order else "",
            matter_no=matter.matter_no,
            incident_class=matter.incident_class,
            urgency=matter.urgency,
            region=matter.region,
            limits=(),
            exercise=matter.exercise,
            kind=kind,
            clock=about.kind if isinstance(about, views.Clock) else None,
            stage_name=about.stage_name if isinstance(about, views.Clock) else None,
            due_at=about.begins_at if isinstance(about, Meeting) else about.due_at if about else None,
            accountable=order.unit if order else None,
            supervision_no=about.supervision_no if isinstance(about, views.SupervisionOrder) else None,
            joint=_joint_of(about) if isinstance(about, Meeting) else None,
        ),
    )


def _joint_of(meeting: Meeting) -> Joint:
    """The meeting as a unit is told it that is to come."""
    return Joint(kind=meeting.kind, number=meeting.meeting_no, called_by=meeting.unit, called_by_name=meeting.unit_name)
