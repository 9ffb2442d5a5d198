"""The benchmark `people` itself: its facts are the same each time, and its oracle sees what is wrong."""

from collections import Counter
from pathlib import Path

import pytest

from streams.engine.tables import DUE_BYTES
from streams.facts.people import Resident, Service
from tests.benchmarks.people import codec_of, differences
from tests.benchmarks.people_facts import FARTHER, Expectation, facts

PERSONS = 120
NOT_DUE = bytes(DUE_BYTES)


@pytest.fixture
def expected() -> Expectation:
    return Expectation.of(facts(PERSONS))


def test_facts_are_the_same_each_time_and_of_different_persons() -> None:
    said = list(facts(PERSONS))
    assert said == list(facts(PERSONS))
    assert len({fact.token for fact in said}) == PERSONS
    assert len({fact.id for fact in said}) == len(said)
    assert Counter(type(fact) for fact in said[:PERSONS]) == {Resident: 90, Service: 30}


def test_the_oracle_keeps_the_latest_word_by_the_departments_own_time(expected: Expectation) -> None:
    assert expected.facts == PERSONS + 40 + 12 + 6
    assert len(expected.latest) == PERSONS
    changed = expected.latest["services/" + next(fact.token for fact in facts(13) if ":12:" in fact.id) + "/bench/FW12"]
    assert isinstance(changed, Service)
    assert changed.content is not None
    assert changed.content.due_on == FARTHER
    assert (expected.waiting, expected.pending) == (24, 30)


def test_the_oracle_tells_of_what_is_missing_too_much_and_wrong(expected: Expectation, tmp_path: Path) -> None:
    codec = codec_of(tmp_path)
    rows = {key: NOT_DUE + codec.encode(fact) for key, fact in expected.latest.items()}
    rows |= {f"due_services/{number}": NOT_DUE for number in range(expected.waiting)}
    assert [*differences(expected, rows, codec)] == []
    first, second, *_ = expected.latest
    wrong = {**rows, second: rows[first], "residents/nobody": rows[first]}
    del wrong[first], wrong["due_services/0"]
    found = [*differences(expected, wrong, codec)]
    assert found == ["23 services whose day is to come instead of 24", *sorted([first, "residents/nobody"]), second]
