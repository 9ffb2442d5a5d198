"""Hechuan, the city of the tests: read once, and a copy of its files to be spoilt."""

import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from streams.cities.city import CITIES, City, CityFaults, read_city
from streams.facts.matching import Happening

HECHUAN = CITIES / "hechuan"


@cache
def hechuan() -> City:
    """The city as its files say."""
    return read_city(HECHUAN)


@cache
def hechuan_by_classes() -> City:
    """As a city that has no labelled reports yet: they belong together by radius and window of their class alone."""
    city = hechuan()
    return replace(city, rules=tuple(rule for rule in city.rules if not isinstance(rule, Happening)))


def copied(folder: Path) -> Path:
    """A copy of its files below `folder`."""
    return Path(shutil.copytree(HECHUAN, folder / "hechuan"))


def spoil(path: Path, before: str, after: str) -> None:
    """Put `after` where `before` stands for the first time."""
    text = path.read_text(encoding="utf-8")
    assert before in text, f"{path.name} does not say {before}"
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def faults_of(folder: Path) -> list[str]:
    """What is said of a city that cannot be meant, each with its file and line."""
    with pytest.raises(CityFaults) as caught:
        read_city(folder)
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


def expect_fault(path: Path, before: str, after: str, said: str) -> None:
    """Spoil a file of a city: that is a fault of this very file, of which something is said."""
    spoil(path, before, after)
    faults = faults_of(path.parent)
    assert any(fault.startswith(f"{path.name}:") and said in fault for fault in faults), faults
