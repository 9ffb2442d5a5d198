"""Instants as departments write them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors import times
from connectors.times import SHANGHAI, end_of_day, to_rfc3339

EIGHT_IN_BEIJING = 1_795_305_600_000
INSTANTS = st.datetimes(min_value=datetime(1992, 1, 1), max_value=datetime(2099, 1, 1))  # noqa: DTZ001 - local


def test_local_text_without_a_zone_is_beijing_time() -> None:
    assert times.from_local_text("2026-11-22 08:00:00") == EIGHT_IN_BEIJING


def test_a_moment_of_a_database_without_a_zone_is_beijing_time() -> None:
    assert times.from_local(datetime(2026, 11, 22, 8)) == EIGHT_IN_BEIJING  # noqa: DTZ001 - as a driver gives it
    assert times.from_local(datetime(2026, 11, 22, 0, tzinfo=UTC)) == EIGHT_IN_BEIJING


@pytest.mark.parametrize("text", ["2026-11-22T08:00:00+08:00", "2026-11-22T00:00:00Z", "2026-11-21t19:00:00.000-05:00"])
def test_an_instant_with_its_offset_is_taken_at_its_word(text: str) -> None:
    assert times.from_rfc3339(text) == EIGHT_IN_BEIJING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-22",
        "2026-11-22 08:00",
        "2026/11/22 08:00:00",
        "2026-13-01 00:00:00",
        "2026-W47-7T08:00:00",
        "0000-00-00 00:00:00",
        "1900-01-01 00:00:00",
        "2026-11-22 08:00:00+08:00",
        "２０２６-11-22 08:00:00",
    ],
)
def test_other_local_texts_are_no_instants(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        times.from_local_text(text)


def test_an_instant_without_an_offset_is_not_taken_for_utc() -> None:
    with pytest.raises(ValueError, match="offset"):
        times.from_rfc3339("2026-11-22T08:00:00")


@pytest.mark.parametrize("milliseconds", [0, 1_795_305_600, -1, 10**15])
def test_seconds_or_microseconds_are_no_milliseconds_of_these_years(milliseconds: int) -> None:
    with pytest.raises(ValueError, match="instant"):
        times.from_epoch(milliseconds)


@given(INSTANTS)
def test_beijing_is_eight_hours_ahead_all_year(moment: datetime) -> None:
    local = moment.replace(microsecond=0)
    expected = int(local.replace(tzinfo=UTC).timestamp() * 1000) - 8 * 3_600_000
    assert times.from_local_text(local.strftime("%Y-%m-%d %H:%M:%S")) == expected


@given(INSTANTS)
def test_an_instant_written_with_its_offset_is_read_back(moment: datetime) -> None:
    instant = round(moment.replace(tzinfo=SHANGHAI).timestamp()) * 1000 + moment.microsecond // 1000
    assert times.from_rfc3339(times.to_rfc3339(instant)) == instant


@pytest.mark.parametrize("text", ["2027-01-01", "20270101"])
def test_a_day_is_written_in_two_ways(text: str) -> None:
    assert times.day_of(text).isoformat() == "2027-01-01"


@pytest.mark.parametrize("text", ["2027-02-30", "长期", "2027-1-1", "99991231"])
def test_other_texts_are_no_days(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        times.day_of(text)


def test_a_day_is_over_at_midnight_in_beijing() -> None:
    assert to_rfc3339(end_of_day("2026-12-31")) == "2027-01-01T00:00:00.000+08:00"
