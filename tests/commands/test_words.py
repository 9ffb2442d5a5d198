"""Officers read one word for one thing, on the wall and in a listing."""

import re
from collections.abc import Mapping

import pytest

from streams.commands.words import INCIDENT_STATES
from streams.facts.chinese import CLOCK_KINDS, URGENCIES
from streams.wall.gateway import PAGE

WORDS = (PAGE.parent / "src" / "words.ts").read_text(encoding="utf-8")


def words_of(table: str) -> dict[str, str]:
    """A table of the page's words by code."""
    (body,) = re.findall(rf"export const {table}\b[^=]*= \{{(.*?)\}}", WORDS, re.DOTALL)
    return dict(re.findall(r'(\w+): "([^"]+)"', body))


@pytest.mark.parametrize(
    ("table", "listed"), [("STATES", INCIDENT_STATES), ("URGENCIES", URGENCIES), ("CLOCKS", CLOCK_KINDS)]
)
def test_the_wall_and_the_listings_say_the_same(table: str, listed: Mapping[str, str]) -> None:
    assert words_of(table) == listed
