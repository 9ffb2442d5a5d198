"""Lengths of time in milliseconds, the unit of the hub's instants and spans. A day here is 24 hours: China has no
daylight saving time.
"""

SECOND_MILLISECONDS = 1_000
MINUTE_MILLISECONDS = 60 * SECOND_MILLISECONDS
HOUR_MILLISECONDS = 60 * MINUTE_MILLISECONDS
DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS
