"""Limits, offices, causes and suspensions at random; each number names one case, which can be made again."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from tests.oracle.counted_time import DAY, HOUR, MINUTE, Hours, Limit, Span, deadline, instant
from tests.oracle.offices import OFFICES
from tests.oracle.public_days import public_day

FIRST_DAY, AFTER_LAST_DAY = date(2025, 1, 1), date(2027, 3, 1)
ONE_DAY = timedelta(days=1)
MOST_SUSPENSIONS = 3

STARTS = ("at", "next_minute", "next_office_open", "next_day")
DAY_ENDS = ("same_time", "office_close", "midnight")
MOST = {"minute": 480, "hour": 96, "office_hour": 40, "office_day": 15, "natural_day": 30, "month": 13}
"""The largest amount of each unit: what the oracle can walk in milliseconds."""


@dataclass(frozen=True)
class RandomCase:
    """One question. Instants are milliseconds since 1970."""

    number: int
    limit: Limit
    office: str
    caused_at: int
    suspended: tuple[Span, ...]

    @property
    def hours(self) -> Hours:
        return OFFICES[self.office]


def random_case(number: int) -> RandomCase:
    """The case of that number, the same on every machine."""
    random = Random(number)
    limit = random_limit(random)
    office = random.choice(tuple(OFFICES))
    caused_at = _moment(random, _day(random), OFFICES[office])
    count = random.choice((0, 0, 1, 1, 2, MOST_SUSPENSIONS))
    return RandomCase(number, limit, office, caused_at, _suspensions(random, count, limit, caused_at, OFFICES[office]))


def random_limit(random: Random) -> Limit:
    """Any unit, start and end of a day that go together, more often a small amount than a large one."""
    unit = random.choice(tuple(MOST))
    in_days = unit in ("office_day", "natural_day", "month")
    amount = random.randint(1, random.randint(1, MOST[unit]))
    day_end = random.choice(DAY_ENDS) if in_days else "same_time"
    rolls_over = unit in ("natural_day", "month") and random.random() < 0.5
    return Limit(amount, unit, random.choice(STARTS), day_end, rolls_over)


def _day(random: Random) -> date:
    """Any day, and as often one from five days before to two days after a day that was set."""
    if random.random() < 0.5:
        return random.choice(_set_days()) + random.randint(-5, 2) * ONE_DAY
    return FIRST_DAY + random.randrange((AFTER_LAST_DAY - FIRST_DAY).days) * ONE_DAY


@lru_cache(maxsize=1)
def _set_days() -> tuple[date, ...]:
    """The days that were set, far enough from both ends."""
    days = (FIRST_DAY + number * ONE_DAY for number in range(5, (AFTER_LAST_DAY - FIRST_DAY).days - 2))
    return tuple(day for day in days if public_day(day.strftime("%Y%m%d")))


def _moment(random: Random, day: date, hours: Hours) -> int:
    """A moment of a day: any, a full minute or second, or at an opening, a closing or midnight, or just before."""
    edges = [0, *(edge * MINUTE for span in hours for edge in span if edge < 1440)]
    kind = random.randrange(4)
    if kind == 0:
        return instant(day) + random.randrange(DAY)
    if kind == 1:
        return instant(day) + random.randrange(1440) * MINUTE
    if kind == 2:
        return instant(day) + random.randrange(86_400) * 1000
    return instant(day) + random.choice(edges) + random.choice((0, 0, 1, -1, 30_000, -30_000))


def _suspensions(random: Random, count: int, limit: Limit, caused_at: int, hours: Hours) -> tuple[Span, ...]:
    """In order, not before the cause: within the limit, around its end or right after each other."""
    spans: list[Span] = []
    for _ in range(count):
        earliest = spans[-1][1] if spans else caused_at
        due_at = deadline(limit, caused_at, hours, spans)
        first = _beginning(random, earliest, due_at)
        spans.append((first, first + _length(random)))
    return tuple(spans)


def _beginning(random: Random, earliest: int, due_at: int) -> int:
    kind = random.randrange(6)
    if kind == 0:
        return max(earliest, due_at + random.choice((0, -1, 1, -MINUTE)))
    if kind == 1:
        return earliest
    first = earliest + random.randrange(max(1, due_at - earliest))
    if kind == 2:
        first -= first % MINUTE
    if kind == 3:
        first -= (first + 8 * HOUR) % DAY
    return max(earliest, first)


def _length(random: Random) -> int:
    """A millisecond to three days; full minutes, hours and days among them."""
    kind = random.randrange(5)
    if kind == 0:
        return random.randint(1, 2 * HOUR)
    if kind == 1:
        return random.randint(1, 240) * MINUTE
    if kind == 2:
        return random.randint(1, 48) * HOUR
    if kind == 3:
        return random.randint(1, 3) * DAY
    return random.randint(1, 3 * DAY)
