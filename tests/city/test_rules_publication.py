"""The city's rules reach every partition of the logs they affect, whole, once, and in order."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from streams.cities.city import CITIES, City, read_city
from streams.codec import Codec
from streams.facts.incidents import IncidentActRule
from streams.facts.joint import JointRule
from streams.facts.matching import Happening, Matching
from streams.facts.measures import MeasureRule
from streams.facts.rules import (
    Call,
    ClockLimit,
    Day,
    Ending,
    IncidentClass,
    InForce,
    Item,
    Ladder,
    OfficeHours,
    RecorderRole,
    ReplyRoute,
    RequestRule,
    Stages,
    Supervision,
    Unit,
    Year,
)
from streams.facts.warnings import WarningRule
from streams.kafka import Message
from streams.rules_publication import CURSORS, NotPublished, Rules
from streams.topic_reader import read_topic
from streams.topics import ensure_topics
from streams.topology import Topology, load_topology
from tests.conftest import Cluster
from tests.hechuan import spoil

INCIDENTS, MATTERS, DELIVERIES = "hub.log.incidents.v1", "hub.log.matters.v1", "hub.log.deliveries.v1"
SOURCES = "hub.log.sources.v1"


@pytest.fixture(scope="module")
def codec() -> Codec:
    return Codec.load()


@pytest.fixture(scope="module")
def city() -> City:
    return read_city(CITIES / "hechuan")


@pytest.fixture
def topology(namespace: str) -> Topology:
    whole = load_topology(environment={})
    concerned = {name: whole.topics[name] for name in (INCIDENTS, MATTERS, DELIVERIES, SOURCES, CURSORS)}
    return replace(whole, topics=concerned, processors={}).with_namespace(namespace)


@pytest.fixture
def rules(kafka_broker: Cluster, topology: Topology, codec: Codec) -> Rules:
    ensure_topics(topology, kafka_broker.bootstrap_servers)
    return Rules(kafka_broker.bootstrap_servers, topology, codec)


def records(cluster: Cluster, topology: Topology, log: str, partition: int) -> list[Message]:
    """What stands in one partition, in order."""
    return list(read_topic(cluster.bootstrap_servers, topology.topic_name(log), {partition: 0}))


def test_topics_that_are_only_just_being_created_are_waited_for(
    kafka_broker: Cluster, topology: Topology, codec: Codec, city: City
) -> None:
    rules = Rules(kafka_broker.bootstrap_servers, topology, codec)
    with ThreadPoolExecutor() as executor:
        outcome = executor.submit(rules.publish, city)
        ensure_topics(topology, kafka_broker.bootstrap_servers)
        assert outcome.result().changed


def test_topics_that_nobody_creates_are_named(
    kafka_broker: Cluster, topology: Topology, codec: Codec, city: City
) -> None:
    with pytest.raises(NotPublished, match=rf"no topic .*{INCIDENTS}.*: `hub topics` creates what is missing"):
        Rules(kafka_broker.bootstrap_servers, topology, codec).publish(city)


KINDS_OF_MATTERS: tuple[type[Any], ...] = (
    Call,
    ClockLimit,
    RequestRule,
    Stages,
    Ending,
    RecorderRole,
    ReplyRoute,
    Unit,
    Item,
    Ladder,
    Supervision,
    Day,
    Year,
    OfficeHours,
    MeasureRule,
    JointRule,
)


def test_every_partition_gets_each_item_of_its_kinds_and_then_in_force_with_their_number(
    rules: Rules, kafka_broker: Cluster, topology: Topology, codec: Codec, city: City
) -> None:
    outcome = rules.publish(city)

    wanted: dict[str, tuple[type[Any], ...]] = {
        INCIDENTS: (IncidentClass, IncidentActRule, Matching, Happening, WarningRule),
        MATTERS: KINDS_OF_MATTERS,
        DELIVERIES: (Unit,),
        SOURCES: (Day,),
    }
    written = 0
    for log, kinds in wanted.items():
        items = [rule for rule in city.rules if isinstance(rule, kinds)]
        for partition in range(topology.topics[log].partitions):
            found = list(records(kafka_broker, topology, log, partition))
            facts = [codec.decode(record.value() or b"") for record in found]
            assert {record.key() for record in found} == {b"rules"}
            assert [replace(fact, id="", source="", trace="", version="") for fact in facts[:-1]] == items
            assert isinstance(facts[-1], InForce)
            assert facts[-1].items == len(items)
            assert {fact.version for fact in facts} == {outcome.version}
            assert len({fact.id for fact in facts}) == len(facts)
            written += len(facts)
    assert outcome.records == written


def test_what_is_in_force_is_not_written_again(rules: Rules, city: City) -> None:
    first = rules.publish(city)
    again = rules.publish(city)
    assert first.changed
    assert not again.changed
    assert (again.version, again.records) == (first.version, 0)


def test_the_order_of_the_items_in_the_files_does_not_make_a_version(rules: Rules, city: City) -> None:
    first = rules.publish(city)
    assert rules.publish(replace(city, rules=tuple(reversed(city.rules)))).version == first.version


def test_going_back_to_earlier_rules_is_a_version_of_its_own(rules: Rules, city: City) -> None:
    changed = replace(city, rules=city.rules[:-1])
    versions = [rules.publish(each).version for each in (city, changed, city)]
    numbers, contents = zip(*(version.split("-") for version in versions), strict=True)
    assert numbers == ("1", "2", "3")
    assert contents[0] == contents[2] != contents[1]
    published = rules.published()
    assert published is not None
    assert published.version == versions[-1]


def test_a_publication_that_broke_off_is_completed_under_the_same_ids_and_bytes(
    kafka_broker: Cluster, topology: Topology, codec: Codec, city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure_topics(topology, kafka_broker.bootstrap_servers)
    rules = Rules(kafka_broker.bootstrap_servers, topology, codec)
    with monkeypatch.context() as patch:
        patch.setattr("streams.rules_publication.asdict", _crash)
        with pytest.raises(ZeroDivisionError):
            rules.publish(city)
    assert rules.published() is None

    outcome = rules.publish(city)

    values = [record.value() for record in records(kafka_broker, topology, INCIDENTS, 0)]
    assert values[: len(values) // 2] == values[len(values) // 2 :]
    assert outcome.version.startswith("1-")


def _crash(*_: object) -> str:
    raise ZeroDivisionError


def test_without_topics_nothing_is_published_and_the_command_is_named(
    kafka_broker: Cluster, topology: Topology, codec: Codec, city: City
) -> None:
    with pytest.raises(NotPublished, match="hub topics"):
        Rules(kafka_broker.bootstrap_servers, topology, codec).publish(city)


def test_a_changed_file_is_a_new_version(rules: Rules, city: City, copy: Path) -> None:
    first = rules.publish(city)
    spoil(copy / "clocks.yaml", "acknowledge, amount: 5", "acknowledge, amount: 4")
    second = rules.publish(read_city(copy))
    assert second.changed
    assert second.version.split("-")[1] != first.version.split("-")[1]
