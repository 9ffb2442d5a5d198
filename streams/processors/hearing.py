"""Whether a system is heard as it is to be: live, late after one period missed, silent after three.

A source that the hub asks has a fixed period. One that speaks on its own is measured by its rhythm, which is learned.
"""

from dataclasses import dataclass, replace

from streams.contract import TableName, Tables, record
from streams.durations import HOUR_MILLISECONDS, SECOND_MILLISECONDS
from streams.facts import sources, views
from streams.rules import rhythm
from streams.rules.calendar import Days


@record("sources.hour.v1")
@dataclass(frozen=True, kw_only=True)
class Hour:
    """What is known of one hour of a system's week, 0 to 167 from Monday, while `rows_per_day` were promised."""

    system: str
    hour: int
    passed: int
    calls: int
    rows_per_day: int = 0


HOURS = TableName("hours", Hour)
CURRENT_HOURS = TableName("current_hours", Hour)
"""The hour that each system called in last, counted from 1970: it is learned when it is over."""
LEAST_PERIOD_SECONDS = 60
"""A connector or broker that starts again is no silence of the department."""


def heard(
    now: int, before: views.Source | None, batch: sources.Observed, days: Days, tables: Tables
) -> tuple[int, int]:
    """Learn from a batch; when the system will be late and when silent unless it is heard before (milliseconds)."""
    if batch.period_seconds or not batch.rows_per_day:
        period = max(batch.period_seconds, batch.fresh_seconds) * SECOND_MILLISECONDS
        return now + period, now + rhythm.PERIODS_MISSED * period
    _learn(now, before, batch, days, tables)
    calls_per_day = batch.rows_per_day / _rows_in_a_call(before, batch)
    least = max(LEAST_PERIOD_SECONDS, batch.fresh_seconds) * SECOND_MILLISECONDS

    def known(hour: int) -> rhythm.HourHeard:
        return _known(batch, hour, tables)

    def missing_at(periods: int) -> int:
        return max(now + periods * least, rhythm.missing_at(now, periods, calls_per_day, known, days))

    return missing_at(1), missing_at(rhythm.PERIODS_MISSED)


def awaited(now: int, source: views.Source) -> views.Source:
    """A source of which nothing was awaited for a while and is again, from `now` on, as long as after a batch."""
    away = now - source.last_seen_at
    return replace(source, late_at=source.late_at + away, silent_at=source.silent_at + away)


def _learn(now: int, before: views.Source | None, batch: sources.Observed, days: Days, tables: Tables) -> None:
    """Count a call, and keep the hours that are over since the last one, unless the system was not authorised then.

    Those of a silence as well: an office that is closed says nothing each weekend, and an outage is outweighed by the
    weeks around it.
    """
    this = now // HOUR_MILLISECONDS
    current = tables[CURRENT_HOURS].get(batch.system)
    was_awaited = before is not None and before.hearing != "not_heard_yet"
    if current is None or not was_awaited or current.rows_per_day != batch.rows_per_day:
        calls = 0
    elif current.hour == this:
        calls = current.calls
    else:
        over = rhythm.hours_over(current.hour * HOUR_MILLISECONDS, now, days)
        for hour, calls_in_it in zip(over, (current.calls, *[0] * len(over)), strict=False):
            _keep(batch, hour, rhythm.with_hour(_known(batch, hour, tables), calls_in_it), tables)
        calls = 0
    tables[CURRENT_HOURS].put(batch.system, _hour(batch, this, rhythm.HourHeard(0, calls + 1)))


def _rows_in_a_call(before: views.Source | None, batch: sources.Observed) -> float:
    """The mean so far: the catalogue promises rows, and a department may send many at once."""
    rows = batch.rows + batch.wrong + (before.rows + before.wrong if before else 0)
    return max(1.0, rows / (1 + (before.calls if before else 0)))


def _known(batch: sources.Observed, hour: int, tables: Tables) -> rhythm.HourHeard:
    """What was learned under another promise, as of a simulated city at another pace, says nothing of this one."""
    kept = tables[HOURS].get(_key(batch.system, hour))
    if kept is None or kept.rows_per_day != batch.rows_per_day:
        return rhythm.HourHeard()
    return rhythm.HourHeard(kept.passed, kept.calls)


def _keep(batch: sources.Observed, hour: int, known: rhythm.HourHeard, tables: Tables) -> None:
    tables[HOURS].put(_key(batch.system, hour), _hour(batch, hour, known))


def _hour(batch: sources.Observed, hour: int, known: rhythm.HourHeard) -> Hour:
    return Hour(
        system=batch.system, hour=hour, passed=known.passed, calls=known.calls, rows_per_day=batch.rows_per_day
    )  # fmt: skip


def _key(system: str, hour: int) -> str:
    return f"{system}/{hour:03}"
