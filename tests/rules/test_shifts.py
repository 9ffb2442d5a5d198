"""When a shift changes: in Beijing's time, over midnight, whatever the order in which shifts are named."""

from hypothesis import given
from hypothesis import strategies as st

from streams.facts.rules import Shift
from streams.rules.shifts import next_change
from tests.processors.kit import DAY, MINUTE, beijing

DAY_SHIFT = Shift(shift="白班", begins_minutes=510, sign_within_minutes=15)
NIGHT_SHIFT = Shift(shift="夜班", begins_minutes=1080, sign_within_minutes=15)


def test_the_night_shift_follows_the_day_shift_and_the_day_shift_the_night() -> None:
    for shifts in ((DAY_SHIFT, NIGHT_SHIFT), (NIGHT_SHIFT, DAY_SHIFT)):
        assert next_change(shifts, beijing(2026, 9, 21, 9)) == (beijing(2026, 9, 21, 18), NIGHT_SHIFT)
        assert next_change(shifts, beijing(2026, 9, 21, 23)) == (beijing(2026, 9, 22, 8, 30), DAY_SHIFT)
        assert next_change(shifts, beijing(2026, 9, 21, 3)) == (beijing(2026, 9, 21, 8, 30), DAY_SHIFT)


def test_at_the_change_itself_the_next_one_is_meant() -> None:
    assert next_change((DAY_SHIFT, NIGHT_SHIFT), beijing(2026, 9, 21, 18)).shift == DAY_SHIFT


@given(st.integers(0, 50 * 366 * DAY), st.sets(st.integers(0, 1439), min_size=1, max_size=4))
def test_a_change_is_the_next_beginning_and_at_most_a_day_away(now: int, beginnings: set[int]) -> None:
    shifts = [Shift(shift=str(one), begins_minutes=one, sign_within_minutes=15) for one in beginnings]
    change = next_change(shifts, now)
    assert now < change.begins_at <= now + DAY
    assert (change.begins_at + 8 * 60 * MINUTE) % DAY == change.shift.begins_minutes * MINUTE
    between = [(now + minute * MINUTE) for minute in range(1, (change.begins_at - now) // MINUTE)]
    assert not any((at // MINUTE + 480) % 1440 in beginnings and at < change.begins_at - MINUTE for at in between)
