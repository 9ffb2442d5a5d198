"""What a level of alert makes of a clock's time (ops/decisions/0102)."""

from dataclasses import replace

from streams.facts.measures import Effect, HastenedTime, MeasureRule
from streams.facts.rules import Limit, TimeUnit
from streams.facts.vocabulary import ClockKind, Urgency
from streams.rules.office_calendar import ALWAYS

WHOLE = 100
MINUTES: dict[TimeUnit, int] = {"minute": 1, "hour": 60, "natural_day": 1_440}
"""What passes with the clock on the wall can be shared to the minute; all else in whole units only."""

THROUGH: dict[TimeUnit, TimeUnit] = {"office_hour": "hour", "office_day": "natural_day"}
"""What is counted instead where office hours fall away."""


def hastened(rule: MeasureRule, incident_class: str, urgency: Urgency, kind: ClockKind, limit: Limit) -> Limit | None:
    """The time of a clock under a level, None where the level says nothing of it. Never asks whether it is shorter."""
    effect = effect_on(rule, incident_class)
    if effect is None:
        return None
    told = next((one for one in effect.times if (one.urgency, one.kind) == (urgency, kind)), None)
    changed = _own_or_share(told, around_the_clock(limit) if effect.around_the_clock else limit)
    return None if changed == limit else replace(changed, document=rule.document)


def effect_on(rule: MeasureRule, incident_class: str) -> Effect | None:
    """What a level does to a class; no class stands in two of its effects."""
    return next((effect for effect in rule.effects if incident_class in effect.classes), None)


def hastened_due_at(everyday_due_at: int, due_at: int, reaction_until_at: int) -> int:
    """The deadline under a level: none is put off by it, and none moved to before the reaction time is over."""
    return min(everyday_due_at, max(due_at, reaction_until_at))


def around_the_clock(limit: Limit) -> Limit:
    """The time as it is counted where office hours fall away: through nights and days off, to the same time of day."""
    return replace(
        limit,
        unit=THROUGH.get(limit.unit, limit.unit),
        start="at" if limit.start == "next_office_open" else limit.start,
        day_end="same_time" if limit.day_end == "office_close" else limit.day_end,
        rolls_over=False,
        calendar=ALWAYS,
    )


def share(limit: Limit, percent: int) -> Limit:
    """A share of a time, rounded up: to the minute where it passes with the clock on the wall, else to whole units."""
    minutes = MINUTES.get(limit.unit)
    if minutes is None or limit.day_end != "same_time":
        return replace(limit, amount=-(-limit.amount * percent // WHOLE))
    left = -(-limit.amount * minutes * percent // WHOLE)
    return replace(limit, amount=left, unit="minute") if left % 60 else replace(limit, amount=left // 60, unit="hour")


def _own_or_share(told: HastenedTime | None, limit: Limit) -> Limit:
    if told is None:
        return limit
    return told.limit or share(limit, told.percent or WHOLE)
