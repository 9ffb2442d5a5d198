"""How a deadline came about, step by step, for whoever asks: what was passed over, and by whose notice.

The steps are taken with the same functions as the deadline. They stand apart because a million clocks are reckoned
without them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from streams.facts.rules import Day
from streams.rules.office_calendar import (
    OfficeCalendar,
    begins_at,
    date_of,
    day_name,
    day_of,
    office_milliseconds,
)
from streams.rules.time_limits import (
    DAY_UNITS,
    OFFICE_UNITS,
    Reckoning,
    Span,
    TimeLimit,
    end_of,
    joined,
    last_day,
    nominal_last_day,
    reckon,
    uncounted_day,
)

StepKind = Literal[
    "begun", "uncounted_day", "weekend", "holiday", "worked_weekend",
    "last_day", "short_month", "rolled_over", "suspended", "put_off", "due",
]  # fmt: skip

NamedDays = Callable[[str], Day | None]
"""The fact of a date YYYYMMDD that is not what its weekday says."""


@dataclass(frozen=True)
class Step:
    """One step of a reckoning, from one instant to another (milliseconds); days end with the beginning of the next.

    `days` is how many days were passed over, `lost_milliseconds` how much of a suspension is made up for.
    """

    kind: StepKind
    from_at: int
    to_at: int
    name: str = ""
    document: str = ""
    days: int = 0
    lost_milliseconds: int = 0


def steps_of(
    limit: TimeLimit,
    caused_at: int,
    reckoning: Reckoning,
    calendar: OfficeCalendar,
    named_days: NamedDays,
    suspended: Sequence[Span] = (),
) -> tuple[Step, ...]:
    """The steps from the cause to the deadline that was reckoned, in their order."""
    course = _Course(limit, caused_at, reckoning, calendar, named_days)
    pauses = [pause for pause in joined(suspended, reckoning.counted_from) if pause[0] < reckoning.due_at]
    return (*course.beginning(), *course.counting(), *course.suspensions(pauses), course.end())


@dataclass(frozen=True)
class _Course:
    """A reckoning with all that it went by."""

    limit: TimeLimit
    caused_at: int
    reckoning: Reckoning
    calendar: OfficeCalendar
    named_days: NamedDays

    def beginning(self) -> Iterator[Step]:
        from_at = self.reckoning.counted_from
        yield Step("begun", self.caused_at, from_at)
        if self.limit.start == "next_office_open" and self.limit.unit not in OFFICE_UNITS:
            yield from self._passed_over(day_of(self.caused_at), day_of(from_at))

    def counting(self) -> Iterator[Step]:
        """What was passed over while the time was counted, and the last day where there is one."""
        limit, caused_on, due_on = self.limit, day_of(self.caused_at), day_of(self.reckoning.due_at - 1)
        if limit.unit == "office_hour":
            yield from self._passed_over(caused_on, due_on)
        if limit.unit not in DAY_UNITS:
            return
        uncounted = uncounted_day(limit, self.caused_at, self.reckoning.counted_from)
        if limit.day_end != "same_time" or limit.start == "next_day":
            yield _days("uncounted_day", uncounted, uncounted)
        if limit.unit == "office_day":
            yield from self._passed_over(caused_on, due_on)
        nominal = nominal_last_day(limit, uncounted, self.calendar)
        if limit.unit == "month" and date_of(nominal).day != date_of(uncounted).day:
            yield _days("short_month", nominal, nominal)
        last = last_day(limit, nominal, self.calendar)
        if last != nominal:
            yield from self._passed_over(nominal, last)
            yield Step("rolled_over", begins_at(nominal), begins_at(last))
        yield Step("last_day", begins_at(last), end_of(limit, last, self.reckoning.counted_from, self.calendar))

    def suspensions(self, pauses: Sequence[Span]) -> Iterator[Step]:
        """Each span that did not count, and how far it put the deadline off."""
        due_at = reckon(self.limit, self.caused_at, self.calendar).due_at
        for number, (paused_at, resumed_at) in enumerate(pauses, 1):
            yield Step("suspended", paused_at, resumed_at, lost_milliseconds=self._lost(paused_at, resumed_at))
            before, due_at = due_at, reckon(self.limit, self.caused_at, self.calendar, pauses[:number]).due_at
            yield Step("put_off", before, due_at)

    def end(self) -> Step:
        return Step("due", self.reckoning.counted_from, self.reckoning.due_at)

    def _lost(self, paused_at: int, resumed_at: int) -> int:
        if self.limit.unit in OFFICE_UNITS:
            return office_milliseconds(self.calendar, paused_at, resumed_at)
        return resumed_at - paused_at

    def _passed_over(self, first: int, last: int) -> Iterator[Step]:
        """The weekends and holidays among these days, and the weekend days that are worked."""
        if not self.calendar.hours:
            return
        told = [(day, self.named_days(day_name(day))) for day in range(first, last + 1)]
        weekend = [day for day, named in told if named is None and not self.calendar.is_office_day(day)]
        if weekend:
            yield _days("weekend", weekend[0], weekend[-1], number=len(weekend))
        for run in _runs([(day, named) for day, named in told if named is not None]):
            (first, named), last = run[0], run[-1][0]
            kind: StepKind = "holiday" if named.kind == "holiday" else "worked_weekend"
            yield _days(kind, first, last, named.name, named.document)


def _runs(days: Iterable[tuple[int, Day]]) -> Iterator[list[tuple[int, Day]]]:
    """Days that follow each other under one name, together."""
    run: list[tuple[int, Day]] = []
    for day, named in days:
        if run and (day, named.kind, named.name) != (run[-1][0] + 1, run[-1][1].kind, run[-1][1].name):
            yield run
            run = []
        run.append((day, named))
    if run:
        yield run


def _days(
    kind: StepKind, first: int, last: int, name: str = "", document: str = "", *, number: int | None = None
) -> Step:
    days = last - first + 1 if number is None else number
    return Step(kind, begins_at(first), begins_at(last + 1), name, document, days)
