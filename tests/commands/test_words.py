"""Officers read one word for one thing, on the wall and in a listing."""

import re
from collections.abc import Mapping

import pytest

from streams.commands.words import ARRIVALS, CLOCK_STATES, INCIDENT_STATES, ORDER_STATES
from streams.facts.chinese import CLOCK_KINDS, REQUEST_KINDS, RESULTS, URGENCIES
from streams.wall.gateway import PAGE

SOURCES = PAGE.parent / "src"


def words_of(table: str, file: str = "words.ts") -> dict[str, str]:
    """A table of a page's words by code."""
    words = (SOURCES / file).read_text(encoding="utf-8")
    (body,) = re.findall(rf"export const {table}\b[^=]*= \{{(.*?)\}}", words, re.DOTALL)
    return dict(re.findall(r'(\w+): "([^"]+)"', body))


@pytest.mark.parametrize(
    ("table", "listed"), [("STATES", INCIDENT_STATES), ("URGENCIES", URGENCIES), ("CLOCKS", CLOCK_KINDS)]
)
def test_the_wall_and_the_listings_say_the_same(table: str, listed: Mapping[str, str]) -> None:
    assert words_of(table) == listed


def test_the_duty_page_and_the_listings_say_the_same_of_a_clock_that_ended() -> None:
    ended = words_of("ENDED", "duty/countdown.ts")
    assert ended == {state: CLOCK_STATES[state] for state in ended}
    assert {*CLOCK_STATES} == {*ended, "running", "breached"}


@pytest.mark.parametrize(
    ("table", "listed"),
    [("STATES", ORDER_STATES), ("ARRIVALS", ARRIVALS), ("RESULTS", RESULTS), ("REQUESTS", REQUEST_KINDS)],
)
def test_the_duty_page_and_the_listings_say_the_same_of_an_order(table: str, listed: Mapping[str, str]) -> None:
    assert words_of(table, "duty/answers.ts") == listed
