"""Moments as an operator types them."""

from datetime import datetime

from streams.commands.cluster import WRONG_USE, end
from streams.rules.calendar import BEIJING

YEARS = range(1992, 2200)
"""China has kept one offset since 1991; beyond these years an instant is a slip of the pen."""


def instant_or_end(told: str) -> int:
    """A moment in milliseconds, Beijing's where it names no offset; ends the command where it is none."""
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        end(f"'{told}' is no moment like 2026-09-30T16:00", WRONG_USE)
    if moment.year not in YEARS:
        end(f"'{told}' lies before {YEARS[0]} or after {YEARS[-1]}", WRONG_USE)
    return round((moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)).timestamp() * 1000)
