"""Office days and opening hours: when an office of the city is open, and for how long between two instants.

Days are numbers here, days since 1970-01-01 in Beijing, so that a step over years of them is arithmetic. Which of them
are office days is looked up once for a stretch of days and kept: the calendar's days do not change under it.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from streams.durations import DAY_MILLISECONDS, MINUTE_MILLISECONDS, SECOND_MILLISECONDS
from streams.facts.rules import Day, OfficeHours, Year
from streams.rules.calendar import BEIJING, SATURDAY, Days, weekday_as_lived

ALWAYS = "always"
STRETCH_DAYS = 512
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
OFFSET_MILLISECONDS = round(BEIJING.utcoffset(None).total_seconds()) * SECOND_MILLISECONDS


def day_of(instant: int) -> int:
    """The city's day of an instant in milliseconds."""
    return (instant + OFFSET_MILLISECONDS) // DAY_MILLISECONDS


def begins_at(day: int) -> int:
    """The instant, in milliseconds, at which a day of the city begins."""
    return day * DAY_MILLISECONDS - OFFSET_MILLISECONDS


def date_of(day: int) -> date:
    return date.fromordinal(day + EPOCH_ORDINAL)


def day_name(day: int) -> str:
    """A day as YYYYMMDD, as the facts name it."""
    return f"{date_of(day):%Y%m%d}"


@dataclass(frozen=True)
class OfficeCalendar:
    """`hours` are (opens, closes) in minutes of the day, in their order; none at all is an office that never closes.

    `announced` are the years whose days off are set; in every other year a day is judged by its weekday.
    """

    name: str
    hours: tuple[tuple[int, int], ...]
    days: Days
    announced: frozenset[int] = frozenset()

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """The opening hours in milliseconds of the day."""
        minutes = self.hours or ((0, DAY_MILLISECONDS // MINUTE_MILLISECONDS),)
        return tuple((opens * MINUTE_MILLISECONDS, closes * MINUTE_MILLISECONDS) for opens, closes in minutes)

    @cached_property
    def open_a_day(self) -> int:
        """How long the office is open on an office day, in milliseconds."""
        return sum(closes - opens for opens, closes in self.spans)

    @property
    def closes(self) -> int:
        """When the office closes for the day, in milliseconds of the day."""
        return self.spans[-1][1]

    @cached_property
    def _stretches(self) -> dict[int, tuple[int, ...]]:
        return {}

    def is_office_day(self, day: int) -> bool:
        if not self.hours:
            return True
        days = self._stretch(day // STRETCH_DAYS)
        place = bisect_left(days, day)
        return place < len(days) and days[place] == day

    def office_day_after(self, day: int, number: int) -> int:
        """The `number`-th office day after a day; `number` is at least 1."""
        if not self.hours:
            return day + number
        stretch = day // STRETCH_DAYS
        days = self._stretch(stretch)
        place = bisect_right(days, day) + number - 1
        while place >= len(days):
            place -= len(days)
            stretch += 1
            days = self._stretch(stretch)
        return days[place]

    def next_open_at(self, instant: int) -> int:
        """The instant itself where the office is open then, else when it opens next."""
        day = day_of(instant)
        if self.is_office_day(day):
            begins = begins_at(day)
            for opens, closes in self.spans:
                if instant < begins + closes:
                    return max(instant, begins + opens)
        return self.opens_at(self.office_day_after(day, 1))

    def opens_at(self, day: int) -> int:
        """The first opening of an office day."""
        return begins_at(day) + self.spans[0][0]

    def after_open(self, instant: int, milliseconds: int) -> int:
        """The earliest instant by which the office was open for so long since `instant`; at least 1 millisecond."""
        day = day_of(instant)
        wanted = self.opened_by(instant) + milliseconds
        full_days = (wanted - 1) // self.open_a_day
        further = full_days if self.is_office_day(day) else full_days + 1
        if further:
            day = self.office_day_after(day, further)
        return begins_at(day) + self._time_of_day(wanted - full_days * self.open_a_day)

    def office_days_between(self, first: int, last: int) -> int:
        """How many office days there are from `first` to the day before `last`."""
        if not self.hours:
            return last - first
        from_stretch, to_stretch = first // STRETCH_DAYS, last // STRETCH_DAYS
        between = sum(len(self._stretch(stretch)) for stretch in range(from_stretch, to_stretch))
        return between + bisect_left(self._stretch(to_stretch), last) - bisect_left(self._stretch(from_stretch), first)

    def opened_by(self, instant: int) -> int:
        """How long the office was open on the instant's day until then, in milliseconds."""
        day = day_of(instant)
        if not self.is_office_day(day):
            return 0
        passed = instant - begins_at(day)
        return sum(min(passed, closes) - opens for opens, closes in self.spans if passed > opens)

    def _time_of_day(self, opened: int) -> int:
        """The earliest time of an office day by which it was open so long, at most as long as it is."""
        for opens, closes in self.spans[:-1]:
            if opened <= closes - opens:
                return opens + opened
            opened -= closes - opens
        return self.spans[-1][0] + opened

    def _stretch(self, stretch: int) -> tuple[int, ...]:
        days = self._stretches.get(stretch)
        if days is None:
            first = stretch * STRETCH_DAYS
            days = tuple(day for day in range(first, first + STRETCH_DAYS) if self._is_worked(day))
            self._stretches[stretch] = days
        return days

    def _is_worked(self, day: int) -> bool:
        return weekday_as_lived(date_of(day), self.days) < SATURDAY


def office_milliseconds(calendar: OfficeCalendar, from_at: int, to_at: int) -> int:
    """How long the office is open from one instant to a later one, in milliseconds."""
    days = calendar.office_days_between(day_of(from_at), day_of(to_at))
    return days * calendar.open_a_day + calendar.opened_by(to_at) - calendar.opened_by(from_at)


def is_announced(calendar: OfficeCalendar, first: int, last: int) -> bool:
    """Whether what is set for the years of these days, and of all between them, is known."""
    return all(year in calendar.announced for year in range(date_of(first).year, date_of(last).year + 1))


def office_calendar(hours: OfficeHours | None, days: Iterable[Day], years: Iterable[Year]) -> OfficeCalendar:
    """A calendar as the rules of one version have it; without hours the office that never closes."""
    kinds = {day.date: day.kind for day in days}
    announced = frozenset(year.year for year in years)
    if hours is None:
        return OfficeCalendar(ALWAYS, (), kinds.get, announced)
    openings = tuple((opening.opens_minutes, opening.closes_minutes) for opening in hours.openings)
    return OfficeCalendar(hours.calendar, openings, kinds.get, announced)
