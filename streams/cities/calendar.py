"""A city's `calendar.yaml`: what is set for the days of each year, and the opening hours of its offices."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from streams.facts.rules import RULES_KEY, Day, DayKind, OfficeHours, Opening, Year
from streams.marked.form import Form
from streams.marked.yaml_file import Fault, read_marked
from streams.rules.calendar import SATURDAY
from streams.rules.office_calendar import ALWAYS

CalendarRule = Day | Year | OfficeHours

YEARS = range(2000, 2100)
LONGEST_HOLIDAY_DAYS = 15
FIRST_OF_A_NOTICE = (12, 25)
"""Month and day of the year before: the notice of a year sets what belongs to its 1 January as well."""
OPENING = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]|24(?=:00)):([0-5]\d)")


def read_calendar(path: Path, effective_at: int, faults: list[Fault]) -> list[CalendarRule]:
    """The years whose notice is out, the days that are not what their weekday says, and each calendar's hours."""
    whole = Form(path.stem, read_marked(path, faults), faults)
    rules: list[CalendarRule] = []
    years: set[int] = set()
    dates: set[str] = set()
    for form in whole.listed("years", "year"):
        year = _year(form)
        if year in years:
            form.fault(f"{year} stands here a second time", "year")
        if year is not None:
            years.add(year)
            rules += _read_year(form, year, effective_at, dates)
    calendars: set[str] = {ALWAYS}
    for form in whole.listed("office_hours", "office hours"):
        hours = _read_hours(form, effective_at)
        if hours.calendar in calendars:
            form.fault(f"calendar '{hours.calendar}' {_already(hours.calendar)}", "calendar")
        calendars.add(hours.calendar)
        rules.append(hours)
    whole.done()
    return rules


def _already(calendar: str) -> str:
    return "is there without a line: it never closes" if calendar == ALWAYS else "stands here a second time"


def _year(form: Form) -> int | None:
    year = form.whole("year")
    if year in YEARS:
        return year
    if type(form.value("year")) is int:
        form.fault(f"'year' must be from {YEARS[0]} to {YEARS[-1]}, not {year}", "year")
    return None


def _read_year(form: Form, year: int, effective_at: int, dates: set[str]) -> list[CalendarRule]:
    """A year and its days; nothing of a provisional one. `dates` are those that stood here before."""
    if form.flag("provisional", default=False):
        form.done()
        return []
    document = form.text("document")
    rules: list[CalendarRule] = [
        Year(key=RULES_KEY, occurred_at=effective_at, version="", year=year, document=document)
    ]
    for listed, kind, name, days in _listed_days(form):
        for each in days:
            day = f"{each:%Y%m%d}"
            if not date(year - 1, *FIRST_OF_A_NOTICE) <= each <= date(year, 12, 31):
                listed.fault(f"{each} is no day that the notice of {year} sets")
            if day in dates:
                listed.fault(f"{each} stands here a second time")
            dates.add(day)
            rules.append(
                Day(
                    key=RULES_KEY, occurred_at=effective_at, version="", date=day, kind=kind, name=name,
                    document=document,
                )
            )  # fmt: skip
    form.done()
    return rules


def _listed_days(year: Form) -> Iterator[tuple[Form, DayKind, str, list[date]]]:
    for form in year.listed("holidays", "holiday"):
        yield form, "holiday", form.text("name"), _holiday(form)
        form.done()
    for form in year.listed("working_days", "working day"):
        yield form, "working_day", form.text("name"), _working_day(form)
        form.done()


def _holiday(form: Form) -> list[date]:
    first, last = _date(form, "first"), _date(form, "last")
    if first is None or last is None:
        return []
    length = (last - first).days + 1
    if not 0 < length <= LONGEST_HOLIDAY_DAYS:
        form.fault(f"a holiday has 1 to {LONGEST_HOLIDAY_DAYS} days, not {length}", "last")
    return [first + timedelta(days=number) for number in range(min(length, LONGEST_HOLIDAY_DAYS))]


def _working_day(form: Form) -> list[date]:
    worked = _date(form, "date")
    if worked is not None and worked.weekday() < SATURDAY:
        form.fault(f"{worked} is a working day by its weekday", "date")
    return [] if worked is None else [worked]


def _date(form: Form, key: str) -> date | None:
    value = form.text(key)
    try:
        return date.fromisoformat(value)
    except ValueError:
        form.fault(f"'{key}' must be a date like \"2026-10-01\"", key)
        return None


def _read_hours(form: Form, effective_at: int) -> OfficeHours:
    hours = OfficeHours(
        key=RULES_KEY,
        occurred_at=effective_at,
        version="",
        calendar=form.text("calendar"),
        name=form.text("name"),
        openings=_openings(form),
        document=form.text("document"),
    )
    form.done()
    return hours


def _openings(form: Form) -> tuple[Opening, ...]:
    """The spans under `hours`, in their order; at least one."""
    openings: list[Opening] = []
    told = form.names("hours")
    for span in told:
        opening = _opening(form, span)
        if opening is None:
            continue
        if openings and opening.opens_minutes < openings[-1].closes_minutes:
            form.fault(f"'{span}' begins before the span ahead of it ends", "hours")
        openings.append(opening)
    if form.has("hours") and not told:
        form.fault("'hours' has no span; the calendar that never closes is 'always'", "hours")
    return tuple(openings)


def _opening(form: Form, span: str) -> Opening | None:
    found = OPENING.fullmatch(span)
    if found is None:
        form.fault(f"'{span}' must be opening hours like \"09:00-12:00\"", "hours")
        return None
    from_hour, from_minute, to_hour, to_minute = (int(part) for part in found.groups())
    opening = Opening(opens_minutes=from_hour * 60 + from_minute, closes_minutes=to_hour * 60 + to_minute)
    if opening.opens_minutes >= opening.closes_minutes:
        form.fault(f"'{span}' ends before it begins", "hours")
    return opening
