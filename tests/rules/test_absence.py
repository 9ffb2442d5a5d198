"""Absence: an item is missed by how surely it came before, and chance is told from loss."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streams.rules.absence import is_beyond_chance

ROWS = st.integers(1, 1_000_000)
MISSED = st.integers(0, 100_000)


@given(st.data(), ROWS, MISSED, st.integers(0, 1000))
def test_more_rows_without_an_item_never_make_its_absence_likelier(
    data: st.DataObject, rows: int, missed: int, more: int
) -> None:
    came = data.draw(st.integers(0, rows))
    assert not is_beyond_chance(rows, came, missed) or is_beyond_chance(rows, came, missed + more)


@given(st.data(), ROWS, MISSED)
def test_what_came_more_often_is_missed_no_later(data: st.DataObject, rows: int, missed: int) -> None:
    came = data.draw(st.integers(0, rows - 1))
    assert not is_beyond_chance(rows, came, missed) or is_beyond_chance(rows, came + 1, missed)


def test_an_item_of_every_row_is_missed_after_few_and_one_of_a_few_rows_after_many() -> None:
    assert next(missed for missed in range(100) if is_beyond_chance(10_000, 10_000, missed)) == 2
    assert next(missed for missed in range(100) if is_beyond_chance(10_000, 5_000, missed)) == 20
    assert not is_beyond_chance(1, 1, 1_000)


def test_chance_alone_is_hardly_ever_called_loss() -> None:
    random, false_alarms = Random(7), 0
    for _ in range(50):
        share, rows, came, missed = random.uniform(0.02, 0.98), 0, 0, 0
        for _ in range(2_000):
            missed += 1
            if random.random() < share:
                rows, came, missed = rows + missed, came + 1, 0
            false_alarms += is_beyond_chance(rows, came, missed)
    assert false_alarms <= 1
