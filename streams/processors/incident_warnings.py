"""Hears warnings and folds what they explain (预警归并): an incident that began in the area of one names it.

It stays an incident of its own, with its orders and clocks. What a late, longer or wider warning explains is found when
that warning comes.
"""

from collections.abc import Iterator

from streams.contract import Output, Tables
from streams.durations import DAY_MILLISECONDS
from streams.facts.warnings import HazardWarning, Warned, WarningRule
from streams.processors.hazard_warnings import WARNING_RULES, WARNINGS, warning_of
from streams.processors.incident_profiles import KEPT_AFTER_CLOSING_MILLISECONDS, PROFILES, TOLD, Profile, keep
from streams.rules.calendar import city_date
from streams.rules.versions import RuleTables
from streams.rules.warnings import over_at

KEPT_MILLISECONDS = DAY_MILLISECONDS
"""How long a warning is shown that explains nothing new any more: what it has explained is still worked on."""


def hear(now: int, warned: Warned, rule_tables: RuleTables, tables: Tables) -> Iterator[Output]:
    """Keep a warning that explains something, and have that name it; a word that was overtaken is nothing."""
    known: HazardWarning | None = tables[WARNINGS].get(warned.warning_no)
    rule: WarningRule | None = rule_tables.find(WARNING_RULES, warned.event_code, tables)
    if rule is None or (known is not None and known.said_at > warned.occurred_at):
        return
    warning = _as_known(now, warned, rule)
    due_at = max(now, over_at(warning)) + KEPT_MILLISECONDS
    tables[WARNINGS].put(warning.warning_no, warning, due_at=due_at)
    yield Output("warnings", warning.warning_no, warning)
    for profile in _begun_since(now, min(warning.from_at, known.from_at if known else now), warned.key, tables):
        if warning_of(profile.incident, profile.first_report_at, tables) != profile.incident.warning_no:
            yield from keep(now, profile, tables)


def forget(warning: HazardWarning, tables: Tables) -> Iterator[Output]:
    """Long over: incidents that name it go on doing so."""
    tables[WARNINGS].delete(warning.warning_no)
    yield Output("warnings", warning.warning_no, None)


def _as_known(now: int, warned: Warned, rule: WarningRule) -> HazardWarning:
    until_at = min(warned.until_at, warned.occurred_at) if warned.cancelled else warned.until_at
    return HazardWarning(
        warning_no=warned.warning_no,
        system=warned.system,
        event_code=warned.event_code,
        name=rule.name,
        level=warned.level,
        areas=warned.areas,
        from_at=warned.from_at,
        until_at=until_at,
        cancelled=warned.cancelled,
        explains=rule.explains,
        lasts_minutes=rule.lasts_minutes,
        said_at=warned.occurred_at,
        as_of=now,
    )


def _begun_since(now: int, from_at: int, district: str, tables: Tables) -> Iterator[Profile]:
    """Incidents that are known of the days since an instant; their numbers begin with the day."""
    first = max(from_at, now - KEPT_AFTER_CLOSING_MILLISECONDS)
    days = dict.fromkeys(city_date(at) for at in (*range(first, now, DAY_MILLISECONDS), now))
    numbers = dict.fromkeys(key.partition("/")[0] for day in days for key, _ in tables[TOLD].scan(f"{district}{day}E"))
    for number in numbers:
        profile = tables[PROFILES].get(number)
        if profile is not None:
            yield profile
