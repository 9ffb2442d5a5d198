"""The benchmark `people` itself: its facts are the same each time, and its oracle sees what is wrong."""

from collections import Counter
from pathlib import Path

import pytest

from streams.codec import Codec
from streams.engine.tables import DUE_BYTES
from streams.facts.people import Resident, Service
from streams.secrecy.person_key_store import PersonKeyStore
from streams.secrecy.person_keys import MemoryPersonKeys
from tests.benchmarks.people import differences, make_keys
from tests.benchmarks.people_facts import FARTHER, Expectation, facts

PERSONS = 120
NOT_DUE = bytes(DUE_BYTES)


@pytest.fixture
def codec() -> Codec:
    return Codec.load(persons=MemoryPersonKeys())


@pytest.fixture
def expected(codec: Codec) -> Expectation:
    expected = Expectation()
    for fact in facts(PERSONS):
        expected.note(fact, codec.encode(fact))
    return expected


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


def test_everybody_has_a_key_before_anything_is_said(tmp_path: Path) -> None:
    keys = PersonKeyStore(tmp_path, create=True, renews=True)
    make_keys(keys, PERSONS)
    assert sum(sum(keys.wrapped_keys(purpose).values()) for purpose in ("population", "services")) == PERSONS
    keys.close()


def test_an_entry_of_other_bytes_that_says_the_same_is_right(expected: Expectation) -> None:
    other = Codec.load(persons=MemoryPersonKeys())
    rows = {key: NOT_DUE + other.encode(fact) for key, fact in expected.latest.items()}
    rows |= {f"due_services/{number}": NOT_DUE for number in range(expected.waiting)}
    assert [*differences(expected, rows, other)] == []


def test_the_oracle_tells_of_what_is_missing_too_much_and_wrong(expected: Expectation, codec: Codec) -> None:
    rows = {key: NOT_DUE + codec.encode(fact) for key, fact in expected.latest.items()}
    rows |= {f"due_services/{number}": NOT_DUE for number in range(expected.waiting)}
    assert [*differences(expected, rows, codec)] == []
    first, second, *_ = expected.latest
    wrong = {**rows, second: rows[first], "residents/nobody": rows[first]}
    del wrong[first], wrong["due_services/0"]
    found = [*differences(expected, wrong, codec)]
    assert found == ["23 services whose day is to come instead of 24", *sorted([first, "residents/nobody"]), second]
