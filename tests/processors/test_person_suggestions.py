"""Who may be one person by a number and a household: told to people, and nothing follows from it."""

from typing import Any

import pytest

from streams.facts.person_access import Reached, ReachedContent
from streams.facts.person_views import Suggestion
from tests.processors.persons import OTHER, TOKEN, Persons

NUMBER, SUGGESTIONS = "services:1:ca11e5", "hub.view.suggestions.v1"


@pytest.fixture
def persons() -> Persons:
    return Persons()


def reach(
    persons: Persons, person: str, household: str = "services:1:40", *, gone: bool = False, recorded: int = 0
) -> None:
    content = ReachedContent(person=person, household=household, gone=gone)
    name = f"row:{person}:{household}:{gone}:{recorded}"
    persons.say(
        Reached(
            id=name, key=NUMBER, source="mz_social_aid", trace=name, occurred_at=persons.now, token=NUMBER,
            recorded_at=persons.now + recorded, content=content,
        )
    )  # fmt: skip


def suggested(persons: Persons) -> dict[str, Any]:
    found: dict[str, Suggestion] = persons.hub.latest(SUGGESTIONS)
    return {pair: suggestion.resemblance for pair, suggestion in found.items()}


def test_two_of_one_household_under_one_number_are_suggested_and_seen_by_nobody_for_it(persons: Persons) -> None:
    persons.open_case()
    persons.owe(OTHER, "FW2")
    reach(persons, TOKEN)
    assert suggested(persons) == {}
    reach(persons, OTHER)
    assert suggested(persons) == {f"{TOKEN}/{OTHER}": "household_and_phone"}
    context = persons.context(persons.ask())
    assert context is not None
    assert context.content is not None
    assert context.content.services == ()


def test_of_two_households_under_one_number_nothing_is_said(persons: Persons) -> None:
    reach(persons, TOKEN, "services:1:40")
    reach(persons, OTHER, "services:1:41")
    assert suggested(persons) == {}


def test_whoever_calls_from_a_number_that_reaches_a_person_is_suggested_whichever_comes_first(persons: Persons) -> None:
    persons.call_for_help(NUMBER)
    reach(persons, TOKEN)
    assert suggested(persons) == {f"{NUMBER}/{TOKEN}": "phone_of_caller"}
    other_way = Persons()
    reach(other_way, TOKEN)
    other_way.call_for_help(NUMBER)
    assert suggested(other_way) == suggested(persons)


def test_what_is_no_longer_alike_is_taken_back_and_an_older_word_changes_nothing(persons: Persons) -> None:
    reach(persons, TOKEN)
    reach(persons, OTHER)
    reach(persons, OTHER, gone=True, recorded=2)
    assert suggested(persons) == {}
    reach(persons, OTHER, recorded=1)
    assert suggested(persons) == {}
    reach(persons, OTHER, recorded=3)
    assert suggested(persons) == {f"{TOKEN}/{OTHER}": "household_and_phone"}


def test_a_number_that_reaches_a_whole_home_says_nothing(persons: Persons) -> None:
    for number in range(5):
        reach(persons, f"services:1:{number:04}")
    assert len(suggested(persons)) == 10
    reach(persons, "services:1:0005")
    assert suggested(persons) == {}
