"""Reading a time limit of a city's files, with what cannot be meant."""

from collections.abc import Collection
from typing import get_args

from streams.facts.rules import DayEnd, StartRule, TimeUnit
from streams.marked.form import Form
from streams.rules.office_calendar import ALWAYS
from streams.rules.time_limits import DAY_UNITS, OFFICE_UNITS, ROLLING_UNITS, TimeLimit

UNITS: tuple[TimeUnit, ...] = get_args(TimeUnit)
STARTS: tuple[StartRule, ...] = get_args(StartRule)
DAY_ENDS: tuple[DayEnd, ...] = get_args(DayEnd)
MOST: dict[TimeUnit, int] = {
    "minute": 5_256_000, "hour": 87_600, "office_hour": 20_000, "office_day": 2_500, "natural_day": 3_650, "month": 120,
}  # fmt: skip
"""Ten years: whoever writes more has taken one unit for another."""


def read_limit(form: Form, calendars: Collection[str]) -> tuple[TimeLimit, str]:
    """A time limit and the name of its calendar, one of `calendars`; what cannot be meant is a fault.

    Without a calendar it is `always`, but where the office counts.
    """
    limit = TimeLimit(
        amount=form.whole("amount"),
        unit=form.choice("unit", UNITS, "unit"),
        start=form.choice("start", STARTS, "start", "at"),
        day_end=form.choice("day_end", DAY_ENDS, "day end", "same_time"),
        rolls_over=form.flag("rolls_over", default=False),
    )
    needs_office = limit.unit in OFFICE_UNITS or limit.start == "next_office_open" or limit.day_end == "office_close"
    calendar = form.one_of("calendar", tuple(calendars), "calendar", None if needs_office else ALWAYS)
    is_read = form.value("unit") in UNITS and type(form.value("amount")) is int
    if is_read and not 0 < limit.amount <= MOST[limit.unit]:
        form.fault(f"'amount' must be from 1 to {MOST[limit.unit]} for {limit.unit}, not {limit.amount}", "amount")
    if limit.day_end != "same_time" and limit.unit not in DAY_UNITS:
        form.fault(f"'day_end' is for {_listed(DAY_UNITS)}: what is counted in {limit.unit} ends by itself", "day_end")
    if limit.rolls_over and limit.unit not in ROLLING_UNITS:
        form.fault(f"'rolls_over' is for {_listed(ROLLING_UNITS)}: {limit.unit} has no day off to end on", "rolls_over")
    form.done()
    return limit, calendar


def _listed(units: tuple[TimeUnit, ...]) -> str:
    return f"{', '.join(units[:-1])} and {units[-1]}"
