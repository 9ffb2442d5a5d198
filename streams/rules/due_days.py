"""Until when something may be done that is due by a day: as the calendar of the rules has that day end."""

from streams.durations import DAY_MILLISECONDS
from streams.rules.office_calendar import OfficeCalendar, begins_at, day_of
from streams.rules.time_limits import TimeLimit


def deadline_by(limit: TimeLimit, due_at: int, calendar: OfficeCalendar) -> int:
    """The deadline, where `due_at` is the end of the last day that was set; of the limit only how days end counts.

    It rolls over a day off where the limit does, and ends when the office closes where the limit says so; an end at the
    same time keeps the time of day of `due_at`.
    """
    nominal = day_of(due_at - 1)
    last = nominal
    if limit.rolls_over and not calendar.is_office_day(nominal):
        last = calendar.office_day_after(nominal, 1)
    if limit.day_end == "same_time":
        return due_at + (last - nominal) * DAY_MILLISECONDS
    return begins_at(last) + (calendar.closes if limit.day_end == "office_close" else DAY_MILLISECONDS)
