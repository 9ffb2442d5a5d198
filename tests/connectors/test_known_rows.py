"""What came before is known again as far back as is said, in bounded memory."""

from hypothesis import given
from hypothesis import strategies as st

from connectors.kafka import Acknowledgement
from connectors.known_rows import THREE_DAYS, Known, KnownRows, Reach

HOUR = 3_600_000
PLACE = Acknowledgement("topic", 0, 0)


@given(
    gaps=st.lists(st.integers(0, 30 * HOUR), max_size=60),
    rows=st.integers(1, 20),
    hours=st.integers(1, 72),
)
def test_exactly_the_latest_rows_within_the_hours_are_known(gaps: list[int], rows: int, hours: int) -> None:
    known = KnownRows(Reach(rows, hours * HOUR))
    taken: list[int] = []
    for number, gap in enumerate(gaps):
        taken.append((taken[-1] if taken else 0) + gap)
        known.put(str(number), Known(b"", PLACE, taken[-1]))

    within = [number for number, at in enumerate(taken) if at >= taken[-1] - hours * HOUR][-rows:]
    assert [number for number in range(len(taken)) if known.get(str(number))] == within


def test_a_row_that_came_again_stays_where_it_was() -> None:
    known = KnownRows(Reach(2))
    for row_id in ("a", "b", "a", "c"):
        known.put(row_id, Known(b"", PLACE, 0))
    assert known.get("a") is None
    assert len(known) == 2


def test_departments_that_push_are_known_for_72_hours() -> None:
    known = KnownRows(THREE_DAYS)
    known.put("first", Known(b"", PLACE, 0))
    known.put("at 72 hours", Known(b"", PLACE, 72 * HOUR))
    assert known.get("first") is not None
    known.put("later", Known(b"", PLACE, 72 * HOUR + 1))
    assert known.get("first") is None
