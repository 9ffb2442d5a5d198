"""Readings and conditions that say nothing new go no further than the source topic, which keeps every row.

An alarm and any change of an alarm level, a change of a condition, the first word on anything: at once. A quiet reading
goes on when it has left the dead band around the last one that did, not more often than every ten seconds, and after
five minutes in any case; a condition that still holds, or still does not, after an hour. A person's new token is told
once.
"""

from collections import OrderedDict
from dataclasses import dataclass

from streams.contract import Fact
from streams.durations import HOUR_MILLISECONDS
from streams.facts.person_access import Linked
from streams.facts.situation import Condition, Measured

DEAD_BAND = 0.1
"""Share of the last value that went on, by which another must differ."""
SOONEST_MILLISECONDS, LATEST_MILLISECONDS = 10_000, 300_000
CONDITION_MILLISECONDS = HOUR_MILLISECONDS
REMEMBERED = 100_000
"""Subjects of one system: metrics of facilities, conditions, persons' older tokens."""


@dataclass(frozen=True)
class _Told:
    """What went on last of one subject, and when it was recorded."""

    said: object
    value: float
    recorded_at: int


class Thinning:
    """Remembers, for one system, what went on last. After a restart everything is news once."""

    def __init__(self) -> None:
        self._told: OrderedDict[str, _Told] = OrderedDict()

    def is_news(self, fact: Fact) -> bool:
        """Whether a fact goes on; one that does is remembered."""
        match fact:
            case Measured():
                return self._is_news_of_reading(fact)
            case Condition():
                return self._is_news_of_condition(fact)
            case Linked(kind="rotated"):
                return self._is_news_of_link(fact)
            case _:
                return True

    def _is_news_of_link(self, link: Linked) -> bool:
        """A person's older token is said once."""
        told = _Told(link.other, 0.0, link.occurred_at)
        last = self._told.get(link.token)
        self._remember(link.token, told)
        return last is None or last.said != told.said

    def _is_news_of_reading(self, reading: Measured) -> bool:
        subject = f"{reading.facility}/{reading.metric}"
        told = _Told(reading.alarm_level, reading.value, reading.recorded_at)
        last = self._told.get(subject)
        news = last is None or reading.alarm_level > 0 or last.said != told.said or _is_elsewhere(last, told)
        if news:
            self._remember(subject, told)
        return news

    def _is_news_of_condition(self, condition: Condition) -> bool:
        subject = f"{condition.kind}:{condition.subject}"
        said = (condition.holds, condition.level, condition.region, condition.until)
        last = self._told.get(subject)
        waited = condition.recorded_at - last.recorded_at if last else CONDITION_MILLISECONDS
        news = last is None or last.said != said or waited >= CONDITION_MILLISECONDS
        if news:
            self._remember(subject, _Told(said, 0.0, condition.recorded_at))
        return news

    def _remember(self, subject: str, told: _Told) -> None:
        self._told[subject] = told
        self._told.move_to_end(subject)
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)


def _is_elsewhere(last: _Told, told: _Told) -> bool:
    """Whether a quiet reading has moved far enough, or waited long enough. One older than the last has done neither."""
    waited = told.recorded_at - last.recorded_at
    moved = abs(told.value - last.value) > DEAD_BAND * abs(last.value)
    return waited >= LATEST_MILLISECONDS or (moved and waited >= SOONEST_MILLISECONDS)
