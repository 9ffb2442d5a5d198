"""How old a person is, as far as an identity number tells: GB 11643 has the day of birth in it."""

from datetime import date, datetime

from connectors.times import SHANGHAI

BIRTH = slice(6, 14)
CHILD_YEARS = 14
"""What is known of a person under 14 is sensitive, whatever it is (PIPL art. 28; GB/T 45574)."""


def is_child(identity_number: str, at: int) -> bool:
    """Whether the holder of a number of 18 characters is under 14 at an instant (milliseconds), in the city's days.

    One turns 14 on the day after the birthday, as courts count.
    """
    born = date.fromisoformat(identity_number[BIRTH])
    day = datetime.fromtimestamp(at / 1000, SHANGHAI).date()
    return (day.year - born.year, day.month, day.day) <= (CHILD_YEARS, born.month, born.day)
