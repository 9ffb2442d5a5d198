"""What says nothing new stays in the source topic; alarms and changes never do."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from connectors.thinning import (
    CONDITION_MILLISECONDS,
    DEAD_BAND,
    LATEST_MILLISECONDS,
    REMEMBERED,
    SOONEST_MILLISECONDS,
    Thinning,
)
from streams.facts.situation import Condition, Counted, Measured

AT = 1_795_305_600_000
READING = Measured(
    key="500117", occurred_at=AT, system="cg_gas", facility="RQ1", metric="gas", value=10.0, alarm_level=0,
    region="500117", recorded_at=AT,
)  # fmt: skip
FAULT = Condition(
    key="500117", occurred_at=AT, system="cg_gas", kind="device_fault", subject="RQ1", holds=True, level=0,
    region="500117", recorded_at=AT,
)  # fmt: skip


def later(milliseconds: int, value: float = 10.0, alarm_level: int = 0) -> Measured:
    return replace(READING, recorded_at=AT + milliseconds, value=value, alarm_level=alarm_level)


def after_the_first() -> Thinning:
    thinning = Thinning()
    assert thinning.is_news(READING)
    assert thinning.is_news(FAULT)
    return thinning


def test_a_quiet_reading_within_the_dead_band_waits_five_minutes() -> None:
    thinning = after_the_first()
    assert not thinning.is_news(later(LATEST_MILLISECONDS - 1, 10.9))
    assert thinning.is_news(later(LATEST_MILLISECONDS, 10.9))


def test_one_that_has_left_the_dead_band_waits_ten_seconds() -> None:
    thinning = after_the_first()
    assert not thinning.is_news(later(SOONEST_MILLISECONDS - 1, 12.0))
    assert thinning.is_news(later(SOONEST_MILLISECONDS, 12.0))


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-100, 100), st.integers(0, 2000)), min_size=1, max_size=40))
def test_every_alarm_and_every_end_of_one_goes_on_at_once(readings: list[tuple[int, float, int]]) -> None:
    thinning, level, at = Thinning(), 0, 0
    for alarm_level, value, waited in readings:
        at += waited
        is_news = thinning.is_news(later(at, value, alarm_level))
        if alarm_level > 0 or alarm_level != level:
            assert is_news
        level = alarm_level


@given(st.lists(st.tuples(st.floats(1, 100), st.integers(0, 60_000)), min_size=2, max_size=60))
def test_what_was_told_last_is_never_far_from_what_is(readings: list[tuple[float, int]]) -> None:
    """Further than the dead band for less than ten seconds, and older than five minutes never."""
    thinning, told_value, told_at, at = Thinning(), 0.0, 0, 0
    for number, (value, waited) in enumerate(readings):
        at += waited
        if thinning.is_news(later(at, value)):
            told_value, told_at = value, at
        elif number:
            far = abs(value - told_value) > DEAD_BAND * told_value
            assert at - told_at < (SOONEST_MILLISECONDS if far else LATEST_MILLISECONDS)


def test_an_older_quiet_reading_is_no_news() -> None:
    assert not after_the_first().is_news(later(-600_000, 50.0))


def test_a_condition_goes_on_when_it_changes_and_every_hour() -> None:
    thinning = after_the_first()
    assert not thinning.is_news(replace(FAULT, recorded_at=AT + CONDITION_MILLISECONDS - 1))
    assert thinning.is_news(replace(FAULT, holds=False, recorded_at=AT + 1))
    assert not thinning.is_news(replace(FAULT, holds=False, recorded_at=AT + 2))
    assert thinning.is_news(replace(FAULT, holds=False, recorded_at=AT + 1 + CONDITION_MILLISECONDS))


def test_all_else_is_news() -> None:
    counted = Counted(
        key="500117", occurred_at=AT, system="zw_service", kind="service_applied", count=1, region="500117"
    )
    thinning = Thinning()
    assert all(thinning.is_news(counted) for _ in range(3))


def test_it_forgets_what_it_heard_longest_ago() -> None:
    thinning = Thinning()
    for number in range(REMEMBERED + 1):
        thinning.is_news(replace(READING, facility=str(number)))
    assert thinning.is_news(replace(READING, facility="0"))
    assert not thinning.is_news(replace(READING, facility=str(REMEMBERED)))
