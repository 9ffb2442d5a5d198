"""The benchmark `w1` itself: peers write the hub's bytes, the oracle sees what is wrong, engines are right."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from streams import cloudevents
from streams.codec import Codec
from streams.schema_files import SCHEMAS
from tests.benchmarks import w1, w1_oracle, w1_wire
from tests.benchmarks.bench import BENCH_SCHEMAS, Bench
from tests.benchmarks.w1_oracle import Expectation, Facility, Published, View
from tests.benchmarks.w1_readings import readings
from tests.benchmarks.w1_records import Profile, Tally
from tests.conftest import Cluster

CODEC = Codec.load(SCHEMAS, BENCH_SCHEMAS)
NOW = 1_790_000_123_456
READING = next(readings(1))
TALLY = Tally(counts={"fire": 2, "manhole": 1}, events=3, total=-5, last_value=7, last_at=NOW)
PROFILE = Profile(
    facility="F000001", region="500117", counts={"fire": 1}, events=1, total=7, last_value=7, last_at=NOW, as_of=NOW
)


def test_a_reading_is_186_bytes_of_13_fields() -> None:
    sizes = [len(CODEC.encode(reading)) for reading in readings(1_000)]
    assert abs(sum(sizes) / len(sizes) - 186) < 1
    assert len(READING.__dict__) == 13


def test_readings_are_the_same_each_time() -> None:
    assert list(readings(100)) == list(readings(200))[:100]


def test_peers_read_and_write_the_hubs_own_bytes() -> None:
    assert w1_wire.decode_reading(CODEC.encode(READING)) == READING.__dict__
    assert w1_wire.encode_tally(TALLY.__dict__) == bytes(8) + CODEC.encode(TALLY)
    assert w1_wire.decode_tally(bytes(8) + CODEC.encode(TALLY)) == TALLY.__dict__
    assert w1_wire.encode_profile(PROFILE.__dict__) == CODEC.encode(PROFILE)
    assert w1_wire.decode_profile(CODEC.encode(PROFILE)) == PROFILE.__dict__


def test_peers_write_the_hubs_own_headers() -> None:
    ours = cloudevents.headers(Profile, "a" * 32, w1_wire.PROCESSOR, "F000001", NOW, READING.trace)
    assert dict(w1_wire.headers("a" * 32, "F000001", NOW, READING.trace)) == dict(ours)


def test_bytes_of_another_record_are_refused() -> None:
    with pytest.raises(ValueError, match="not a reading"):
        w1_wire.decode_reading(CODEC.encode(TALLY))


def expected_and_published() -> tuple[Expectation, Published]:
    """One facility that was read once, and the right view of it."""
    facility = Facility(Counter({READING.category: 1}), READING.value, READING.__dict__, 3, NOW)
    identity = w1_wire.derived_id(3, READING.id)
    return Expectation({READING.key: facility}, frozenset({identity})), Published(
        {READING.key: view_of(facility)}, Counter({identity: 1}), NOW, NOW
    )


def view_of(facility: Facility, partition: int = 3, **changed: object) -> View:
    return View(partition, w1_wire.encode_profile({**facility.profile(), **changed}), facility.headers())


def test_the_oracle_is_content_with_what_is_right() -> None:
    expected, published = expected_and_published()
    assert w1_oracle.differences(expected, published) == []


def wrong_results() -> Iterator[tuple[Published, str]]:
    expected, published = expected_and_published()
    (facility,), (identity,) = expected.facilities.values(), expected.identities
    yield replace(published, identities=Counter()), "1 views missing"
    yield replace(published, identities=Counter({identity: 2})), "1 views published twice"
    yield replace(published, identities=Counter({identity: 1, "f" * 32: 1})), "1 views unexpected"
    yield replace(published, last_views={}), "the last view of"
    yield replace(published, last_views={READING.key: view_of(facility, events=2)}), "the last view of"
    yield replace(published, last_views={READING.key: view_of(facility, partition=4)}), "the last view of"


@pytest.mark.parametrize(("published", "said"), list(wrong_results()))
def test_the_oracle_sees_what_is_wrong(published: Published, said: str) -> None:
    expected, _ = expected_and_published()
    assert said in w1_oracle.differences(expected, published)[0]


def test_engines_publish_what_the_oracle_counts(kafka_broker: Cluster, tmp_path: Path) -> None:
    engines = frozenset({"hub", "bare"})
    bench = Bench(tmp_path, events=5_000, rounds=1, engines=engines, cluster=kafka_broker.bootstrap_servers)
    figures = w1.measure(bench)
    assert {(figure.engine, figure.metric) for figure in figures} == {
        (engine, metric) for engine in engines for metric in ("events_per_second", "cpu_us_per_event")
    }
