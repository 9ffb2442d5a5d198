"""Days as the city counts them."""

from datetime import datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one offset and no summer time since 1991."""

MILLISECONDS = 1_000


def city_date(instant: int) -> str:
    """The city's date of an instant in milliseconds, as YYYYMMDD."""
    return datetime.fromtimestamp(instant / MILLISECONDS, BEIJING).strftime("%Y%m%d")


def date_over_at(date: str) -> int:
    """The instant, in milliseconds, at which a date YYYYMMDD of the city is over."""
    begins = datetime.strptime(date, "%Y%m%d").replace(tzinfo=BEIJING)
    return int((begins + timedelta(days=1)).timestamp()) * MILLISECONDS
