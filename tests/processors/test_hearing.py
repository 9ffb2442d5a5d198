"""Silence: judged by a system's period or its own rhythm, never early, within three missed periods."""

import pytest

from streams.engine.memory import MemoryHub
from streams.facts.rules import Day, DayKind
from streams.processors.sources import Sources
from tests.processors.kit import (
    DAY,
    HOUR,
    MINUTE,
    SECOND,
    SOURCE_VIEW,
    SOURCES,
    START_AT,
    beijing,
    codec,
    publish_rules,
    topology,
)
from tests.processors.told_batches import source, sources_hub, tell

CALL_EVERY = HOUR


@pytest.fixture
def hub() -> MemoryHub:
    return sources_hub()


def test_a_polled_system_is_late_after_one_period_and_silent_after_three(hub: MemoryHub) -> None:
    tell(hub, rows=0, period_seconds=300)
    for at, hearing in ((300 * SECOND - 1, "live"), (300 * SECOND, "late"), (900 * SECOND - 1, "late")):
        hub.advance_to(START_AT + at)
        assert source(hub).hearing == hearing
    hub.advance_to(START_AT + 900 * SECOND)
    assert (source(hub).hearing, source(hub).hearing_since) == ("silent", START_AT + 900 * SECOND)


def test_a_system_that_speaks_on_its_own_is_not_silent_because_nothing_happened(hub: MemoryHub) -> None:
    tell(hub, rows_per_day=144)
    hub.advance_to(START_AT + 20 * MINUTE)
    assert (source(hub).state, source(hub).hearing) == ("stale", "live")


def test_its_silence_is_raised_at_its_moment_and_withdrawn_when_it_is_heard(hub: MemoryHub) -> None:
    tell(hub, rows_per_day=144)
    silent_at = source(hub).silent_at
    hub.advance_to(silent_at - 1)
    assert source(hub).hearing == "late"
    hub.advance_to(silent_at)
    assert (source(hub).hearing, source(hub).hearing_since) == ("silent", silent_at)
    hub.advance_to(silent_at + HOUR)
    tell(hub, rows_per_day=144)
    assert (source(hub).hearing, source(hub).hearing_since) == ("live", silent_at + HOUR)


def test_a_system_that_speaks_oftener_than_promised_is_missed_sooner(hub: MemoryHub) -> None:
    tell(hub, rows_per_day=4)
    promised = source(hub).silent_at - hub.now
    for _ in range(14 * DAY // CALL_EVERY):
        hub.advance_to(hub.now + CALL_EVERY)
        tell(hub, rows_per_day=4)
    assert source(hub).silent_at - hub.now < promised / 2


def test_a_long_outage_is_outweighed_by_the_weeks_before_it(hub: MemoryHub) -> None:
    for _ in range(28 * DAY // CALL_EVERY):
        hub.advance_to(hub.now + CALL_EVERY)
        tell(hub, rows_per_day=24)
    before = source(hub).silent_at - hub.now
    hub.advance_to(hub.now + 4 * 7 * DAY)
    assert source(hub).hearing == "silent"
    tell(hub, rows_per_day=24)
    assert before < source(hub).silent_at - hub.now < 1.5 * before


def test_rows_that_are_sent_together_are_one_call(hub: MemoryHub) -> None:
    tell(hub, rows=50, rows_per_day=1440)
    together = source(hub).late_at - hub.now
    other = MemoryHub(topology(), {"sources": Sources()}, codec(), START_AT)
    tell(other, rows=1, rows_per_day=1440)
    assert together > 10 * (source(other).late_at - other.now)


def test_a_busy_system_is_given_the_time_that_a_connector_needs_to_start_again(hub: MemoryHub) -> None:
    tell(hub, rows_per_day=110_000)
    assert (source(hub).late_at, source(hub).silent_at) == (START_AT + 60 * SECOND, START_AT + 180 * SECOND)


def test_what_was_learned_under_another_promise_is_learned_anew(hub: MemoryHub) -> None:
    for _ in range(7 * DAY // CALL_EVERY):
        hub.advance_to(hub.now + MINUTE)
        tell(hub, rows_per_day=60 * 24)
        hub.advance_to(hub.now + CALL_EVERY - MINUTE)
        tell(hub, rows_per_day=60 * 24)
    hub.advance_to(hub.now + HOUR)
    tell(hub, rows_per_day=24)
    told_at, silent_at = hub.now, source(hub).silent_at
    other = MemoryHub(topology(), {"sources": Sources()}, codec(), told_at)
    tell(other, rows_per_day=24)
    assert silent_at - told_at == source(other).silent_at - told_at


def day(date: str, kind: DayKind) -> Day:
    return Day(key="rules", occurred_at=START_AT, version="", date=date, kind=kind, name="国庆节", document="通知")


def closed_on_sundays(hub: MemoryHub, until: int) -> None:
    """An office that calls each working hour of each day but Sunday, until an instant."""
    while hub.now < until:
        hub.advance_to(hub.now + HOUR)
        weekday, hour = divmod((hub.now - beijing(2026, 1, 5)) // HOUR, 24)
        if weekday % 7 != 6 and 9 <= hour <= 17:
            tell(hub, rows_per_day=9)


def test_an_office_that_is_closed_on_sundays_is_no_longer_called_silent_after_some_weeks(hub: MemoryHub) -> None:
    closed_on_sundays(hub, beijing(2026, 10, 12))
    assert {"silent"} == {shown.hearing for shown in hub.values(SOURCE_VIEW)} & {"silent"}
    seen = len(hub.values(SOURCE_VIEW))
    closed_on_sundays(hub, beijing(2026, 11, 2))
    assert "silent" not in {shown.hearing for shown in hub.values(SOURCE_VIEW)[seen:]}


@pytest.mark.parametrize("has_calendar", [True, False])
def test_an_office_is_not_silent_on_a_holiday_if_the_calendar_says_that_it_is_one(*, has_calendar: bool) -> None:
    hub = MemoryHub(topology(), {"sources": Sources()}, codec(), beijing(2026, 8, 3, 8))
    if has_calendar:
        publish_rules(hub, [day(f"202610{number:02}", "holiday") for number in range(1, 8)], logs=[SOURCES])
    closed_on_sundays(hub, beijing(2026, 9, 30, 18))
    hub.advance_to(beijing(2026, 10, 3))
    assert source(hub).hearing == ("live" if has_calendar else "silent")


def test_a_calendar_is_swept_by_the_one_after_it_and_an_incomplete_one_is_held(hub: MemoryHub) -> None:
    for version in ("1", "2"):
        publish_rules(hub, [day("20261001", "holiday")], version, logs=[SOURCES])
        hub.settle()
    assert [key for key in hub.owners[0].changelog if key.startswith("days/")] == ["days/2/20261001"]
    assert hub.held == []
