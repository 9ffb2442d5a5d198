"""Breaches that an approved request takes back, in sight of all: the clock stays, marked as withdrawn."""

from collections.abc import Callable, Generator
from dataclasses import replace

from streams.contract import Output
from streams.facts import views
from streams.processors.matter_outputs import notice
from streams.processors.order_states import with_each_clock, with_order


def withdraw_breaches(
    now: int,
    request: views.Request,
    matter: views.Matter,
    order: views.Order,
    is_meant: Callable[[views.Clock], bool],
    reason: str | None = None,
) -> Generator[Output, None, views.Matter]:
    """The matter with the breaches withdrawn of those clocks of the request's kinds that are meant."""
    changed = with_each_clock(
        order,
        lambda one: replace(one, state="withdrawn") if one.kind in request.kinds and is_meant(one) else one,
    )
    for was, clock in zip(views.clocks_of_order(order), views.clocks_of_order(changed), strict=True):
        if clock is not was:
            told = notice(now, matter, "breach_withdrawn", order, clock)
            yield told._replace(value=replace(told.value, request_no=request.request_no, reason=reason))
    return with_order(matter, changed)
