"""Numbers that route themselves: district, the city's date, a letter, a sequence of the day."""

from dataclasses import dataclass
from hashlib import sha256

from streams.contract import TableName, Tables, record
from streams.rules.calendar import city_date


@record("numbering.last.v1")
@dataclass(frozen=True, kw_only=True)
class LastNumber:
    """The last number given in a district and the date of it, under `<district>`."""

    date: str
    last: int


NUMBERS = TableName("numbers", LastNumber)


DISTRICT_DIGITS = 6
SUBJECT_DIGEST_DIGITS = 20


def district_of_number(number: str) -> str:
    """The district that a number begins with."""
    return number[:DISTRICT_DIGITS]


def digest_of_subject(identity: str) -> str:
    """What stands for a subject where its identity would lead to a person."""
    return sha256(identity.encode()).hexdigest()[:SUBJECT_DIGEST_DIGITS]


def subject_number(identity: str, letter: str, region: str) -> str:
    """The number of a subject in the district of a region (or of a unit's code), which leads nobody to the person."""
    return f"{district_of_number(region)}{letter}{digest_of_subject(identity)}"


def matter_no_of(number: str) -> str:
    """The matter's number that the number of one of its orders begins with; a matter's own is itself."""
    return number.partition("-")[0]


def next_number(now: int, district: str, letter: str, tables: Tables) -> str:
    """The next number of the day, as in 50011720261122E00001. `now` never goes back, so no date returns."""
    date = city_date(now)
    number = tables[NUMBERS].get(district)
    last = number.last + 1 if number is not None and number.date == date else 1
    tables[NUMBERS].put(district, LastNumber(date=date, last=last))
    return f"{district}{date}{letter}{last:05}"
