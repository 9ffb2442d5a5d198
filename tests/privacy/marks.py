"""Persons that nobody is: numbers, names, licence plates of one rare block, in all the ways in which clerks write them.

Every value begins with one of a few stems that nothing else begins with, so that a value which got out is known by its
stem, in whatever form it lies there (`forms.py`). What was made is the list that the hub must not have.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import NamedTuple

from connectors.check_characters import identity_check_character

DIVISION, LEAP_DAY = "500117", "19160229"
CERTIFICATE = f"{DIVISION}{LEAP_DAY}"
OLD_CERTIFICATE = f"{DIVISION}{LEAP_DAY[2:]}"
"""Identity numbers of one day, so long ago that hardly anybody has one; as 15 digits, too."""
PHONE = "14190229"
HOUSEHOLD = "HK5001170229"
NAME = "亓官旻"
PLATE = "渝CQZ"
STEMS = {
    "certificate": CERTIFICATE,
    "old certificate": OLD_CERTIFICATE,
    "phone": PHONE,
    "household": HOUSEHOLD,
    "name": NAME,
    "licence plate": PLATE,
}
"""What each kind of value begins with."""
GIVEN = "文武德才贵荣华明兰芳"
WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in "0123456789HKX"}


class Person(NamedTuple):
    """One person by everything that names it."""

    certificate: str
    old_certificate: str
    phone: str
    household: str
    name: str
    plate: str


@dataclass(frozen=True)
class Marks:
    """The persons of a run."""

    persons: Sequence[Person]

    @classmethod
    def drawn(cls, seed: int, count: int = 300) -> "Marks":
        """At most 1,000 different ones."""
        random = Random(seed)
        return cls([_person(number, random) for number in random.sample(range(1000), count)])

    def write_residents(self, path: Path) -> None:
        """The file from which the simulated city takes its residents."""
        residents = {
            "phone": [text for person in self.persons for text in phones(person)],
            "certificate": [text for person in self.persons for text in certificates(person)],
            "household": [text for person in self.persons for text in households(person)],
            "said": [text for person in self.persons for text in sentences(person)],
        }
        path.write_text(json.dumps(residents, ensure_ascii=False), encoding="utf-8")


def _person(number: int, random: Random) -> Person:
    body = f"{CERTIFICATE}{number:03}"
    return Person(
        certificate=body + identity_check_character(body),
        old_certificate=f"{OLD_CERTIFICATE}{number:03}",
        phone=f"{PHONE}{number:03}",
        household=f"{HOUSEHOLD}{number:04}",
        name=NAME + random.choice(GIVEN),
        plate=f"{PLATE}{number:03}",
    )


def certificates(person: Person) -> list[str]:
    """As clerks write an identity number, and as it was written before 1999."""
    number = person.certificate
    return [
        number,
        number.lower(),
        number.translate(WIDE),
        f" {number[:6]} {number[6:14]} {number[14:]} ",
        f"{number[:6]}-{number[6:14]}-{number[14:]}",
        person.old_certificate,
        f"{person.old_certificate[:6]} {person.old_certificate[6:12]} {person.old_certificate[12:]}",
    ]


def phones(person: Person) -> list[str]:
    number = person.phone
    return [
        number,
        f"+86 {number}",
        f"{number[:3]}-{number[3:7]}-{number[7:]}",
        f"{number[:3]} {number[3:7]} {number[7:]}",
        number.translate(WIDE),
    ]


def households(person: Person) -> list[str]:
    number = person.household
    return [number, number.lower(), number.translate(WIDE), f"{number[:2]}-{number[2:8]}-{number[8:]}"]


def sentences(person: Person) -> list[str]:
    """What callers and clerks say of a person in free texts."""
    return [
        f"联系人\uff1a{person.name},电话{phones(person)[2]}",
        f"身份证号{person.certificate}",
        f"身份证{certificates(person)[4]},本人",
        f"证件号{certificates(person)[2]}的老人",
        f"老证{person.old_certificate},手机{phones(person)[4]}",
        f"我叫{person.name},请回电{phones(person)[3]}",
        f"{person.plate}挡住出口,车主姓名:{person.name}",
        f"户号{person.household},户主:{person.name}",
        f"{person.name}家",
        " ".join(person.phone),
    ]
