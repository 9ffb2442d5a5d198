"""When a request (请示) has nothing left to be decided: its matter is closed, or nobody works on its order any more."""

from dataclasses import dataclass
from typing import Literal

from streams.contract import TableName, Tables, record, replace
from streams.facts import views
from streams.facts.vocabulary import AFTER_CLOSING, RequestKind
from streams.processors.order_states import ENDED, KEPT_AFTER_CLOSING_MILLISECONDS


@record("dispatch.request.v1")
@dataclass(frozen=True, kw_only=True)
class RequestEntry:
    """A request by its number, due when its stage ends: not decided in time, suspended or parked enough, forgotten."""

    order_no: str
    stage: Literal["waiting", "suspended", "parked", "settled"]


REQUESTS = TableName("requests", RequestEntry)


def end_of(matter: views.Matter, order: views.Order) -> Literal["closed", "order_ended"] | None:
    """Why nothing that could be granted would mean anything any more, in a word; None while it would."""
    if matter.state == "closed":
        return "closed"
    return "order_ended" if order.state in ENDED else None


def end_for(kind: RequestKind, matter: views.Matter, order: views.Order) -> str | None:
    """Why a request of this kind has nothing left to be decided; None while it has."""
    return None if kind in AFTER_CLOSING else end_of(matter, order)


def with_lapsed_requests(now: int, matter: views.Matter, tables: Tables) -> views.Matter:
    """The matter in which no request waits for a decision that would change nothing."""
    orders = tuple(_without_waiting(now, matter, order, tables) for order in matter.orders)
    return matter if orders == matter.orders else replace(matter, orders=orders)


def settle(now: int, request_no: str, order_no: str, tables: Tables) -> None:
    """Nothing more will come of a request; its number is known for a while."""
    entry = RequestEntry(order_no=order_no, stage="settled")
    tables[REQUESTS].put(request_no, entry, now + KEPT_AFTER_CLOSING_MILLISECONDS)


def lapsed_by_itself(request: views.Request) -> bool:
    """Whether nobody has decided it: what it was asked for had ended before."""
    return request.state == "lapsed" and request.decided_officer is None


def _without_waiting(now: int, matter: views.Matter, order: views.Order, tables: Tables) -> views.Order:
    lapsing = {
        one.request_no: why
        for one in order.requests
        if one.state == "waiting" and (why := end_for(one.request, matter, order)) is not None
    }
    if not lapsing:
        return order
    for number in lapsing:
        settle(now, number, order.order_no, tables)
    requests = tuple(
        replace(one, state="lapsed", why=lapsing[one.request_no], decided_at=now) if one.request_no in lapsing else one
        for one in order.requests
    )
    return replace(order, requests=requests)
