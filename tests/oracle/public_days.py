"""The days that the State Council set for 2025 and 2026, typed from its notices; for other years nothing is known."""

from datetime import date
from typing import Literal

OFF = (
    ("2025-01-01", "2025-01-01"),
    ("2025-01-28", "2025-02-04"),
    ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"),
    ("2025-05-31", "2025-06-02"),
    ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"),
    ("2026-02-15", "2026-02-23"),
    ("2026-04-04", "2026-04-06"),
    ("2026-05-01", "2026-05-05"),
    ("2026-06-19", "2026-06-21"),
    ("2026-09-25", "2026-09-27"),
    ("2026-10-01", "2026-10-07"),
)
"""First and last day."""

WORKED = (
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
    "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
)  # fmt: skip
"""Saturdays and Sundays."""


def is_worked(day: date) -> bool:
    """Whether offices work on that day."""
    text = day.isoformat()
    if any(first <= text <= last for first, last in OFF):
        return False
    return text in WORKED or day.weekday() < 5


def public_day(text: str) -> Literal["holiday", "working_day"] | None:
    """What was set for a day YYYYMMDD: `holiday`, `working_day` or nothing."""
    day = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    if any(first <= day <= last for first, last in OFF):
        return "holiday"
    return "working_day" if day in WORKED else None
