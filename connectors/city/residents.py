"""Residents of the simulated city: identity numbers with right check characters, phones, households. None is real.

Whoever looks for persons in what a hub leaves behind gives residents of its own in a file (`Residents`).
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, get_args

from connectors.check_characters import identity_check_character
from connectors.city.rows import HandOver
from connectors.contract import Contract
from connectors.systems import fleet
from connectors.values import Identifier, Masked, PersonToken

FILE = "HUB_RESIDENTS"
"""The variable that names a file of residents, `{"phone": […], "certificate": […], "household": […], "said": […]}`."""

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


@dataclass(frozen=True)
class Residents:
    """Who is named in the city: numbers as clerks write them, by kind, and what is said of persons in free texts."""

    numbers: Mapping[Identifier, tuple[str, ...]]
    said: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> "Residents":
        """From a file of JSON; KeyError, ValueError, OSError."""
        lists = json.loads(path.read_text(encoding="utf-8"))
        numbers: dict[Identifier, tuple[str, ...]] = {kind: tuple(lists[kind]) for kind in get_args(Identifier)}
        return cls(numbers, tuple(lists["said"]))

    def told(self, hand_overs: Iterator[HandOver]) -> Iterator[HandOver]:
        """The same hand-overs, of these residents."""
        for hand_over in hand_overs:
            row = self.named(fleet()[hand_over.system].contract, hand_over.record_no, hand_over.row)
            yield replace(hand_over, row=row)

    def named(self, contract: Contract, record_no: str, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row in which these residents stand for whoever was in it, the same ones in each version of a record."""
        random = Random(f"{contract.system}/{record_no}")
        named = dict(row)
        for item in contract.all_items:
            value, drawn = named.get(item.source_field), random.random()
            if value is None:
                continue
            if isinstance(item.type, PersonToken):
                numbers = self.numbers[item.type.by]
                named[item.source_field] = numbers[int(drawn * len(numbers))]
            elif isinstance(item.type, Masked):
                said = self.said[int(drawn * len(self.said))]
                named[item.source_field] = f"{value},{said}"[: item.type.longest]
        return named
