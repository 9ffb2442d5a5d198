"""Silence: judged by a system's period or its own rhythm, never early, within three missed periods."""

from typing import Any

import pytest

from streams.engine.memory import MemoryHub
from streams.facts import views
from streams.facts.sources import Observed
from streams.processors.sources import Sources
from tests.processors.kit import DAY, HOUR, MINUTE, SECOND, SOURCE_VIEW, SOURCES, START_AT, codec, topology

CALL_EVERY = HOUR


@pytest.fixture
def hub() -> MemoryHub:
    return MemoryHub(topology(), {"sources": Sources()}, codec(), START_AT)


def tell(hub: MemoryHub, *, rows: int = 1, **said: Any) -> None:
    fact = Observed(
        id=f"batch:{hub.now}", key="xj_alarm119", occurred_at=hub.now, system="xj_alarm119", rows=rows, facts=rows,
        wrong=0, late=0, newest_at=hub.now, items={}, fresh_seconds=5, **said,
    )  # fmt: skip
    hub.publish(SOURCES, fact)
    hub.settle()


def source(hub: MemoryHub) -> views.Source:
    shown: views.Source = hub.latest(SOURCE_VIEW)["xj_alarm119"]
    return shown


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


def test_an_outage_is_not_learned_as_a_rhythm(hub: MemoryHub) -> None:
    tell(hub, rows_per_day=144)
    hub.advance_to(source(hub).silent_at + 2 * DAY)
    tell(hub, rows_per_day=144)
    hours = [key for key in hub.owners[0].changelog if key.startswith("hours/")]
    assert len(hours) == 2


def test_rows_that_are_sent_together_are_one_call(hub: MemoryHub) -> None:
    tell(hub, rows=50, rows_per_day=1440)
    together = source(hub).late_at - hub.now
    other = MemoryHub(topology(), {"sources": Sources()}, codec(), START_AT)
    tell(other, rows=1, rows_per_day=1440)
    assert together > 10 * (source(other).late_at - other.now)


def test_a_busy_system_is_given_the_time_that_a_connector_needs_to_start_again(hub: MemoryHub) -> None:
    tell(hub, rows_per_day=110_000)
    assert (source(hub).late_at, source(hub).silent_at) == (START_AT + 60 * SECOND, START_AT + 180 * SECOND)
