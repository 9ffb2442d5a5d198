"""When the shift of a duty room changes, in Beijing's time."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from streams.durations import SECOND_MILLISECONDS
from streams.facts.rules import Shift
from streams.rules.calendar import BEIJING


class Change(NamedTuple):
    """The instant (milliseconds) at which a shift begins, and that shift."""

    begins_at: int
    shift: Shift


def next_change(shifts: Sequence[Shift], now: int) -> Change:
    """The first change of shift after `now` (milliseconds); `shifts` are not empty."""
    midnight = datetime.fromtimestamp(now / SECOND_MILLISECONDS, BEIJING).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    changes = (
        Change(
            round((midnight + timedelta(days=day, minutes=one.begins_minutes)).timestamp()) * SECOND_MILLISECONDS, one
        )
        for day in (0, 1)
        for one in shifts
    )
    return min((one for one in changes if one.begins_at > now), key=lambda one: one.begins_at)
