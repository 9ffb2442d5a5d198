"""Days as the city counts them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone

from streams.durations import SECOND_MILLISECONDS
from streams.facts.rules import DayKind

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one offset and no summer time since 1991."""

FRIDAY, SATURDAY, SUNDAY = 4, 5, 6

Days = Callable[[str], DayKind | None]
"""What a date YYYYMMDD of the city is where its weekday does not say it, None where it does."""


def city_date(instant: int) -> str:
    """The city's date of an instant in milliseconds, as YYYYMMDD."""
    return datetime.fromtimestamp(instant / SECOND_MILLISECONDS, BEIJING).strftime("%Y%m%d")


def date_over_at(day: str) -> int:
    """The instant, in milliseconds, at which a date YYYYMMDD of the city is over."""
    begins = datetime.strptime(day, "%Y%m%d").replace(tzinfo=BEIJING)
    return int((begins + timedelta(days=1)).timestamp()) * SECOND_MILLISECONDS


def by_weekday(_date: str) -> None:
    """No date is anything but what its weekday says."""


def weekday_as_lived(day: date, days: Days) -> int:
    """0 is Monday: a holiday is lived as a Sunday, a day at the weekend that is worked as the working day beside it."""
    weekday = day.weekday()
    kind = days(f"{day.year}{day.month:02}{day.day:02}")
    if kind == "holiday":
        return SUNDAY
    if kind == "working_day" and weekday >= SATURDAY:
        return FRIDAY if weekday == SATURDAY else 0
    return weekday
