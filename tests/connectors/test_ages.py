"""Who is under 14, by an identity number: until the day after the birthday, in the city's days."""

from datetime import datetime

import pytest

from connectors.ages import is_child
from connectors.times import SHANGHAI


@pytest.mark.parametrize(
    ("born", "day", "child"),
    [
        ("20121122", (2026, 11, 22), True),
        ("20121122", (2026, 11, 23), False),
        ("20121123", (2026, 11, 22), True),
        ("20120229", (2026, 2, 28), True),
        ("20120229", (2026, 3, 1), False),
        ("19491231", (2026, 11, 22), False),
    ],
)
def test_one_is_a_child_until_the_day_after_the_fourteenth_birthday(
    born: str, day: tuple[int, int, int], *, child: bool
) -> None:
    for hour in (0, 23):
        at = int(datetime(*day, hour, tzinfo=SHANGHAI).timestamp() * 1000)
        assert is_child(f"500117{born}0011", at) is child
