"""How departments write instants, and the one way in which the hub keeps them: milliseconds since the epoch, UTC."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
LOCAL_TEXT = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d", re.ASCII)
RFC3339_TEXT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
DAY_TEXT = re.compile(r"\d{4}-\d\d-\d\d|\d{8}", re.ASCII)
EARLIEST_YEAR, LATEST_YEAR = 1990, 2099


def from_local_text(text: str) -> int:
    """`2026-11-22 08:00:00`, with or without a `T`, without a zone: Beijing time. ValueError for anything else."""
    if not LOCAL_TEXT.fullmatch(text):
        raise ValueError("not YYYY-MM-DD HH:MM:SS")
    return from_local(datetime.fromisoformat(text))


def from_local(moment: datetime) -> int:
    """A moment of a database without a zone is Beijing time; one with a zone is taken at its word."""
    return _milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI))


def from_rfc3339(text: str) -> int:
    """`2026-11-22T08:00:00+08:00`; ValueError where the offset is missing."""
    if not RFC3339_TEXT.fullmatch(text):
        raise ValueError("not YYYY-MM-DDTHH:MM:SS with an offset")
    return _milliseconds(datetime.fromisoformat(text.upper()))


def from_epoch(milliseconds: int) -> int:
    """Milliseconds since the epoch as a device counts them; ValueError outside the years a department can mean."""
    if not EARLIEST <= milliseconds <= LATEST:
        raise ValueError("not an instant of these years")
    return milliseconds


def day_of(text: str) -> date:
    """`2027-01-01` or `20270101`; ValueError for anything else."""
    if not DAY_TEXT.fullmatch(text):
        raise ValueError("not YYYY-MM-DD or YYYYMMDD")
    day = date.fromisoformat(text)
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise ValueError("not a day of these years")
    return day


def end_of_day(text: str) -> int:
    """The instant at which a day, `YYYY-MM-DD`, is over in Beijing."""
    return from_local(datetime.combine(day_of(text) + timedelta(days=1), time()))


def to_rfc3339(instant: int) -> str:
    """An instant in Beijing time with its offset, to the millisecond."""
    return datetime.fromtimestamp(instant / 1000, SHANGHAI).isoformat(timespec="milliseconds")


def of_moment(moment: datetime) -> int:
    """The instant of a moment with its offset, of whatever year."""
    return round(moment.timestamp() * 1000)


def _milliseconds(moment: datetime) -> int:
    return from_epoch(of_moment(moment))


EARLIEST = int(datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC).timestamp() * 1000)
LATEST = int(datetime(LATEST_YEAR, 12, 31, tzinfo=UTC).timestamp() * 1000)
