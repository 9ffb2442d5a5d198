"""Whether a system is heard as it is to be: live, late after one period missed, silent after three.

A source that the hub asks has a fixed period. One that speaks on its own is measured by its rhythm, which is learned.
"""

from dataclasses import dataclass, replace

from streams.contract import TableName, Tables, record
from streams.facts import sources, views
from streams.rules import rhythm
from streams.rules.calendar import MILLISECONDS


@record("sources.hour.v1")
@dataclass(frozen=True, kw_only=True)
class Hour:
    """What is known of one hour of a system's week, 0 to 167 from Monday."""

    system: str
    hour: int
    passed: int
    calls: int


HOURS = TableName("hours", Hour)
LEAST_PERIOD_SECONDS = 60
"""A connector or broker that starts again is no silence of the department."""


def heard(now: int, before: views.Source | None, batch: sources.Observed, tables: Tables) -> tuple[int, int]:
    """Learn from a batch; when the system will be late and when silent unless it is heard before (milliseconds)."""
    if batch.period_seconds or not batch.rows_per_day:
        period = max(batch.period_seconds, batch.fresh_seconds) * MILLISECONDS
        return now + period, now + rhythm.PERIODS_MISSED * period
    _learn(now, before, batch.system, tables)
    calls_per_day = batch.rows_per_day / _rows_in_a_call(before, batch)
    least = max(LEAST_PERIOD_SECONDS, batch.fresh_seconds) * MILLISECONDS

    def known(hour: int) -> rhythm.HourHeard:
        return _known(batch.system, hour, tables)

    def missing_at(periods: int) -> int:
        return max(now + periods * least, rhythm.missing_at(now, periods, calls_per_day, known))

    return missing_at(1), missing_at(rhythm.PERIODS_MISSED)


def judged(now: int, source: views.Source) -> views.Source:
    """The source as it stands at `now`, if nothing was heard of it since its last batch."""
    if source.silent_at and now >= source.silent_at:
        return replace(source, hearing="silent", hearing_since=source.silent_at)
    if source.late_at and now >= source.late_at:
        return replace(source, hearing="late", hearing_since=source.late_at)
    return source


def awaited(now: int, source: views.Source) -> views.Source:
    """A source of which nothing was awaited for a while and is again, from `now` on, as long as after a batch."""
    away = now - source.last_seen_at
    return replace(source, late_at=source.late_at + away, silent_at=source.silent_at + away)


def _learn(now: int, before: views.Source | None, system: str, tables: Tables) -> None:
    """The hours since the last batch count as heard, unless the system was silent: an outage is no rhythm.

    Nor is a time in which it was not authorised.
    """
    this = rhythm.hour_of_week(now)
    begun = rhythm.hours_begun(before.last_seen_at, now) if before and before.hearing in ("live", "late") else [this]
    for hour in begun:
        _keep(system, hour, rhythm.with_hour(_known(system, hour, tables)), tables)
    known = _known(system, this, tables)
    _keep(system, this, replace(known, calls=known.calls + 1), tables)


def _rows_in_a_call(before: views.Source | None, batch: sources.Observed) -> float:
    """The mean so far: the catalogue promises rows, and a department may send many at once."""
    rows = batch.rows + batch.wrong + (before.rows + before.wrong if before else 0)
    return max(1.0, rows / (1 + (before.calls if before else 0)))


def _known(system: str, hour: int, tables: Tables) -> rhythm.HourHeard:
    kept = tables[HOURS].get(_key(system, hour))
    return rhythm.HourHeard(kept.passed, kept.calls) if kept else rhythm.HourHeard()


def _keep(system: str, hour: int, known: rhythm.HourHeard, tables: Tables) -> None:
    tables[HOURS].put(_key(system, hour), Hour(system=system, hour=hour, passed=known.passed, calls=known.calls))


def _key(system: str, hour: int) -> str:
    return f"{system}/{hour:03}"
