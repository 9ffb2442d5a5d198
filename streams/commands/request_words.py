"""Requests, their decisions and what they did to a deadline, in Chinese, a line each: who, when, by which document."""

from collections.abc import Iterable, Iterator, Mapping

import typer

from streams.commands.measure_words import MOVED
from streams.commands.words import print_table, shown_time
from streams.facts.chinese import (
    CLOCK_KINDS,
    MOVE_CAUSES,
    REQUEST_KINDS,
    REQUEST_OBSTACLES,
    SUBJECTS,
    TIME_UNITS,
    clock_name,
)
from streams.facts.rules import TimeUnit
from streams.facts.views import Clock, Matter, Order, Request, Suspension
from streams.facts.vocabulary import Subject

Names = Mapping[str, str]
"""Units by their codes."""

STATES = {
    "waiting": "待批",
    "approved": "已批准",
    "refused": "未批准",
    "inadmissible": "不予受理",
    "lapsed": "已失效",
}


def request_lines(order: Order, requests: Iterable[Request], names: Names) -> Iterator[str]:
    """What was asked for on an order and what became of it."""
    units = {clock.kind: clock.limit.unit for clock in order.clocks}
    for request in requests:
        yield _asked(request, next((units[kind] for kind in request.kinds if kind in units), None), names)
        yield from _decided(request, names)


def suspension_lines(spans: Iterable[Suspension]) -> Iterator[str]:
    for span in spans:
        yield f"中止计时:{shown_time(span.from_at)}至{shown_time(span.until_at)},请示{span.request_no}"


def move_lines(clock: Clock) -> Iterator[str]:
    """Each deadline that a clock had and the one that took its place; `measure_lines` tells those of measures."""
    later = [*(move.was_due_at for move in clock.moves[1:]), clock.due_at]
    for move, due_at in zip(clock.moves, later, strict=False):
        if move.cause in MOVED:
            continue
        number = f"({move.request_no})" if move.request_no else ""
        yield (
            f"截止变动:{shown_time(move.moved_at)}因{MOVE_CAUSES[move.cause]}{number},"
            f"由{shown_time(move.was_due_at)}改为{shown_time(due_at)}"
        )


def requests_of(order: Order | None, clock: Clock) -> tuple[Request, ...]:
    """The requests that concern a clock; those that the rules did not know concern all of the order's."""
    return tuple(one for one in order.requests if clock.kind in one.kinds or not one.kinds) if order else ()


def suspensions_of(order: Order | None, clock: Clock) -> tuple[Suspension, ...]:
    """The spans in which a clock of the order does not count; none for the centre's own, which has no order."""
    return tuple(one for one in order.suspensions if clock.kind in one.kinds) if order else ()


def clock_lines(order: Order | None, clock: Clock, names: Names, subject: Subject | None = None) -> Iterator[str]:
    """All that people have changed of a clock's time by rule; of a matter's `subject` the day that it is owed by."""
    unit = TIME_UNITS[clock.limit.unit]
    if clock.extended:
        yield f"其中延期:{clock.extended}{unit},原时限{clock.limit.amount}{unit}"
    if clock.set_due_at is not None and subject is not None:
        yield f"{SUBJECTS[subject]}的期限:{shown_time(clock.set_due_at)},由应办日期定,不按上述推算"
    elif clock.set_due_at is not None:
        yield f"批示时限:{shown_time(clock.set_at)}批示为{shown_time(clock.set_due_at)},不再按上述推算"
    if order is not None:
        yield from request_lines(order, requests_of(order, clock), names)
    yield from suspension_lines(suspensions_of(order, clock))
    yield from move_lines(clock)


def print_requests(matter: Matter, names: Names) -> None:
    """Every request of a matter in a table, and below it what became of each and what does not count for it."""
    rows = [_row(order, request, names) for order in matter.orders for request in order.requests]
    if not rows:
        return
    print_table(TITLES, rows)
    for order in matter.orders:
        for line in (*request_lines(order, order.requests, names), *suspension_lines(order.suspensions)):
            typer.echo(line)
        for clock in order.clocks:
            for line in move_lines(clock):
                typer.echo(f"{clock_name(clock)}{line}")


def _row(order: Order, request: Request, names: Names) -> tuple[str, ...]:
    return (
        order.order_no,
        request.request_no,
        REQUEST_KINDS[request.request],
        request.reason_name or request.reason,
        "、".join(CLOCK_KINDS[kind] for kind in request.kinds),
        shown_time(request.requested_at),
        f"{names.get(request.approver_unit, request.approver_unit)}{request.approver_name}",
        STATES[request.state] + ("(逾期未批)" if request.overdue_at is not None else ""),
        shown_time(request.decided_at),
    )


TITLES = ("派单编号", "请示编号", "请示", "事由", "时钟", "请示时间", "批准人", "状态", "决定时间")


def _asked(request: Request, unit: TimeUnit | None, names: Names) -> str:
    who = names.get(request.requested_unit, request.requested_unit)
    asker = f"{who}({request.requested_post},工号{request.requested_officer})"
    parts = [
        f"请示:{shown_time(request.requested_at)}{asker}请示{REQUEST_KINDS[request.request]}{_wanted(request, unit)}",
        f"事由:{request.reason_name or request.reason}",
        f"编号{request.request_no}",
    ]
    return ",".join([*parts, *_documents(request.document, request.rests_on)])


def _wanted(request: Request, unit: TimeUnit | None) -> str:
    if request.until_at is not None and request.request == "late_entry":
        return f"(称{shown_time(request.until_at)}已应答)"
    if request.until_at is not None:
        return f"至{shown_time(request.until_at)}"
    if request.amount is not None and unit is not None:
        return f"{request.amount}{TIME_UNITS[unit]}"
    return ""


def _documents(document: str, rests_on: str) -> list[str]:
    return [*([f"文号{document}"] if document else []), *([f"依据{rests_on}"] if rests_on else [])]


def _decided(request: Request, names: Names) -> Iterator[str]:
    approver = f"{names.get(request.approver_unit, request.approver_unit)}{request.approver_name}"
    if request.overdue_at is not None:
        yield f"逾期未批:{shown_time(request.overdue_at)}已过批准期限,计入{approver}"
    if request.state == "waiting":
        yield f"待批:由{approver}于{shown_time(request.decide_until_at)}前决定,批准之前时钟照走"
    elif request.state == "inadmissible":
        yield f"不予受理:{REQUEST_OBSTACLES.get(request.why or '', request.why or '')}"
    elif request.decided_officer is None:
        yield f"{STATES[request.state]}:{shown_time(request.decided_at)}{REQUEST_OBSTACLES[request.why or '']}"
    else:
        why = f",{REQUEST_OBSTACLES.get(request.why, request.why)}" if request.why else ""
        number = f",文号{request.decision_document}" if request.decision_document else ""
        yield (
            f"{STATES[request.state]}:{shown_time(request.decided_at)}{approver}"
            f"({request.decided_post},工号{request.decided_officer}){number}{why}"
        )
        if request.state == "approved" and request.tells_requester:
            yield "告知:须将延长办理期限的决定告知诉求人"
