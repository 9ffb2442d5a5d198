"""The year that `dispatch` replays is one that the hub can apply, and whatever differs in it is seen."""

from collections import Counter
from collections.abc import Iterable

import pytest

from streams.city import CITIES, read_city
from streams.codec import Codec
from streams.engine.engine import LogPartition, Partition, Versions
from streams.engine.worker import load_processor
from streams.facts.matters import Opened
from streams.facts.notices import MatterChanged
from streams.rules_publication import facts_for, logs_of_rules
from streams.topology import load_topology
from tests.benchmarks.year_digest import Digests, YearDigest, digest_of_rows, latest_of
from tests.benchmarks.year_facts import DISTRICT, year_of
from tests.benchmarks.year_first_pass import rules_and_year
from tests.benchmarks.year_place import PROCESSOR

Output = tuple[str, bytes | None]
MATTERS = 60
NOTICES = "hub.notice.matters.v1"


def test_a_year_comes_in_the_order_of_its_append_times_and_again_the_same() -> None:
    year = [*year_of(MATTERS, lambda *_: "a-unit")]
    assert [at for at, _ in year] == sorted(at for at, _ in year)
    assert sum(isinstance(fact, Opened) for _, fact in year) == MATTERS
    assert year == [*year_of(MATTERS, lambda *_: "a-unit")]


def test_every_fact_of_a_year_is_applied_and_most_units_answer_in_time() -> None:
    topology = load_topology()
    wiring = topology.processors[PROCESSOR]
    processor = load_processor(wiring)
    codec = Codec.load()
    rules = [*facts_for(read_city(CITIES / topology.city), "1-year", logs_of_rules(topology)[wiring.reads])]
    log = LogPartition(wiring.reads, 0, 1)
    partition = Partition(processor, wiring.ports, codec, log, Versions(code="a", configuration="b"))
    partition.load({})
    told: Counter[str] = Counter()
    for offset, (at, fact) in enumerate(rules_and_year(rules, MATTERS, codec)):
        assert partition.apply(offset, at, fact.key.encode(), codec.encode(fact))
        assert partition.held == []
        told.update(
            notice.change
            for topic, _, value, _ in partition.emissions
            if topic == NOTICES and isinstance(notice := codec.decode(value or b""), MatterChanged)
        )
        partition.changelog()
        partition.commit()
    assert told["opened"] == MATTERS
    assert told["closed"] > MATTERS / 2
    assert 0 < told["breached"] < MATTERS


@pytest.mark.parametrize(
    "other",
    [
        [("a", b"1"), ("b", b"2"), ("a", b"4")],
        [("b", b"2"), ("a", b"1"), ("a", b"3")],
        [("a", b"1"), ("b", b"2")],
        [("a", b"1"), ("b", b"2"), ("a", b"3"), ("a", b"3")],
    ],
)
def test_another_value_another_order_one_less_or_one_more_is_another_digest(other: list[Output]) -> None:
    assert digests(NOTICES, other).in_order != digests(NOTICES, [("a", b"1"), ("b", b"2"), ("a", b"3")]).in_order


def test_of_a_compacted_topic_the_last_values_count_alone() -> None:
    assert views([("a", b"1"), ("b", b"2"), ("a", b"3")]) == views([("b", b"2"), ("a", b"3")])
    assert views([("a", b"1"), ("a", None)]) == views([("b", b"2"), ("b", None)])
    assert views([("a", b"1")]) != views([("a", b"3")])
    assert views([("a", b"1")], [("a", None), ("b", b"2")]) == views([("b", b"2")])


def test_rows_of_the_engine_itself_do_not_count() -> None:
    assert digest_of_rows({"matters/1": b"x", "~position": b"y"}) == digest_of_rows({"matters/1": b"x"})
    assert digest_of_rows({"matters/1": b"x"}) != digest_of_rows({"matters/2": b"x"})


def digests(topic: str, outputs: Iterable[Output]) -> Digests:
    digest = YearDigest(load_topology())
    for key, value in outputs:
        digest.take(topic, DISTRICT if topic == NOTICES else key, value)
    return digest.found()


def views(*parts: list[Output]) -> dict[tuple[str, str], str]:
    return latest_of(*(digests("hub.view.matters.v1", part) for part in parts))
