"""How often a system that speaks on its own is to be heard, by the hour of the week, and when silence says something.

What is expected of an hour is what the catalogue promises, corrected by what was heard in that hour of earlier weeks.
A public holiday is a Sunday of such a week, a Sunday that is worked a Monday: the city's calendar says which.
Silence is measured in calls that were to be expected and did not come, so that a quiet night is no silence.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from streams.durations import HOUR_MILLISECONDS, SECOND_MILLISECONDS
from streams.rules.calendar import BEIJING, Days, weekday_as_lived

HOURS_IN_A_DAY = 24
HOURS_IN_A_WEEK = 7 * HOURS_IN_A_DAY
PROMISED_CALLS, PROMISED_WEEKS = 0.5, 4
"""What the catalogue promises weighs as much as half a call that was heard (Jeffreys' prior), at most as four weeks: of
a busy system one hour without a call says more than any promise, of one that seldom speaks it says little."""
REMEMBERED_WEEKS = 26
"""Older weeks are halved away, so that a system may change its ways."""
CALLS_IN_A_PERIOD = 4.605
"""-ln 0.01: where this many calls are expected, a Poisson source is silent in 1 % of the gaps."""
PERIODS_MISSED = 3
FURTHEST_DAYS = 60
"""Nobody waits longer for a source, however seldom it speaks."""
NIGHT_HOURS = frozenset((22, 23, 0, 1, 2, 3, 4, 5, 6))
NIGHT_SHARE = 0.25
"""What an hour of the night is promised to bring, measured by one of the day."""


@dataclass(frozen=True)
class HourHeard:
    """One hour of the week: how often it has passed while the system was heard, and the calls in it."""

    passed: int = 0
    calls: int = 0


Heard = Callable[[int], HourHeard]


def hour_of_week(instant: int, days: Days) -> int:
    """0 is Monday's first hour in the city; `instant` in milliseconds."""
    moment = datetime.fromtimestamp(instant / SECOND_MILLISECONDS, BEIJING)
    return weekday_as_lived(moment, days) * HOURS_IN_A_DAY + moment.hour


def hours_over(since: int, until: int, days: Days) -> list[int]:
    """The hours of the week from that of `since` on that are over at `until`, at most as many as a week has."""
    first = since // HOUR_MILLISECONDS
    hours = range(first, min(until // HOUR_MILLISECONDS, first + HOURS_IN_A_WEEK))
    return [hour_of_week(hour * HOUR_MILLISECONDS, days) for hour in hours]


def with_hour(known: HourHeard, calls: int) -> HourHeard:
    """One more such hour is over, with so many calls in it."""
    if known.passed >= REMEMBERED_WEEKS:
        known = HourHeard(known.passed // 2, known.calls // 2)
    return HourHeard(known.passed + 1, known.calls + calls)


def calls_expected(hour: int, calls_per_day: float, known: HourHeard) -> float:
    """In one such hour of the week."""
    share = NIGHT_SHARE if hour % HOURS_IN_A_DAY in NIGHT_HOURS else 1.0
    promised = calls_per_day * share / (HOURS_IN_A_DAY - len(NIGHT_HOURS) * (1 - NIGHT_SHARE))
    weeks = min(PROMISED_WEEKS, PROMISED_CALLS / promised)
    return (promised * weeks + known.calls) / (weeks + known.passed)


def missing_at(heard_at: int, periods: int, calls_per_day: float, heard: Heard, days: Days) -> int:
    """The instant at which `periods` are missed by a system last heard at `heard_at`, both in milliseconds.

    Goes from hour to hour, and over whole days at once: a system that seldom speaks is waited for for weeks.
    """

    def expected(hour: int) -> float:
        return calls_expected(hour, calls_per_day, heard(hour))

    def expected_of_day(first_hour: int) -> float:
        if first_hour not in of_days:
            of_days[first_hour] = sum(expected(hour) for hour in range(first_hour, first_hour + HOURS_IN_A_DAY))
        return of_days[first_hour]

    of_days: dict[int, float] = {}
    missing, at = periods * CALLS_IN_A_PERIOD, heard_at
    furthest = heard_at + FURTHEST_DAYS * HOURS_IN_A_DAY * HOUR_MILLISECONDS
    while at < furthest:
        hour = hour_of_week(at, days)
        until = (at // HOUR_MILLISECONDS + 1) * HOUR_MILLISECONDS
        calls = expected(hour) * (until - at) / HOUR_MILLISECONDS
        if hour % HOURS_IN_A_DAY == 0 and until - at == HOUR_MILLISECONDS and expected_of_day(hour) < missing:
            calls, until = expected_of_day(hour), at + HOURS_IN_A_DAY * HOUR_MILLISECONDS
        if calls >= missing:
            return min(furthest, at + max(1, round(missing / expected(hour) * HOUR_MILLISECONDS)))
        missing, at = missing - calls, until
    return furthest
