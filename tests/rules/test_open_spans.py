"""Opening hours between two instants: they add up to what the office was open."""

import itertools
from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from streams.rules.office_calendar import office_milliseconds
from streams.rules.open_spans import MOST_SPANS, open_spans, without
from tests.rules.office_calendars import DAY, HOUR, at, calendar

NAMES = st.sampled_from(["office", "window"])
INSTANTS = st.integers(at("2025-01-01 00:00"), at("2026-12-01 00:00"))


@given(NAMES, INSTANTS, st.integers(0, 60 * DAY))
def test_the_spans_add_up_to_the_time_that_the_office_is_open(name: str, from_at: int, milliseconds: int) -> None:
    to_at = from_at + milliseconds

    spans = open_spans(calendar(name), from_at, to_at)

    assert spans is not None
    assert sum(closes - opens for opens, closes in spans) == office_milliseconds(calendar(name), from_at, to_at)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


@given(NAMES, INSTANTS, st.integers(1, 40 * HOUR), st.floats(0, 1))
def test_what_is_left_of_the_spans_is_what_is_left_of_the_time(name: str, began: int, amount: int, part: float) -> None:
    office = calendar(name)
    due_at = office.after_open(began, amount)
    spans = open_spans(office, began, due_at)
    assert spans is not None
    now = began + round((due_at - began) * part)

    left = sum(max(0, closes - max(opens, now)) for opens, closes in spans)

    assert left == amount - office_milliseconds(office, began, now)


def test_a_lunch_break_a_night_and_a_holiday_are_no_spans() -> None:
    spans = open_spans(calendar("office"), at("2026-09-30 11:00"), at("2026-10-08 10:00"))

    assert spans == (
        (at("2026-09-30 11:00"), at("2026-09-30 12:00")),
        (at("2026-09-30 14:00"), at("2026-09-30 18:00")),
        (at("2026-10-08 09:00"), at("2026-10-08 10:00")),
    )


@given(
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 20))),
    st.lists(st.tuples(st.integers(0, 100), st.integers(1, 20))),
)
def test_without_pauses_is_every_moment_of_the_spans_that_lies_in_no_pause(
    lengths: list[tuple[int, int]], pauses: list[tuple[int, int]]
) -> None:
    spans = [(begins, begins + length) for begins, length in lengths]
    paused = [(begins, begins + length) for begins, length in pauses]

    left = without(spans, paused)

    def moments(of: Iterable[tuple[int, int]]) -> set[int]:
        return {moment for begins, ends in of for moment in range(begins, ends)}

    assert moments(left) == moments(spans) - moments(paused)
    assert all(begins < ends for begins, ends in left)


def test_nobody_counts_down_years_of_spans() -> None:
    assert open_spans(calendar("office"), at("2025-01-01 00:00"), at("2027-01-01 00:00")) is None
    assert MOST_SPANS > 500
