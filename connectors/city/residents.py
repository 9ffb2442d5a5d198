"""Residents of the simulated city: identity numbers with right check characters, phones, households. None is real."""

from datetime import date, timedelta
from random import Random

from connectors.check_characters import identity_check_character
from connectors.values import Identifier

DISTRICT = "500117"
OLDEST, YOUNGEST = date(1935, 1, 1), date(1999, 12, 31)
FIFTEEN_DIGITS_SHARE = 0.05
"""Of the identity numbers: still as they were issued before 1999."""


def identifier(kind: Identifier, random: Random) -> str:
    """A number by which a department names a person or household."""
    match kind:
        case "phone":
            return f"19{random.randrange(10**9):09}"
        case "household":
            return f"HK{DISTRICT}{random.randrange(10**8):08}"
        case "certificate":
            return identity_number(random)


def identity_number(random: Random) -> str:
    """18 characters, or 15 digits now and then."""
    born = OLDEST + timedelta(days=random.randrange((YOUNGEST - OLDEST).days))
    body = f"{DISTRICT}{born:%Y%m%d}{random.randrange(1000):03}"
    if random.random() < FIFTEEN_DIGITS_SHARE:
        return body[:6] + body[8:]
    return body + identity_check_character(body)
