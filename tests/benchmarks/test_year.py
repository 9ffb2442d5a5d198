"""The year and the evening that `dispatch` is measured on are what they say; what differs in a replay is seen."""

from collections import Counter
from itertools import chain, islice

import pytest

from streams.codec import Codec
from streams.facts.matters import Answered, Opened
from tests.benchmarks.due_burst import CALLED_AT, DUE_AT, evening, take_call
from tests.benchmarks.year_digest import Digest, digest_of_rows
from tests.benchmarks.year_facts import STARTS_AT, YEAR_MILLISECONDS, Units, matters_of_a_year
from tests.benchmarks.year_place import Place
from tests.benchmarks.year_play import Play, Written, rules_at, verified_classes

MATTERS = 40
PLACE = Place("nowhere", "")
Output = tuple[str, str, bytes | None]
OUTPUTS: list[Output] = [("views", "a", b"1"), ("views", "b", b"2"), ("notices", "a", b"3")]


def played_year() -> tuple[list[Written], str]:
    play = Play(PLACE, Units(verified_classes(PLACE)).respond)
    return [*play.written(chain(rules_at(PLACE), matters_of_a_year(MATTERS)))], play.take_digest()


def test_a_year_comes_in_the_order_of_its_append_times_and_again_the_same() -> None:
    year, outputs = played_year()
    moments = [written.at for written in year]
    assert moments == sorted(moments)
    assert moments[0] == STARTS_AT - 1
    assert moments[-1] < STARTS_AT + 2 * YEAR_MILLISECONDS
    assert (year, outputs) == played_year()


def test_units_answer_every_order_of_the_year() -> None:
    year, _ = played_year()
    codec = Codec.load()
    facts = [codec.decode(written.value) for written in year]
    assert sum(isinstance(fact, Opened) for fact in facts) == MATTERS
    answered = Counter(fact.order_no for fact in facts if isinstance(fact, Answered))
    assert len(answered) >= MATTERS
    assert set(answered.values()) <= {5, 6}


def test_critical_calls_of_the_evening_reach_their_units_at_one_instant_and_fall_due_at_another() -> None:
    play = Play(PLACE, take_call)
    written = [*play.written(chain(rules_at(PLACE), evening(pending=5, burst=4)))]
    assert [one.at for one in islice(reversed(written), 4)] == [CALLED_AT] * 4
    play.take_digest()
    assert play.partition.next_due() is not None
    dues = [play.partition.tables.due_of(key) for key in play.partition.tables.rows if key.startswith("clocks/")]
    assert dues.count(DUE_AT) == 4


@pytest.mark.parametrize(
    "other",
    [
        [OUTPUTS[0], OUTPUTS[2], OUTPUTS[1]],
        [*OUTPUTS[:2], ("notices", "a", b"4")],
        [*OUTPUTS[:2], ("notices", "b", b"3")],
        [*OUTPUTS[:2], ("views", "a", b"3")],
        OUTPUTS[:2],
        [*OUTPUTS, OUTPUTS[2]],
        [*OUTPUTS[:2], ("notices", "a", None)],
    ],
)
def test_another_value_or_order_or_one_less_or_more_is_another_digest(other: list[Output]) -> None:
    assert digest(other) != digest(OUTPUTS)


def test_rows_of_the_engine_itself_do_not_count() -> None:
    assert digest_of_rows({"matters/1": b"x", "~position": b"y"}) == digest_of_rows({"matters/1": b"x"})
    assert digest_of_rows({"matters/1": b"x"}) != digest_of_rows({"matters/2": b"x"})


def digest(outputs: list[Output]) -> str:
    taken = Digest()
    for output in outputs:
        taken.take(*output)
    return taken.found()
