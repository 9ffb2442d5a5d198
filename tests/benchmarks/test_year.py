"""The year and the evening that `dispatch` is measured on are what they say; what differs in a replay is seen."""

from collections import Counter
from itertools import islice
from typing import Any

import pytest

from streams.codec import Codec
from streams.facts.incidents import Progressed, Reported
from streams.facts.matters import Answered, Joined, Opened
from tests.benchmarks.due_burst import CALLED_AT, DUE_AT, evening, take_call
from tests.benchmarks.year_digest import Digest, digest_of_rows
from tests.benchmarks.year_facts import STARTS_AT, YEAR_MILLISECONDS, Units
from tests.benchmarks.year_place import BEFORE_IT, Place
from tests.benchmarks.year_play import Moment, Play, Written, verified_classes
from tests.benchmarks.year_reports import reports_of_a_year

MATTERS = 100
PLACE = Place("nowhere", "")
Output = tuple[str, str, bytes | None]
OUTPUTS: list[Output] = [("views", "a", b"1"), ("views", "b", b"2"), ("notices", "a", b"3")]


def played_year() -> tuple[list[Written], dict[str, Moment]]:
    play = Play((PLACE, PLACE.of(BEFORE_IT)), Units(verified_classes(PLACE)).respond)
    written = [*play.written(reports_of_a_year(MATTERS))]
    return written, {log: played.take_moment() for log, played in play.logs.items()}


def facts_of_the_year() -> list[Any]:
    codec = Codec.load()
    return [codec.decode(written.value) for written in played_year()[0]]


def test_a_year_comes_in_the_order_of_its_append_times_and_again_the_same() -> None:
    year, outputs = played_year()
    moments = [written.at for written in year]
    assert moments == sorted(moments)
    assert moments[0] == STARTS_AT - 1
    assert moments[-1] < STARTS_AT + 2 * YEAR_MILLISECONDS
    assert (year, outputs) == played_year()


def test_four_matters_in_five_are_settled_on_the_spot_and_never_come_to_dispatch() -> None:
    facts = facts_of_the_year()
    reported = [fact for fact in facts if isinstance(fact, Reported)]
    on_the_spot = [fact for fact in reported if fact.self_resolved]
    assert len(on_the_spot) == MATTERS * 4 // 5
    assert len({fact.trace for fact in reported}) == MATTERS
    opened = [fact for fact in facts if isinstance(fact, Opened)]
    assert len(opened) == MATTERS // 5
    assert not {fact.record_no for fact in opened} & {fact.record_no for fact in on_the_spot}


def test_every_report_of_a_dispatched_matter_reaches_dispatch_and_its_end_comes_back() -> None:
    facts = facts_of_the_year()
    reports = sum(isinstance(fact, Reported) and not fact.self_resolved for fact in facts)
    assert sum(isinstance(fact, Opened | Joined) for fact in facts) == reports > MATTERS // 5
    closed = {fact.incident_no for fact in facts if isinstance(fact, Progressed) and fact.state == "closed"}
    assert closed == {fact.incident_no for fact in facts if isinstance(fact, Opened)}


def test_units_answer_every_order_of_the_year() -> None:
    answers = [fact for fact in facts_of_the_year() if isinstance(fact, Answered)]
    reported = Counter(fact.order_no for fact in answers if fact.answer == "report")
    answered = Counter(fact.order_no for fact in answers if fact.answer != "report")
    assert len(answered) >= MATTERS // 5
    assert set(answered.values()) <= {5, 6}
    assert reported
    assert set(reported) <= set(answered)


def test_critical_calls_of_the_evening_reach_their_units_at_one_instant_and_fall_due_at_another() -> None:
    play = Play((PLACE,), take_call)
    written = [*play.written(evening(pending=5, burst=4))]
    assert [one.at for one in islice(reversed(written), 4)] == [CALLED_AT] * 4
    played = play.logs[PLACE.wiring.reads]
    played.settle()
    tables = played.partition.tables
    assert tables.next_due() is not None
    dues = [tables.due_of(key) for key in tables.rows if key.startswith("clocks/")]
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
